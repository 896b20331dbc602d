package org.sigillo.waiting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.Sha256;

/// Places for forms, on a clock that the test turns.
class UploadsTest {
    private Instant now = Instant.parse("2026-11-25T10:00:00Z");
    private final Uploads uploads = new Uploads(2, 0, Duration.ofDays(3), () -> now);
    private final List<String> cut = new ArrayList<>();
    private int sources;

    @Test
    void are_refused_while_all_are_taken_and_move() throws IOException {
        Uploads.Place first = taken("first");
        Uploads.Place second = taken("second");
        assertThat(another()).isEmpty();
        for (int minute = 0; minute < 20; minute++) {
            now = now.plus(Duration.ofMinutes(1));
            brings(first, 300_000);
            brings(second, 300_000);
        }
        assertThat(another()).isEmpty();
        assertThat(cut).isEmpty();
        second.close();
        assertThat(another()).isPresent();
    }

    @Test
    void are_not_all_taken_by_newcomers_nor_by_those_who_have_a_case() {
        Uploads shared = new Uploads(6, 2, Duration.ofDays(3), () -> now);
        for (int i = 0; i < 4; i++) {
            assertThat(shared.room(true)).isTrue();
            assertThat(shared.take(source(), true, () -> {})).isPresent();
        }
        assertThat(shared.room(true)).isFalse();
        assertThat(shared.take(source(), true, () -> {})).isEmpty();
        assertThat(shared.room(false)).isTrue();
        assertThat(shared.take(source(), false, () -> {})).isPresent();
        assertThat(shared.take(source(), false, () -> {})).isPresent();
        assertThat(shared.take(source(), false, () -> {})).as("all are taken").isEmpty();
        assertThat(shared.taken()).isEqualTo(6);
    }

    @Test
    void of_ones_own_kind_alone_give_way_to_who_finds_none_left_for_their_kind() {
        Uploads shared = new Uploads(4, 1, Duration.ofDays(3), () -> now);
        shared.take(source(), false, () -> cut.add("known")).orElseThrow();
        for (int i = 0; i < 3; i++) {
            String name = "newcomer " + i;
            shared.take(source(), true, () -> cut.add(name)).orElseThrow();
            now = now.plusSeconds(1);
        }
        now = now.plus(Duration.ofMinutes(6));
        assertThat(shared.take(source(), true, () -> {})).isPresent();
        assertThat(cut).containsExactly("newcomer 0");
    }

    @Test
    void end_before_what_they_brought_first_is_taken_for_abandoned() throws IOException {
        Uploads.Place slow = taken("slow");
        now = now.plus(Duration.ofDays(3));
        brings(slow, 10);
        now = now.plus(Duration.ofSeconds(1));
        assertThatThrownBy(() -> brings(slow, 10))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("took longer");
    }

    @Test
    void are_given_up_by_whoever_hardly_moves_once_others_wait() throws IOException {
        Uploads.Place first = taken("first");
        Uploads.Place idle = taken("idle");
        now = now.plus(Duration.ofMinutes(6));
        brings(first, 2_000_000);
        brings(idle, 1);
        assertThat(cut).as("nobody waits").isEmpty();
        assertThat(another()).isPresent();
        assertThat(cut).containsExactly("idle");
        idle.close();
        assertThat(another()).as("a place is freed once").isEmpty();
    }

    @Test
    void are_given_up_by_whoever_brings_nothing_at_all_for_half_a_minute() throws IOException {
        Uploads.Place idle = taken("idle");
        Uploads.Place first = taken("first");
        waits(
                idle,
                () -> {
                    now = now.plus(Duration.ofSeconds(29));
                    assertThat(another()).isEmpty();
                    now = now.plus(Duration.ofSeconds(2));
                    assertThat(another()).isPresent();
                    assertThat(cut).containsExactly("idle");
                });
        first.close();
        assertThat(another()).isPresent();
    }

    @Test
    void are_kept_by_a_slow_circuit_that_brings_something_now_and_then() throws IOException {
        Uploads.Place slow = taken("slow");
        taken("other");
        for (int time = 0; time < 8; time++) {
            waits(
                    slow,
                    () -> {
                        now = now.plus(Duration.ofSeconds(25));
                        assertThat(another()).isEmpty();
                    });
            brings(slow, 500);
        }
        assertThat(cut).isEmpty();
    }

    @Test
    void are_kept_while_what_came_is_being_stored() throws IOException {
        Uploads.Place stored = taken("stored");
        taken("other");
        brings(stored, 500);
        now = now.plus(Duration.ofMinutes(4));
        assertThat(another()).isEmpty();
    }

    @Test
    void are_few_for_one_source_and_the_others_are_for_others() throws IOException {
        Uploads many = new Uploads(64, 0, Duration.ofDays(3), () -> now);
        Sha256 source = source();
        List<Uploads.Place> own = new ArrayList<>();
        for (int form = 1; form <= 4; form++) {
            String name = "form " + form;
            own.add(many.take(source, false, () -> cut.add(name)).orElseThrow());
        }
        assertThat(many.take(source, false, () -> {})).isEmpty();
        assertThat(many.take(source(), false, () -> cut.add("somebody else's"))).isPresent();
        waits(
                own.getFirst(),
                () -> {
                    now = now.plus(Duration.ofSeconds(31));
                    assertThat(many.take(source, false, () -> {}))
                            .as("in the place of its own")
                            .isPresent();
                });
        assertThat(cut).containsExactly("form 1");
    }

    @Test
    void say_whether_a_source_waits_for_nobody_but_itself() throws IOException {
        Uploads many = new Uploads(64, 0, Duration.ofDays(3), () -> now);
        Sha256 source = source();
        List<Uploads.Place> own = new ArrayList<>();
        for (int form = 1; form <= 4; form++) {
            assertThat(many.enough(source)).isFalse();
            own.add(many.take(source, false, () -> {}).orElseThrow());
        }
        assertThat(many.enough(source)).isTrue();
        assertThat(many.turn(source, false, () -> {}).orElseThrow().place()).isEmpty();
        assertThat(many.enough(source())).isFalse();
        waits(
                own.getFirst(),
                () -> {
                    now = now.plus(Duration.ofSeconds(31));
                    assertThat(many.enough(source)).as("one gives way").isFalse();
                });
        own.getLast().close();
        assertThat(many.enough(source)).isFalse();
    }

    private Uploads.Place taken(String name) {
        return uploads.take(source(), false, () -> cut.add(name)).orElseThrow();
    }

    private Optional<Uploads.Place> another() {
        return uploads.take(source(), false, () -> {});
    }

    private Sha256 source() {
        return Sha256.of(new byte[] {(byte) ++sources});
    }

    /// What happens while the next byte of this form is waited for.
    private static void waits(Uploads.Place place, Runnable meanwhile) throws IOException {
        InputStream silent =
                new InputStream() {
                    @Override
                    public int read() {
                        meanwhile.run();
                        return 0;
                    }
                };
        assertThat(place.watched(silent).read()).isZero();
    }

    private static void brings(Uploads.Place place, int bytes) throws IOException {
        place.watched(new ByteArrayInputStream(new byte[bytes])).readAllBytes();
    }
}
