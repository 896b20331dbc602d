package org.sigillo.intake;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.sigillo.stack.Stack;

/// Whoever comes again and again, each from an address of its own, whether somebody is there or not: some come in the moment in
/// which the server ends.
final class Comers implements AutoCloseable {
    private static final int MANY = 24;
    private static final Duration PAUSE = Duration.ofMillis(2);

    private final List<Thread> coming = new ArrayList<>();
    private volatile boolean over;

    Comers(Stack stack, Marked marked) {
        for (int i = 0; i < MANY; i++) {
            Trail trail = marked.trail("comer");
            coming.add(Thread.ofPlatform().daemon().start(() -> come(stack, trail)));
        }
    }

    private void come(Stack stack, Trail trail) {
        byte[] request =
                ("GET /en HTTP/1.1\r\nHost: drop.localhost:"
                                + stack.port()
                                + "\r\n"
                                + trail.lines()
                                + "\r\n")
                        .getBytes(StandardCharsets.UTF_8);
        while (!over) {
            try (Socket socket = trail.socket(stack.port())) {
                socket.getOutputStream().write(request);
                var _ = socket.getInputStream().read(new byte[100]);
            } catch (IOException e) {
                // Nobody is there, or not any more.
                pause();
            }
        }
    }

    private void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            over = true;
        }
    }

    @Override
    public void close() throws IOException {
        over = true;
        for (Thread one : coming) {
            try {
                if (!one.join(Duration.ofSeconds(30))) {
                    throw new IOException("somebody comes still");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
