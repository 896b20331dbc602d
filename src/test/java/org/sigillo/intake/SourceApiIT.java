package org.sigillo.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.CanonicalJson;
import org.sigillo.bytes.Hex;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.Sha256;
import org.sigillo.cli.Sigillo;
import org.sigillo.custody.Id;
import org.sigillo.custody.Receipt;
import org.sigillo.docket.CaseActs;
import org.sigillo.intake.SourceProgram.Prepared;
import org.sigillo.sealing.Age;
import org.sigillo.sealing.Codename;
import org.sigillo.sealing.HybridIdentity;
import org.sigillo.sealing.SealBrokenException;
import org.sigillo.sealing.SealedBox;
import org.sigillo.stack.DemoPeople;
import org.sigillo.stack.Hand;
import org.sigillo.stack.Stack;
import org.sigillo.stack.StackExtension;

/// The sources' API on the running stack: what a program seals itself arrives like what the server seals, and nothing that is
/// sent twice, too late, in another's name or in another form does any harm.
@Tag("stack")
@Tag("sources")
@ExtendWith(StackExtension.class)
class SourceApiIT {
    private static final int SEGMENT = 67_126_891;

    private final Stack stack;
    private Hand rosa;
    private SourceProgram source;
    private Set<String> before = Set.of();
    @TempDir Path folder;

    SourceApiIT(Stack stack) {
        this.stack = stack;
    }

    @BeforeEach
    void a_program() throws Exception {
        rosa = new Hand(stack, "rosa");
        rosa.link();
        before = CaseActs.casesOf(rosa);
        source = new SourceProgram(stack);
    }

    @AfterEach
    void leave() {
        source.close();
        rosa.close();
    }

    private static byte[] content(int size) {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        return content;
    }

    private static void refused(int status, String guard, HttpResponse<String> answer)
            throws Exception {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
                .startsWith("application/problem+json");
        assertThat(SourceProgram.json(answer).path("guard").asText()).isEqualTo(guard);
    }

    private Prepared begun(byte[] content) throws Exception {
        JsonNode view = source.view();
        Prepared it = source.prepared(content, view);
        assertThat(source.start(it, view).statusCode()).isEqualTo(201);
        return it;
    }

    @Test
    void what_a_program_sealed_is_the_newsrooms_and_its_sources_by_either_way() throws Exception {
        byte[] content = content(70_000_000);
        assertThat(source.begin().path("generation").path("keepsake").asText()).hasSize(64);
        Prepared it = begun(content);
        assertThat(it.sealed().getFirst()).hasSize(SEGMENT);
        assertThat(CaseActs.casesOf(rosa)).as("until something is whole").isEqualTo(before);
        assertThat(source.send(source.segment(it, 1)).statusCode()).isEqualTo(201);
        ObjectNode finishing = source.finishing(it, Optional.of("plan.pdf"), source.view());
        HttpResponse<String> early = source.finish(it, finishing);
        refused(409, "missing", early);
        assertThat(SourceProgram.json(early).path("missing")).hasToString("[0]");
        // In between, the server goes.
        stack.restartApp();
        JsonNode resumed = source.view();
        assertThat(resumed.path("unfinished").get(0).path("segments").get(0).path("number").asInt())
                .isEqualTo(1);
        assertThat(source.send(source.segment(it, 0)).statusCode()).isEqualTo(201);
        assertThat(source.send(source.segment(it, 0)).statusCode()).isEqualTo(204);
        HttpResponse<String> finished = source.finish(it, finishing);
        assertThat(finished.statusCode()).as(finished.body()).isEqualTo(201);
        assertThat(source.finish(it, finishing).statusCode()).isEqualTo(200);
        JsonNode view = source.view();
        assertThat(view.path("unfinished")).isEmpty();
        assertThat(view.path("exhibits")).hasSize(1);

        // Its source comes back without script, and sends more.
        try (SourceBrowser browser = new SourceBrowser(stack)) {
            browser.post(
                    "/en/return", "codename=" + source.codename().revealText().replace(' ', '+'));
            assertThat(browser.get("/en/case").body())
                    .contains(Sha256.of(content).hex(), "<dd>70,000,000</dd>");
            assertThat(browser.submit(SourceBrowser.Part.message("more")).statusCode())
                    .isEqualTo(303);
            assertThat(browser.get("/en/case").body()).contains("Message 2");
        }
        assertThat(source.view().path("exhibits")).hasSize(2);

        CaseActs acts = CaseActs.since(before, rosa);
        Path opened = opened(acts);
        assertThat(Files.readAllBytes(opened)).isEqualTo(content);
        receipt(it, view, content);
    }

    /// As a reviewer opens it, from the export of the case.
    private Path opened(CaseActs acts) throws Exception {
        Path tar = folder.resolve("case.tar");
        assertThat(rosa.save("desk", "/api/cases/" + acts.caseId() + "/export", tar))
                .isEqualTo(200);
        Path to = folder.resolve("opened");
        Path passphrase =
                Files.writeString(
                        folder.resolve("passphrase"), stack.passphrase(DemoPeople.named("rosa")));
        int code =
                Sigillo.run(
                        "open",
                        "--key",
                        stack.keyFile(DemoPeople.named("rosa")).toString(),
                        "--passphrase-file",
                        passphrase.toString(),
                        "--out",
                        to.toString(),
                        tar.toString());
        assertThat(code).isZero();
        try (java.util.stream.Stream<Path> files = Files.walk(to)) {
            return files.filter(it -> it.getFileName().toString().contains("plan.pdf"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private void receipt(Prepared it, JsonNode view, byte[] content) throws Exception {
        HttpResponse<String> proof =
                source.ask("GET", "/api/exhibits/" + it.exhibit() + "/proof", null);
        for (int i = 0; i < 3_000 && proof.statusCode() == 404; i++) {
            Thread.sleep(200);
            proof = source.ask("GET", "/api/exhibits/" + it.exhibit() + "/proof", null);
        }
        assertThat(proof.statusCode()).as(proof.body()).isEqualTo(200);
        JsonNode proven = SourceProgram.json(proof);
        Json.Obj stub =
                CanonicalJson.parseObject(
                        SealedBox.openPadded(
                                Base64.parse(view.path("exhibits").get(0).path("stub").asText()),
                                source.source()));
        List<Sha256> hashes = new java.util.ArrayList<>();
        proven.path("proof").forEach(hash -> hashes.add(Sha256.parse(hash.asText())));
        String text =
                Receipt.text(
                        Id.parse(view.path("case").asText()),
                        it.exhibit(),
                        Hex.parse(stub.text("salt"), 32),
                        Base64.parse(proven.path("entry").asText()),
                        proven.path("index").asLong(),
                        hashes,
                        proven.path("checkpoint").asText());
        Path receipt = Files.writeString(folder.resolve("receipt"), text);
        Path file = Files.write(folder.resolve("sent"), content);
        assertThat(
                        Sigillo.run(
                                "receipt",
                                receipt.toString(),
                                "--genesis",
                                stack.genesis().toString(),
                                "--file",
                                file.toString()))
                .as("it holds; whom to believe as a witness was not said")
                .isEqualTo(4);
    }

    @Test
    void who_has_not_the_identity_has_no_session_and_a_locator_is_nobodys_key() throws Exception {
        source.begin();
        source.send("a", content(10));
        refused(401, "session", new SourceProgram(stack).ask("GET", "/api/case", null));
        // Whoever read the locator in a stolen database can claim it with a recipient of their own.
        try (HybridIdentity thief = HybridIdentity.generate(new java.security.SecureRandom());
                SourceProgram other = new SourceProgram(stack)) {
            String locator =
                    source.codename()
                            .derive(Hex.parse(source.intake().path("instance").asText(), 32))
                            .locator()
                            .hex();
            String challenge =
                    SourceProgram.json(
                                    other.ask(
                                            "POST",
                                            "/api/session",
                                            SourceProgram.object()
                                                    .put("begin", true)
                                                    .put("locator", locator)
                                                    .put("recipient", thief.recipient().text())))
                            .path("challenge")
                            .asText();
            assertThatThrownBy(() -> Age.open(Base64.parse(challenge), source.source()))
                    .isInstanceOf(SealBrokenException.class);
            String token =
                    new String(Age.open(Base64.parse(challenge), thief), StandardCharsets.US_ASCII);
            assertThat(other.proof(token).statusCode()).isEqualTo(204);
            refused(404, "no-case", other.ask("GET", "/api/case", null));
            ObjectNode beginning = other.beginning(thief);
            beginning.put("source", thief.recipient().text());
            refused(409, "taken", other.ask("PUT", "/api/case", beginning));
            // A session's cookie is no answer to a challenge, and a token no session.
            refused(
                    401,
                    "session",
                    other.proof(other.cookie().substring(other.cookie().indexOf('=') + 1)));
        }
        assertThat(source.view().path("exhibits")).hasSize(1);
        assertThat(source.ask("DELETE", "/api/session", null).statusCode()).isEqualTo(204);
        refused(401, "session", source.ask("GET", "/api/case", null));
    }

    @Test
    void an_answer_to_a_challenge_counts_once_however_many_bring_it_at_once() throws Exception {
        for (boolean begin : new boolean[] {false, true}) {
            String token = source.opened(SourceProgram.json(source.claim(begin)));
            try (ExecutorService many = Executors.newFixedThreadPool(8)) {
                List<Callable<Integer>> asks =
                        Collections.nCopies(8, () -> source.proof(token).statusCode());
                List<Integer> answers = new ArrayList<>();
                for (Future<Integer> it : many.invokeAll(asks)) {
                    answers.add(it.get());
                }
                assertThat(answers).containsOnly(204, 401).containsOnlyOnce(204);
            }
            refused(401, "session", source.proof(token));
        }
    }

    @Test
    void right_and_wrong_codenames_are_told_apart_by_nothing_before_the_proof() throws Exception {
        source.begin();
        source.send("a", content(10));
        try (SourceProgram typed =
                new SourceProgram(stack, Codename.generate(new java.security.SecureRandom()))) {
            HttpResponse<String> wrong = typed.prove(false);
            HttpResponse<String> right = source.prove(false);
            assertThat(wrong.statusCode()).isEqualTo(right.statusCode());
            assertThat(wrong.headers().firstValue("Set-Cookie").orElseThrow())
                    .hasSameSizeAs(right.headers().firstValue("Set-Cookie").orElseThrow());
            refused(404, "no-case", typed.ask("GET", "/api/case", null));
            try (HybridIdentity generation =
                    HybridIdentity.generate(new java.security.SecureRandom())) {
                refused(404, "no-case", typed.ask("PUT", "/api/case", typed.beginning(generation)));
            }
        }
        assertThat(source.ask("GET", "/api/case", null).statusCode()).isEqualTo(200);
    }

    @Test
    void grants_are_for_exactly_those_who_receive() throws Exception {
        source.prove(true);
        try (HybridIdentity generation =
                HybridIdentity.generate(new java.security.SecureRandom())) {
            ObjectNode all = source.beginning(generation);
            for (int left : new int[] {0, all.path("grants").size() - 1}) {
                ObjectNode some = all.deepCopy();
                ((ArrayNode) some.path("grants")).remove(left);
                refused(409, "receivers", source.ask("PUT", "/api/case", some));
            }
            ObjectNode twice = all.deepCopy();
            ((ArrayNode) twice.path("grants")).add(twice.path("grants").get(0).deepCopy());
            refused(400, "malformed", source.ask("PUT", "/api/case", twice));
            ObjectNode plain = all.deepCopy();
            ((ObjectNode) plain.path("grants").get(0))
                    .put(
                            "grant",
                            Base64.of(generation.revealText().getBytes(StandardCharsets.US_ASCII)));
            refused(400, "malformed", source.ask("PUT", "/api/case", plain));
            ObjectNode another = all.deepCopy();
            another.put("source", generation.recipient().text());
            refused(400, "malformed", source.ask("PUT", "/api/case", another));
            for (String member : List.of("grants", "keepsake", "recipient", "source")) {
                ObjectNode less = all.deepCopy();
                less.remove(member);
                refused(400, "malformed", source.ask("PUT", "/api/case", less));
            }
            refused(404, "no-case", source.ask("GET", "/api/case", null));
            assertThat(source.ask("PUT", "/api/case", all).statusCode()).isEqualTo(201);
            JsonNode first = source.view();
            try (HybridIdentity second =
                    HybridIdentity.generate(new java.security.SecureRandom())) {
                HttpResponse<String> again =
                        source.ask("PUT", "/api/case", source.beginning(second));
                assertThat(again.statusCode()).isEqualTo(200);
                assertThat(SourceProgram.json(again).path("generation"))
                        .isEqualTo(first.path("generation"));
            }
        }
    }

    @Test
    void a_segment_is_taken_as_promised_or_not_at_all() throws Exception {
        source.begin();
        Prepared it = begun(content(100_000));
        byte[] sealed = it.sealed().getFirst();
        byte[] altered = sealed.clone();
        altered[altered.length - 1] ^= 1;
        refused(
                400,
                "digest",
                source.send(
                        source.segment(it, 0)
                                .PUT(HttpRequest.BodyPublishers.ofByteArray(altered))));
        byte[] plain = new byte[sealed.length];
        refused(400, "malformed", source.send(source.segment(it, 0, plain)));
        refused(
                400,
                "malformed",
                source.send(source.segment(it, 0, Arrays.copyOf(sealed, 50_000))));
        refused(
                400,
                "malformed",
                source.send(source.segment(it, 0, Arrays.copyOf(sealed, sealed.length + 1))));
        refused(400, "malformed", source.send(source.segment(it, 0, new byte[0])));
        for (String header : List.of("Content-Digest", "Sigillo-Mark")) {
            refused(
                    400,
                    "malformed",
                    source.send(source.segment(it, 0).setHeader(header, "sha-512=:AAAA:")));
        }
        refused(
                400,
                "malformed",
                source.send(
                        source.request("/api/exhibits/" + it.exhibit() + "/segments/1")
                                .header("Content-Type", "application/octet-stream")
                                .PUT(HttpRequest.BodyPublishers.ofByteArray(sealed))));
        assertThat(source.view().path("unfinished").get(0).path("segments")).isEmpty();
        assertThat(source.send(source.segment(it, 0)).statusCode()).isEqualTo(201);
        refused(409, "taken", source.send(source.segment(it, 0, resealed(it))));
        // What another source has begun is not there for this one.
        try (SourceProgram other = new SourceProgram(stack)) {
            other.begin();
            Prepared same = other.prepared(it.exhibit(), content(100_000), other.view());
            refused(404, "no-exhibit", other.send(other.segment(same, 0)));
            refused(409, "taken", other.start(same, other.view()));
            assertThat(other.ask("DELETE", "/api/exhibits/" + it.exhibit(), null).statusCode())
                    .isEqualTo(204);
            refused(
                    404,
                    "no-exhibit",
                    other.ask("GET", "/api/exhibits/" + it.exhibit() + "/proof", null));
        }
        assertThat(source.view().path("unfinished")).hasSize(1);
        assertThat(source.ask("DELETE", "/api/exhibits/" + it.exhibit(), null).statusCode())
                .isEqualTo(204);
        assertThat(source.view().path("unfinished")).isEmpty();
        assertThat(stack.object("segments/" + it.exhibit() + "/0")).doesNotExist();
    }

    private byte[] resealed(Prepared it) throws Exception {
        return source.prepared(it.exhibit(), it.content(), source.view()).sealed().getFirst();
    }

    @Test
    void an_exhibit_is_begun_and_finished_in_its_form_alone() throws Exception {
        source.begin();
        JsonNode view = source.view();
        Prepared it = source.prepared(content(5000), view);
        ObjectNode begin =
                SourceProgram.object()
                        .put("exhibit", it.exhibit().hex())
                        .put("generation", 0)
                        .put("size", it.padded())
                        .put(
                                "stub",
                                source.finishing(it, Optional.empty(), view).path("stub").asText());
        for (long size : new long[] {-1, 0, 1, 65_535, 65_537, 20_000_000_001L}) {
            refused(
                    400,
                    "malformed",
                    source.ask("POST", "/api/exhibits", begin.deepCopy().put("size", size)));
        }
        refused(
                413,
                "too-large",
                source.ask("POST", "/api/exhibits", begin.deepCopy().put("size", 1L << 45)));
        refused(
                409,
                "generation",
                source.ask("POST", "/api/exhibits", begin.deepCopy().put("generation", 1)));
        for (String stub : List.of("", "aGVsbG8=", "%", "x".repeat(40))) {
            refused(
                    400,
                    "malformed",
                    source.ask("POST", "/api/exhibits", begin.deepCopy().put("stub", stub)));
        }
        assertThat(source.ask("POST", "/api/exhibits", begin).statusCode()).isEqualTo(201);
        assertThat(source.ask("POST", "/api/exhibits", begin).statusCode()).isEqualTo(200);
        assertThat(source.send(source.segment(it, 0)).statusCode()).isEqualTo(201);
        ObjectNode finishing = source.finishing(it, Optional.empty(), view);
        refused(400, "malformed", source.finish(it, finishing.deepCopy().put("label", "aGVsbG8=")));
        refused(400, "malformed", source.finish(it, finishing.deepCopy().put("content", "00")));
        assertThat(source.finish(it, finishing).statusCode()).isEqualTo(201);
        refused(
                409,
                "taken",
                source.finish(
                        it, finishing.deepCopy().put("content", Sha256.of(new byte[1]).hex())));
        refused(404, "no-exhibit", source.send(source.segment(it, 0)));
        assertThat(source.view().path("exhibits")).hasSize(1);
    }

    @Test
    void the_programs_that_browsers_are_given_are_those_of_the_page_and_of_the_ledger()
            throws Exception {
        HttpResponse<String> page = source.ask("GET", "/en", null);
        StringBuilder body = new StringBuilder("{");
        for (String program : List.of("drop.js", "drop-worker.js")) {
            HttpResponse<String> served = source.ask("GET", "/assets/" + program, null);
            assertThat(served.statusCode()).isEqualTo(200);
            Sha256 digest = Sha256.of(served.body().getBytes(StandardCharsets.UTF_8));
            assertThat(page.body()).contains(digest.hex());
            body.append(body.length() == 1 ? "\"page\":\"" : ",\"worker\":\"")
                    .append(digest.hex())
                    .append('"');
        }
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("script-src 'self'")
                .doesNotContain("unsafe");
        try (java.sql.Connection connection = stack.asSuperuser().getConnection();
                java.sql.PreparedStatement entered =
                        connection.prepareStatement(
                                "SELECT count(*) FROM ledger_entry WHERE position(? IN"
                                        + " convert_from(bytes, 'UTF8')) > 0")) {
            entered.setString(1, body + "},\"type\":\"script.served\"");
            try (java.sql.ResultSet rows = entered.executeQuery()) {
                rows.next();
                assertThat(rows.getLong(1)).isEqualTo(1);
            }
        }
    }

    @Test
    void answers_and_wishes_are_the_programs_as_the_pages() throws Exception {
        source.begin();
        Prepared it = source.send("a", content(10));
        CaseActs acts = CaseActs.since(before, rosa);
        JsonNode intake = source.intake();
        assertThat(intake.path("receivers")).isNotEmpty();
        List<Hand> all = List.of(rosa, new Hand(stack, "remy"));
        for (Hand hand : all) {
            hand.link();
        }
        assertThat(acts.generation(rosa, 1, all, Optional.empty()).statusCode()).isEqualTo(201);
        JsonNode generation = source.view().path("generation");
        assertThat(generation.path("generation").asInt()).isEqualTo(1);
        assertThat(generation.path("person").asText()).isEqualTo(rosa.me().person().hex());
        assertThat(generation.path("nonce").asText()).hasSize(64);
        assertThat(generation.path("keepsake").isNull()).isTrue();
        assertThat(acts.reply(rosa, "Thank you").statusCode()).isEqualTo(201);
        JsonNode reply = source.view().path("replies").get(0);
        byte[] box = Base64.parse(reply.path("box").asText());
        assertThat(
                        CanonicalJson.parseObject(SealedBox.openPadded(box, source.source()))
                                .text("text"))
                .isEqualTo("Thank you");
        assertThat(reply.path("seen").asBoolean()).isFalse();
        ObjectNode seen = SourceProgram.object();
        seen.putArray("replies").add(reply.path("reply").asText());
        assertThat(source.ask("POST", "/api/replies/seen", seen).statusCode()).isEqualTo(204);
        assertThat(source.view().path("replies").get(0).path("seen").asBoolean()).isTrue();
        String remove = "/api/replies/" + reply.path("reply").asText() + "/remove";
        assertThat(source.ask("POST", remove, null).statusCode()).isEqualTo(204);
        assertThat(source.ask("POST", remove, null).statusCode()).isEqualTo(204);
        assertThat(source.view().path("replies").get(0).path("box").isNull()).isTrue();
        refused(
                404,
                "no-reply",
                source.ask("POST", "/api/replies/" + it.exhibit() + "/remove", null));
        for (String wish : List.of("no-publication", "deletion")) {
            assertThat(
                            source.ask(
                                            "POST",
                                            "/api/wishes",
                                            SourceProgram.object().put("wish", wish))
                                    .statusCode())
                    .isEqualTo(204);
        }
        refused(
                400,
                "malformed",
                source.ask("POST", "/api/wishes", SourceProgram.object().put("wish", "fame")));
        assertThat(source.view().path("wishes")).hasSize(2);
        String forget = "/api/exhibits/" + it.exhibit() + "/forget";
        assertThat(source.ask("POST", forget, null).statusCode()).isEqualTo(204);
        assertThat(source.view().path("exhibits").get(0).path("stub").isNull()).isTrue();
        all.getLast().close();
    }
}
