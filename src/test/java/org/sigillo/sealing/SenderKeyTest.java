package org.sigillo.sealing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.CanonicalJson;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.SecretBytes;
import org.sigillo.bytes.Sha256;

class SenderKeyTest {
    private static final HexFormat HEX = HexFormat.of();

    private final Json.Obj vector = vector();
    private final byte[] instance = HEX.parseHex(vector.text("instance"));
    private final byte[] exhibit = HEX.parseHex(vector.text("exhibit"));

    private static Json.Obj vector() {
        try {
            return CanonicalJson.parseLenient(
                    Files.readAllBytes(Path.of("src/test/resources/vectors/envelope/sender.json")));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private SenderKey key() {
        return SenderKey.of(seed(), instance);
    }

    private SecretBytes seed() {
        return SecretBytes.takeOwnership(HEX.parseHex(vector.text("seed")));
    }

    @Test
    void marks_a_segment_as_another_implementation_does() {
        assertThat(
                        key().mark(
                                        exhibit,
                                        Math.toIntExact(vector.number("number")),
                                        vector.digest("cut"),
                                        vector.digest("sealed"))
                                .hex())
                .isEqualTo("41636202697bd6713755615bceb9b38635c6207b8c3674eeeb631265c4ea9be7")
                .isEqualTo(vector.text("mark"));
    }

    /// With nothing but an HMAC, as RFC 5869 words it.
    @Test
    void is_one_extraction_and_one_expansion() throws GeneralSecurityException {
        byte[] extracted = hmac(instance, HEX.parseHex(vector.text("seed")));
        byte[] info = "sigillo/sender/v1".getBytes(StandardCharsets.US_ASCII);
        byte[] block = Arrays.copyOf(info, info.length + 1);
        block[info.length] = 1;
        byte[] k = hmac(extracted, block);
        assertThat(HEX.formatHex(k)).isEqualTo(vector.text("key"));

        HybridRecipient first = HybridIdentity.ofSeed(seed()).recipient();
        byte[] domain = "sigillo/keepsake/v1".getBytes(StandardCharsets.US_ASCII);
        byte[] kept = Arrays.copyOf(domain, domain.length + 32);
        System.arraycopy(first.fingerprint().bytes(), 0, kept, domain.length, 32);
        assertThat(key().keepsake(first).bytes()).isEqualTo(hmac(k, kept));

        System.arraycopy(vector.digest("recipientHash").bytes(), 0, kept, domain.length, 32);
        assertThat(HEX.formatHex(hmac(k, kept))).isEqualTo(vector.text("keepsake"));
    }

    private static byte[] hmac(byte[] key, byte[] text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text);
    }

    @Test
    void is_what_follows_from_a_codename() {
        Codename codename =
                Codename.parse("abacus abdomen abdominal zoology zoom yo-yo t-shirt").orElseThrow();
        try (Codename.Derived derived = codename.derive(instance);
                SecretBytes seed = derived.source().revealSeed();
                SenderKey same = SenderKey.of(seed, instance)) {
            Sha256 cut = vector.digest("cut");
            Sha256 sealed = vector.digest("sealed");
            assertThat(derived.mark(exhibit, 7, cut, sealed))
                    .isEqualTo(same.mark(exhibit, 7, cut, sealed));
            HybridRecipient recipient = derived.source().recipient();
            assertThat(derived.keepsake(recipient)).isEqualTo(same.keepsake(recipient));
        }
    }

    @Test
    void tells_every_part_of_a_mark_apart() {
        Sha256 cut = vector.digest("cut");
        Sha256 sealed = vector.digest("sealed");
        Sha256 mark = key().mark(exhibit, 7, cut, sealed);
        byte[] otherExhibit = exhibit.clone();
        otherExhibit[15] ^= 1;
        byte[] otherInstance = instance.clone();
        otherInstance[0] ^= 1;
        assertThat(key().mark(otherExhibit, 7, cut, sealed)).isNotEqualTo(mark);
        assertThat(key().mark(exhibit, 8, cut, sealed)).isNotEqualTo(mark);
        assertThat(key().mark(exhibit, 7, sealed, cut)).isNotEqualTo(mark);
        assertThat(SenderKey.of(seed(), otherInstance).mark(exhibit, 7, cut, sealed))
                .isNotEqualTo(mark);
    }

    @Test
    void refuses_an_id_of_another_length_and_a_number_below_0() {
        Sha256 any = Sha256.ZERO;
        assertThatThrownBy(() -> key().mark(new byte[15], 0, any, any))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> key().mark(exhibit, -1, any, any))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void is_never_printed_and_is_gone_once_closed() {
        SenderKey key = key();
        assertThat(key.toString()).doesNotContain(vector.text("key").substring(0, 8));
        key.close();
        assertThatThrownBy(() -> key.mark(exhibit, 0, Sha256.ZERO, Sha256.ZERO))
                .isInstanceOf(IllegalStateException.class);
    }
}
