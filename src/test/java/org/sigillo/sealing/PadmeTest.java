package org.sigillo.sealing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PadmeTest {
    @ParameterizedTest
    @CsvSource({
        "0, 65536",
        "1, 65536",
        "65535, 65536",
        "65536, 65536",
        "65537, 67584",
        "67584, 67584",
        "67585, 69632",
        "1000000, 1015808",
        "67108864, 67108864",
        "67108865, 69206016",
        "9000000000, 9126805504",
    })
    void gives_the_sizes_of_the_specification(long size, long padded) {
        assertThat(Padme.paddedSize(size)).isEqualTo(padded);
    }

    /// The paper's algorithm 1, word for word, in whole numbers of any size.
    private static long asInThePaper(long size) {
        BigInteger length = BigInteger.valueOf(size);
        int e = length.bitLength() - 1;
        int s = BigInteger.valueOf(e).bitLength();
        int z = e - s;
        BigInteger m = BigInteger.TWO.pow(z).subtract(BigInteger.ONE);
        return length.add(m).andNot(m).longValueExact();
    }

    @Test
    void agrees_with_the_papers_formula() {
        for (long size = Padme.SMALLEST; size < Padme.SMALLEST + 300_000; size++) {
            assertThat(Padme.paddedSize(size)).isEqualTo(asInThePaper(size));
        }
        long seed = 20170505;
        Random random = new Random(seed);
        for (int i = 0; i < 200_000; i++) {
            long size = random.nextLong(1L << (17 + random.nextInt(35)));
            long expected = Math.max(Padme.SMALLEST, size < 2 ? 0 : asInThePaper(size));
            assertThat(Padme.paddedSize(size))
                    .as("seed %s, size %s", seed, size)
                    .isEqualTo(expected);
        }
    }

    @Test
    void never_shrinks_never_adds_more_than_12_percent_and_is_stable() {
        Random random = new Random(7);
        for (int i = 0; i < 100_000; i++) {
            long size = Padme.SMALLEST + random.nextLong(1L << (17 + random.nextInt(33)));
            long padded = Padme.paddedSize(size);
            assertThat(padded).isBetween(size, size + size * 12 / 100);
            assertThat(Padme.paddedSize(padded)).isEqualTo(padded);
        }
    }

    @Test
    void knows_no_negative_or_impossible_sizes() {
        assertThatThrownBy(() -> Padme.paddedSize(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Padme.paddedSize(Long.MAX_VALUE))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
