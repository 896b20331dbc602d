package org.sigillo.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FormsTest {
    @Nested
    class Hex_digits {
        @Test
        void are_lower_case_and_as_many_as_asked_for() {
            assertThat(Hex.of(new byte[] {0, (byte) 0xab, 0x7f})).isEqualTo("00ab7f");
            assertThat(Hex.parse("00ab7f", 3)).containsExactly(0, 0xab, 0x7f);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"", "00", "00AB7F", "00ab7", "00ab7f0", "00ab7g", " 0ab7f", "٠0ab7f"})
        void of_another_spelling_are_refused(String hex) {
            assertThatThrownBy(() -> Hex.parse(hex, 3)).isInstanceOf(MalformedException.class);
        }
    }

    @Nested
    class Base64_text {
        @Test
        void is_that_of_rfc_4648() {
            // §10
            assertThat(Base64.of("fooba".getBytes(StandardCharsets.US_ASCII)))
                    .isEqualTo("Zm9vYmE=");
            assertThat(Base64.parse("Zg==")).containsExactly('f');
            assertThat(Base64.parse("")).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(strings = {"Zg", "Zg=", "Zh==", "Zm9=", "Zm9v\n", "Zm 9v", "-_8=", "Zg==Zg=="})
        void of_another_spelling_is_refused(String text) {
            assertThatThrownBy(() -> Base64.parse(text)).isInstanceOf(MalformedException.class);
        }
    }

    @Nested
    class A_sha256 {
        @Test
        void is_that_of_fips_180() {
            assertThat(Sha256.of("abc".getBytes(StandardCharsets.US_ASCII)).hex())
                    .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
            assertThat(Sha256.of().hex())
                    .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        }

        @Test
        void of_a_domain_is_of_its_words_and_then_of_the_parts() throws Exception {
            MessageDigest expected = MessageDigest.getInstance("SHA-256");
            expected.update("sigillo/test/v1".getBytes(StandardCharsets.US_ASCII));
            expected.update(new byte[] {1, 2, 3});
            assertThat(Sha256.tagged("sigillo/test/v1", new byte[] {1, 2}, new byte[] {3}).bytes())
                    .isEqualTo(expected.digest());
        }

        @Test
        void cannot_be_changed_from_outside_and_equals_by_value() {
            byte[] bytes = Sha256.of().bytes();
            Sha256 copy = Sha256.copyOf(bytes);
            bytes[0] ^= 1;
            assertThat(copy).isEqualTo(Sha256.of()).hasSameHashCodeAs(Sha256.of());
            copy.bytes()[0] ^= 1;
            assertThat(copy).isEqualTo(Sha256.of());
            assertThat(Sha256.copyOf(bytes)).isNotEqualTo(copy);
            assertThatThrownBy(() -> Sha256.copyOf(new byte[31])).isNotNull();
        }
    }

    @Nested
    class A_secret {
        @Test
        void is_copied_in_and_out_and_shows_only_its_length() {
            byte[] own = {1, 2, 3};
            try (SecretBytes secret = SecretBytes.copyOf(own)) {
                own[0] = 9;
                assertThat(secret.bytes()).containsExactly(1, 2, 3);
                secret.bytes()[0] = 9;
                assertThat(secret.bytes()).containsExactly(1, 2, 3);
                assertThat(secret).hasToString("SecretBytes[3 bytes]");
                assertThat(secret.equalsSecret(SecretBytes.copyOf(new byte[] {1, 2, 3}))).isTrue();
                assertThat(secret.equalsSecret(SecretBytes.copyOf(own))).isFalse();
            }
        }

        @Test
        void is_zeros_once_closed_and_gives_nothing_more() {
            byte[] kept = {1, 2, 3};
            SecretBytes secret = SecretBytes.takeOwnership(kept);
            secret.close();
            assertThat(kept).containsOnly(0);
            assertThatThrownBy(secret::bytes).isInstanceOf(IllegalStateException.class);
        }
    }

    @Nested
    class An_object {
        private final Json.Obj object =
                Json.object()
                        .with("text", "a")
                        .with("number", 7)
                        .with("list", Json.texts(java.util.List.of("x")));

        @Test
        void gives_each_member_as_what_it_is_and_as_nothing_else() {
            assertThat(object.text("text")).isEqualTo("a");
            assertThat(object.number("number")).isEqualTo(7);
            assertThat(object.array("list")).containsExactly(Json.text("x"));
            assertThatThrownBy(() -> object.number("text")).isInstanceOf(MalformedException.class);
            assertThatThrownBy(() -> object.text("number")).isInstanceOf(MalformedException.class);
            assertThatThrownBy(() -> object.object("list")).isInstanceOf(MalformedException.class);
            assertThatThrownBy(() -> object.text("none")).isInstanceOf(MalformedException.class);
            assertThatThrownBy(() -> object.digest("text")).isInstanceOf(MalformedException.class);
        }

        @Test
        void refuses_members_that_nobody_asked_for() {
            assertThat(object.only("text", "number", "list", "more")).isSameAs(object);
            assertThatThrownBy(() -> object.only("text", "number"))
                    .isInstanceOf(MalformedException.class);
        }

        @Test
        void stays_as_it_is_when_another_is_made_of_it() {
            assertThat(object.with("text", "b").text("text")).isEqualTo("b");
            assertThat(object.without("text").has("text")).isFalse();
            assertThat(object.text("text")).isEqualTo("a");
        }
    }
}
