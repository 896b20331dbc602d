package org.sigillo.custody;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Cbor;
import org.sigillo.bytes.Hex;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.SecretBytes;
import org.sigillo.bytes.Sha256;
import org.sigillo.merkle.CompactRange;
import org.sigillo.merkle.MerkleHash;
import org.sigillo.merkle.Proofs;
import org.sigillo.note.Checkpoint;
import org.sigillo.note.NoteException;
import org.sigillo.note.NoteSigner;
import org.sigillo.note.NoteVerifier;

class CoseReceiptTest {
    private static final int ENTRIES = 24;

    private final Newsroom newsroom = new Newsroom();
    private final List<NoteVerifier> keys =
            newsroom.logKeys.stream().map(NoteSigner::verifier).toList();
    private final List<Entry> entries = new ArrayList<>();

    CoseReceiptTest() {
        entries.add(newsroom.genesis.entry());
        while (entries.size() < ENTRIES) {
            byte[] nonce = Sha256.of(String.valueOf(entries.size()).getBytes()).bytes();
            entries.add(
                    Entry.of(
                            entries.size(),
                            entries.getLast().leaf(),
                            nonce,
                            new Entry.Event(
                                    "2026-11-24",
                                    Optional.of(Entry.caseTag(nonce, newsroom.rosa.id)),
                                    Optional.of("source"),
                                    new CaseEvent.Opened(Sha256.of(), Sha256.of(nonce)))));
        }
    }

    @Test
    void every_entry_of_every_tree_has_a_receipt_that_holds() {
        for (int size = 2; size <= ENTRIES; size++) {
            for (int index = 0; index < size; index++) {
                CoseReceipt receipt = CoseReceipt.parse(inclusion(size, index));
                CoseReceipt.Inclusion proven =
                        receipt.verifyInclusion(entries.get(index).bytes(), Newsroom.ORIGIN, keys);
                assertThat(proven.size()).isEqualTo(size);
                assertThat(proven.index()).isEqualTo(index);
            }
        }
    }

    @Test
    void every_tree_has_a_receipt_that_it_continues_every_earlier_one() {
        for (int size = 2; size <= ENTRIES; size++) {
            for (int earlier = 1; earlier < size; earlier++) {
                assertThat(
                                CoseReceipt.parse(consistency(earlier, size))
                                        .verifyConsistency(checkpoint(earlier), keys))
                        .isEqualTo(checkpoint(size));
            }
        }
    }

    @Test
    void the_bytes_of_a_receipt_are_these() {
        assertThat(Hex.of(inclusion(2, 1)))
                .startsWith(
                        // tag 18, array of 4, protected header of 40 bytes
                        "d2845828"
                                // map of 5; alg: EdDSA; kid: the note's key id
                                + "a50127"
                                + "0444"
                                + Hex.of(newsroom.logKeys.getFirst().verifier().keyId())
                                // CWT claims: iss: "audit.example/log"
                                + "0fa10171"
                                + Hex.of(Newsroom.ORIGIN.getBytes())
                                // vds: RFC9162_SHA256; -65537: size 2
                                + "19018b01"
                                + "3a0001000002"
                                // vdp: inclusion: one proof of 38 bytes: size 2, index 1, path
                                + "a119018ca120815826830201815820"
                                + entries.getFirst().leaf().hex()
                                // no payload; signature of 64 bytes
                                + "f65840")
                .hasSize(2 * (4 + 40 + 9 + 38 + 3 + 64));
        assertThat(Hex.of(consistency(1, 2))).contains("a119018ca121815826830102815820");
    }

    @Test
    void a_tree_of_one_entry_cannot_be_written() {
        assertThatThrownBy(() -> inclusion(1, 0))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("a tree of one entry");
        assertThatThrownBy(() -> consistency(5, 5)).isInstanceOf(MalformedException.class);
    }

    @Nested
    class Refused {
        @Test
        void a_flipped_bit_anywhere() {
            byte[] entry = entries.get(11).bytes();
            byte[] one = inclusion(20, 11);
            byte[] two = consistency(11, 20);
            for (int bit = 0; bit < 8 * one.length; bit++) {
                byte[] flipped = flip(one, bit);
                refused(() -> verify(flipped, entry));
            }
            for (int bit = 0; bit < 8 * two.length; bit++) {
                byte[] flipped = flip(two, bit);
                refused(() -> CoseReceipt.parse(flipped).verifyConsistency(checkpoint(11), keys));
            }
        }

        @Test
        void a_byte_less_or_more() {
            byte[] whole = inclusion(20, 11);
            for (int length = 0; length < whole.length; length++) {
                byte[] cut = java.util.Arrays.copyOf(whole, length);
                refused(() -> verify(cut, entries.get(11).bytes()));
            }
            refused(() ->
                    verify(
                            java.util.Arrays.copyOf(whole, whole.length + 1),
                            entries.get(11).bytes()));
        }

        @Test
        void another_entry() {
            byte[] receipt = inclusion(20, 11);
            for (int n = 0; n < ENTRIES; n++) {
                byte[] other = entries.get(n).bytes();
                if (n != 11) {
                    refused(() -> verify(receipt, other));
                }
            }
        }

        /// The same path fits sizes 13 to 16 at index 3: the signed header tells them apart.
        @Test
        void another_size_that_the_path_would_fit() {
            byte[] receipt = inclusion(13, 3);
            assertThat(Hex.of(receipt)).contains("830d03");
            for (int size = 14; size <= 16; size++) {
                byte[] moved =
                        java.util.HexFormat.of()
                                .parseHex(
                                        Hex.of(receipt)
                                                .replace(
                                                        "830d03",
                                                        "83" + "%02x".formatted(size) + "03"));
                assertThatThrownBy(() -> verify(moved, entries.get(3).bytes()))
                        .isInstanceOf(BrokenEvidenceException.class)
                        .hasMessageContaining("tree size");
            }
        }

        @Test
        void another_key_of_the_same_name_and_the_same_key_under_another_name() {
            byte[] receipt = inclusion(20, 11);
            byte[] entry = entries.get(11).bytes();
            byte[] seed = new byte[32];
            seed[0] = 1;
            NoteVerifier other =
                    NoteSigner.ed25519(Newsroom.ORIGIN, SecretBytes.takeOwnership(seed)).verifier();
            refused(() ->
                    CoseReceipt.parse(receipt)
                            .verifyInclusion(entry, Newsroom.ORIGIN, List.of(other)));
            refused(() -> CoseReceipt.parse(receipt).verifyInclusion(entry, "b.example", keys));
            refused(() ->
                    CoseReceipt.parse(receipt).verifyInclusion(entry, Newsroom.ORIGIN, List.of()));
        }

        @Test
        void the_logs_second_key_which_signs_checkpoints_only() {
            NoteSigner second = newsroom.logKeys.getLast();
            assertThatThrownBy(() -> second.signCose(new byte[0], new byte[32]))
                    .isInstanceOf(NoteException.class);
            assertThat(second.verifier().verifyCose(new byte[0], new byte[32], new byte[64]))
                    .isFalse();
        }

        @Test
        void one_kind_in_place_of_the_other() {
            refused(() -> verify(consistency(11, 20), entries.get(11).bytes()));
            refused(() ->
                    CoseReceipt.parse(inclusion(20, 11)).verifyConsistency(checkpoint(11), keys));
        }

        @Test
        void an_earlier_tree_that_is_another() {
            byte[] receipt = consistency(11, 20);
            Checkpoint forged = new Checkpoint(Newsroom.ORIGIN, 11, Sha256.of(new byte[1]));
            refused(() -> CoseReceipt.parse(receipt).verifyConsistency(forged, keys));
            refused(() -> CoseReceipt.parse(receipt).verifyConsistency(checkpoint(12), keys));
        }

        /// Each is signed rightly; what it says is wrong.
        @Test
        void another_algorithm_issuer_or_structure() {
            Checkpoint in = checkpoint(20);
            Cbor.Obj claims = Cbor.object().with(1, Cbor.of(Newsroom.ORIGIN));
            Cbor.Obj right =
                    Cbor.object()
                            .with(1, Cbor.of(-8))
                            .with(15, claims)
                            .with(395, Cbor.of(1))
                            .with(-65537, Cbor.of(20));
            byte[] entry = entries.get(11).bytes();
            CoseReceipt.Inclusion proven =
                    CoseReceipt.parse(signed(in, right))
                            .verifyInclusion(entry, Newsroom.ORIGIN, keys);
            assertThat(proven.index()).isEqualTo(11);
            for (Cbor.Obj wrong :
                    List.of(
                            right.with(1, Cbor.of(-7)),
                            right.with(1, Cbor.of("EdDSA")),
                            right.with(15, Cbor.object().with(1, Cbor.of("b.example"))),
                            right.with(15, Cbor.of(1)),
                            right.with(395, Cbor.of(2)),
                            right.with(-65537, Cbor.of(19)),
                            right.with(-65537, Cbor.of("20")),
                            Cbor.object().with(1, Cbor.of(-8)))) {
                refused(() -> verify(signed(in, wrong), entry));
            }
        }

        private byte[] signed(Checkpoint in, Cbor.Obj protectedHeader) {
            byte[] header = Cbor.encode(protectedHeader);
            Cbor.Tagged whole = (Cbor.Tagged) Cbor.parse(inclusion(20, 11));
            Cbor unprotected = ((Cbor.Arr) whole.value()).values().get(1);
            return Cbor.encode(
                    new Cbor.Tagged(
                            18,
                            Cbor.array(
                                    Cbor.of(header),
                                    unprotected,
                                    new Cbor.Null(),
                                    Cbor.of(
                                            newsroom.logKeys
                                                    .getFirst()
                                                    .signCose(header, in.root().bytes())))));
        }

        private static void refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable check) {
            assertThatThrownBy(check)
                    .isInstanceOfAny(BrokenEvidenceException.class, MalformedException.class);
        }
    }

    private void verify(byte[] receipt, byte[] entry) {
        CoseReceipt.parse(receipt).verifyInclusion(entry, Newsroom.ORIGIN, keys);
    }

    private byte[] inclusion(int size, int index) {
        return CoseReceipt.ofInclusion(
                checkpoint(size),
                index,
                Proofs.inclusion(index, size, this::hash),
                newsroom.logKeys.getFirst());
    }

    private byte[] consistency(int earlier, int size) {
        return CoseReceipt.ofConsistency(
                checkpoint(earlier),
                checkpoint(size),
                Proofs.consistency(earlier, size, this::hash),
                newsroom.logKeys.getFirst());
    }

    private Checkpoint checkpoint(int size) {
        CompactRange range = CompactRange.empty();
        entries.subList(0, size).forEach(entry -> range.append(entry.leaf()));
        return new Checkpoint(Newsroom.ORIGIN, size, range.root());
    }

    private Sha256 hash(int level, long index) {
        assertThat(level).isZero();
        return MerkleHash.leaf(entries.get(Math.toIntExact(index)).bytes());
    }

    private static byte[] flip(byte[] bytes, int bit) {
        byte[] flipped = bytes.clone();
        flipped[bit / 8] ^= (byte) (1 << (bit % 8));
        return flipped;
    }
}
