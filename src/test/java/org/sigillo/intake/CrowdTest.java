package org.sigillo.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.junit.jupiter.api.Test;
import org.sigillo.custody.Id;
import org.sigillo.people.People;
import org.sigillo.waiting.Line;

/// A day on which many come, on a clock that the test turns.
class CrowdTest {
    private Instant now = Instant.parse("2026-11-25T12:00:00Z");
    private long begun;
    private boolean broken;
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Crowd crowd =
            new Crowd(() -> begun, () -> broken, () -> People.Intake.OPEN, () -> now, meters, 1000);
    private final Crowd.Health health = new Crowd.Health(crowd);

    private boolean begins() {
        return crowd.mayBegin(place(), Duration.ZERO).isPresent();
    }

    private boolean opens(Session.Begin begin) {
        Optional<Session.Begin> granted = crowd.mayOpen(begin, place(), Duration.ZERO, () -> true);
        granted.ifPresent(_ -> crowd.opened());
        return granted.isPresent();
    }

    private Line.Place place() {
        return new Line.Place(Id.random(new SecureRandom()), now);
    }

    private void later(Duration time) {
        now = now.plus(time);
    }

    private void well(boolean expected) {
        HealthCheckResponse said = health.call();
        assertThat(said.getStatus() == HealthCheckResponse.Status.UP)
                .as(said.getData().toString())
                .isEqualTo(expected);
    }

    @Test
    void everybody_begins_at_once_until_half_of_them_have() {
        begun = 499;
        for (int i = 0; i < 1000; i++) {
            assertThat(begins()).isTrue();
        }
        well(true);
        assertThat(crowd.pace()).isEqualTo(Crowd.Pace.FREE);
    }

    @Test
    void from_then_on_those_that_are_left_are_spread_over_the_rest_of_the_day() {
        begun = 500;
        assertThat(crowd.pace()).isEqualTo(Crowd.Pace.SLOWED);
        well(false);
        int began = 0;
        for (Instant midnight = Instant.parse("2026-11-26T00:00:00Z");
                now.isBefore(midnight);
                later(Duration.ofSeconds(1))) {
            if (begins()) {
                began++;
                begun++;
            }
        }
        assertThat(began).isBetween(480, 500);
        // The next day is a new one.
        begun = 0;
        later(Duration.ofSeconds(5));
        assertThat(begins()).isTrue();
        assertThat(begins()).isTrue();
        well(true);
    }

    @Test
    void many_who_came_while_nobody_was_slowed_have_no_days_cases_within_seconds() {
        assertThat(crowd.mayBegin(place(), Duration.ZERO)).hasValue(Session.Begin.IN_TURN);
        int opened = 0;
        for (int i = 0; i < 2000; i++) {
            // None of these is in the register yet when the next one asks.
            if (opens(Session.Begin.IN_TURN)) {
                opened++;
            }
        }
        assertThat(opened).isEqualTo(501);
        begun = 501;
        later(Duration.ofSeconds(6));
        assertThat(opens(Session.Begin.IN_TURN)).as("one in some ninety seconds").isFalse();
        assertThat(opens(Session.Begin.AT_ONCE)).as("who has waited does not wait again").isTrue();
        later(Duration.ofSeconds(90));
        assertThat(crowd.mayBegin(place(), Duration.ZERO)).hasValue(Session.Begin.AT_ONCE);
        begun = 1000;
        later(Duration.ofSeconds(6));
        assertThat(opens(Session.Begin.AT_ONCE)).isFalse();
    }

    @Test
    void who_may_begin_and_does_not_counts_as_nothing() {
        for (Session.Begin begin : List.of(Session.Begin.IN_TURN, Session.Begin.AT_ONCE)) {
            for (int i = 0; i < 2000; i++) {
                assertThat(crowd.mayOpen(begin, place(), Duration.ZERO, () -> true))
                        .hasValue(begin);
            }
        }
        assertThat(crowd.pace()).isEqualTo(Crowd.Pace.FREE);
    }

    @Test
    void of_many_who_come_at_once_those_wait_after_all_whom_others_have_forestalled() {
        assertThat(crowd.mayStill(Session.Begin.IN_TURN)).isTrue();
        for (int i = 0; i < 500; i++) {
            crowd.opened();
        }
        assertThat(crowd.mayStill(Session.Begin.IN_TURN)).isFalse();
        assertThat(crowd.mayStill(Session.Begin.AT_ONCE)).isTrue();
        for (int i = 0; i < 500; i++) {
            crowd.opened();
        }
        assertThat(crowd.mayStill(Session.Begin.AT_ONCE)).isFalse();
    }

    @Test
    void then_nobody_begins_before_the_next() {
        begun = 1000;
        assertThat(crowd.pace()).isEqualTo(Crowd.Pace.FULL);
        assertThat(begins()).isFalse();
        well(false);
    }

    @Test
    void what_other_replicas_count_is_seen_within_seconds() {
        assertThat(begins()).isTrue();
        begun = 1000;
        later(Duration.ofSeconds(6));
        assertThat(begins()).isFalse();
    }

    @Test
    void what_is_found_broken_closes_the_door_at_once_however_lately_it_was_open() {
        assertThat(crowd.door()).isEqualTo(People.Intake.OPEN);
        broken = true;
        assertThat(crowd.door()).isEqualTo(People.Intake.HALTED);
        broken = false;
        assertThat(crowd.door()).isEqualTo(People.Intake.OPEN);
    }

    @Test
    void a_quota_of_nothing_lets_nobody_begin() {
        Crowd closed =
                new Crowd(
                        () -> 0,
                        () -> false,
                        () -> People.Intake.OPEN,
                        () -> now,
                        new SimpleMeterRegistry(),
                        0);
        assertThat(closed.pace()).isEqualTo(Crowd.Pace.FULL);
    }

    @Test
    void a_person_is_called_for_some_minutes_whenever_somebody_is_turned_away_and_told_why() {
        well(true);
        crowd.refused(Crowd.Why.ROOM);
        well(false);
        assertThat(health.call().getData().orElseThrow().get("calling"))
                .isEqualTo("sources are turned away: room");
        assertThat(meters.counter("sigillo.drop.refused", "why", "room").count()).isEqualTo(1);
        assertThat(state()).isEqualTo("room");
        later(Duration.ofMinutes(11));
        well(true);
        assertThat(state()).isEqualTo("free");
    }

    @Test
    void what_becomes_of_newcomers_is_said_in_a_word() {
        assertThat(state()).isEqualTo("free");
        begun = 500;
        later(Duration.ofSeconds(6));
        assertThat(state()).isEqualTo("slowed");
        begun = 1000;
        later(Duration.ofSeconds(6));
        crowd.refused(Crowd.Why.QUOTA);
        assertThat(state()).isEqualTo("full");
        begun = 0;
        later(Duration.ofMinutes(1));
        assertThat(state()).as("the next day, and a person is still called").isEqualTo("refused");
        well(false);
        later(Duration.ofMinutes(10));
        assertThat(state()).isEqualTo("free");
    }

    private Object state() {
        return health.call().getData().orElseThrow().get("state");
    }

    @Test
    void who_is_told_to_wait_is_counted_by_why() {
        crowd.slowed(Crowd.Why.PLACES);
        crowd.slowed(Crowd.Why.QUOTA);
        assertThat(meters.counter("sigillo.drop.slowed", "why", "places").count()).isEqualTo(1);
        assertThat(meters.counter("sigillo.drop.slowed", "why", "quota").count()).isEqualTo(1);
        well(true);
    }
}
