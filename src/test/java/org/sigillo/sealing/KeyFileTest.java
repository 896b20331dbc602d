package org.sigillo.sealing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.exceptionfactory.jagged.framework.stream.StandardDecryptingChannelFactory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.SecretBytes;
import org.sigillo.bytes.Sha256;
import org.sigillo.sealing.SealBrokenException.Reason;

class KeyFileTest {
    private static final String PERSON = "00112233445566778899aabbccddeeff";
    private static final int QUICK = 10;
    private static final char[] PASSPHRASE = "schöner Götterfunken".toCharArray();

    private final KeyFile keys =
            KeyFile.of(PERSON, Keys.secret(5), Optional.empty(), Keys.identity(1));

    private static byte[] seal(KeyFile contents) {
        return KeyFile.seal(contents, PASSPHRASE, QUICK, Keys.counting());
    }

    private static byte[] sealText(String text) {
        try (SecretBytes secret = secret()) {
            return Age.seal(
                    text.getBytes(StandardCharsets.US_ASCII),
                    List.of(ScryptStanza.writer(secret, QUICK, Keys.counting())));
        }
    }

    private static SecretBytes secret() {
        return SecretBytes.takeOwnership(new String(PASSPHRASE).getBytes(StandardCharsets.UTF_8));
    }

    private static String plaintext(byte[] file) throws IOException {
        try (SecretBytes secret = secret();
                AgeReader in =
                        AgeReader.open(
                                new ByteArrayInputStream(file),
                                List.of(ScryptStanza.reader(secret)),
                                new StandardDecryptingChannelFactory())) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void has_this_plaintext() throws IOException {
        assertThat(plaintext(seal(keys)))
                .isEqualTo(
                        "# sigillo key file v1\n# person: "
                                + PERSON
                                + "\n# signing-key: "
                                + "05".repeat(32)
                                + "\n"
                                + Keys.identity(1).revealText()
                                + "\n");
        assertThat(plaintext(seal(keys.withGenesis(Sha256.ZERO))))
                .contains("\n# genesis: " + "00".repeat(32) + "\nAGE-SECRET-KEY-PQ-1");
    }

    @Test
    void names_salt_and_work_factor_in_its_header() {
        assertThat(new String(seal(keys), 0, 70, StandardCharsets.US_ASCII))
                .startsWith("age-encryption.org/v1\n-> scrypt AAECAwQFBgcICQoLDA0ODw 10\n");
    }

    @Test
    void opens_with_its_passphrase_to_the_same_keys() {
        for (KeyFile whole : List.of(keys, keys.withGenesis(Sha256.of(new byte[1])))) {
            try (KeyFile opened = KeyFile.open(seal(whole), PASSPHRASE)) {
                assertThat(opened.person()).isEqualTo(PERSON);
                assertThat(opened.signingSeed().equalsSecret(Keys.secret(5))).isTrue();
                assertThat(opened.genesis()).isEqualTo(whole.genesis());
                assertThat(opened.identity().recipient()).isEqualTo(Keys.identity(1).recipient());
            }
        }
    }

    @Test
    void opens_armored_too() {
        String armored =
                "-----BEGIN AGE ENCRYPTED FILE-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(seal(keys))
                        + "\n-----END AGE ENCRYPTED FILE-----\n";
        try (KeyFile opened =
                KeyFile.open(armored.getBytes(StandardCharsets.US_ASCII), PASSPHRASE)) {
            assertThat(opened.person()).isEqualTo(PERSON);
        }
    }

    @Test
    void does_not_open_with_another_passphrase() {
        assertThatThrownBy(() -> KeyFile.open(seal(keys), "guess".toCharArray()))
                .isInstanceOf(SealBrokenException.class)
                .extracting("reason")
                .isEqualTo(Reason.WRONG_KEY);
    }

    @Test
    void does_not_open_what_was_sealed_to_a_recipient() {
        byte[] grant = Age.seal(new byte[4], Keys.identity(1).recipient());
        assertThatThrownBy(() -> KeyFile.open(grant, PASSPHRASE))
                .extracting("reason")
                .isEqualTo(Reason.WRONG_KEY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "AGE-SECRET-KEY-PQ-1QQ\n",
                "# sigillo key file v2\n%s%s%s",
                "# sigillo key file v1\r\n%s%s%s",
                "# sigillo key file v1\n%2$s%1$s%3$s",
                "# sigillo key file v1\n%s%s%s%s",
                "# sigillo key file v1\n%s%s# note: x\n%s",
                "# sigillo key file v1\n%s%s# genesis: 00\n%s",
                "# sigillo key file v1\n%s%s\n%s",
                "# sigillo key file v1\n# person: X\n%2$s%3$s",
            })
    void refuses_any_other_plaintext(String form) {
        String text =
                form.formatted(
                        "# person: " + PERSON + "\n",
                        "# signing-key: " + "05".repeat(32) + "\n",
                        Keys.identity(1).revealText() + "\n",
                        "# more\n");
        byte[] file = sealText(text);
        assertThatThrownBy(() -> KeyFile.open(file, PASSPHRASE))
                .isInstanceOf(MalformedException.class);
    }

    @Test
    void is_pinned_to_one_ledger_only() {
        KeyFile pinned = keys.withGenesis(Sha256.ZERO);
        assertThat(pinned.withGenesis(Sha256.ZERO).genesis()).hasValue(Sha256.ZERO);
        Sha256 other = Sha256.of(new byte[1]);
        assertThatThrownBy(() -> pinned.withGenesis(other))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void is_drawn_from_the_given_randomness_and_never_printed() {
        KeyFile fresh = KeyFile.generate(PERSON, Keys.counting());
        assertThat(fresh.signingSeed().bytes()).startsWith(0, 1, 2);
        assertThat(fresh.genesis()).isEmpty();
        assertThat(fresh.toString()).isEqualTo("KeyFile[of person " + PERSON + "]");
    }

    @Test
    void holds_no_secrets_once_closed_and_leaves_copies_alone() {
        KeyFile first = KeyFile.generate(PERSON, Keys.counting());
        KeyFile pinned = first.withGenesis(Sha256.ZERO);
        first.close();
        assertThatThrownBy(() -> first.signingSeed().bytes())
                .isInstanceOf(IllegalStateException.class);
        assertThat(pinned.signingSeed().bytes()).startsWith(0, 1, 2);
    }

    @Test
    void is_not_written_with_a_work_factor_that_would_not_be_read() {
        for (int workFactor : new int[] {0, 21}) {
            assertThatThrownBy(() -> KeyFile.seal(keys, PASSPHRASE, workFactor, Keys.counting()))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
