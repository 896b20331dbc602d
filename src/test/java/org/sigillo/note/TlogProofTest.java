package org.sigillo.note;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.Sha256;

/// The text form of C2SP tlog-proof: what is read back as it was written, and what is refused.
class TlogProofTest {
    private static final String HEADER = "c2sp.org/tlog-proof@v1\n";
    private static final String NOTE = TestKeys.signed(1, "");
    private static final String HASH = Base64.of(Sha256.of().bytes());

    static Stream<TlogProof> proofs() {
        Sha256 one = Sha256.of(new byte[1]);
        return Stream.of(
                new TlogProof(Optional.empty(), 123, List.of(Sha256.of(), one), NOTE),
                new TlogProof(Optional.of("AAEC"), 456, List.of(one), NOTE),
                new TlogProof(Optional.of("AAEC"), 0, List.of(), NOTE),
                new TlogProof(Optional.empty(), 789, List.of(), NOTE),
                new TlogProof(Optional.empty(), 1, Collections.nCopies(63, one), NOTE));
    }

    @ParameterizedTest
    @MethodSource("proofs")
    void a_proof_is_read_back(TlogProof proof) {
        assertThat(TlogProof.parse(proof.text())).isEqualTo(proof);
        assertThat(proof.text())
                .isEqualTo(
                        HEADER
                                + proof.extra().map(it -> "extra " + it + "\n").orElse("")
                                + "index "
                                + proof.index()
                                + "\n"
                                + String.join(
                                        "",
                                        proof.hashes().stream()
                                                .map(it -> Base64.of(it.bytes()) + "\n")
                                                .toList())
                                + "\n"
                                + NOTE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "another header\nindex 0\n\n",
                "c2sp.org/tlog-proof@v2\nindex 0\n\n",
                HEADER,
                HEADER + "\n",
                HEADER + "\n\n",
                HEADER + "extra AAEC\n\n",
                HEADER + "extra no base64!\nindex 0\n\n",
                HEADER + "extra AAE\nindex 0\n\n",
                HEADER + "index 0\nextra AAEC\n\n",
                HEADER + "index one\n\n",
                HEADER + "index -5\n\n",
                HEADER + "index +5\n\n",
                HEADER + "index 05\n\n",
                HEADER + "index \n\n",
                HEADER + "index 0 \n\n",
                HEADER + "index 9223372036854775808\n\n",
                HEADER + "index 0\nno base64!\n\n",
                HEADER + "index 0\nAAEC\n\n",
                HEADER + "index 0\r\n\r\n",
            })
    void a_malformed_one_is_refused(String head) {
        refused(head + NOTE);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 31, 33, 64})
    void a_hash_of_another_length_is_refused(int length) {
        refused(HEADER + "index 0\n" + Base64.of(new byte[length]) + "\n\n" + NOTE);
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 1500, 100_000})
    void more_hashes_than_any_tree_needs_are_refused(int hashes) {
        refused(HEADER + "index 0\n" + (HASH + "\n").repeat(hashes) + "\n" + NOTE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "checkpoint\n", "o\n1\nAAAA\n", "o\n1\nAAAA\n\n— o AAAA\n"})
    void one_without_a_signed_checkpoint_is_refused(String note) {
        refused(HEADER + "index 0\n\n" + note);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 66_000})
    void one_that_never_ends_is_refused(int length) {
        refused(HEADER + "index 0\n" + "a".repeat(length) + "\n");
    }

    private static void refused(String text) {
        assertThatThrownBy(() -> TlogProof.parse(text)).isInstanceOf(NoteException.class);
    }
}
