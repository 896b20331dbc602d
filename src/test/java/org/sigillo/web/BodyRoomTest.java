package org.sigillo.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Bodies of 8 KiB, each of which takes 56 KiB.
class BodyRoomTest {
    private static final int LENGTH = 8 << 10;
    private static final int PLACES = 4;

    private long nanos;
    private final List<Integer> ended = new ArrayList<>();
    private final BodyRoom room = new BodyRoom(PLACES * (56L << 10), () -> nanos);

    private Optional<BodyRoom.Body> comes(int number) {
        return room.take(LENGTH, () -> ended.add(number));
    }

    private void passes(Duration time) {
        nanos += time.toNanos();
    }

    private List<BodyRoom.Body> full() {
        List<BodyRoom.Body> bodies = new ArrayList<>();
        for (int i = 0; i < PLACES; i++) {
            bodies.add(comes(i).orElseThrow());
        }
        return bodies;
    }

    @Test
    void more_than_there_is_room_for_are_not_read_until_one_is_answered() {
        List<BodyRoom.Body> bodies = full();
        assertThat(comes(9)).isEmpty();
        bodies.getFirst().close();
        bodies.getFirst().close();
        assertThat(comes(9)).isPresent();
        assertThat(comes(10)).isEmpty();
        assertThat(ended).isEmpty();
    }

    @Test
    void those_that_never_go_on_give_way_the_oldest_first() {
        full();
        passes(Duration.ofMillis(999));
        assertThat(comes(9)).isEmpty();
        passes(Duration.ofMillis(1));
        assertThat(comes(9)).isPresent();
        assertThat(comes(10)).isPresent();
        assertThat(ended).containsExactly(0, 1);
    }

    @Test
    void one_that_goes_on_has_more_time_and_never_more_than_ten_seconds() {
        BodyRoom.Body goesOn = room.take(2 * LENGTH, () -> ended.add(0)).orElseThrow();
        assertThat(comes(1)).isPresent();
        assertThat(comes(2)).isPresent();
        goesOn.brought(LENGTH);
        passes(Duration.ofMillis(1999));
        assertThat(comes(3)).as("who brought nothing has had its time").isPresent();
        assertThat(ended).containsExactly(1);
        BodyRoom large = new BodyRoom(5 << 20, () -> nanos);
        large.take(1 << 20, () -> ended.add(3)).orElseThrow().brought(1 << 19);
        passes(Duration.ofMillis(9999));
        assertThat(large.take(1 << 20, () -> {})).isEmpty();
        passes(Duration.ofMillis(1));
        assertThat(large.take(1 << 20, () -> {})).isPresent();
        assertThat(ended).containsExactly(1, 3);
    }

    @Test
    void a_long_one_that_goes_on_gives_way_to_a_brief_one_after_a_second_and_brief_ones_to_none() {
        List<BodyRoom.Body> slow = full();
        slow.forEach(it -> it.brought(LENGTH));
        passes(Duration.ofMillis(999));
        assertThat(brief(9)).isEmpty();
        passes(Duration.ofMillis(1));
        assertThat(comes(10)).as("as long as they").isEmpty();
        for (int i = 0; i < PLACES; i++) {
            assertThat(brief(20 + i)).isPresent();
        }
        assertThat(ended).as("each long one was as much as two").containsExactly(0, 1);
        passes(Duration.ofMillis(999));
        for (int i = 4; i < 2 * PLACES; i++) {
            assertThat(brief(20 + i)).isPresent();
        }
        assertThat(ended).containsExactly(0, 1, 2, 3);
        assertThat(brief(30)).isEmpty();
    }

    /// 28 KiB, half of what the others take.
    private Optional<BodyRoom.Body> brief(int number) {
        return room.take(1 << 10, () -> ended.add(number));
    }

    @Test
    void who_has_sent_all_of_it_gives_way_to_nobody() {
        full().forEach(BodyRoom.Body::whole);
        passes(Duration.ofDays(1));
        assertThat(comes(9)).isEmpty();
        assertThat(ended).isEmpty();
    }

    @Test
    void a_large_one_takes_the_room_of_several() {
        assertThat(room.take(3 * LENGTH, () -> {})).isPresent();
        assertThat(comes(9)).isPresent();
        assertThat(comes(10)).isEmpty();
    }
}
