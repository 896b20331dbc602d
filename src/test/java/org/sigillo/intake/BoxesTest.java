package org.sigillo.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.CanonicalJson;
import org.sigillo.bytes.Hex;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Id;
import org.sigillo.docket.Cases;
import org.sigillo.docket.Replies;
import org.sigillo.sealing.HybridIdentity;
import org.sigillo.sealing.SealedBox;
import org.sigillo.sealing.SealedContent;

/// A stub, and what must not be taken for one.
class BoxesTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String ORIGIN = "audit.example/log";

    private final HybridIdentity source = HybridIdentity.generate(RANDOM);
    private final Id caseId = Id.random(RANDOM);
    private final Id exhibit = Id.random(RANDOM);

    @AfterEach
    void forget() {
        source.close();
    }

    @Test
    void a_stub_tells_its_source_what_arrived() {
        Boxes.Stub stub = open(stub(source), exhibit, 0).orElseThrow();
        assertThat(stub.size()).isEqualTo(3);
        assertThat(stub.message()).isFalse();
    }

    @Test
    void a_stub_that_its_source_cannot_open_says_nothing() {
        try (HybridIdentity other = HybridIdentity.generate(RANDOM)) {
            assertThat(open(stub(other), exhibit, 0)).isEmpty();
        }
        byte[] damaged = stub(source);
        damaged[damaged.length - 1] ^= 1;
        assertThat(open(damaged, exhibit, 0)).isEmpty();
        assertThat(open(new byte[] {1}, exhibit, 0)).isEmpty();
        for (String json : List.of("{}", "[]", "x")) {
            byte[] box = SealedBox.sealPadded(json.getBytes(UTF_8), source.recipient());
            assertThat(open(box, exhibit, 0)).as(json).isEmpty();
        }
    }

    @Test
    void a_reply_made_elsewhere_opens_for_its_source() throws IOException {
        Json.Obj made = vectors("reply.json");
        try (HybridIdentity itsSource =
                HybridIdentity.parse(vectors("envelope.json").text("source"))) {
            Id writer = Id.parse(made.text("writer"));
            byte[] box = Base64.parse(made.text("box"));
            Id itsCase = Id.parse(made.text("case"));
            assertThat(reply(made, writer, box, itsCase, itsSource)).hasValue(made.text("text"));
            assertThat(
                            Entry.replyTag(
                                    Hex.parse(made.text("nonce"), 32),
                                    Id.parse(made.text("reply"))))
                    .isEqualTo(made.digest("tag"));

            assertThat(reply(made, Id.random(RANDOM), box, itsCase, itsSource))
                    .as("another writer")
                    .isEmpty();
            assertThat(reply(made, writer, box, caseId, itsSource)).as("another case").isEmpty();
            assertThat(reply(made, writer, box, itsCase, source)).as("another source").isEmpty();
            assertThat(reply(made, writer, new byte[] {1}, itsCase, itsSource))
                    .as("what is no box at all")
                    .isEmpty();
        }
    }

    private static Optional<String> reply(
            Json.Obj made, Id writer, byte[] box, Id caseId, HybridIdentity source) {
        return Boxes.reply(
                new Replies.Reply(
                        Id.parse(made.text("reply")),
                        writer,
                        LocalDate.EPOCH,
                        made.number("generation"),
                        Optional.of(box),
                        false),
                source,
                List.of(made.text("origin")),
                caseId);
    }

    private static Json.Obj vectors(String name) throws IOException {
        return CanonicalJson.parseLenient(
                Files.readAllBytes(Path.of("src/test/resources/vectors/envelope", name)));
    }

    @Test
    void
            a_stub_of_another_exhibit_or_generation_or_of_another_file_than_the_ledgers_says_nothing() {
        assertThat(open(stub(source), Id.random(RANDOM), 0)).isEmpty();
        assertThat(open(stub(source), exhibit, 1)).isEmpty();
        assertThat(open(stub(source), exhibit, 0, Sha256.ZERO)).isEmpty();
    }

    private Optional<Boxes.Stub> open(byte[] stub, Id of, long generation) {
        return open(stub, of, generation, Entry.content(new byte[32], Sha256.of(new byte[3])));
    }

    private Optional<Boxes.Stub> open(byte[] stub, Id of, long generation, Sha256 content) {
        return Boxes.stub(
                new Cases.Shown(
                        of,
                        1,
                        "2026-11-24",
                        generation,
                        Optional.of(stub),
                        content,
                        OptionalLong.empty()),
                source,
                List.of(ORIGIN),
                caseId);
    }

    private byte[] stub(HybridIdentity to) {
        return Boxes.stub(
                new Boxes.Place(ORIGIN, caseId, exhibit, 0),
                new Boxes.Arrived(
                        Optional.of("name"),
                        "text/plain",
                        new SealedContent(Sha256.of(new byte[3]), 3, 4096, List.of()),
                        new byte[32]),
                to.recipient());
    }
}
