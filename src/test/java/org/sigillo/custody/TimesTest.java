package org.sigillo.custody;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// What is read letter by letter, against the JDK's own parser.
class TimesTest {
    private static final List<String> TIMES =
            List.of(
                    "2026-11-24T10:00:00Z",
                    "0000-01-01T00:00:00Z",
                    "9999-12-31T23:59:59Z",
                    "2024-02-29T23:59:59Z",
                    "1970-01-01T00:00:00Z",
                    "1969-12-31T23:59:59Z");

    @Test
    void a_time_is_the_one_that_the_jdk_reads_and_writes_alike() {
        TIMES.forEach(time -> assertThat(Times.plain(time)).contains(Instant.parse(time)));
        Random random = new Random(3);
        for (int i = 0; i < 200_000; i++) {
            StringBuilder text = new StringBuilder(TIMES.get(random.nextInt(TIMES.size())));
            for (int changes = random.nextInt(4); changes >= 0; changes--) {
                text.setCharAt(
                        random.nextInt(text.length()),
                        "0123456789-:TZ.+ ".charAt(random.nextInt(17)));
            }
            String changed = text.toString();
            Times.plain(changed)
                    .ifPresent(found -> {
                        assertThat(found).isEqualTo(Instant.parse(changed));
                        assertThat(found.toString()).isEqualTo(changed);
                    });
        }
    }

    @Test
    void every_day_of_two_centuries_is_one_and_no_other_is() {
        for (int year = 1899; year < 2102; year++) {
            for (int month = 0; month <= 13; month++) {
                for (int day = 0; day <= 32; day++) {
                    String text = "%04d-%02d-%02d".formatted(year, month, day);
                    assertThat(Times.isPlainDay(text)).as(text).isEqualTo(isDay(year, month, day));
                }
            }
        }
    }

    @Test
    void other_spellings_are_left_to_the_jdk() {
        for (String text :
                List.of(
                        "",
                        "2026-11-24",
                        "2026-11-24T10:00:00",
                        "2026-11-24t10:00:00z",
                        "2026-11-24T24:00:00Z",
                        "2026-11-24T23:60:00Z",
                        "2026-12-31T23:59:60Z",
                        "2026-11-24T10:00:0Z ",
                        "2026-11-24T10:00:00.0Z",
                        "+2026-11-24T10:00:00Z",
                        "٢٠٢٦-11-24T10:00:00Z")) {
            assertThat(Times.plain(text)).as(text).isEmpty();
        }
        assertThat(Times.isPlainDay("2026-1-24")).isFalse();
        assertThat(Times.isPlainDay("2026/11/24")).isFalse();
        assertThat(Times.isPlainDay("٢٠٢٦-11-24")).isFalse();
    }

    private static boolean isDay(int year, int month, int day) {
        try {
            LocalDate.of(year, month, day);
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }
}
