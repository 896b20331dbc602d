package org.sigillo.sending;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.CanonicalJson;
import org.sigillo.bytes.Hex;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.CaseEvent;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Id;
import org.sigillo.sealing.Age;
import org.sigillo.sealing.HybridIdentity;
import org.sigillo.sealing.HybridRecipient;
import org.sigillo.sealing.Padme;
import org.sigillo.sealing.SealedContent;
import org.sigillo.waiting.Work;

/// A drop in memory on the loopback address, for one source: keeps what it is given, forgets what it is
/// told to forget, lies where it is told to.
final class FakeDrop implements AutoCloseable {
    private static final Pattern SEGMENT =
            Pattern.compile("/api/exhibits/([0-9a-f]{32})/segments/([0-9]+)");
    private static final Pattern OF_EXHIBIT =
            Pattern.compile("/api/exhibits/([0-9a-f]{32})(/finish|/proof|/forget)?");
    private static final Pattern OF_REPLY = Pattern.compile("/api/replies/([0-9a-f]{32})/remove");

    TestNewsroom newsroom;
    final Path folder;

    /// Methods and paths, in the order in which they were answered or cut off.
    final List<String> asked = new CopyOnWriteArrayList<>();

    /// Come before everything else; one that answers true has dealt with the request.
    final List<Trouble> troubles = new CopyOnWriteArrayList<>();

    volatile UnaryOperator<Json.Obj> intake = it -> it;
    volatile UnaryOperator<Json.Obj> shown = it -> it;
    volatile long firstMessage;
    volatile long limit = 1L << 40;

    /// Bits of work that a session costs.
    volatile int work;

    /// How often whoever proves themselves is told to wait.
    volatile int inLine;

    /// What was proven with.
    final List<Json.Obj> proofs = new CopyOnWriteArrayList<>();

    /// Instead of the challenge that would be right.
    volatile byte @Nullable [] challenge;

    private static final ThreadLocal<Boolean> quiet = ThreadLocal.withInitial(() -> false);

    private final SecureRandom random = new SecureRandom();
    private final int port;
    private HttpServer server;
    private ExecutorService threads;
    private final Set<String> tokens = ConcurrentHashMap.newKeySet();
    private final Set<String> sessions = ConcurrentHashMap.newKeySet();

    @Nullable Beginning begun;
    Json.@Nullable Obj generation;
    final Map<String, Exhibit> exhibits = new LinkedHashMap<>();

    /// Exhibits in one answer.
    long most = 50;

    /// How many exhibits were shown in all.
    long told;

    final List<Json.Obj> replies = new ArrayList<>();
    final List<Json.Obj> wishes = new ArrayList<>();
    private final Set<String> forgotten = new HashSet<>();
    final List<String> seen = new CopyOnWriteArrayList<>();
    final Map<String, Long> indices = new ConcurrentHashMap<>();

    /// What stands in a ledger that was closed since.
    private final Map<String, TestNewsroom> closed = new ConcurrentHashMap<>();

    record Beginning(Id id, Json.Obj request) {}

    record Segment(Path file, Sha256 digest, Sha256 mark) {}

    static final class Exhibit {
        final Json.Obj begun;
        final Map<Integer, Segment> segments = new TreeMap<>();
        int number;
        Json.@Nullable Obj finished;

        Exhibit(Json.Obj begun) {
            this.begun = begun;
        }
    }

    @FunctionalInterface
    interface Trouble {
        boolean meets(HttpExchange exchange) throws IOException;
    }

    FakeDrop(TestNewsroom newsroom, Path folder) throws IOException {
        this.newsroom = newsroom;
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
        sessions.clear();
        try {
            server = started(port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void endSessions() {
        sessions.clear();
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
            answer(exchange, 200, intake.apply(newsroom.intake(firstMessage, limit)));
        } else if (path.startsWith("/api/intake/consistency/")) {
            String[] sizes = path.split("/");
            answer(
                    exchange,
                    200,
                    newsroom.consistency(Long.parseLong(sizes[4]), Long.parseLong(sizes[5])));
        } else if (path.equals("/api/session")) {
            claim(exchange, method);
        } else if (path.equals("/api/session/proof")) {
            prove(exchange);
        } else if (!sessions.contains(
                String.valueOf(exchange.getRequestHeaders().getFirst("Cookie")))) {
            exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
            refuse(exchange, 401, "session");
        } else if (segment.matches()) {
            put(exchange, segment.group(1), Integer.parseInt(segment.group(2)));
        } else {
            underLock(exchange, method, path);
        }
    }

    private synchronized void underLock(HttpExchange exchange, String method, String path)
            throws IOException {
        Matcher exhibit = OF_EXHIBIT.matcher(path);
        switch (method + " " + path) {
            case "GET /api/case" -> {
                if (begun == null) {
                    refuse(exchange, 404, "no-case");
                } else {
                    answer(exchange, 200, part(shown.apply(view()), from(exchange)));
                }
            }
            case "PUT /api/case" -> {
                Json.Obj request = body(exchange);
                boolean first = begun == null;
                if (first) {
                    begun = new Beginning(Id.random(random), request);
                }
                answer(exchange, first ? 201 : 200, shown.apply(view()));
            }
            case "GET /api/case/opened" -> {
                answerProof(exchange, "opened");
            }
            case "POST /api/exhibits" -> begin(exchange);
            case "POST /api/replies/seen" -> {
                body(exchange).array("replies").forEach(it -> seen.add(((Json.Text) it).value()));
                done(exchange, 204);
            }
            case "POST /api/wishes" -> {
                wishes.add(body(exchange).with("day", "2026-11-24"));
                done(exchange, 204);
            }
            default -> {
                Matcher reply = OF_REPLY.matcher(path);
                if (reply.matches()) {
                    replies.replaceAll(
                            it -> it.text("reply").equals(reply.group(1)) ? it.without("box") : it);
                    done(exchange, 204);
                } else if (exhibit.matches() && method.equals("DELETE")) {
                    exhibits.remove(exhibit.group(1));
                    done(exchange, 204);
                } else if (!exhibit.matches() || !exhibits.containsKey(exhibit.group(1))) {
                    refuse(exchange, 404, "no-exhibit");
                } else if ("/forget".equals(exhibit.group(2))) {
                    forgotten.add(exhibit.group(1));
                    done(exchange, 204);
                } else if ("/finish".equals(exhibit.group(2))) {
                    finish(exchange, exhibit.group(1));
                } else {
                    answerProof(exchange, exhibit.group(1));
                }
            }
        }
    }

    private void claim(HttpExchange exchange, String method) throws IOException {
        if (method.equals("DELETE")) {
            sessions.remove(String.valueOf(exchange.getRequestHeaders().getFirst("Cookie")));
            done(exchange, 204);
            return;
        }
        Json.Obj request = body(exchange);
        byte[] bytes = new byte[40];
        random.nextBytes(bytes);
        String token =
                "1" + java.util.Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        tokens.add(token);
        byte[] sealed =
                challenge != null
                        ? challenge
                        : Age.seal(
                                token.getBytes(StandardCharsets.US_ASCII),
                                HybridRecipient.parse(request.text("recipient")));
        answer(
                exchange,
                200,
                Json.object().with("challenge", Base64.of(sealed)).with("work", work));
    }

    private void prove(HttpExchange exchange) throws IOException {
        Json.Obj proof = body(exchange);
        proofs.add(proof);
        String token = proof.text("token");
        if (!Work.done(token, proof.number("work"), work)) {
            refuse(exchange, 400, "malformed");
            return;
        }
        if (inLine > 0) {
            inLine--;
            exchange.getResponseHeaders().set("Content-Type", "application/problem+json");
            byte[] busy =
                    CanonicalJson.encode(
                            Json.object().with("guard", "busy").with("place", "place " + inLine));
            exchange.sendResponseHeaders(429, busy.length);
            exchange.getResponseBody().write(busy);
            exchange.close();
            return;
        }
        if (!tokens.remove(token)) {
            refuse(exchange, 401, "session");
            return;
        }
        String cookie = "sigillo=" + token;
        sessions.add(cookie);
        exchange.getResponseHeaders()
                .set("Set-Cookie", cookie + "; Path=/; HttpOnly; SameSite=Strict; Secure");
        done(exchange, 204);
    }

    private Json.Obj view() {
        Beginning it = java.util.Objects.requireNonNull(begun);
        List<Json.Obj> finished = new ArrayList<>();
        List<Json.Obj> unfinished = new ArrayList<>();
        exhibits.forEach((id, exhibit) -> {
            Json.Obj end = exhibit.finished;
            if (end == null) {
                unfinished.add(
                        exhibit.begun.with(
                                "segments",
                                Json.array(
                                        exhibit.segments.entrySet().stream()
                                                .map(e -> segment(e.getKey(), e.getValue()))
                                                .toList())));
                return;
            }
            Json.Obj one =
                    Json.object()
                            .with("exhibit", id)
                            .with("number", exhibit.number)
                            .with("day", "2026-11-24")
                            .with("generation", exhibit.begun.number("generation"))
                            .with("content", end.text("content"));
            if (!forgotten.contains(id)) {
                one = one.with("stub", end.text("stub"));
            }
            Long index = indices.get(id);
            finished.add(index == null ? one : one.with("index", index));
        });
        Json.Obj newest =
                generation != null
                        ? generation
                        : Json.object()
                                .with("generation", 0)
                                .with("recipient", it.request().text("recipient"))
                                .with("keepsake", it.request().text("keepsake"));
        return Json.object()
                .with("case", it.id().hex())
                .with("origin", newsroom.origin)
                .with("origins", Json.texts(newsroom.genesis.opened().origins()))
                .with("generation", newest)
                .with("exhibits", Json.array(finished))
                .with("unfinished", Json.array(unfinished))
                .with("replies", Json.array(replies))
                .with("wishes", Json.array(wishes));
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

    private static Json.Obj segment(int number, Segment it) {
        return Json.object()
                .with("number", number)
                .with("sha256", it.digest())
                .with("mark", it.mark());
    }

    private void begin(HttpExchange exchange) throws IOException {
        Json.Obj request = body(exchange);
        long newest = generation == null ? 0 : generation.number("generation");
        if (request.number("generation") != newest) {
            refuse(exchange, 409, "generation");
            return;
        }
        if (Padme.paddedSize(request.number("size")) != request.number("size")) {
            refuse(exchange, 400, "malformed");
            return;
        }
        boolean first = exhibits.putIfAbsent(request.text("exhibit"), new Exhibit(request)) == null;
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
        synchronized (this) {
            Exhibit exhibit = exhibits.get(id);
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
            Segment known = exhibit.segments.get(number);
            if (known != null && !known.digest().equals(digest)) {
                refuse(exchange, 409, "taken");
                return;
            }
            exhibit.segments.put(
                    number, new Segment(file, digest, sequence(exchange, "Sigillo-Mark", "")));
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
        Exhibit exhibit = exhibits.get(id);
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
                        exhibits.values().stream().filter(it -> it.finished != null).count());
        answer(exchange, 201, Json.object().with("number", exhibit.number));
    }

    /// The ledger is closed, and another goes on.
    ///
    /// @param size entries that witnesses have seen
    synchronized void goOn(int size) {
        indices.keySet().forEach(it -> closed.putIfAbsent(it, newsroom));
        newsroom = newsroom.goingOn(size);
    }

    private void answerProof(HttpExchange exchange, String of) throws IOException {
        Long index = indices.get(of);
        if (index == null) {
            refuse(exchange, 404, "not-yet");
        } else {
            answer(exchange, 200, closed.getOrDefault(of, newsroom).proven(index));
        }
    }

    /// What has happened becomes entries.
    synchronized void beat() {
        Beginning it = java.util.Objects.requireNonNull(begun);
        indices.computeIfAbsent(
                "opened",
                key ->
                        entered(
                                new CaseEvent.Opened(
                                        HybridRecipient.parse(it.request().text("recipient"))
                                                .fingerprint(),
                                        HybridRecipient.parse(it.request().text("source"))
                                                .fingerprint()),
                                it.id()));
        exhibits.forEach((id, exhibit) -> {
            Json.Obj end = exhibit.finished;
            if (end != null && !indices.containsKey(id)) {
                List<Sha256> digests =
                        exhibit.segments.values().stream().map(Segment::digest).toList();
                byte[] nonce = nonce();
                indices.put(
                        id,
                        newsroom.append(
                                nonce,
                                event(
                                        nonce,
                                        it.id(),
                                        new CaseEvent.ExhibitSealed(
                                                Entry.exhibitTag(nonce, Id.parse(id)),
                                                exhibit.begun.number("generation"),
                                                Sha256.parse(end.text("content")),
                                                Entry.root(digests),
                                                exhibit.begun.number("size"),
                                                digests.size(),
                                                Sha256.of(Base64.parse(end.text("label")))))));
            }
        });
    }

    private long entered(CaseEvent fact, Id caseId) {
        byte[] nonce = nonce();
        return newsroom.append(nonce, event(nonce, caseId, fact));
    }

    private byte[] nonce() {
        byte[] nonce = new byte[32];
        random.nextBytes(nonce);
        return nonce;
    }

    private static Entry.Event event(byte[] nonce, Id caseId, CaseEvent fact) {
        return new Entry.Event(
                "2026-11-24",
                Optional.of(Entry.caseTag(nonce, caseId)),
                Optional.of(Entry.Event.SOURCE),
                fact);
    }

    /// A reviewer makes the next generation.
    synchronized HybridIdentity nextGeneration(TestNewsroom.Person by) {
        HybridIdentity made = HybridIdentity.generate(random);
        long number = generation == null ? 1 : generation.number("generation") + 1;
        generation =
                newsroom.generation(by, java.util.Objects.requireNonNull(begun).id(), number, made);
        return made;
    }

    /// Generation 0's identity, as a reviewer opens it from the grant.
    HybridIdentity granted(TestNewsroom.Person person) {
        for (Json value : java.util.Objects.requireNonNull(begun).request().array("grants")) {
            Json.Obj grant = (Json.Obj) value;
            if (grant.text("person").equals(person.id().hex())) {
                return HybridIdentity.parse(
                        new String(
                                        Age.open(
                                                Base64.parse(grant.text("grant")),
                                                person.identity()),
                                        StandardCharsets.US_ASCII)
                                .strip());
            }
        }
        throw new AssertionError("nothing is granted to " + Hex.of(person.id().bytes()));
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

    private static void done(HttpExchange exchange, int status) throws IOException {
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
