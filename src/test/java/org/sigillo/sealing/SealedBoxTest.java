package org.sigillo.sealing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SealedBoxTest {
    private final HybridIdentity key = Keys.identity(1);

    @Test
    void holds_the_json_and_then_zeros() {
        byte[] box =
                SealedBox.sealPadded(
                        "{\"v\":1}".getBytes(StandardCharsets.US_ASCII), key.recipient());
        assertThat(HexFormat.of().formatHex(Age.open(box, key)))
                .isEqualTo("7b2276223a317d" + "00".repeat(4089));
    }

    @ParameterizedTest
    @CsvSource({"1, 4096", "4095, 4096", "4096, 4096", "4097, 8192", "8192, 8192"})
    void shows_only_multiples_of_4_KiB(int length, int padded) {
        byte[] json = "x".repeat(length).getBytes(StandardCharsets.US_ASCII);
        byte[] box = SealedBox.sealPadded(json, key.recipient());
        assertThat(box).hasSize((int) Age.sealedSize(padded));
        assertThat(SealedBox.openPadded(box, key)).isEqualTo(json);
    }

    @Test
    void for_two_opens_for_both() {
        HybridIdentity source = Keys.identity(2);
        byte[] box = SealedBox.sealPadded(new byte[] {'1'}, key.recipient(), source.recipient());
        assertThat(SealedBox.openPadded(box, key)).containsExactly('1');
        assertThat(SealedBox.openPadded(box, source)).containsExactly('1');
    }

    @Test
    void is_refused_when_it_was_not_padded_or_is_nothing_but_padding() {
        for (int length : new int[] {0, 4095, 4097}) {
            byte[] plain = Keys.content(length);
            if (length > 0) {
                plain[length - 1] = 'x';
            }
            byte[] box = Age.seal(plain, key.recipient());
            assertThatThrownBy(() -> SealedBox.openPadded(box, key))
                    .isInstanceOf(SealBrokenException.class);
        }
        byte[] zeros = Age.seal(new byte[4096], key.recipient());
        assertThatThrownBy(() -> SealedBox.openPadded(zeros, key))
                .isInstanceOf(SealBrokenException.class);
    }

    @Test
    void takes_no_bytes_that_padding_would_blur() {
        assertThatThrownBy(() -> SealedBox.sealPadded(new byte[] {1, 0}, key.recipient()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SealedBox.sealPadded(new byte[0], key.recipient()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
