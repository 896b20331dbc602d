package org.sigillo.waiting;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.Sha256;

/// Work that is asked and checked, on a clock that the test turns.
class WorkTest {
    private Instant now = Instant.parse("2026-11-25T10:00:00Z");
    private final Work work = new Work(() -> now);

    /// As `docs/spec/drop-api.md` has it, with other means.
    private static boolean done(String token, long found, int bits) {
        byte[] text =
                ("sigillo/work/v1\n" + token + "\n" + found).getBytes(StandardCharsets.US_ASCII);
        return new BigInteger(1, Sha256.of(text).bytes()).bitLength() <= 256 - bits;
    }

    @Test
    void is_right_for_exactly_what_the_specification_says() {
        for (int bits = 1; bits <= 12; bits++) {
            for (long found = 0; found < 5_000; found++) {
                assertThat(Work.done("token", found, bits))
                        .as(found + " at " + bits)
                        .isEqualTo(done("token", found, bits));
            }
        }
    }

    @Test
    void is_for_one_token() {
        long found = Work.find("one", 16);
        assertThat(done("one", found, 16)).isTrue();
        assertThat(Work.done("one", found, 16)).isTrue();
        assertThat(Work.done("two", found, 16)).isFalse();
    }

    @Test
    void negative_numbers_are_none() {
        assertThat(LongStream.range(0, 1000).anyMatch(it -> Work.done("token", -it - 1, 1)))
                .isFalse();
        assertThat(Work.done("token", 0, 0)).as("none was asked").isTrue();
    }

    @Test
    void is_asked_of_nobody_as_long_as_few_come() {
        for (int i = 0; i < 100; i++) {
            assertThat(work.asked(false)).isZero();
        }
        assertThat(work.asked(true)).as("new cases are slowed").isEqualTo(16);
    }

    @Test
    void is_more_the_more_come_and_ends_with_them() {
        int last = 0;
        for (int i = 0; i < 10_000; i++) {
            int asked = work.asked(false);
            assertThat(asked).isGreaterThanOrEqualTo(last);
            last = asked;
        }
        assertThat(last).isEqualTo(20);
        now = now.plusSeconds(10);
        assertThat(work.asked(false)).as("just before").isEqualTo(20);
        now = now.plusSeconds(20);
        assertThat(work.asked(false)).isZero();
    }
}
