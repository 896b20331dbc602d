package org.sigillo.stack;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/// A [TestAuthority] over HTTP (RFC 3161 §3.4), on loopback. It can be told how to fail the next requests.
public final class StampServer implements AutoCloseable {
    private static final int LARGE = 1 << 20;

    private final TestAuthority authority;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Queue<Trouble> troubles = new ConcurrentLinkedQueue<>();
    private final AtomicInteger asked = new AtomicInteger();

    private StampServer(TestAuthority authority, HttpServer server) {
        this.authority = authority;
        this.server = server;
    }

    /// How a request may fail on its way.
    public enum Trouble {
        NONE,
        BUSY_503,
        FORBIDDEN_403,
        REDIRECTED,
        A_PAGE_INSTEAD,
        TOO_LARGE,
        CUT_OFF,
        NO_ANSWER,
        DRIPPING,
        JUNK
    }

    /// @param port 0 for any
    public static StampServer start(TestAuthority authority, int port) throws IOException {
        HttpServer http =
                HttpServer.create(
                        new InetSocketAddress(
                                InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port),
                        0);
        StampServer server = new StampServer(authority, http);
        http.createContext("/", server::handle);
        http.setExecutor(server.threads);
        http.start();
        return server;
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/tsa");
    }

    /// What happens to the next requests, one each; after them all goes well.
    public void trouble(Trouble... next) {
        troubles.clear();
        troubles.addAll(new ArrayDeque<>(java.util.List.of(next)));
    }

    public int asked() {
        return asked.get();
    }

    private void handle(HttpExchange exchange) throws IOException {
        asked.incrementAndGet();
        Trouble trouble = troubles.isEmpty() ? Trouble.NONE : troubles.remove();
        byte[] query = exchange.getRequestBody().readAllBytes();
        boolean wellAsked =
                exchange.getRequestMethod().equals("POST")
                        && "application/timestamp-query"
                                .equals(exchange.getRequestHeaders().getFirst("Content-Type"));
        if (!wellAsked) {
            send(exchange, 415, "text/plain", new byte[0]);
            return;
        }
        String type = "application/timestamp-reply";
        switch (trouble) {
            case NONE -> send(exchange, 200, type, authority.answer(query));
            case BUSY_503 -> send(exchange, 503, "text/plain", new byte[0]);
            case FORBIDDEN_403 -> send(exchange, 403, "text/plain", new byte[0]);
            case REDIRECTED -> {
                exchange.getResponseHeaders().set("Location", address() + "/again");
                send(exchange, 302, "text/plain", new byte[0]);
            }
            case A_PAGE_INSTEAD -> send(exchange, 200, "text/html", "<p>Pay first".getBytes());
            case TOO_LARGE -> send(exchange, 200, type, new byte[LARGE]);
            case JUNK -> send(exchange, 200, type, new byte[] {0x30, 0x03, 0x02, 0x01});
            case CUT_OFF -> {
                exchange.sendResponseHeaders(200, LARGE);
                exchange.close();
            }
            case NO_ANSWER -> pause(Duration.ofSeconds(30));
            case DRIPPING -> drip(exchange, type, authority.answer(query));
        }
    }

    private static void send(HttpExchange exchange, int status, String type, byte[] body)
            throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    private static void drip(HttpExchange exchange, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(200, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            for (byte one : body) {
                out.write(one);
                out.flush();
                pause(Duration.ofMillis(100));
            }
        }
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
