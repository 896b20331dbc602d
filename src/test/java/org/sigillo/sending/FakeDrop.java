package org.sigillo.sending;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.CanonicalJson;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.Sha256;
import org.sigillo.sealing.Age;
import org.sigillo.sealing.Padme;
import org.sigillo.sealing.SealedContent;

/// A drop in memory on the loopback address, for one source: keeps what it is given, forgets what it is
/// told to forget, lies where it is told to.
final class FakeDrop implements AutoCloseable {
    private static final Pattern SEGMENT =
            Pattern.compile("/api/exhibits/([0-9a-f]{32})/segments/([0-9]+)");
    private static final Pattern OF_EXHIBIT =
            Pattern.compile("/api/exhibits/([0-9a-f]{32})(/finish|/proof|/forget)?");
    private static final Pattern OF_REPLY = Pattern.compile("/api/replies/([0-9a-f]{32})/remove");

    /// What the source has there.
    final FakeCase own;

    final FakeSessions sessions = new FakeSessions();
    final Path folder;

    /// Methods and paths, in the order in which they were answered or cut off.
    final List<String> asked = new CopyOnWriteArrayList<>();

    /// Come before everything else; one that answers true has dealt with the request.
    final List<Trouble> troubles = new CopyOnWriteArrayList<>();

    volatile UnaryOperator<Json.Obj> intake = it -> it;
    volatile UnaryOperator<Json.Obj> shown = it -> it;
    volatile long firstMessage;
    volatile long limit = 1L << 40;

    private static final ThreadLocal<Boolean> quiet = ThreadLocal.withInitial(() -> false);

    private final int port;
    private HttpServer server;
    private ExecutorService threads;

    /// Exhibits in one answer.
    long most = 50;

    /// How many exhibits were shown in all.
    long told;

    @FunctionalInterface
    interface Trouble {
        boolean meets(HttpExchange exchange) throws IOException;
    }

    FakeDrop(TestNewsroom newsroom, Path folder) throws IOException {
        this.own = new FakeCase(newsroom);
        this.folder = folder;
        server = started(0);
        port = server.getAddress().getPort();
    }

    private HttpServer started(int port) throws IOException {
        HttpServer http =
                HttpServer.create(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 64);
        threads = Executors.newVirtualThreadPerTaskExecutor();
        http.setExecutor(threads);
        http.createContext("/", this::serve);
        http.start();
        return http;
    }

    int port() {
        return port;
    }

    Way way() {
        return Way.of("http://drop.localhost:" + port + "/en/", Optional.empty());
    }

    void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    void start() {
        sessions.end();
        try {
            server = started(port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void serve(HttpExchange exchange) throws IOException {
        String line = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
        try (exchange) {
            asked.add(line);
            for (Trouble trouble : troubles) {
                if (trouble.meets(exchange)) {
                    return;
                }
            }
            route(exchange);
        } catch (RuntimeException e) {
            e.printStackTrace();
        }
    }

    /// Does what is asked; the answer gets lost on its way.
    void routeQuietly(HttpExchange exchange) throws IOException {
        quiet.set(true);
        try {
            route(exchange);
        } finally {
            quiet.remove();
        }
    }

    private void route(HttpExchange exchange) throws IOException {
        String method = exchange.getRequestMethod();
        String path = exchange.getRequestURI().getPath();
        Matcher segment = SEGMENT.matcher(path);
        if (path.equals("/api/intake")) {
            answer(exchange, 200, intake.apply(own.newsroom().intake(firstMessage, limit)));
        } else if (path.startsWith("/api/intake/consistency/")) {
            String[] sizes = path.split("/");
            answer(
                    exchange,
                    200,
                    own.newsroom().consistency(Long.parseLong(sizes[4]), Long.parseLong(sizes[5])));
        } else if (path.equals("/api/session")) {
            sessions.claim(exchange, method);
        } else if (path.equals("/api/session/proof")) {
            sessions.prove(exchange);
        } else if (!sessions.know(exchange)) {
            exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
            refuse(exchange, 401, "session");
        } else if (segment.matches()) {
            put(exchange, segment.group(1), Integer.parseInt(segment.group(2)));
        } else {
            synchronized (own) {
                underLock(exchange, method, path);
            }
        }
    }

    private void underLock(HttpExchange exchange, String method, String path) throws IOException {
        Matcher exhibit = OF_EXHIBIT.matcher(path);
        switch (method + " " + path) {
            case "GET /api/case" -> {
                if (own.begun == null) {
                    refuse(exchange, 404, "no-case");
                } else {
                    answer(exchange, 200, part(shown.apply(own.view()), from(exchange)));
                }
            }
            case "PUT /api/case" -> {
                Json.Obj request = body(exchange);
                boolean first = own.begin(request);
                answer(exchange, first ? 201 : 200, shown.apply(own.view()));
            }
            case "GET /api/case/opened" -> {
                answerProof(exchange, "opened");
            }
            case "POST /api/exhibits" -> begin(exchange);
            case "POST /api/replies/seen" -> {
                body(exchange)
                        .array("replies")
                        .forEach(it -> own.seen.add(((Json.Text) it).value()));
                done(exchange, 204);
            }
            case "POST /api/wishes" -> {
                own.wishes.add(body(exchange).with("day", "2026-11-24"));
                done(exchange, 204);
            }
            default -> {
                Matcher reply = OF_REPLY.matcher(path);
                if (reply.matches()) {
                    own.replies.replaceAll(
                            it -> it.text("reply").equals(reply.group(1)) ? it.without("box") : it);
                    done(exchange, 204);
                } else if (exhibit.matches() && method.equals("DELETE")) {
                    own.exhibits.remove(exhibit.group(1));
                    done(exchange, 204);
                } else if (!exhibit.matches() || !own.exhibits.containsKey(exhibit.group(1))) {
                    refuse(exchange, 404, "no-exhibit");
                } else if ("/forget".equals(exhibit.group(2))) {
                    own.forgotten.add(exhibit.group(1));
                    done(exchange, 204);
                } else if ("/finish".equals(exhibit.group(2))) {
                    finish(exchange, exhibit.group(1));
                } else {
                    answerProof(exchange, exhibit.group(1));
                }
            }
        }
    }

    private static long from(HttpExchange exchange) {
        String query = exchange.getRequestURI().getQuery();
        return query == null ? 1 : Long.parseLong(query.substring("from=".length()));
    }

    /// So much of a case as one answer has.
    private Json.Obj part(Json.Obj whole, long from) {
        List<Json> all = new ArrayList<>();
        whole.array("exhibits").forEach(all::add);
        List<Json> part = all.stream().skip(from - 1).limit(most).toList();
        told += part.size();
        Json.Obj one = whole.with("exhibits", Json.array(part));
        return from + most <= all.size() ? one.with("next", from + most) : one;
    }

    private void begin(HttpExchange exchange) throws IOException {
        Json.Obj request = body(exchange);
        if (request.number("generation") != own.newest()) {
            refuse(exchange, 409, "generation");
            return;
        }
        if (Padme.paddedSize(request.number("size")) != request.number("size")) {
            refuse(exchange, 400, "malformed");
            return;
        }
        boolean first =
                own.exhibits.putIfAbsent(request.text("exhibit"), new FakeCase.Exhibit(request))
                        == null;
        done(exchange, first ? 201 : 200);
    }

    private void put(HttpExchange exchange, String id, int number) throws IOException {
        Path file = Files.createTempFile(folder, "segment", "");
        Sha256 digest;
        try (InputStream in = exchange.getRequestBody();
                OutputStream out = Files.newOutputStream(file)) {
            in.transferTo(out);
        }
        try (InputStream in = Files.newInputStream(file)) {
            digest = Sha256.ofRest(in);
        }
        synchronized (own) {
            FakeCase.Exhibit exhibit = own.exhibits.get(id);
            if (exhibit == null) {
                refuse(exchange, 404, "no-exhibit");
                return;
            }
            long size =
                    Age.sealedSize(
                            SealedContent.segmentLength(exhibit.begun.number("size"), number));
            if (Files.size(file) != size
                    || !sequence(exchange, "Content-Digest", "sha-256=").equals(digest)) {
                refuse(exchange, 400, "digest");
                return;
            }
            FakeCase.Segment known = exhibit.segments.get(number);
            if (known != null && !known.digest().equals(digest)) {
                refuse(exchange, 409, "taken");
                return;
            }
            exhibit.segments.put(
                    number,
                    new FakeCase.Segment(file, digest, sequence(exchange, "Sigillo-Mark", "")));
            done(exchange, known == null ? 201 : 204);
        }
    }

    private static Sha256 sequence(HttpExchange exchange, String header, String before) {
        String value = exchange.getRequestHeaders().getFirst(header);
        return Sha256.copyOf(
                Base64.parse(value.substring(before.length() + 1, value.length() - 1)));
    }

    private void finish(HttpExchange exchange, String id) throws IOException {
        Json.Obj request = body(exchange);
        FakeCase.Exhibit exhibit = own.exhibits.get(id);
        if (exhibit.finished != null) {
            boolean same = exhibit.finished.text("content").equals(request.text("content"));
            if (same) {
                answer(exchange, 200, Json.object().with("number", exhibit.number));
            } else {
                refuse(exchange, 409, "taken");
            }
            return;
        }
        List<Json> missing = new ArrayList<>();
        for (int n = 0; n < SealedContent.segments(exhibit.begun.number("size")); n++) {
            if (!exhibit.segments.containsKey(n)) {
                missing.add(new Json.Num(n));
            }
        }
        if (!missing.isEmpty()) {
            answer(
                    exchange,
                    409,
                    Json.object().with("guard", "missing").with("missing", Json.array(missing)));
            return;
        }
        exhibit.finished = request;
        exhibit.number =
                Math.toIntExact(
                        own.exhibits.values().stream().filter(it -> it.finished != null).count());
        answer(exchange, 201, Json.object().with("number", exhibit.number));
    }

    private void answerProof(HttpExchange exchange, String of) throws IOException {
        Optional<Json.Obj> proof = own.proof(of);
        if (proof.isEmpty()) {
            refuse(exchange, 404, "not-yet");
        } else {
            answer(exchange, 200, proof.get());
        }
    }

    static Json.Obj body(HttpExchange exchange) throws IOException {
        return CanonicalJson.parseLenient(exchange.getRequestBody().readAllBytes());
    }

    static void answer(HttpExchange exchange, int status, Json.Obj json) throws IOException {
        if (quiet.get()) {
            return;
        }
        byte[] body = CanonicalJson.encode(json);
        exchange.getResponseHeaders()
                .set(
                        "Content-Type",
                        status >= 400 ? "application/problem+json" : "application/json");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    static void done(HttpExchange exchange, int status) throws IOException {
        if (!quiet.get()) {
            exchange.sendResponseHeaders(status, -1);
        }
    }

    static void refuse(HttpExchange exchange, int status, String guard) throws IOException {
        answer(exchange, status, Json.object().with("guard", guard).with("status", status));
    }

    List<String> puts() {
        return asked.stream().filter(it -> it.contains("/segments/")).toList();
    }

    @Override
    public void close() {
        stop();
    }
}
