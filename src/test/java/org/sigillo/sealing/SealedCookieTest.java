package org.sigillo.sealing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.SecretBytes;

class SealedCookieTest {
    private static final byte[] PLAIN = "hello".getBytes(StandardCharsets.US_ASCII);

    private final SecretBytes key = Keys.secret(9);
    private final String cookie = SealedCookie.seal(key, PLAIN, "session", Keys.counting());

    @Test
    void has_this_stored_form() {
        assertThat(cookie).startsWith("1");
        assertThat(HexFormat.of().formatHex(Base64.getUrlDecoder().decode(cookie.substring(1))))
                .isEqualTo("000102030405060708090a0b" + COOKIE);
    }

    private static final String COOKIE = "8234f7ae53173e42ead0b6e3ed51d7b756563b6a08";

    @Test
    void opens_to_what_was_sealed() {
        assertThat(SealedCookie.open(key, cookie, "session")).hasValue(PLAIN);
    }

    @Test
    void of_nothing_still_opens() {
        String empty = SealedCookie.seal(key, new byte[0], "session", Keys.counting());
        assertThat(SealedCookie.open(key, empty, "session")).hasValue(new byte[0]);
    }

    @Test
    void does_not_open_for_another_context_or_hour() {
        assertThat(SealedCookie.open(key, cookie, "start")).isEmpty();
        assertThat(SealedCookie.open(Keys.secret(8), cookie, "session")).isEmpty();
    }

    @Test
    void does_not_open_after_any_changed_character() {
        for (int i = 0; i < cookie.length(); i++) {
            for (char c : new char[] {'A', 'B', '-', '=', '%', ' '}) {
                if (cookie.charAt(i) != c) {
                    String damaged = cookie.substring(0, i) + c + cookie.substring(i + 1);
                    assertThat(SealedCookie.open(key, damaged, "session")).isEmpty();
                }
            }
        }
    }

    @Test
    void does_not_open_when_cut_or_lengthened() {
        for (int length = 0; length < cookie.length(); length++) {
            assertThat(SealedCookie.open(key, cookie.substring(0, length), "session")).isEmpty();
        }
        for (String more : new String[] {"A", "AAAA", "=", " "}) {
            assertThat(SealedCookie.open(key, cookie + more, "session")).isEmpty();
        }
    }

    @Test
    void wants_a_key_of_32_bytes() {
        SecretBytes small = SecretBytes.takeOwnership(new byte[16]);
        assertThatThrownBy(() -> SealedCookie.seal(small, PLAIN, "session", Keys.counting()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
