package org.sigillo.intake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.CanonicalJson;
import org.sigillo.bytes.Hex;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Id;
import org.sigillo.sealing.Age;
import org.sigillo.sealing.Codename;
import org.sigillo.sealing.HybridIdentity;
import org.sigillo.sealing.HybridRecipient;
import org.sigillo.sealing.Padme;
import org.sigillo.sealing.SealedBox;
import org.sigillo.sealing.SegmentSealer;
import org.sigillo.stack.Stack;

/// A source's program, written from `docs/spec/drop-api.md`: one request a method, so that a test can leave any out, change
/// it or send it twice.
final class SourceProgram implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Stack stack;
    private final SecureRandom random = new SecureRandom();
    private final Trail trail;
    private final HttpClient http;
    private final Codename codename;
    private final Codename.Derived derived;
    private String cookie = "";

    SourceProgram(Stack stack) throws IOException, InterruptedException {
        this(stack, Codename.generate(new SecureRandom()));
    }

    SourceProgram(Stack stack, Codename codename) throws IOException, InterruptedException {
        this(stack, codename, Trail.NONE);
    }

    SourceProgram(Stack stack, Codename codename, Trail trail)
            throws IOException, InterruptedException {
        this.stack = stack;
        this.trail = trail;
        this.http = trail.client();
        this.codename = codename;
        this.derived = codename.derive(Hex.parse(intake().path("instance").asText(), 32));
    }

    /// A file or message, cut and sealed.
    record Prepared(
            Id exhibit, long generation, byte[] content, List<byte[]> cuts, List<byte[]> sealed) {
        List<Sha256> digests() {
            return sealed.stream().map(Sha256::of).toList();
        }

        long padded() {
            return Padme.paddedSize(content.length);
        }
    }

    Codename codename() {
        return codename;
    }

    HybridIdentity source() {
        return derived.source();
    }

    JsonNode intake() throws IOException, InterruptedException {
        return JSON.readTree(ask("GET", "/api/intake", null).body());
    }

    /// Asks for a challenge.
    HttpResponse<String> claim(boolean begin) throws IOException, InterruptedException {
        return ask(
                "POST",
                "/api/session",
                JSON.createObjectNode()
                        .put("begin", begin)
                        .put("locator", derived.locator().hex())
                        .put("recipient", source().recipient().text()));
    }

    /// Begins a case under another's locator, with a recipient of its own: what a locator is, is the sender's word.
    JsonNode claimsLocatorOf(SourceProgram other) throws IOException, InterruptedException {
        ObjectNode claim =
                JSON.createObjectNode()
                        .put("begin", true)
                        .put("locator", other.derived.locator().hex())
                        .put("recipient", source().recipient().text());
        proof(opened(json(ask("POST", "/api/session", claim))));
        try (HybridIdentity generation = HybridIdentity.generate(random)) {
            return JSON.readTree(ask("PUT", "/api/case", beginning(generation)).body());
        }
    }

    /// The token of a challenge.
    String opened(JsonNode challenge) throws IOException {
        return new String(
                Age.open(Base64.parse(challenge.path("challenge").asText()), source()),
                StandardCharsets.US_ASCII);
    }

    /// A session, by its challenge.
    HttpResponse<String> prove(boolean begin) throws IOException, InterruptedException {
        return proof(opened(json(claim(begin))));
    }

    /// Answers a challenge where no work is asked.
    HttpResponse<String> proof(String token) throws IOException, InterruptedException {
        return ask(
                "POST",
                "/api/session/proof",
                JSON.createObjectNode().put("place", "").put("token", token).put("work", 0));
    }

    /// What begins the case, with a fresh generation 0.
    ObjectNode beginning(HybridIdentity generation) throws IOException, InterruptedException {
        byte[] line = (generation.revealText() + "\n").getBytes(StandardCharsets.US_ASCII);
        ObjectNode body =
                JSON.createObjectNode()
                        .put("keepsake", derived.keepsake(generation.recipient()).hex())
                        .put("recipient", generation.recipient().text())
                        .put("source", source().recipient().text());
        ArrayNode grants = body.putArray("grants");
        for (JsonNode it : intake().path("receivers")) {
            grants.addObject()
                    .put("person", it.path("person").asText())
                    .put(
                            "grant",
                            Base64.of(
                                    Age.seal(
                                            line,
                                            HybridRecipient.parse(it.path("recipient").asText()))));
        }
        return body;
    }

    JsonNode begin() throws IOException, InterruptedException {
        prove(true);
        try (HybridIdentity generation = HybridIdentity.generate(random)) {
            return JSON.readTree(ask("PUT", "/api/case", beginning(generation)).body());
        }
    }

    JsonNode view() throws IOException, InterruptedException {
        return JSON.readTree(ask("GET", "/api/case", null).body());
    }

    Prepared prepared(byte[] content, JsonNode view) throws IOException {
        return prepared(Id.random(random), content, view);
    }

    Prepared prepared(Id exhibit, byte[] content, JsonNode view) throws IOException {
        HybridRecipient recipient =
                HybridRecipient.parse(view.path("generation").path("recipient").asText());
        byte[] padded = Arrays.copyOf(content, Math.toIntExact(Padme.paddedSize(content.length)));
        List<byte[]> cuts = new ArrayList<>();
        List<byte[]> sealed = new ArrayList<>();
        for (int at = 0; at < padded.length; at += SegmentSealer.SEGMENT) {
            byte[] cut =
                    Arrays.copyOfRange(
                            padded, at, Math.min(padded.length, at + SegmentSealer.SEGMENT));
            cuts.add(cut);
            sealed.add(Age.seal(cut, recipient));
        }
        return new Prepared(
                exhibit,
                view.path("generation").path("generation").asLong(),
                content,
                cuts,
                sealed);
    }

    private Json.Obj box(String kind, Prepared it, JsonNode view) {
        return Json.object()
                .with("v", 1)
                .with("kind", kind)
                .with("origin", view.path("origin").asText())
                .with("case", view.path("case").asText())
                .with("exhibit", it.exhibit().hex())
                .with("generation", it.generation())
                .with("size", it.content().length);
    }

    HttpResponse<String> start(Prepared it, JsonNode view)
            throws IOException, InterruptedException {
        return ask("POST", "/api/exhibits", starting(it, view));
    }

    ObjectNode starting(Prepared it, JsonNode view) {
        byte[] stub =
                SealedBox.sealPadded(
                        CanonicalJson.encode(box("unfinished", it, view).with("of", "file")),
                        source().recipient());
        return JSON.createObjectNode()
                .put("exhibit", it.exhibit().hex())
                .put("generation", it.generation())
                .put("size", it.padded())
                .put("stub", Base64.of(stub));
    }

    HttpRequest.Builder segment(Prepared it, int number) {
        return segment(it, number, it.sealed().get(number));
    }

    HttpRequest.Builder segment(Prepared it, int number, byte[] sealed) {
        Sha256 digest = Sha256.of(sealed);
        Sha256 mark =
                derived.mark(
                        it.exhibit().bytes(), number, Sha256.of(it.cuts().get(number)), digest);
        return request("/api/exhibits/" + it.exhibit() + "/segments/" + number)
                .header("Content-Type", "application/octet-stream")
                .header("Content-Digest", "sha-256=:" + Base64.of(digest.bytes()) + ":")
                .header("Sigillo-Mark", ":" + Base64.of(mark.bytes()) + ":")
                .PUT(HttpRequest.BodyPublishers.ofByteArray(sealed));
    }

    ObjectNode finishing(Prepared it, Optional<String> name, JsonNode view) {
        byte[] salt = new byte[32];
        random.nextBytes(salt);
        Sha256 plaintext = Sha256.of(it.content());
        Json.Obj common =
                Json.object()
                        .with("sha256", plaintext)
                        .with("salt", Hex.of(salt))
                        .with(
                                "segments",
                                Json.texts(it.digests().stream().map(Sha256::hex).toList()));
        Json.Obj label = box(name.isPresent() ? "file" : "message", it, view);
        Json.Obj stub = box("stub", it, view).with("of", name.isPresent() ? "file" : "message");
        for (String member : common.members().keySet()) {
            label = label.with(member, common.members().get(member));
            stub = stub.with(member, common.members().get(member));
        }
        label = label.with("mediaType", "application/octet-stream");
        if (name.isPresent()) {
            label = label.with("name", name.get());
        }
        HybridRecipient recipient =
                HybridRecipient.parse(view.path("generation").path("recipient").asText());
        return JSON.createObjectNode()
                .put("content", Entry.content(salt, plaintext).hex())
                .put(
                        "label",
                        Base64.of(SealedBox.sealPadded(CanonicalJson.encode(label), recipient)))
                .put(
                        "stub",
                        Base64.of(
                                SealedBox.sealPadded(
                                        CanonicalJson.encode(stub), source().recipient())));
    }

    HttpResponse<String> finish(Prepared it, ObjectNode body)
            throws IOException, InterruptedException {
        return ask("POST", "/api/exhibits/" + it.exhibit() + "/finish", body);
    }

    /// All of a file's way.
    Prepared send(String name, byte[] content) throws IOException, InterruptedException {
        JsonNode view = view();
        Prepared it = prepared(content, view);
        start(it, view);
        for (int n = 0; n < it.sealed().size(); n++) {
            send(segment(it, n));
        }
        HttpResponse<String> finished = finish(it, finishing(it, Optional.of(name), view));
        if (finished.statusCode() != 201) {
            throw new IOException("not finished: " + finished.body());
        }
        return it;
    }

    HttpResponse<String> ask(
            String method, String path, @org.jspecify.annotations.Nullable ObjectNode body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = request(path);
        if (body == null) {
            request.method(method, HttpRequest.BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json")
                    .method(method, HttpRequest.BodyPublishers.ofString(body.toString()));
        }
        return send(request);
    }

    HttpRequest.Builder request(String path) {
        HttpRequest.Builder builder =
                HttpRequest.newBuilder(URI.create(stack.application().toString() + path))
                        .header("Host", "drop.localhost:" + stack.port());
        trail.on(builder);
        return cookie.isEmpty() ? builder : builder.header("Cookie", cookie);
    }

    HttpResponse<String> send(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        HttpResponse<String> answer =
                http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        answer.headers()
                .firstValue("Set-Cookie")
                .ifPresent(header -> cookie = header.substring(0, header.indexOf(';')));
        return answer;
    }

    static JsonNode json(HttpResponse<String> answer) throws IOException {
        return JSON.readTree(answer.body());
    }

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    String cookie() {
        return cookie;
    }

    @Override
    public void close() {
        http.close();
        derived.close();
    }
}
