package org.sigillo.sending;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MeterTest {
    private final List<String> said = new ArrayList<>();
    private long nanos = 1;
    private final Meter meter = new Meter(said::add, () -> nanos);

    private void seconds(long seconds) {
        nanos += Duration.ofSeconds(seconds).toNanos();
    }

    private static Content message() {
        return Content.message("a".repeat(65_536).getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void shows_how_far_how_fast_and_how_long_still() {
        meter.begins(message(), 16_384);
        seconds(2);
        meter.sent(16_384);
        assertThat(said.getLast()).startsWith("\r 50 %  0.0 MB/s, 0:04 min left  the message");
    }

    @Test
    void does_not_write_more_than_can_be_read() {
        meter.begins(message(), 0);
        int lines = said.size();
        for (int i = 0; i < 1000; i++) {
            meter.sent(1);
        }
        assertThat(said).hasSize(lines);
    }

    @Test
    void ends_its_line_at_the_end() {
        meter.begins(message(), 0);
        meter.sent(65_536);
        assertThat(said.get(said.size() - 2)).startsWith("\r100 %");
        assertThat(said.getLast()).isEqualTo("\n");
    }

    @Test
    void takes_back_what_must_go_again() {
        meter.begins(message(), 0);
        meter.sent(32_768);
        seconds(1);
        meter.sent(-32_768);
        assertThat(said.getLast()).startsWith("\r  0 %");
    }

    @Test
    void says_that_it_waits_and_how_long() {
        meter.waits("the connection broke", Duration.ofSeconds(8));
        assertThat(said.getLast()).startsWith("\rthe connection broke; tried again in 8 s");
    }

    @Test
    void writes_long_times_in_hours() {
        assertThat(Meter.clock(59)).isEqualTo("0:59 min");
        assertThat(Meter.clock(3 * 3600 + 25 * 60)).isEqualTo("3:25 h");
    }
}
