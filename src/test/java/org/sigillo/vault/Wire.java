package org.sigillo.vault;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// A TCP proxy on loopback that can be slow, and can be cut.
final class Wire implements AutoCloseable {
    private final ServerSocket door;
    private final int target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong sent = new AtomicLong();
    private volatile long delayMillis;
    private volatile boolean cut;
    private volatile Runnable after = () -> {};
    private volatile long at = Long.MAX_VALUE;
    private volatile Runnable asked = () -> {};
    private volatile String said = "";

    Wire(int target) throws IOException {
        this.target = target;
        this.door = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::serve);
    }

    int port() {
        return door.getLocalPort();
    }

    /// Before each piece that goes on.
    void delay(long millis) {
        delayMillis = millis;
    }

    /// Ends every connection and takes no other until it is mended.
    void cut() {
        cut = true;
        drop();
    }

    void mend() {
        cut = false;
    }

    private void drop() {
        for (Socket socket : open) {
            quietly(socket);
        }
    }

    /// Once: when so many bytes more have gone towards the server.
    void whenSent(long bytes, Runnable then) {
        after = then;
        at = sent.get() + bytes;
    }

    /// Once: when a request with this in its head has gone towards the server.
    void whenAsked(String header, Runnable then) {
        asked = then;
        said = header;
    }

    private void serve() {
        while (!door.isClosed()) {
            try {
                Socket client = door.accept();
                if (cut) {
                    quietly(client);
                    continue;
                }
                Socket server = towards(client);
                open.add(client);
                open.add(server);
                Thread.ofVirtual().start(() -> pump(client, server, true));
                Thread.ofVirtual().start(() -> pump(server, client, false));
            } catch (IOException e) {
                // The server is down, or we are closed.
            }
        }
    }

    /// Who finds nobody there is told so.
    private Socket towards(Socket client) throws IOException {
        try {
            return new Socket(InetAddress.getLoopbackAddress(), target);
        } catch (IOException e) {
            quietly(client);
            throw e;
        }
    }

    private void pump(Socket from, Socket to, boolean towardsServer) {
        byte[] piece = new byte[16 * 1024];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
                if (delayMillis > 0) {
                    Thread.sleep(delayMillis);
                }
                out.write(piece, 0, read);
                String looked = said;
                if (towardsServer
                        && !looked.isEmpty()
                        && new String(piece, 0, read, StandardCharsets.ISO_8859_1)
                                .toLowerCase(Locale.ROOT)
                                .contains(looked)) {
                    said = "";
                    asked.run();
                }
                if (towardsServer && sent.addAndGet(read) >= at) {
                    at = Long.MAX_VALUE;
                    after.run();
                }
            }
        } catch (IOException e) {
            // Cut.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            quietly(from);
            quietly(to);
            open.remove(from);
            open.remove(to);
        }
    }

    private static void quietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // Closed already.
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
        drop();
    }
}
