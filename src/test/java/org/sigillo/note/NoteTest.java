package org.sigillo.note;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.SecretBytes;
import org.sigillo.bytes.Sha256;

class NoteTest {
    private static final String VKEY =
            "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    private static final String NOTE =
            "This is an example message.\n\n— example.com/foo"
                    + " Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

    @Test
    void the_example_of_the_specification_verifies() {
        NoteVerifier key = NoteVerifier.parse(VKEY);
        assertThat(key.vkey()).isEqualTo(VKEY);
        assertThat(SignedNote.parse(NOTE).verify(List.of(key))).containsExactly(key);
    }

    @Test
    void a_changed_byte_in_text_or_signature_is_refused() {
        List<NoteVerifier> known = List.of(NoteVerifier.parse(VKEY));
        for (String damaged :
                List.of(
                        NOTE.replace("message.", "massage."),
                        NOTE.replace("Uw2QOkn8", "Uw2QOkn9"),
                        NOTE.replace("— ", "- "),
                        NOTE.replace("\n\n", "\n"),
                        NOTE.stripTrailing(),
                        NOTE.replace("This", "Th\tis"))) {
            assertThatThrownBy(() -> SignedNote.parse(damaged).verify(known))
                    .isInstanceOf(NoteException.class);
        }
    }

    @Test
    void a_note_without_a_known_signature_is_refused() {
        NoteVerifier other = signer("example.com/foo", (byte) 9).verifier();
        assertThatThrownBy(() -> SignedNote.parse(NOTE).verify(List.of(other)))
                .isInstanceOf(NoteException.class);
    }

    @Test
    void an_unknown_signature_beside_a_known_one_is_ignored() {
        NoteSigner one = signer("a.example", (byte) 1);
        NoteSigner two = signer("b.example", (byte) 2);
        String note = SignedNote.sign("text\n\nmore\n", List.of(one, two));
        assertThat(SignedNote.parse(note).verify(List.of(two.verifier()))).hasSize(1);
        assertThat(SignedNote.parse(note).text()).isEqualTo("text\n\nmore\n");
    }

    @Test
    void the_key_agreed_with_other_implementations() {
        byte[] seed = new byte[32];
        seed[31] = 7;
        NoteSigner signer =
                NoteSigner.ed25519("ledger.example/custody", SecretBytes.takeOwnership(seed));
        assertThat(signer.verifier().vkey())
                .isEqualTo(
                        "ledger.example/custody+6915a6f9+AT7iqKcoPLL9colD2qEn7wnkgwcai0vGmbpFIvCbFM/e");
        assertThat(NoteSigner.parse(signer.revealText()).verifier().vkey())
                .isEqualTo(signer.verifier().vkey());
    }

    @Test
    void a_verifier_key_with_another_id_is_refused() {
        assertThatThrownBy(() -> NoteVerifier.parse(VKEY.replace("530d903a", "530d903b")))
                .isInstanceOf(NoteException.class);
    }

    @Test
    void malformed_checkpoints_are_refused() {
        String good = new Checkpoint("o", 1, Sha256.of(new byte[1])).text();
        assertThat(Checkpoint.parse(good).text()).isEqualTo(good);
        for (String bad :
                List.of(
                        good.replace("\n1\n", "\n01\n"),
                        good.replace("\n1\n", "\n-1\n"),
                        good.replace("\n1\n", "\n0\n"),
                        good.replace("\n1\n", "\n1 \n"),
                        good.replace("=\n", "\n"),
                        good + "\n",
                        "o\n1\n")) {
            assertThatThrownBy(() -> Checkpoint.parse(bad)).isInstanceOf(NoteException.class);
        }
    }

    private static NoteSigner signer(String name, byte seed) {
        byte[] bytes = new byte[32];
        bytes[0] = seed;
        return NoteSigner.ed25519(name, SecretBytes.takeOwnership(bytes));
    }
}
