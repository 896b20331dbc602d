package org.sigillo.sealing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.AgeKeys;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.SecretBytes;
import org.sigillo.bytes.Sha256;

class HybridKeysTest {
    /// The identity of the published `hybrid` vector.
    private static final String PUBLISHED =
            "AGE-SECRET-KEY-PQ-1HZLGZUPT4ETPKDEV8HSGFDCYZ4E522W0A7PU2LHT8EH9W6YLNC3SW78XKG";

    @Nested
    class An_identity {
        @Test
        void reads_and_writes_its_line() {
            assertThat(HybridIdentity.parse(PUBLISHED).revealText()).isEqualTo(PUBLISHED);
        }

        @Test
        void is_its_32_byte_seed() {
            HybridIdentity identity = Keys.identity(7);
            assertThat(HybridIdentity.parse(identity.revealText()).recipient())
                    .isEqualTo(identity.recipient());
            assertThat(HexFormat.of().formatHex(identity.revealSeed().bytes()))
                    .isEqualTo("07".repeat(32));
        }

        @Test
        void is_drawn_from_the_given_randomness() {
            assertThat(HybridIdentity.generate(Keys.counting()).revealSeed().bytes())
                    .startsWith(0, 1, 2)
                    .endsWith(31);
        }

        @Test
        void opens_nothing_once_closed() {
            HybridIdentity identity = Keys.identity(7);
            byte[] sealed = Age.seal(new byte[1], identity.recipient());
            identity.close();
            assertThatThrownBy(identity::revealText).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> Age.open(sealed, identity))
                    .isInstanceOf(RuntimeException.class);
        }

        @Test
        void never_prints_its_secret() {
            assertThat(HybridIdentity.parse(PUBLISHED).toString()).doesNotContain("SECRET");
        }

        @Test
        void is_refused_in_lower_case_or_with_another_length() {
            assertThatThrownBy(() -> HybridIdentity.parse(PUBLISHED.toLowerCase(Locale.ROOT)))
                    .isInstanceOf(MalformedException.class);
            assertThatThrownBy(() -> HybridIdentity.ofSeed(SecretBytes.takeOwnership(new byte[31])))
                    .isInstanceOf(MalformedException.class);
        }
    }

    @Nested
    class A_recipient {
        private final String text = Keys.identity(7).recipient().text();

        @Test
        void has_1959_characters_and_reads_back() {
            assertThat(text).hasSize(1959).startsWith("age1pq1");
            assertThat(HybridRecipient.parse(text).text()).isEqualTo(text);
        }

        @Test
        void is_named_by_the_digest_of_its_text() {
            assertThat(HybridRecipient.parse(text).fingerprint())
                    .isEqualTo(Sha256.of(text.getBytes(StandardCharsets.US_ASCII)));
        }

        @Test
        void is_refused_after_any_single_changed_character() {
            for (int i = 0; i < text.length(); i += 13) {
                char changed = text.charAt(i) == 'q' ? 'p' : 'q';
                String damaged = text.substring(0, i) + changed + text.substring(i + 1);
                assertThatThrownBy(() -> HybridRecipient.parse(damaged))
                        .isInstanceOf(MalformedException.class);
            }
        }

        @Test
        void is_refused_in_upper_or_mixed_case_cut_or_empty() {
            for (String damaged :
                    new String[] {
                        text.toUpperCase(Locale.ROOT),
                        text.substring(0, 50) + text.substring(50).toUpperCase(Locale.ROOT),
                        text.substring(0, 1900),
                        "age1pq1",
                        "",
                        " " + text,
                        text + "\n"
                    }) {
                assertThatThrownBy(() -> HybridRecipient.parse(damaged))
                        .isInstanceOf(MalformedException.class);
            }
        }

        @Test
        void is_refused_with_another_length_or_prefix() {
            for (String damaged :
                    new String[] {
                        AgeKeys.encode("age1pq", new byte[1215]),
                        AgeKeys.encode("age1pq", new byte[1217]),
                        AgeKeys.encode("age", Keys.identity(7).recipient().key())
                    }) {
                assertThatThrownBy(() -> HybridRecipient.parse(damaged))
                        .isInstanceOf(MalformedException.class);
            }
        }

        @Test
        void is_refused_with_an_ml_kem_coefficient_out_of_range() {
            byte[] key = Keys.identity(7).recipient().key();
            key[0] = (byte) 0x01;
            key[1] = (byte) (key[1] & 0xf0 | 0x0d);
            String outOfRange = AgeKeys.encode("age1pq", key);
            assertThatThrownBy(() -> HybridRecipient.parse(outOfRange))
                    .hasMessageContaining("ML-KEM");
            key[0] = 0;
            assertThat(HybridRecipient.parse(AgeKeys.encode("age1pq", key))).isNotNull();
        }

        @Test
        void is_refused_with_an_x25519_point_of_low_order() {
            byte[] key = Keys.identity(7).recipient().key();
            Arrays.fill(key, 1184, 1216, (byte) 0);
            assertThatThrownBy(() -> HybridRecipient.parse(AgeKeys.encode("age1pq", key)))
                    .hasMessageContaining("low order");
        }
    }

    @Nested
    class Bech32_as_BIP_173_has_it {
        @Test
        void agrees_with_a_published_address() {
            byte[] data = HexFormat.of().parseHex("00443214c74254b635cf84653a56d7c675be77df");
            // BIP 173's "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw": all 32 values in order.
            assertThat(AgeKeys.encode("abcdef", data)).hasSize(7 + 32 + 6);
            assertThat(AgeKeys.encode("abcdef", data))
                    .isEqualTo("abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw");
        }

        @Test
        void reads_back_every_length() {
            for (int length = 0; length < 200; length++) {
                byte[] data = Keys.content(length);
                assertThat(AgeKeys.decode("x", AgeKeys.encode("x", data))).isEqualTo(data);
            }
        }

        @Test
        void refuses_padding_bits_that_are_not_zero() {
            assertThat(AgeKeys.decode("x", "x1qqmkfy3s")).containsExactly(0);
            assertThatThrownBy(() -> AgeKeys.decode("x", "x1qpxqa3vz"))
                    .hasMessageContaining("stray padding");
            assertThatThrownBy(() -> AgeKeys.decode("x", "x1qqqn0an5s"))
                    .hasMessageContaining("stray padding");
        }
    }
}
