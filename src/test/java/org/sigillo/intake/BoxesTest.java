package org.sigillo.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.CanonicalJson;
import org.sigillo.bytes.Hex;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Id;
import org.sigillo.docket.Replies;
import org.sigillo.sealing.HybridIdentity;
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
        Boxes.Stub stub = open(stub(source), exhibit);
        assertThat(stub.size()).isEqualTo(3);
        assertThat(stub.message()).isFalse();
    }

    @Test
    void a_stub_that_its_source_cannot_open_is_broken_evidence_by_the_exhibits_id() {
        try (HybridIdentity other = HybridIdentity.generate(RANDOM)) {
            assertBroken(stub(other));
        }
        byte[] damaged = stub(source);
        damaged[damaged.length - 1] ^= 1;
        assertBroken(damaged);
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
    void a_stub_of_another_exhibit_is_broken_evidence() {
        assertThatThrownBy(() -> open(stub(source), Id.random(RANDOM)))
                .isInstanceOf(BrokenEvidenceException.class);
    }

    @Test
    void a_stub_of_another_generation_is_broken_evidence() {
        assertThatThrownBy(
                        () -> Boxes.open(stub(source), source, List.of(ORIGIN), caseId, exhibit, 1))
                .isInstanceOf(BrokenEvidenceException.class);
    }

    private void assertBroken(byte[] stub) {
        assertThatThrownBy(() -> open(stub, exhibit))
                .isInstanceOfSatisfying(
                        BrokenEvidenceException.class,
                        it -> assertThat(it.where()).isEqualTo("stub of exhibit " + exhibit));
    }

    private Boxes.Stub open(byte[] stub, Id of) {
        return Boxes.open(stub, source, List.of(ORIGIN), caseId, of, 0);
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
