package org.sigillo.waiting;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.sigillo.custody.Id;

class RenewalTest {
    private static final Duration HELD = Duration.ofSeconds(10);
    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");

    private static Renewal after(Duration waited, @Nullable String still) {
        Id id = Id.parse("000102030405060708090a0b0c0d0e0f");
        return Renewal.of(new Line.Place(id, NOW.minus(waited)), NOW, still);
    }

    @Test
    void a_page_comes_again_the_more_rarely_the_longer_its_source_has_waited() {
        assertThat(after(Duration.ZERO, null).seconds(2)).isEqualTo(2);
        assertThat(after(Duration.ofMinutes(1), null).seconds(2)).isEqualTo(4);
        assertThat(after(Duration.ofMinutes(4), null).seconds(2)).isEqualTo(4);
        assertThat(after(Duration.ofMinutes(5), null).seconds(2)).isEqualTo(6);
        assertThat(after(Duration.ofHours(9), null).seconds(10)).isEqualTo(30);
    }

    @Test
    void and_stands_in_the_line_four_fifths_of_the_time_all_the_while() {
        for (Duration waited :
                new Duration[] {Duration.ZERO, Duration.ofMinutes(2), Duration.ofHours(1)}) {
            Renewal renewal = after(waited, null);
            assertThat(
                            renewal.held(HELD).toSeconds()
                                    / (double)
                                            (renewal.held(HELD).toSeconds() + renewal.seconds(2)))
                    .as(waited.toString())
                    .isGreaterThan(0.8);
            assertThat(renewal.held(HELD)).isLessThan(Duration.ofSeconds(60));
        }
    }

    @Test
    void whoever_does_not_want_it_to_come_by_itself_asks_and_is_answered_soon() {
        Renewal still = after(Duration.ofHours(1), "1");
        assertThat(still.byItself()).isFalse();
        assertThat(still.held(HELD)).isEqualTo(HELD);
        assertThat(still.page("wait")).isEqualTo("wait?still=1");
        assertThat(still.page("form?place=x")).isEqualTo("form?place=x&still=1");
        assertThat(after(Duration.ZERO, null).page("wait")).isEqualTo("wait");
    }

    @Test
    void a_clock_that_went_back_says_that_nobody_has_waited() {
        assertThat(after(Duration.ofMinutes(-3), null).minutes()).isEqualTo("0");
        assertThat(after(Duration.ofSeconds(185), null).minutes()).isEqualTo("3");
    }
}
