package org.sigillo.witness;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sigillo.note.Witness;

/// A witness over HTTP: `POST /add-checkpoint` and `GET /<hex>/checkpoint`. TLS is a proxy's.
///
/// Bodies, times and connections are bounded, and so is what is worked on at once; nothing about who
/// asked is written down.
public final class WitnessServer implements AutoCloseable {
    private static final int LARGEST_BODY = 16 * 1024;
    private static final int AT_ONCE = 16;
    private static final Pattern MONITORED = Pattern.compile("/([0-9a-f]{64})/checkpoint");

    static {
        // Read once by the JDK's server, before its first use. Times are in seconds.
        System.setProperty("sun.net.httpserver.maxReqTime", "10");
        System.setProperty("sun.net.httpserver.maxRspTime", "20");
        System.setProperty("sun.net.httpserver.idleInterval", "30");
        System.setProperty("sun.net.httpserver.maxReqHeaders", "50");
        System.setProperty("sun.net.httpserver.maxReqHeaderSize", "16384");
        System.setProperty("jdk.httpserver.maxConnections", "256");
    }

    private final Witness witness;
    private final Consumer<String> alarm;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore places = new Semaphore(AT_ONCE);

    private record Reply(int status, String type, String body) {}

    /// Listens at once.
    ///
    /// @param alarm is told what an operator must see
    public WitnessServer(Witness witness, InetSocketAddress address, Consumer<String> alarm)
            throws IOException {
        this.witness = witness;
        this.alarm = alarm;
        this.server = HttpServer.create(address, 64);
        server.setExecutor(threads);
        server.createContext("/", this::serve);
        server.start();
    }

    public int port() {
        return server.getAddress().getPort();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            Reply reply = reply(exchange);
            byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", reply.type());
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            if (exchange.getRequestMethod().equals("HEAD")) {
                exchange.sendResponseHeaders(reply.status(), -1);
            } else {
                exchange.sendResponseHeaders(reply.status(), body.length);
                exchange.getResponseBody().write(body);
            }
        }
    }

    private Reply reply(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String method = exchange.getRequestMethod();
        Matcher monitored = MONITORED.matcher(path);
        if (path.equals("/add-checkpoint")) {
            return method.equals("POST") ? add(exchange) : only("POST", exchange);
        }
        if (monitored.matches()) {
            Optional<String> note = witness.latest(monitored.group(1));
            return !method.equals("GET")
                    ? only("GET", exchange)
                    : note.map(it -> plain(200, it)).orElseGet(() -> plain(404, "none\n"));
        }
        return plain(404, "not found\n");
    }

    private Reply add(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(LARGEST_BODY + 1);
        if (body.length > LARGEST_BODY) {
            return plain(413, "a request has at most 16 KiB\n");
        }
        if (!places.tryAcquire()) {
            exchange.getResponseHeaders().set("Retry-After", "1");
            return plain(429, "try again\n");
        }
        try {
            Witness.Answer answer = witness.addCheckpoint(body);
            answer.fork()
                    .ifPresent(note -> alarm.accept("FORK: the log signed two histories\n" + note));
            return new Reply(answer.status(), answer.type(), answer.body());
        } catch (UncheckedIOException e) {
            alarm.accept("cannot keep what would be signed: " + e.getMessage());
            return plain(500, "could not be kept\n");
        } finally {
            places.release();
        }
    }

    private static Reply only(String method, HttpExchange exchange) {
        exchange.getResponseHeaders().set("Allow", method);
        return plain(405, "only " + method + "\n");
    }

    private static Reply plain(int status, String body) {
        return new Reply(status, "text/plain; charset=utf-8", body);
    }

    /// Lets what is being answered end.
    @Override
    public void close() {
        server.stop(2);
        threads.close();
    }
}
