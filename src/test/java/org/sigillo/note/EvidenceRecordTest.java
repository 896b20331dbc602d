package org.sigillo.note;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.tsp.ArchiveTimeStamp;
import org.bouncycastle.asn1.tsp.ArchiveTimeStampChain;
import org.bouncycastle.asn1.tsp.ArchiveTimeStampSequence;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.tsp.ers.ERSByteData;
import org.bouncycastle.tsp.ers.ERSEvidenceRecord;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.sigillo.stack.TestAuthority;
import org.sigillo.stack.TestAuthority.Misdeed;

/// A checkpoint of 2005 whose stamp is renewed in 2010 and 2015, gets a new digest in 2019 and is renewed once
/// more in 2024. Each authority's certificate holds for ten years.
class EvidenceRecordTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final byte[] DATA =
            "audit.example/log\n1\nAAAA\n\n— audit.example/log AAAA\n"
                    .getBytes(StandardCharsets.UTF_8);
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final TestAuthority of2005 = authority("2005-01-01T00:00:00Z");
    private final TestAuthority of2010 = authority("2010-01-01T00:00:00Z");
    private final TestAuthority of2015 = authority("2015-01-01T00:00:00Z");
    private final TestAuthority of2019 = authority("2019-01-01T00:00:00Z");
    private final TestAuthority of2024 = authority("2024-01-01T00:00:00Z");
    private final TimeStamp.Anchors anchors =
            TimeStamp.Anchors.parse(
                    of2005.anchorPem()
                            + of2010.anchorPem()
                            + of2015.anchorPem()
                            + of2019.anchorPem()
                            + of2024.anchorPem());

    private final EvidenceRecord first = EvidenceRecord.beginning(stamp(of2005));
    private final EvidenceRecord second = renewed(first, of2010);
    private final EvidenceRecord third = renewed(second, of2015);
    private final EvidenceRecord rehashed = rehashed(third, "SHA-512", of2019);
    private final EvidenceRecord last = renewed(rehashed, of2024);

    @Test
    void a_record_begins_with_a_stamp_that_was_got_already() {
        EvidenceRecord.Held held =
                first.verify(DATA, anchors, Instant.parse("2008-01-01T00:00:00Z"));
        assertThat(held.first()).isEqualTo("2005-01-01T00:00:00Z");
        assertThat(held.last()).isEqualTo(held.first());
        assertThat(held.stamps()).isEqualTo(1);
    }

    @Test
    void a_record_outlives_the_certificate_of_its_first_stamp_once_it_was_renewed() {
        assertThatThrownBy(() -> first.verify(DATA, anchors, NOW))
                .isInstanceOf(NoteException.class)
                .hasMessageContaining("stamp 1")
                .hasMessageContaining("2026-01-01");
        assertThat(second.verify(DATA, anchors, Instant.parse("2018-01-01T00:00:00Z")).first())
                .isEqualTo("2005-01-01T00:00:00Z");
    }

    @Test
    void stamps_and_digests_are_renewed_as_often_as_it_takes() {
        EvidenceRecord.Held held = last.verify(DATA, anchors, NOW);
        assertThat(held.first()).isEqualTo("2005-01-01T00:00:00Z");
        assertThat(held.last()).isEqualTo("2024-01-01T00:00:00Z");
        assertThat(held.stamps()).isEqualTo(5);
        assertThat(held.chains()).isEqualTo(2);
        EvidenceRecord sha3 = rehashed(last, "SHA3-512", authority("2025-01-01T00:00:00Z"));
        assertThat(EvidenceRecord.parse(sha3.bytes()).bytes()).isEqualTo(sha3.bytes());
    }

    @Test
    void a_record_is_read_back_as_it_was_written() {
        for (EvidenceRecord record : List.of(first, second, third, rehashed, last)) {
            assertThat(EvidenceRecord.parse(record.bytes()).bytes()).isEqualTo(record.bytes());
        }
        assertThat(EvidenceRecord.parse(last.bytes()).verify(DATA, anchors, NOW).stamps())
                .isEqualTo(5);
    }

    /// Bouncy Castle's own verifier looks at less, but it is somebody else's.
    @Test
    void bouncy_castle_accepts_each_of_them() throws Exception {
        for (EvidenceRecord record : List.of(first, second, third, rehashed, last)) {
            ERSEvidenceRecord theirs =
                    new ERSEvidenceRecord(
                            record.bytes(), new JcaDigestCalculatorProviderBuilder().build());
            theirs.validatePresent(new ERSByteData(DATA), Date.from(NOW));
            theirs.validate(
                    new JcaSimpleSignerInfoVerifierBuilder().build(theirs.getSigningCertificate()));
        }
    }

    @Nested
    class Refused {
        @Test
        void other_data() {
            for (EvidenceRecord record : List.of(second, third, rehashed, last)) {
                byte[] other = DATA.clone();
                other[3] ^= 1;
                assertThatThrownBy(() -> record.verify(other, anchors, NOW))
                        .isInstanceOf(NoteException.class)
                        .hasMessageContaining("stamp 1: expected to cover");
            }
        }

        @Test
        void a_renewal_that_came_too_late() {
            EvidenceRecord late = renewed(first, of2015);
            EvidenceRecord later = renewed(first, authority("2016-01-01T00:00:00Z"), true);
            assertThatThrownBy(() -> later.verify(DATA, anchors, NOW))
                    .isInstanceOf(NoteException.class)
                    .hasMessageContaining("stamp 1")
                    .hasMessageContaining("2016");
            // In time for the first stamp; but nobody renewed the second, whose certificate ended
            // in 2025.
            assertThatThrownBy(() -> late.verify(DATA, anchors, NOW))
                    .hasMessageContaining("stamp 2");
        }

        @Test
        void a_stamp_from_before_the_one_it_renews() {
            EvidenceRecord backwards = renewed(second, of2005);
            assertThatThrownBy(() -> backwards.verify(DATA, anchors, NOW))
                    .isInstanceOf(NoteException.class)
                    .hasMessageContaining("stamp 2");
        }

        @Test
        void a_stamp_of_the_future_unless_a_clock_is_a_little_ahead() {
            Instant then = Instant.parse("2024-01-01T00:00:00Z");
            assertThatThrownBy(() -> last.verify(DATA, anchors, then.minusSeconds(121)))
                    .isInstanceOf(NoteException.class)
                    .hasMessageContaining("stamp 5");
            assertThat(last.verify(DATA, anchors, then.minusSeconds(119)).stamps()).isEqualTo(5);
        }

        @Test
        void an_answer_to_another_question() {
            EvidenceRecord.Renewal renewal = first.renewal(RANDOM);
            byte[] other = of2010.answer(second.renewal(RANDOM).query());
            assertThatThrownBy(() -> renewal.answered(other, anchors))
                    .isInstanceOf(NoteException.class);
            of2010.misbehave(Misdeed.NO_PURPOSE);
            byte[] bad = of2010.answer(renewal.query());
            assertThatThrownBy(() -> renewal.answered(bad, anchors))
                    .isInstanceOf(NoteException.class)
                    .hasMessageContaining("extended key usage");
        }

        @Test
        void other_data_when_the_digest_is_renewed_and_an_unknown_digest() {
            byte[] other = DATA.clone();
            other[0] ^= 1;
            assertThatThrownBy(() -> first.renewal("SHA-512", other, RANDOM))
                    .isInstanceOf(NoteException.class);
            for (String digest : List.of("SHA-1", "MD5", "sha-512", "")) {
                assertThatThrownBy(() -> first.renewal(digest, DATA, RANDOM))
                        .isInstanceOf(NoteException.class)
                        .hasMessageContaining("SHA3-512");
            }
        }

        @Test
        void a_stamp_left_out_or_moved_or_a_chain_left_out() {
            List<ArchiveTimeStamp> one = stamps(last, 0);
            List<ArchiveTimeStamp> two = stamps(last, 1);
            for (List<List<ArchiveTimeStamp>> wrong :
                    List.of(
                            List.of(one.subList(1, 3), two),
                            List.of(List.of(one.get(0), one.get(2)), two),
                            List.of(List.of(one.get(1), one.get(0), one.get(2)), two),
                            List.of(one.subList(0, 2), two),
                            List.of(one, two.subList(1, 2)),
                            List.of(two, one),
                            List.of(two),
                            List.of(concat(one, two)))) {
                EvidenceRecord damaged = record(wrong);
                assertThatThrownBy(() -> damaged.verify(DATA, anchors, NOW))
                        .isInstanceOf(NoteException.class);
            }
            assertThatCode(() -> record(List.of(one, two)).verify(DATA, anchors, NOW))
                    .doesNotThrowAnyException();
        }

        /// An accepted flip, if there is one, changes nothing that the record says.
        @Test
        void a_flipped_byte_here_and_there_or_it_says_the_same() {
            byte[] whole = last.bytes();
            EvidenceRecord.Held held = last.verify(DATA, anchors, NOW);
            int refused = 0;
            int tried = 0;
            for (int at = RANDOM.nextInt(13); at < whole.length; at += 13) {
                tried++;
                byte[] flipped = whole.clone();
                flipped[at] ^= 0x15;
                try {
                    assertThat(EvidenceRecord.parse(flipped).verify(DATA, anchors, NOW))
                            .isEqualTo(held);
                } catch (NoteException expected) {
                    refused++;
                }
            }
            assertThat(refused).isGreaterThan(tried * 9 / 10);
        }

        @Test
        void a_cut_record() {
            byte[] whole = third.bytes();
            for (int length = 0; length < whole.length; length += 11) {
                byte[] cut = Arrays.copyOf(whole, length);
                assertThatThrownBy(() -> EvidenceRecord.parse(cut))
                        .isInstanceOf(NoteException.class);
            }
        }
    }

    private TimeStamp stamp(TestAuthority authority) {
        TimeStamp.Query query = TimeStamp.query(DATA, RANDOM);
        return query.answered(authority.answer(query.bytes()), anchors);
    }

    private EvidenceRecord renewed(EvidenceRecord record, TestAuthority authority) {
        return renewed(record, authority, false);
    }

    private EvidenceRecord renewed(
            EvidenceRecord record, TestAuthority authority, boolean ownAnchor) {
        EvidenceRecord.Renewal renewal = record.renewal(RANDOM);
        return renewal.answered(
                authority.answer(renewal.query()),
                ownAnchor ? TimeStamp.Anchors.parse(authority.anchorPem()) : anchors);
    }

    private EvidenceRecord rehashed(EvidenceRecord record, String digest, TestAuthority authority) {
        EvidenceRecord.Renewal renewal = record.renewal(digest, DATA, RANDOM);
        return renewal.answered(
                authority.answer(renewal.query()), TimeStamp.Anchors.parse(authority.anchorPem()));
    }

    private static List<ArchiveTimeStamp> stamps(EvidenceRecord record, int chain) {
        return List.of(
                org.bouncycastle.asn1.tsp.EvidenceRecord.getInstance(record.bytes())
                        .getArchiveTimeStampSequence()
                        .getArchiveTimeStampChains()[chain]
                        .getArchiveTimestamps());
    }

    private static List<ArchiveTimeStamp> concat(
            List<ArchiveTimeStamp> one, List<ArchiveTimeStamp> two) {
        List<ArchiveTimeStamp> both = new ArrayList<>(one);
        both.addAll(two);
        return both;
    }

    private static EvidenceRecord record(List<List<ArchiveTimeStamp>> chains) {
        ArchiveTimeStampSequence sequence =
                new ArchiveTimeStampSequence(
                        chains.stream()
                                .map(stamps ->
                                        new ArchiveTimeStampChain(
                                                stamps.toArray(ArchiveTimeStamp[]::new)))
                                .toArray(ArchiveTimeStampChain[]::new));
        try {
            return EvidenceRecord.parse(
                    new org.bouncycastle.asn1.tsp.EvidenceRecord(
                                    new AlgorithmIdentifier[] {
                                        chains.getFirst().getFirst().getDigestAlgorithmIdentifier(),
                                        chains.getLast().getFirst().getDigestAlgorithmIdentifier()
                                    },
                                    null,
                                    null,
                                    sequence)
                            .getEncoded("DER"));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static TestAuthority authority(String now) {
        return TestAuthority.of(InstantSource.fixed(Instant.parse(now)), RANDOM);
    }
}
