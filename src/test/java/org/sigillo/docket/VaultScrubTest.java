package org.sigillo.docket;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// When everything is read again, and what is kept of that.
@Timeout(60)
class VaultScrubTest extends VaultLookedAfter {
    @Test
    void everything_is_read_again_once_a_day_from_the_first_look_on() throws Exception {
        lead();
        look();
        assertThat(scrubbedNow().objects()).isEqualTo(1);
        // Had one begun here, none would an hour later.
        later(Duration.ofHours(23));
        look();
        later(Duration.ofHours(1));
        look();
        assertThat(scrubbedNow().objects()).isEqualTo(1);
    }

    @Test
    void one_scrub_runs_at_a_time_and_waits_for_no_round() throws Exception {
        lead();
        at(2, 0);
        halting.halt();
        assertThat(rounds.settleNow()).isTrue();
        halting.settling.await();
        assertThat(rounds.scrubNow()).as("while a round is at work").isTrue();
        halting.reading.await();
        assertThat(rounds.scrubNow()).as("while one runs").isFalse();
        halting.goOn();
        while (rounds.view().settled().isEmpty()) {
            Thread.sleep(10);
        }
        assertThat(settled(HELD)).isTrue();
    }

    @Test
    void whatever_is_altered_turns_health_red_and_not_only_a_segment() throws Exception {
        lead();
        look();
        assertThat(scrubbedNow().damaged()).isZero();
        assertThat(rounds.view().well()).isTrue();
        register.held.put(HELD, new byte[] {2});
        at(3, 0);
        look();
        assertThat(scrubbedNow().damaged()).isEqualTo(1);
        assertThat(rounds.view().well()).isFalse();
    }

    @Test
    void in_a_vault_that_is_not_the_ledgers_nothing_is_lost() throws Exception {
        lead();
        register.held.put("packages/lost/manifest", new byte[] {1});
        look();
        assertThat(scrubbedNow().damaged()).isEqualTo(1);
        vault.remove("ledger/genesis");
        at(3, 0);
        look();
        VaultRounds.Scrubbed last = scrubbedNow();
        assertThat(last.damaged()).isZero();
        assertThat(last.unread()).isEqualTo(1);
        assertThat(rounds.view().well()).isFalse();
    }

    @Test
    void one_that_followed_has_two_days_for_its_first_round_and_a_week_for_its_first_scrub()
            throws Exception {
        at(9, 0);
        rounds.look();
        lead();
        halting.halt();
        at(10, 0);
        // The scrub that begins now never ends.
        look();
        untilReading();
        assertThat(rounds.view().overdue()).isFalse();
        at(12, 0);
        leading();
        assertThat(rounds.view().overdue()).as("no round in two days").isTrue();
        register.held.clear();
        settledNow();
        assertThat(rounds.view().overdue()).isFalse();
        at(17, 1);
        settledNow();
        assertThat(rounds.view().overdue()).as("no scrub in a week").isTrue();
    }

    @Test
    void a_pass_that_a_restart_cut_short_goes_on_where_it_came_to() throws Exception {
        lead();
        cutShortAtTheThirdOfFive();
        Instant begun = rounds.view().scrubbed().orElseThrow().begun();
        halting.goOn();
        int before = halting.opened.get();
        later(Duration.ofHours(1));
        restart();
        assertThat(rounds.view().scrubbed().orElseThrow().objects()).isEqualTo(2);
        look();
        VaultRounds.Scrubbed whole = whole();
        assertThat(whole.begun()).isEqualTo(begun);
        assertThat(whole.objects()).isEqualTo(5);
        assertThat(whole.bytes()).isEqualTo(5);
        assertThat(whole.unread()).as("what was broken off is no fault").isZero();
        assertThat(halting.opened.get() - before).as("read after the restart").isEqualTo(3);
    }

    @Test
    void a_crash_costs_what_was_read_in_the_last_minute() throws Exception {
        lead();
        five();
        halting.haltAt("packages/p2/manifest");
        look();
        untilReading();
        later(Duration.ofMinutes(2));
        VaultRounds crashed = rounds;
        try {
            halting.haltAt("packages/p4/manifest");
            halting.reading.await();
            // Nobody told it that it ends.
            restart();
            assertThat(rounds.view().scrubbed().orElseThrow().objects()).isEqualTo(2);
        } finally {
            halting.goOn();
            crashed.stop(null);
        }
    }

    @Test
    void passes_that_never_end_are_overdue_after_a_week_however_often_it_is_restarted()
            throws Exception {
        lead();
        cutShortAtTheThirdOfFive();
        for (int day = 2; day <= 7; day++) {
            at(day, 0);
            restart();
            look();
            assertThat(rounds.view().overdue()).as("after %d days", day).isFalse();
            rounds.stop(null);
        }
        at(8, 1);
        restart();
        leading();
        assertThat(rounds.view().overdue()).isTrue();
        halting.goOn();
        look();
        whole();
        assertThat(rounds.view().overdue()).isFalse();
    }

    @Test
    void one_that_is_begun_anew_each_day_and_cut_short_is_overdue_too() throws Exception {
        lead();
        cutShortAtTheThirdOfFive();
        for (int day = 2; day <= 8; day++) {
            at(day, 1);
            restart();
            leading();
            halting.haltAt("packages/p3/manifest");
            assertThat(rounds.scrubNow()).isTrue();
            halting.reading.await();
            rounds.stop(null);
        }
        assertThat(rounds.view().overdue()).isTrue();
    }

    @Test
    void what_the_last_pass_found_stands_after_a_restart() throws Exception {
        lead();
        register.held.put(HELD, new byte[] {2});
        look();
        assertThat(scrubbedNow().damaged()).isEqualTo(1);
        rounds.stop(null);
        restart();
        assertThat(rounds.view().well()).isFalse();
        register.held.put(HELD, new byte[] {1});
        later(Duration.ofDays(1));
        halting.halt();
        look();
        untilReading();
        assertThat(rounds.view().well()).as("while the next one begins").isFalse();
        halting.goOn();
        assertThat(scrubbedNow().damaged()).isZero();
        assertThat(rounds.view().found().orElseThrow().damaged()).isZero();
    }

    @Test
    void one_that_an_operator_wishes_begins_with_the_first_object() throws Exception {
        lead();
        cutShortAtTheThirdOfFive();
        halting.goOn();
        later(Duration.ofMinutes(1));
        restart();
        int before = halting.opened.get();
        assertThat(rounds.scrubNow()).isTrue();
        assertThat(scrubbedNow().objects()).isEqualTo(5);
        assertThat(halting.opened.get() - before).isEqualTo(5);
    }

    @Test
    void where_the_last_object_is_held_no_more_its_register_is_read_from_the_start()
            throws Exception {
        lead();
        cutShortAtTheThirdOfFive();
        halting.goOn();
        register.held.remove("packages/p2/manifest");
        restart();
        int before = halting.opened.get();
        look();
        whole();
        assertThat(halting.opened.get() - before).isEqualTo(4);
    }

    private void cutShortAtTheThirdOfFive() throws Exception {
        five();
        halting.haltAt("packages/p3/manifest");
        look();
        untilReading();
        rounds.stop(null);
    }

    private void five() throws IOException {
        register.held.clear();
        for (int i = 1; i <= 5; i++) {
            hold("packages/p" + i + "/manifest");
        }
    }

    private VaultRounds.Scrubbed whole() throws InterruptedException {
        while (rounds.view().scrubbed().orElseThrow().ended().isEmpty()) {
            Thread.sleep(10);
            rounds.look();
        }
        return rounds.view().scrubbed().orElseThrow();
    }

    private void settledNow() throws Exception {
        while (rounds.view().settled().filter(it -> !it.ended().isBefore(leapt())).isEmpty()) {
            rounds.settleNow();
            Thread.sleep(10);
        }
    }
}
