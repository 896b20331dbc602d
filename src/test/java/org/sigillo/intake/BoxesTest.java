package org.sigillo.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Id;
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
