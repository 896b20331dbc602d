package org.sigillo.stack;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/// A small forward proxy (RFC 9110 §7.6) for http: the application sees a source that comes from an
/// address of its own, 127.0.0.77, with an `X-Forwarded-For` that says another.
public final class SourceProxy implements AutoCloseable {
    public static final String ADDRESS = "127.0.0.77";

    private final ServerSocket door;
    private final int application;
    private final String forwardedFor;

    public SourceProxy(int application, String forwardedFor) throws IOException {
        this.door = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        this.application = application;
        this.forwardedFor = forwardedFor;
        Thread.ofPlatform().daemon().name("source-proxy").start(this::accept);
    }

    public String address() {
        return "http://127.0.0.1:" + port();
    }

    int port() {
        return door.getLocalPort();
    }

    private void accept() {
        while (!door.isClosed()) {
            try {
                Socket browser = door.accept();
                Thread.ofVirtual().start(() -> serve(browser));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket browser) {
        try (browser;
                Socket server = new Socket()) {
            InputStream in = new BufferedInputStream(browser.getInputStream());
            String head = head(in);
            if (head.isEmpty() || head.startsWith("CONNECT ")) {
                // Chromium's own questions to elsewhere end here.
                return;
            }
            server.bind(new InetSocketAddress(ADDRESS, 0));
            server.connect(new InetSocketAddress("127.0.0.1", application));
            OutputStream out = server.getOutputStream();
            out.write(rewritten(head).getBytes(StandardCharsets.ISO_8859_1));
            Thread answer = Thread.ofVirtual().start(() -> pump(server, browser));
            byte[] buffer = new byte[1 << 16];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                out.write(buffer, 0, n);
            }
            answer.join();
        } catch (IOException over) {
            // One of the two went away.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void pump(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.close();
        } catch (IOException over) {
            // One of the two went away.
        }
    }

    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int last = 0;
        for (int b = in.read(); b >= 0; b = in.read()) {
            head.write(b);
            last = last << 8 | b;
            if (last == 0x0d0a0d0a) {
                return head.toString(StandardCharsets.ISO_8859_1);
            }
        }
        return "";
    }

    private String rewritten(String head) {
        String[] line = head.substring(0, head.indexOf("\r\n")).split(" ");
        URI target = URI.create(line[1]);
        String path = target.getRawPath().isEmpty() ? "/" : target.getRawPath();
        String query = target.getRawQuery() == null ? "" : "?" + target.getRawQuery();
        String headers =
                head.substring(head.indexOf("\r\n") + 2)
                        .replaceAll("(?i)(Proxy-Connection|Connection): [^\r]*\r\n", "");
        return line[0]
                + " "
                + path
                + query
                + " HTTP/1.1\r\nConnection: close\r\nX-Forwarded-For: "
                + forwardedFor
                + "\r\nForwarded: for="
                + forwardedFor
                + "\r\n"
                + headers;
    }

    @Override
    public void close() throws IOException {
        door.close();
    }
}
