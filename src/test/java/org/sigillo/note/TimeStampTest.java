package org.sigillo.note;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sigillo.bytes.Hex;
import org.sigillo.bytes.SecretBytes;
import org.sigillo.bytes.Sha256;
import org.sigillo.stack.TestAuthority;
import org.sigillo.stack.TestAuthority.Misdeed;

class TimeStampTest {
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final TestAuthority AUTHORITY =
            TestAuthority.of(InstantSource.fixed(NOW), RANDOM);
    private static final TimeStamp.Anchors ANCHORS = TimeStamp.Anchors.parse(AUTHORITY.anchorPem());

    private final NoteSigner log = signer("audit.example/log", 1);
    private final NoteSigner witness = signer("witness.example", 2);
    private final String text = new Checkpoint("audit.example/log", 1, Sha256.of()).text();
    private final byte[] stamped = TimeStamp.stamped(SignedNote.sign(text, List.of(log)));

    @Test
    void a_stamp_says_when_the_checkpoint_existed_and_is_kept_verbatim() {
        TimeStamp.Query query = TimeStamp.query(stamped, RANDOM);
        byte[] reply = AUTHORITY.answer(query.bytes());
        TimeStamp stamp = query.answered(reply, ANCHORS);
        assertThat(stamp.time()).isEqualTo(NOW);
        assertThat(stamp.reply()).isEqualTo(reply);
        assertThat(TimeStamp.verified(reply, stamped, ANCHORS).time()).isEqualTo(NOW);
    }

    /// RFC 3161 §2.4.1: version 1, SHA-256 with the digest, the nonce, certReq TRUE.
    @Test
    void the_bytes_of_a_query_are_these() {
        byte[] query =
                new TimeStamp.Query(
                                StampCheck.DIGESTS.get("SHA-256"),
                                Sha256.of(stamped).bytes(),
                                java.math.BigInteger.valueOf(0x1122334455667788L))
                        .bytes();
        assertThat(Hex.of(query))
                .isEqualTo(
                        "3041020101"
                                + "302f300b0609608648016503040201"
                                + "0420"
                                + Sha256.of(stamped).hex()
                                + "02081122334455667788"
                                + "0101ff");
    }

    @Test
    void each_query_has_a_nonce_of_its_own() {
        assertThat(TimeStamp.query(stamped, RANDOM).bytes())
                .isNotEqualTo(TimeStamp.query(stamped, RANDOM).bytes());
    }

    @Test
    void the_stamped_bytes_are_the_note_without_what_others_signed() {
        String alone = SignedNote.sign(text, List.of(log));
        for (String cosigned :
                List.of(
                        SignedNote.sign(text, List.of(log, witness)),
                        SignedNote.sign(text, List.of(witness, log)))) {
            assertThat(TimeStamp.stamped(cosigned))
                    .isEqualTo(alone.getBytes(StandardCharsets.UTF_8));
        }
        assertThatThrownBy(() -> TimeStamp.stamped(SignedNote.sign(text, List.of(witness))))
                .isInstanceOf(NoteException.class)
                .hasMessageContaining("audit.example/log");
    }

    @Test
    void anchors_may_be_several_and_others_lead_nowhere() {
        TestAuthority other = TestAuthority.of(InstantSource.fixed(NOW), RANDOM);
        byte[] reply = AUTHORITY.answer(TimeStamp.query(stamped, RANDOM).bytes());
        TimeStamp.Anchors both = TimeStamp.Anchors.parse(other.anchorPem() + AUTHORITY.anchorPem());
        assertThat(TimeStamp.verified(reply, stamped, both).time()).isEqualTo(NOW);
        assertThatThrownBy(() ->
                        TimeStamp.verified(
                                reply, stamped, TimeStamp.Anchors.parse(other.anchorPem())))
                .isInstanceOf(NoteException.class)
                .hasMessageContaining("trust anchor");
        for (String bad :
                List.of(
                        "",
                        "hello",
                        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")) {
            assertThatThrownBy(() -> TimeStamp.Anchors.parse(bad))
                    .isInstanceOf(NoteException.class);
        }
    }

    @Test
    void without_the_root_of_its_authority_a_stamp_is_left_open_unless_it_is_broken_in_itself() {
        TestAuthority other = TestAuthority.named("another", InstantSource.fixed(NOW), RANDOM);
        TimeStamp.Anchors anchors = TimeStamp.Anchors.parse(other.anchorPem());
        byte[] reply = AUTHORITY.answer(TimeStamp.query(stamped, RANDOM).bytes());
        assertThat(TimeStamp.verifiedIfKnown(reply, stamped, anchors)).isEmpty();
        assertThat(TimeStamp.verifiedIfKnown(reply, stamped, ANCHORS).orElseThrow().time())
                .isEqualTo(NOW);
        assertThatThrownBy(() -> TimeStamp.verifiedIfKnown(reply, new byte[1], anchors))
                .isInstanceOf(NoteException.class)
                .hasMessageContaining("imprint");
        for (Misdeed misdeed : List.of(Misdeed.OTHER_KEY, Misdeed.TWO_PURPOSES)) {
            TestAuthority bad = TestAuthority.of(InstantSource.fixed(NOW), RANDOM);
            bad.misbehave(misdeed);
            byte[] broken = bad.answer(TimeStamp.query(stamped, RANDOM).bytes());
            assertThatThrownBy(() -> TimeStamp.verifiedIfKnown(broken, stamped, anchors))
                    .as(misdeed.name())
                    .isInstanceOf(NoteException.class);
        }
        // An authority's new root has the name of its old one, as has whoever poses as it: the name
        // alone breaks nothing.
        TestAuthority anew = TestAuthority.of(InstantSource.fixed(NOW), RANDOM);
        byte[] later = anew.answer(TimeStamp.query(stamped, RANDOM).bytes());
        assertThat(TimeStamp.verifiedIfKnown(later, stamped, ANCHORS)).isEmpty();
    }

    @Nested
    class An_authority_that_misbehaves {
        @ParameterizedTest(name = "{0}")
        @CsvSource({
            "REFUSES, 'status: expected 0 or 1, found 2'",
            "OTHER_IMPRINT, 'imprint: expected'",
            "OTHER_DIGEST, 'imprint: expected'",
            "OTHER_NONCE, 'nonce: expected'",
            "NO_NONCE, 'found null'",
            "NO_PURPOSE, 'extended key usage: expected timeStamping alone, critical, found none'",
            "PURPOSE_NOT_CRITICAL, 'found timeStamping, not critical'",
            "TWO_PURPOSES, 'found [1.3.6.1.5.5.7.3.8, 1.3.6.1.5.5.7.3.3]'",
            "EXPIRED_CERTIFICATE, 'leads to a trust anchor at 2026-11-24T10:00:00Z'",
            "OTHER_ROOT, 'found CN=Test authority'",
            "NO_CERTIFICATE, 'certificate: expected the signer''s in the answer, found none'",
            "OTHER_CERTIFICATE_NAMED, 'signature: expected one that holds'",
            "OTHER_KEY, 'signature: expected one that holds'"
        })
        void is_found_out(Misdeed misdeed, String said) {
            TestAuthority bad = TestAuthority.of(InstantSource.fixed(NOW), RANDOM);
            bad.misbehave(misdeed);
            TimeStamp.Anchors anchors = TimeStamp.Anchors.parse(bad.anchorPem());
            TimeStamp.Query query = TimeStamp.query(stamped, RANDOM);
            byte[] reply = bad.answer(query.bytes());
            assertThatThrownBy(() -> query.answered(reply, anchors))
                    .isInstanceOf(NoteException.class)
                    .hasMessageContaining(said);
        }

        @Test
        void but_not_for_a_grant_with_changes_that_change_nothing() {
            TestAuthority authority = TestAuthority.of(InstantSource.fixed(NOW), RANDOM);
            authority.misbehave(Misdeed.GRANTS_WITH_CHANGES);
            TimeStamp.Query query = TimeStamp.query(stamped, RANDOM);
            assertThat(
                            query.answered(
                                            authority.answer(query.bytes()),
                                            TimeStamp.Anchors.parse(authority.anchorPem()))
                                    .time())
                    .isEqualTo(NOW);
        }
    }

    @Nested
    class Changed {
        @Test
        void bytes_are_not_what_was_stamped() {
            byte[] reply = AUTHORITY.answer(TimeStamp.query(stamped, RANDOM).bytes());
            for (int at = 0; at < stamped.length; at++) {
                byte[] other = stamped.clone();
                other[at] ^= 1;
                assertThatThrownBy(() -> TimeStamp.verified(reply, other, ANCHORS))
                        .isInstanceOf(NoteException.class)
                        .hasMessageContaining("imprint");
            }
        }

        /// Not every bit of an answer is signed (status text, order of certificates), so some flips are
        /// accepted; but never with another time, nor for other bytes.
        @Test
        void answers_never_tell_another_time() {
            byte[] reply = AUTHORITY.answer(TimeStamp.query(stamped, RANDOM).bytes());
            int refused = 0;
            for (int bit = RANDOM.nextInt(5); bit < 8 * reply.length; bit += 5) {
                byte[] flipped = reply.clone();
                flipped[bit / 8] ^= (byte) (1 << (bit % 8));
                try {
                    assertThat(TimeStamp.verified(flipped, stamped, ANCHORS).time()).isEqualTo(NOW);
                } catch (NoteException expected) {
                    refused++;
                }
            }
            assertThat(refused).isGreaterThan(8 * reply.length / 5 * 9 / 10);
        }

        @Test
        void cut_or_longer_answers_and_noise_are_refused_in_the_same_way() {
            byte[] reply = AUTHORITY.answer(TimeStamp.query(stamped, RANDOM).bytes());
            long seed = RANDOM.nextLong();
            Random noise = new Random(seed);
            for (int length = 0; length < reply.length; length += 7) {
                byte[] cut = Arrays.copyOf(reply, length);
                byte[] random = new byte[length];
                noise.nextBytes(random);
                for (byte[] bad : List.of(cut, random)) {
                    assertThatThrownBy(() -> TimeStamp.verified(bad, stamped, ANCHORS))
                            .as("seed " + seed)
                            .isInstanceOf(NoteException.class);
                }
            }
            byte[] longer = Arrays.copyOf(reply, reply.length + 1);
            assertThatThrownBy(() -> TimeStamp.verified(longer, stamped, ANCHORS))
                    .isInstanceOf(NoteException.class);
        }
    }

    private static NoteSigner signer(String name, int seed) {
        byte[] bytes = new byte[32];
        bytes[0] = (byte) seed;
        return NoteSigner.ed25519(name, SecretBytes.takeOwnership(bytes));
    }
}
