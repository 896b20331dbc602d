package org.sigillo.sealing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.CanonicalJson;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.SecretBytes;

/// Stored forms that another program made: what they hold must never read differently.
class EnvelopeVectorsTest {
    private static final Path FOLDER = Path.of("src/test/resources/vectors/envelope");

    private final Json.Obj vectors = read("envelope.json");
    private final HybridIdentity person = HybridIdentity.parse(vectors.text("person"));
    private final HybridIdentity caseKey = HybridIdentity.parse(vectors.text("case"));
    private final HybridIdentity source = HybridIdentity.parse(vectors.text("source"));

    private static Json.Obj read(String name) {
        try {
            return CanonicalJson.parseLenient(Files.readAllBytes(FOLDER.resolve(name)));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private byte[] sealed(String name) {
        return Base64.parse(vectors.text(name));
    }

    @Test
    void a_recipients_fingerprint() {
        assertThat(person.recipient().fingerprint()).isEqualTo(vectors.digest("personFingerprint"));
    }

    @Test
    void a_grant_holds_the_identity_line_of_the_case_key() {
        String plain = new String(Age.open(sealed("grant"), person), StandardCharsets.US_ASCII);
        assertThat(plain).isEqualTo(vectors.text("grantPlaintext"));
        assertThat(HybridIdentity.parse(plain.strip()).recipient()).isEqualTo(caseKey.recipient());
    }

    @Test
    void a_label_is_padded_json() {
        assertThat(SealedBox.openPadded(sealed("label"), caseKey))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo(vectors.text("labelJson"));
    }

    @Test
    void a_reply_opens_for_the_source_and_for_the_case() {
        assertThat(SealedBox.openPadded(sealed("reply"), source))
                .isEqualTo(SealedBox.openPadded(sealed("reply"), caseKey));
    }

    @Test
    void a_key_file_holds_two_keys_a_person_and_a_genesis() {
        char[] passphrase = vectors.text("keyFilePassphrase").toCharArray();
        try (KeyFile keys = KeyFile.open(sealed("keyFile"), passphrase)) {
            assertThat(keys.person()).isEqualTo("ab".repeat(16));
            assertThat(keys.signingSeed().equalsSecret(Keys.secret(5))).isTrue();
            assertThat(keys.genesis().orElseThrow().hex()).isEqualTo("0c".repeat(32));
            assertThat(keys.identity().revealText()).isEqualTo(person.revealText());
        }
    }

    @Test
    void a_cookie_opens_under_its_hour_key() {
        Json.Obj cookie = vectors.object("cookie");
        SecretBytes key = SecretBytes.takeOwnership(HexFormat.of().parseHex(cookie.text("key")));
        assertThat(SealedCookie.open(key, cookie.text("cookie"), cookie.text("context")))
                .hasValue(HexFormat.of().parseHex(cookie.text("plaintext")));
    }

    @Test
    void a_codename_gives_a_locator_and_an_identity() {
        Json.Obj vector = read("codename.json");
        Codename codename = Codename.parse(vector.text("codename")).orElseThrow();
        try (Codename.Derived derived =
                codename.derive(HexFormat.of().parseHex(vector.text("instance")))) {
            assertThat(derived.locator()).isEqualTo(vector.digest("locator"));
            assertThat(derived.source().revealText()).isEqualTo(vector.text("identity"));
            assertThat(derived.source().recipient().fingerprint())
                    .isEqualTo(vector.digest("recipientSha256"));
        }
    }
}
