package org.sigillo.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Places for forms, on a clock that the test turns.
class UploadsTest {
    private Instant now = Instant.parse("2026-11-25T10:00:00Z");
    private final Uploads uploads = new Uploads(2, () -> now);
    private final List<String> cut = new ArrayList<>();

    @Test
    void are_refused_while_all_are_taken_and_move() throws IOException {
        Uploads.Place first = taken("first");
        Uploads.Place second = taken("second");
        assertThat(uploads.take(() -> {})).isEmpty();
        for (int minute = 0; minute < 20; minute++) {
            now = now.plus(Duration.ofMinutes(1));
            brings(first, 300_000);
            brings(second, 300_000);
        }
        assertThat(uploads.take(() -> {})).isEmpty();
        assertThat(cut).isEmpty();
        second.close();
        assertThat(uploads.take(() -> {})).isPresent();
    }

    @Test
    void are_given_up_by_whoever_hardly_moves_once_others_wait() throws IOException {
        Uploads.Place first = taken("first");
        Uploads.Place idle = taken("idle");
        now = now.plus(Duration.ofMinutes(6));
        brings(first, 2_000_000);
        brings(idle, 1);
        assertThat(cut).as("nobody waits").isEmpty();
        assertThat(uploads.take(() -> {})).isPresent();
        assertThat(cut).containsExactly("idle");
        idle.close();
        assertThat(uploads.take(() -> {})).as("a place is freed once").isEmpty();
    }

    private Uploads.Place taken(String name) {
        return uploads.take(() -> cut.add(name)).orElseThrow();
    }

    private static void brings(Uploads.Place place, int bytes) throws IOException {
        place.watched(new ByteArrayInputStream(new byte[bytes])).readAllBytes();
    }
}
