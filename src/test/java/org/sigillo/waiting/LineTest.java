package org.sigillo.waiting;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.sigillo.custody.Id;

/// Who goes first, on a clock that the test turns.
class LineTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private int places;
    private volatile Instant now = Instant.parse("2026-11-25T10:00:00Z");
    private final Line line = new Line(3, () -> now);
    private final Semaphore seats = new Semaphore(0);
    private final List<String> order = Collections.synchronizedList(new ArrayList<>());

    private Line.Place place() {
        return new Line.Place(Id.parse(String.format("%032x", ++places)), now);
    }

    private static void until(BooleanSupplier it) {
        long end = System.nanoTime() + LONG.toNanos();
        while (!it.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private Optional<Integer> seat() {
        return seats.tryAcquire() ? Optional.of(1) : Optional.empty();
    }

    private Thread waits(String name, Line.Place place) {
        int before = line.waiting();
        Thread thread =
                Thread.startVirtualThread(() -> {
                    if (line.await(place, LONG, this::seat).isPresent()) {
                        order.add(name);
                    }
                });
        until(() -> line.waiting() == before + 1);
        return thread;
    }

    private void free() {
        int had = order.size();
        seats.release();
        line.freed();
        until(() -> order.size() == had + 1);
    }

    @Test
    void whoever_finds_a_seat_takes_it_at_once() {
        seats.release();
        assertThat(line.await(place(), Duration.ZERO, this::seat)).isPresent();
        assertThat(line.await(place(), Duration.ZERO, this::seat)).isEmpty();
        assertThat(line.waiting()).isZero();
    }

    @Test
    void whoever_came_first_goes_first_also_if_they_went_away_in_between() {
        Line.Place early = place();
        assertThat(line.await(early, Duration.ZERO, this::seat)).as("no seat").isEmpty();
        now = now.plusSeconds(20);
        Line.Place second = place();
        now = now.plusSeconds(20);
        waits("third", place());
        waits("second", second);
        waits("early", early);
        free();
        free();
        free();
        assertThat(order).containsExactly("early", "second", "third");
    }

    @Test
    void nobody_is_waited_for_who_is_not_there() {
        Line.Place away = place();
        assertThat(line.await(away, Duration.ZERO, this::seat)).isEmpty();
        now = now.plusSeconds(20);
        waits("there", place());
        free();
        assertThat(order).containsExactly("there");
    }

    @Test
    void a_place_that_had_its_turn_is_a_new_one() {
        Line.Place used = place();
        seats.release();
        assertThat(line.await(used, Duration.ZERO, this::seat)).isPresent();
        now = now.plusSeconds(20);
        waits("first", place());
        now = now.plusSeconds(20);
        waits("again", used);
        free();
        free();
        assertThat(order).containsExactly("first", "again");
    }

    @Test
    void a_seat_that_nobody_spoke_of_is_found_all_the_same() {
        waits("one", place());
        seats.release();
        until(() -> order.equals(List.of("one")));
    }

    @Test
    void a_line_holds_so_many_and_one_place_once() {
        Line.Place one = place();
        waits("one", one);
        assertThat(line.await(one, LONG, this::seat)).as("in two tabs").isEmpty();
        waits("two", place());
        waits("three", place());
        long before = System.nanoTime();
        assertThat(line.await(place(), LONG, this::seat)).isEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(LONG);
        free();
        free();
        free();
        assertThat(line.waiting()).isZero();
    }

    @Test
    void of_a_full_line_the_youngest_makes_room_for_who_came_before_them() {
        Line.Place early = place();
        now = now.plusSeconds(20);
        for (String name : List.of("one", "two")) {
            waits(name, place());
        }
        now = now.plusSeconds(20);
        Thread youngest = waits("youngest", place());
        Thread.startVirtualThread(() -> {
            if (line.await(early, LONG, this::seat).isPresent()) {
                order.add("early");
            }
        });
        until(() -> !youngest.isAlive());
        assertThat(line.waiting()).isEqualTo(3);
        free();
        assertThat(order).containsExactly("early");
        free();
        free();
        assertThat(order).doesNotContain("youngest");
    }

    @Test
    void a_place_whose_turn_was_lost_on_the_way_grows_old_again() {
        Line.Place lost = place();
        seats.release();
        assertThat(line.await(lost, Duration.ZERO, this::seat)).isPresent();
        assertThat(line.await(lost, Duration.ZERO, this::seat)).as("as a new one").isEmpty();
        now = now.plusSeconds(20);
        waits("came later", place());
        now = now.plusSeconds(20);
        waits("lost", lost);
        free();
        free();
        assertThat(order).containsExactly("lost", "came later");
    }

    @Test
    void who_is_interrupted_leaves_the_line() throws InterruptedException {
        Thread one = waits("one", place());
        one.interrupt();
        one.join();
        assertThat(line.waiting()).isZero();
        assertThat(order).isEmpty();
    }

    @Test
    void who_goes_away_while_they_wait_leaves_the_line_and_keeps_their_place() throws Exception {
        Line.Place early = place();
        now = now.plusSeconds(20);
        AtomicBoolean there = new AtomicBoolean(true);
        Thread one =
                Thread.startVirtualThread(() -> {
                    if (line.await(early, LONG, there::get, this::seat).isPresent()) {
                        order.add("gone");
                    }
                });
        until(() -> line.waiting() == 1);
        there.set(false);
        one.join(Duration.ofSeconds(2));
        assertThat(line.waiting()).isZero();
        waits("later", place());
        waits("early", early);
        free();
        free();
        assertThat(order).containsExactly("early", "later");
    }

    @Test
    void a_seat_that_cannot_be_asked_for_stops_nobody_else() {
        Line.Place place = place();
        org.assertj.core.api.Assertions.assertThatThrownBy(() ->
                        line.await(
                                place,
                                LONG,
                                () -> {
                                    throw new IllegalStateException("the database is away");
                                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(line.waiting()).isZero();
        seats.release();
        assertThat(line.await(place, Duration.ZERO, this::seat)).isPresent();
    }
}
