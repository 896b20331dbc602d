package org.sigillo.intake;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.sigillo.stack.Stack;

/// Newcomers' forms of which one byte has come, in all places that newcomers may take.
public final class SlowForms implements AutoCloseable {
    private static final int PLACES = 224;
    private static final int EACH = 4;

    private final Stack stack;
    private final Deque<List<Socket>> open = new ArrayDeque<>();
    private String cookie = "";

    public static SlowForms inAllPlaces(Stack stack) throws IOException, InterruptedException {
        SlowForms forms = new SlowForms(stack);
        for (int i = 0; i < PLACES / EACH; i++) {
            forms.open.add(forms.ofOne());
        }
        while (Crowded.metrics(stack).stream()
                .filter(it -> it.startsWith("sigillo_drop_uploads{lane=\"forms\""))
                .noneMatch(it -> it.endsWith(" " + PLACES + ".0"))) {
            Thread.sleep(100);
        }
        return forms;
    }

    /// As many forms as one source may have.
    static SlowForms ofOneSource(Stack stack) throws IOException, InterruptedException {
        SlowForms forms = new SlowForms(stack);
        forms.open.add(forms.ofOne());
        Thread.sleep(500);
        return forms;
    }

    /// One more of the source that came last.
    void oneMore() throws IOException {
        open.getLast().add(form(cookie));
    }

    private SlowForms(Stack stack) {
        this.stack = stack;
    }

    private List<Socket> ofOne() throws IOException, InterruptedException {
        List<Socket> sockets = new ArrayList<>();
        try (SourceBrowser source = new SourceBrowser(stack)) {
            source.begin();
            cookie = source.cookie();
            for (int i = 0; i < EACH; i++) {
                sockets.add(form(cookie));
            }
        }
        return sockets;
    }

    private Socket form(String of) throws IOException {
        Socket socket = new Socket("127.0.0.1", stack.port());
        OutputStream out = socket.getOutputStream();
        out.write(
                ("POST /en/submit HTTP/1.1\r\nHost: drop.localhost:"
                                + stack.port()
                                + "\r\nOrigin: http://drop.localhost:"
                                + stack.port()
                                + "\r\nCookie: "
                                + of
                                + "\r\nContent-Type: multipart/form-data; boundary="
                                + SourceBrowser.BOUNDARY
                                + "\r\nContent-Length: 900000\r\n\r\n-")
                        .getBytes(StandardCharsets.US_ASCII));
        out.flush();
        return socket;
    }

    /// One of the newcomers goes away.
    void endOne() throws IOException {
        for (Socket socket : open.remove()) {
            socket.close();
        }
    }

    @Override
    public void close() throws IOException {
        while (!open.isEmpty()) {
            endOne();
        }
    }
}
