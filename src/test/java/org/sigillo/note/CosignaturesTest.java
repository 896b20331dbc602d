package org.sigillo.note;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.Hex;
import org.sigillo.bytes.Sha256;

class CosignaturesTest {
    private static final long TIME = 1_795_600_000L;

    private final List<NoteSigner> log = TestKeys.log();
    private final List<NoteSigner> witness = TestKeys.witness("witness.example/w", 0);
    private final Checkpoint checkpoint = TestKeys.checkpoint(5, "");
    private final String note = SignedNote.sign(checkpoint.text(), log);

    @Test
    void what_a_cosignature_v1_signs_is_two_lines_before_the_checkpoint() {
        String text = checkpoint.text() + "an extension\n";
        assertThat(
                        new String(
                                SignatureType.COSIGNATURE.message("w", text, 7),
                                StandardCharsets.UTF_8))
                .isEqualTo("cosignature/v1\ntime 7\n" + text);
    }

    @Test
    void what_a_subtree_v1_signs_byte_by_byte() {
        assertThat(Hex.of(SignatureType.ML_DSA_44.message("w/x", checkpoint.text(), 258)))
                .isEqualTo(
                        Hex.of("subtree/v1\n".getBytes(StandardCharsets.US_ASCII))
                                + "00"
                                + "03"
                                + "772f78"
                                + "0000000000000102"
                                + "13"
                                + Hex.of(TestKeys.ORIGIN.getBytes(StandardCharsets.US_ASCII))
                                + "0000000000000000"
                                + "0000000000000005"
                                + checkpoint.root().hex());
    }

    @Test
    void a_log_signs_with_both_keys_ed25519_first_and_without_a_time() {
        SignedNote signed = SignedNote.parse(note);
        assertThat(signed.verify(TestKeys.verifiers(log))).isEqualTo(TestKeys.verifiers(log));
        assertThat(signed.cosignatures(TestKeys.verifiers(log)))
                .singleElement()
                .satisfies(line -> assertThat(line.time()).isZero());
        assertThat(Checkpoint.verified(note, TestKeys.ORIGIN, TestKeys.verifiers(log)))
                .isEqualTo(checkpoint);
        assertThat(SignedNote.sign(checkpoint.text(), log)).isEqualTo(note);
    }

    @Test
    void key_and_line_are_those_of_an_independent_implementation() {
        // Made by filippo.io/mldsa 1.0.0 from the same seed and the same five leaves.
        String vkey = log.getLast().verifier().vkey();
        assertThat(vkey).startsWith(TestKeys.ORIGIN + "+bf0e4990+");
        byte[] typed = Base64.parse(vkey.split("\\+", 3)[2]);
        assertThat(Sha256.of(java.util.Arrays.copyOfRange(typed, 1, typed.length)).hex())
                .isEqualTo("64a3b5fccb225acd19952914638a1cb91def88e79973301326d1c08d868e9b15");
        String line = note.lines().reduce("", (before, last) -> last);
        assertThat(Sha256.of(line.getBytes(StandardCharsets.UTF_8)).hex())
                .isEqualTo("ea432df515bcb9350366ebec575841cd9c2b489eeffeec9bb6912f93f65ba5b5");
    }

    @Test
    void each_of_the_logs_keys_must_have_signed() {
        List<NoteVerifier> keys = TestKeys.verifiers(log);
        for (NoteSigner one : log) {
            String half = SignedNote.sign(checkpoint.text(), List.of(one));
            assertThatThrownBy(() -> Checkpoint.verified(half, TestKeys.ORIGIN, keys))
                    .isInstanceOf(NoteException.class)
                    .hasMessageContaining("no signature by");
        }
    }

    @Test
    void a_log_of_one_key_needs_that_one_alone() {
        List<NoteVerifier> first = List.of(log.getFirst().verifier());
        assertThat(Checkpoint.verified(note, TestKeys.ORIGIN, first)).isEqualTo(checkpoint);
    }

    @Test
    void a_second_line_of_the_log_that_carries_a_time_is_refused() {
        Cosignature timed = log.getLast().cosign(checkpoint.text(), TIME);
        String first = SignedNote.sign(checkpoint.text(), List.of(log.getFirst()));
        String both = SignedNote.parse(first).with(List.of(timed)).note();
        assertThatThrownBy(
                        () -> Checkpoint.verified(both, TestKeys.ORIGIN, TestKeys.verifiers(log)))
                .hasMessageContaining("carries a time");
    }

    @Test
    void a_witness_never_stands_in_for_the_log() {
        String own =
                checkpoint.text()
                        + "\n"
                        + witness.getFirst().cosign(checkpoint.text(), TIME).line()
                        + "\n";
        assertThatThrownBy(() -> Checkpoint.verified(own, TestKeys.ORIGIN, TestKeys.verifiers(log)))
                .isInstanceOf(NoteException.class);
        assertThatThrownBy(() ->
                        Checkpoint.verified(note, TestKeys.ORIGIN, TestKeys.verifiers(witness)))
                .isInstanceOf(NoteException.class);
        NoteVerifier asLog = NoteSigner.cosigner(TestKeys.ORIGIN, TestKeys.seed(9)).verifier();
        assertThatThrownBy(() ->
                        Checkpoint.verified(
                                note, TestKeys.ORIGIN, List.of(log.getFirst().verifier(), asLog)))
                .hasMessageContaining("is no key of the log");
    }

    @Test
    void lines_are_added_verbatim_once_and_taken_away_again() {
        List<Cosignature> lines =
                witness.stream().map(it -> it.cosign(checkpoint.text(), TIME)).toList();
        SignedNote cosigned = SignedNote.parse(note).with(lines);
        assertThat(cosigned.note())
                .isEqualTo(note + lines.getFirst().line() + "\n" + lines.getLast().line() + "\n");
        assertThat(cosigned.with(lines).note()).isEqualTo(cosigned.note());
        assertThat(SignedNote.parse(cosigned.note()).cosignatures(TestKeys.verifiers(witness)))
                .isEqualTo(lines);
        assertThat(cosigned.only(TestKeys.verifiers(log)).note()).isEqualTo(note);
        assertThat(Checkpoint.verified(cosigned.note(), TestKeys.ORIGIN, TestKeys.verifiers(log)))
                .isEqualTo(checkpoint);
    }

    @Test
    void every_flipped_byte_of_a_cosignature_is_found() {
        for (NoteSigner signer : witness) {
            String line = signer.cosign(checkpoint.text(), TIME).line();
            int space = line.lastIndexOf(' ');
            byte[] bytes = Base64.parse(line.substring(space + 1));
            int step = Math.max(1, bytes.length / 200);
            for (int at = 4; at < bytes.length; at += step) {
                byte[] flipped = bytes.clone();
                flipped[at] ^= 1;
                String damaged = line.substring(0, space + 1) + Base64.of(flipped);
                assertThatThrownBy(() ->
                                SignedNote.parse(note + damaged + "\n")
                                        .cosignatures(TestKeys.verifiers(witness)))
                        .as(signer.verifier() + " at " + at)
                        .isInstanceOf(NoteException.class);
            }
        }
    }

    @Test
    void a_cosignature_is_of_this_size_root_origin_and_in_both_types_of_this_checkpoint_only() {
        for (NoteSigner signer : witness) {
            String line = signer.cosign(checkpoint.text(), TIME).line();
            for (String other :
                    List.of(
                            checkpoint.text().replace("\n5\n", "\n6\n"),
                            checkpoint.text().replace("custody", "custodx"),
                            TestKeys.checkpoint(5, "x").text())) {
                assertThat(signer.verifier().verify(other, signature(line))).isFalse();
            }
            assertThat(signer.verifier().verify(checkpoint.text(), signature(line))).isTrue();
        }
    }

    @Test
    void a_time_beyond_63_bits_is_refused() {
        byte[] signature = signature(witness.getFirst().cosign(checkpoint.text(), TIME).line());
        signature[0] = (byte) 0x80;
        assertThat(witness.getFirst().verifier().verify(checkpoint.text(), signature)).isFalse();
    }

    @Test
    void whoever_cosigns_does_so_at_a_time_and_a_checkpoint() {
        NoteSigner ed25519 = witness.getFirst();
        assertThatThrownBy(() -> ed25519.cosign(checkpoint.text(), 0))
                .isInstanceOf(NoteException.class);
        assertThatThrownBy(() -> ed25519.cosign("no checkpoint\n", TIME))
                .isInstanceOf(NoteException.class);
        assertThatThrownBy(() -> SignedNote.sign(checkpoint.text(), List.of(ed25519)))
                .isInstanceOf(NoteException.class);
        assertThatThrownBy(() -> log.getFirst().cosign(checkpoint.text(), TIME))
                .isInstanceOf(NoteException.class);
        assertThatThrownBy(() -> SignedNote.sign("no checkpoint\n", log))
                .isInstanceOf(NoteException.class);
    }

    @Test
    void keys_are_read_back_from_their_texts() {
        for (NoteSigner signer : List.of(log.getFirst(), log.getLast(), witness.getFirst())) {
            NoteSigner again = NoteSigner.parse(signer.revealText());
            assertThat(again.verifier().vkey()).isEqualTo(signer.verifier().vkey());
            assertThat(NoteVerifier.parse(signer.verifier().vkey()).vkey())
                    .isEqualTo(signer.verifier().vkey());
        }
        assertThat(
                        NoteSigner.parseAll(
                                log.getFirst().revealText()
                                        + "\n"
                                        + log.getLast().revealText()
                                        + "\n"))
                .hasSize(2);
        assertThat(NoteSigner.parseAll(log.getFirst().revealText())).hasSize(1);
        assertThatThrownBy(() -> NoteSigner.parseAll("\n")).isInstanceOf(NoteException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x00, 0x02, 0x03, 0x05, 0x07, 0xff})
    void keys_of_other_types_are_refused(int type) {
        byte[] typed = new byte[33];
        typed[0] = (byte) type;
        String vkey = "name+00000000+" + Base64.of(typed);
        assertThatThrownBy(() -> NoteVerifier.parse(vkey)).hasMessageContaining("type 0x01");
        assertThatThrownBy(() -> NoteSigner.parse("PRIVATE+KEY+" + vkey))
                .hasMessageContaining("type 0x01");
    }

    @Test
    void a_key_text_with_another_id_or_length_is_refused() {
        for (NoteSigner signer : List.of(log.getFirst(), log.getLast(), witness.getFirst())) {
            String vkey = signer.verifier().vkey();
            String id = Hex.of(signer.verifier().keyId());
            String other = id.startsWith("0") ? "1" + id.substring(1) : "0" + id.substring(1);
            assertThatThrownBy(() -> NoteVerifier.parse(vkey.replace(id, other)))
                    .isInstanceOf(NoteException.class);
            assertThatThrownBy(() -> NoteVerifier.parse(vkey.replace(id, id.toUpperCase() + "A")))
                    .isInstanceOf(NoteException.class);
            assertThatThrownBy(() -> NoteSigner.parse(signer.revealText().replace(id, other)))
                    .isInstanceOf(NoteException.class);
            assertThatThrownBy(() ->
                            NoteVerifier.parse(vkey.substring(0, vkey.length() - 4) + "AAAAAAAA"))
                    .isInstanceOf(NoteException.class);
        }
    }

    private static byte[] signature(String line) {
        byte[] bytes = Base64.parse(line.substring(line.lastIndexOf(' ') + 1));
        return java.util.Arrays.copyOfRange(bytes, 4, bytes.length);
    }
}
