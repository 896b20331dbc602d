package org.sigillo.note;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.Hex;
import org.sigillo.bytes.Sha256;

/// What C2SP signed-note says must not be taken for a note, a key or a signature.
class NoteFailuresTest {
    private static final NoteSigner PETER = NoteSigner.ed25519("peter", TestKeys.seed(1));
    private static final NoteSigner ENID = NoteSigner.ed25519("enid", TestKeys.seed(2));
    private static final String TEXT = "Two lines,\nand this is the second.\n";
    private static final String BY_PETER = PETER.line(TEXT) + "\n";
    private static final String BY_ENID = ENID.line(TEXT) + "\n";

    @Test
    void a_part_of_a_key_text_is_no_key() {
        for (String whole : List.of(PETER.verifier().vkey(), PETER.revealText())) {
            for (int from = 0; from < whole.length(); from++) {
                for (int to = from + 1; to <= whole.length(); to++) {
                    if (to - from < whole.length()) {
                        noKey(whole.substring(from, to));
                    }
                }
            }
        }
    }

    @Test
    void a_key_text_with_one_other_letter_is_no_key() {
        for (String whole : List.of(PETER.verifier().vkey(), PETER.revealText())) {
            for (int at = 0; at < whole.length(); at++) {
                char[] letters = whole.toCharArray();
                letters[at]++;
                noKey(new String(letters));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 31, 33, 64})
    void a_key_of_another_length_is_no_key_though_its_id_is_right(int length) {
        noKey(vkey("peter", 0x01, new byte[length]));
    }

    @ParameterizedTest
    @ValueSource(ints = {0x00, 0x02, 0x05, 0x07, 0x65, 0xff})
    void a_key_of_a_type_that_nobody_here_knows_is_no_key(int type) {
        noKey(vkey("peter", type, new byte[32]));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two words", "a\u00a0b", "a\u2003b", "a\nb", "a\tb", "a\u0085b"})
    void a_key_whose_name_is_empty_or_has_spaces_is_no_key(String name) {
        noKey(vkey(name, 0x01, Hex.parse("11".repeat(32), 32)));
    }

    @Test
    void those_who_signed_are_told_whoever_else_did() {
        SignedNote note = SignedNote.parse(TEXT + "\n" + BY_PETER + BY_ENID);
        assertThat(note.verify(List.of(PETER.verifier()))).containsExactly(PETER.verifier());
        assertThat(note.verify(List.of(ENID.verifier(), PETER.verifier())))
                .containsExactly(PETER.verifier(), ENID.verifier());
        assertThatThrownBy(() -> note.verify(List.of())).isInstanceOf(NoteException.class);
    }

    @Test
    void a_known_signature_that_fails_refuses_the_whole_note() {
        String changed = BY_ENID.substring(0, 40) + "AAAA" + BY_ENID.substring(44);
        String longer = BY_ENID.substring(0, 40) + "AAAA" + BY_ENID.substring(40);
        for (String broken : List.of(changed, longer)) {
            SignedNote note = SignedNote.parse(TEXT + "\n" + BY_PETER + broken);
            assertThat(note.verify(List.of(PETER.verifier()))).hasSize(1);
            assertThatThrownBy(() -> note.verify(List.of(PETER.verifier(), ENID.verifier())))
                    .isInstanceOf(NoteException.class);
        }
    }

    @Test
    void a_signature_under_anothers_name_or_id_is_nobodys() {
        for (String other :
                List.of(
                        BY_PETER.replace("peter", "enid"),
                        BY_PETER.replace("— peter ", "— Peter "))) {
            assertThatThrownBy(() ->
                            SignedNote.parse(TEXT + "\n" + other)
                                    .verify(List.of(PETER.verifier(), ENID.verifier())))
                    .isInstanceOf(NoteException.class);
        }
        byte[] line = Base64.parse(BY_PETER.substring("— peter ".length(), BY_PETER.length() - 1));
        line[0] ^= 1;
        String otherId = "— peter " + Base64.of(line) + "\n";
        assertThatThrownBy(() ->
                        SignedNote.parse(TEXT + "\n" + otherId).verify(List.of(PETER.verifier())))
                .isInstanceOf(NoteException.class);
    }

    @Test
    void a_hundred_signatures_are_read_and_one_more_is_not() {
        String most = TEXT + "\n" + BY_ENID.repeat(99) + BY_PETER;
        assertThat(SignedNote.parse(most).verify(List.of(PETER.verifier()))).hasSize(1);
        malformed(most + BY_PETER);
    }

    @Test
    void what_is_not_text_empty_line_and_signatures_is_no_note() {
        malformed("");
        malformed("\n");
        malformed(TEXT);
        malformed(TEXT + "\n");
        malformed(TEXT + BY_PETER);
        malformed(TEXT + "\n" + BY_PETER.stripTrailing());
        malformed("\u0001" + TEXT + "\n" + BY_PETER);
        malformed(TEXT.replace("\n", "\r\n") + "\n" + BY_PETER);
        malformed(TEXT + "\n" + BY_PETER + "Another line.\n");
        malformed(TEXT + "\n" + BY_PETER + "\n");
        malformed(TEXT + "\n" + BY_PETER.replace("—", "-"));
        malformed(TEXT + "\n" + BY_PETER.replace("peter ", "peter pan "));
        malformed(TEXT + "\n" + BY_PETER.replace("peter ", "peter  "));
        malformed(TEXT + "\n" + BY_PETER.replace("peter ", " "));
        malformed(TEXT + "\n" + BY_PETER.replace("peter ", "peter+pan "));
        malformed(TEXT + "\n— peter AAAA\n");
        malformed(TEXT + "\n— peter \n");
        malformed(TEXT + "\n— peter\n");
        byte[] bytes = (TEXT + "\n" + BY_PETER).getBytes(StandardCharsets.UTF_8);
        assertThat(SignedNote.parse(bytes).text()).isEqualTo(TEXT);
        bytes[0] = (byte) 0xff;
        assertThatThrownBy(() -> SignedNote.parse(bytes)).isInstanceOf(NoteException.class);
    }

    @Test
    void a_text_without_a_line_end_is_not_signed() {
        for (String text : List.of("", "abc", "a\tb\n", "a\r\n")) {
            assertThatThrownBy(() -> SignedNote.sign(text, List.of(PETER)))
                    .isInstanceOf(NoteException.class);
        }
    }

    private static String vkey(String name, int type, byte[] key) {
        byte[] typed = new byte[1 + key.length];
        typed[0] = (byte) type;
        System.arraycopy(key, 0, typed, 1, key.length);
        byte[] digest = Sha256.of((name + "\n").getBytes(StandardCharsets.UTF_8), typed).bytes();
        return name + "+" + Hex.of(Arrays.copyOf(digest, 4)) + "+" + Base64.of(typed);
    }

    private static void noKey(String text) {
        assertThatThrownBy(() -> NoteVerifier.parse(text))
                .as(text)
                .isInstanceOf(NoteException.class);
        assertThatThrownBy(() -> NoteSigner.parse(text)).as(text).isInstanceOf(NoteException.class);
    }

    private static void malformed(String note) {
        assertThatThrownBy(() -> SignedNote.parse(note)).as(note).isInstanceOf(NoteException.class);
    }
}
