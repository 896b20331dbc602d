package org.sigillo.docket;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sigillo.bytes.BrokenEvidenceException;

/// When what was staged settles, and when it goes.
@Timeout(60)
class VaultRoundsTest extends VaultLookedAfter {
    @Test
    void from_the_hour_that_was_drawn_what_came_on_earlier_days_settles_once_a_day()
            throws Exception {
        lead();
        at(1, HOUR - 1);
        look();
        assertThat(settled(HELD)).as("before its hour").isFalse();
        at(1, HOUR);
        look();
        assertThat(settled(HELD)).isTrue();
        Instant first = ended();
        hold("packages/late/manifest");
        at(1, 23);
        look();
        assertThat(ended()).as("once a day").isEqualTo(first);
        at(2, HOUR - 1);
        look();
        assertThat(ended()).isEqualTo(first);
        at(2, HOUR + 3);
        look();
        assertThat(ended()).isAfterOrEqualTo(leapt());
        assertThat(settled("packages/late/manifest")).isTrue();
    }

    @Test
    void what_came_today_stays_where_it_is_and_what_nobody_holds_for_as_long_as_was_said()
            throws Exception {
        at(0, 22);
        lead();
        at(0, 23);
        look();
        assertThat(settled(HELD)).as("on the day on which it came").isFalse();
        at(4, 23);
        look();
        assertThat(vault.stat(NOBODYS)).as("after four days").isPresent();
        at(5, 23);
        look();
        assertThat(vault.stat(NOBODYS)).isEmpty();
        assertThat(vault.stat(HELD)).isPresent();
    }

    @Test
    void where_another_leads_nothing_is_done_and_nothing_overdue() throws Exception {
        // This one has not begun to lead.
        at(9, 23);
        rounds.look();
        nothingDone();
        assertThat(rounds.view().overdue()).isFalse();
        assertThat(rounds.settleNow()).isFalse();
    }

    @Test
    void while_the_evidence_is_broken_nothing_is_moved_or_removed() throws Exception {
        lead();
        ledger.report(new BrokenEvidenceException("this test", "one", "another"));
        at(9, 23);
        rounds.look();
        nothingDone();
        assertThat(rounds.settleNow()).isFalse();
        assertThat(rounds.view().overdue()).as("for two days and more").isTrue();
    }

    @Test
    void after_the_end_was_told_nothing_begins() throws Exception {
        lead();
        rounds.stop(null);
        at(9, 23);
        rounds.look();
        nothingDone();
    }

    @Test
    void a_row_that_cannot_be_read_stops_no_round_and_turns_health_red() throws Exception {
        lead();
        register.malformed.add(HELD);
        at(2, HOUR);
        look();
        assertThat(scrubbedNow().unread()).isEqualTo(1);
        assertThat(rounds.view().well()).isFalse();
        assertThat(rounds.view().settled().orElseThrow().waiting()).isPositive();
        assertThat(vault.stat(NOBODYS)).as("nothing of it is removed").isPresent();
        register.malformed.clear();
        at(3, HOUR);
        look();
        assertThat(scrubbedNow().unread()).isZero();
        assertThat(settled(HELD)).isTrue();
    }

    @Test
    void a_vault_that_goes_away_turns_health_red_also_while_a_round_is_at_work() throws Exception {
        lead();
        at(1, HOUR);
        halting.halt();
        Thread round = Thread.ofPlatform().start(rounds::look);
        halting.settling.await();
        rounds.ask();
        assertThat(rounds.view().away()).isFalse();
        Path mark = folder.resolve("ledger/genesis");
        Path elsewhere = Files.move(mark, folder.resolve("genesis"));
        rounds.ask();
        assertThat(rounds.view().away()).isTrue();
        assertThat(rounds.view().well()).isFalse();
        Files.move(elsewhere, mark);
        rounds.ask();
        assertThat(rounds.view().well()).isTrue();
        halting.goOn();
        round.join();
    }

    @Test
    void a_vault_that_never_ends_its_answer_turns_health_red_until_it_is_well_again()
            throws Exception {
        lead();
        byte[] genesis = newsroom.genesis.bytes();
        CountDownLatch dripping = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        halting.mark =
                () -> {
                    asked.incrementAndGet();
                    awaitUninterruptibly(dripping);
                    return new ByteArrayInputStream(genesis);
                };
        rounds.ask(Duration.ofMillis(50));
        assertThat(rounds.view().away()).isTrue();
        assertThat(rounds.view().well()).isFalse();
        rounds.ask(Duration.ofMillis(50));
        assertThat(rounds.view().away()).isTrue();
        assertThat(asked).as("while the first waits, nobody else does").hasValue(1);
        dripping.countDown();
        for (int i = 0; i < 100 && rounds.view().away(); i++) {
            rounds.ask(Duration.ofSeconds(5));
        }
        assertThat(rounds.view().well()).isTrue();
    }

    @Test
    void whatever_goes_wrong_when_the_vault_is_asked_turns_health_red() throws Exception {
        lead();
        halting.mark =
                () -> {
                    throw new IllegalArgumentException("nobody thought of this");
                };
        rounds.ask();
        assertThat(rounds.view().away()).isTrue();
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        boolean open = false;
        while (!open) {
            try {
                latch.await();
                open = true;
            } catch (InterruptedException e) {
                // A read of a dead disk does not end either.
            }
        }
    }

    private void nothingDone() throws IOException {
        assertThat(rounds.view().settled()).isEmpty();
        assertThat(rounds.view().scrubbed()).isEmpty();
        assertThat(settled(HELD)).isFalse();
        assertThat(vault.stat(NOBODYS)).isPresent();
    }

    private Instant ended() {
        return rounds.view().settled().orElseThrow().ended();
    }
}
