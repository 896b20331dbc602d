package org.sigillo.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Actor;
import org.sigillo.custody.CustodyEvent;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Id;
import org.sigillo.custody.Nonce;
import org.sigillo.custody.Rules;
import org.sigillo.tables.LedgerTables;

/// Beats under rules that change, and the ledger's own daily word.
class RulesInForceTest {
    @RegisterExtension private static final Scene scene = Scene.ofClass();
    private Ledger ledger;

    @BeforeEach
    void a_founded_ledger() throws SQLException {
        scene.clear();
        scene.now.set(Instant.now().truncatedTo(ChronoUnit.SECONDS));
        ledger = scene.open(Ledger.Surroundings.NONE);
        ledger.turn(false);
    }

    @AfterEach
    void what_rows_say_of_each_other_holds() throws IOException {
        try (LedgerTables tables =
                LedgerTables.open(scene.database.url() + "?user=sigillo_app", Optional.of("a"))) {
            tables.compare();
        }
    }

    private static void sign(Ledger by, Actor signer, Rules next) {
        Entry.Event event = scene.newsroom.change(signer, next, scene.now.get().toString());
        byte[] nonce = new byte[Entry.NONCE];
        scene.random.nextBytes(nonce);
        by.append(
                new Draft(
                        "rules.changed/" + next.version() + "/" + signer.id,
                        Optional.of(Nonce.copyOf(nonce)),
                        false,
                        Optional.empty(),
                        Optional.of(signer.id.hex()),
                        _ -> event.fact()));
    }

    private static void change(Ledger by, Rules next) {
        sign(by, next.version() % 2 == 0 ? scene.newsroom.elena : scene.newsroom.emile, next);
        sign(by, scene.newsroom.ada, next);
    }

    private static long size(Ledger of) {
        return of.checkpoint().orElseThrow().checkpoint().size();
    }

    /// Time passes by so many seconds, and it is a beat.
    private static void beat(Ledger leader, long seconds) {
        scene.now.updateAndGet(now -> now.plus(Duration.ofSeconds(seconds)));
        leader.turn(new Sequencer.OnBeat(scene.now.get()));
    }

    @Nested
    class A_change_of_rules {
        @Test
        void changes_k_from_the_next_beat_on() throws Exception {
            sign(ledger, scene.newsroom.elena, new Rules(2, 10, 16, 0, 2));
            beat(ledger, 10);
            long size = size(ledger);
            assertThat(ledger.rules().k()).isEqualTo(8);
            sign(ledger, scene.newsroom.ada, new Rules(2, 10, 16, 0, 2));
            // This beat comes before the entry with which they hold.
            beat(ledger, 10);
            assertThat(size(ledger)).isEqualTo(size + 8 + 1);
            assertThat(ledger.rules().k()).isEqualTo(16);
            beat(ledger, 10);
            assertThat(size(ledger)).isEqualTo(size + 8 + 1 + 16);
            IntactLedger.check(scene.app, scene.newsroom);
        }

        @Test
        void is_known_to_a_replica_that_was_there_before_and_takes_over() throws Exception {
            Ledger other = scene.open(Ledger.Surroundings.NONE);
            change(ledger, new Rules(2, 10, 16, 0, 2));
            beat(ledger, 10);
            long size = size(ledger);
            assertThat(other.rules().k()).isEqualTo(8);
            beat(other, 10);
            assertThat(size(ledger)).isEqualTo(size + 16);
            assertThat(other.rules().k()).isEqualTo(16);
            IntactLedger.check(scene.app, scene.newsroom);
        }

        @Test
        void that_only_administrators_signed_changes_nothing() throws Exception {
            sign(ledger, scene.newsroom.ada, new Rules(2, 10, 16, 0, 2));
            sign(ledger, scene.newsroom.adam, new Rules(2, 10, 16, 0, 2));
            beat(ledger, 10);
            long size = size(ledger);
            beat(ledger, 10);
            assertThat(size(ledger)).isEqualTo(size + 8);
        }

        @Test
        void takes_no_beat_for_one_that_was_filled_under_another_length() throws Exception {
            // If beats were counted, those of five days later would have the numbers of these.
            change(ledger, new Rules(2, 3_600, 8, 0, 2));
            for (int i = 0; i < 12; i++) {
                beat(ledger, 3_600);
            }
            scene.now.updateAndGet(now -> now.plus(Duration.ofDays(5)));
            change(ledger, new Rules(3, 3_601, 8, 0, 2));
            beat(ledger, 3_600);
            long size = size(ledger);
            for (int i = 1; i <= 24; i++) {
                beat(ledger, 3_601);
                assertThat(size(ledger)).as("beat " + i).isEqualTo(size + 8L * i);
            }
        }

        /// Until it hears of the change, another replica queues by the beat it knows.
        @Test
        void loses_nothing_that_sources_have_waiting_whatever_the_lengths() throws Exception {
            Ledger other = scene.open(Ledger.Surroundings.NONE);
            List<String> keys = new ArrayList<>();
            long[] lengths = {3_600, 10, 604_800, 1, 3_601};
            for (int i = 0; i < lengths.length; i++) {
                for (int k = 0; k < 5; k++) {
                    keys.add(scene.source(ledger, Id.random(scene.random)));
                }
                change(ledger, new Rules(i + 2, lengths[i], 2, 0, 2));
                beat(ledger, lengths[i]);
                keys.add(scene.source(ledger, Id.random(scene.random)));
                for (int k = 0; k < 4; k++) {
                    ledger.turn(true);
                }
                keys.add(scene.source(other, Id.random(scene.random)));
                ledger.turn(true);
            }
            for (int i = 0; i < 3 * keys.size() && ledger.waitingOfSources() > 0; i++) {
                ledger.turn(true);
            }
            assertThat(ledger.waitingOfSources()).isZero();
            for (String key : keys) {
                assertThat(ledger.find(key).orElseThrow().publishedIndex()).isPresent();
            }
            IntactLedger.check(scene.app, scene.newsroom, Ledger.Surroundings.NONE, keys);
        }
    }

    @Nested
    class What_holds_of_the_machine {
        @Test
        void is_entered_when_it_changes_and_not_again() throws Exception {
            CustodyEvent.ScriptServed one =
                    new CustodyEvent.ScriptServed(Sha256.of(), Sha256.of(new byte[1]));
            CustodyEvent.ScriptServed other =
                    new CustodyEvent.ScriptServed(Sha256.of(new byte[2]), one.worker());
            for (CustodyEvent.ScriptServed now : List.of(one, one, other, other, one)) {
                ledger.holds(now);
            }
            ledger.turn(true);
            assertThat(ledger.ofTypes("script.served"))
                    .extracting(it -> it.event().fact())
                    .containsExactly(one, other, one);
            IntactLedger.check(scene.app, scene.newsroom);
        }
    }

    @Nested
    class The_daily_check {
        @Test
        void is_entered_once_a_day_with_what_it_found() throws Exception {
            scene.now.set(Instant.parse("2026-11-24T10:00:00Z"));
            Fsck fsck = new Fsck(ledger, scene.now::get);
            for (int i = 0; i < 3; i++) {
                scene.staff(ledger, "event " + i);
                ledger.turn(true);
                fsck.enter(ledger.checked(FullCheck.Pace.FULL));
                ledger.turn(true);
            }
            scene.now.set(Instant.parse("2026-11-25T00:00:01Z"));
            FullCheck.Intact second = ledger.checked(FullCheck.Pace.FULL);
            fsck.enter(second);
            ledger.turn(true);
            List<Recorded> entered = ledger.ofTypes("log.checked");
            assertThat(entered).hasSize(2);
            CustodyEvent.LogChecked first =
                    (CustodyEvent.LogChecked) entered.getFirst().event().fact();
            // Entry 0, an event, a beat.
            assertThat(first.size()).isEqualTo(1 + 1 + 8);
            assertThat(first.root())
                    .isEqualTo(
                            ledger.published().checkpoints(0, Integer.MAX_VALUE).stream()
                                    .map(SignedCheckpoint::checkpoint)
                                    .filter(it -> it.size() == first.size())
                                    .findFirst()
                                    .orElseThrow()
                                    .root());
            assertThat(entered.getLast().event().fact())
                    .isEqualTo(new CustodyEvent.LogChecked(second.size(), second.root()));
            assertThat(fsck.last().orElseThrow().size()).isEqualTo(second.size());
            IntactLedger.check(scene.app, scene.newsroom);
        }

        @Test
        void of_two_replicas_that_end_at_different_sizes_is_the_firsts() throws Exception {
            Ledger other = scene.open(Ledger.Surroundings.NONE);
            FullCheck.Intact before = ledger.checked(FullCheck.Pace.FULL);
            scene.staff(ledger, "in between");
            ledger.turn(false);
            FullCheck.Intact after = other.checked(FullCheck.Pace.FULL);
            // Both look before either has entered it.
            try (Connection slow = scene.app.getConnection()) {
                slow.setAutoCommit(false);
                Ledger first = scene.closed(new OneConnection(slow), Ledger.Surroundings.NONE);
                new Fsck(first, scene.now::get).enter(before);
                CompletableFuture<Void> second =
                        CompletableFuture.runAsync(
                                () -> new Fsck(other, scene.now::get).enter(after));
                while (scene.number("SELECT count(*) FROM pg_locks WHERE NOT granted") == 0) {
                    assertThat(second).isNotDone();
                    Thread.sleep(10);
                }
                slow.commit();
                slow.setAutoCommit(true);
                assertThat(second).succeedsWithin(Duration.ofSeconds(10));
            }
            ledger.turn(true);
            assertThat(ledger.ofTypes("log.checked"))
                    .singleElement()
                    .satisfies(it ->
                            assertThat(it.event().fact())
                                    .isEqualTo(
                                            new CustodyEvent.LogChecked(
                                                    before.size(), before.root())));
            assertThat(other.broken()).isEmpty();
            IntactLedger.check(scene.app, scene.newsroom);
        }

        @Test
        void that_tells_a_wrong_root_is_found_by_the_next() throws Exception {
            ledger.append(
                    Draft.byServer("log.checked/x", new CustodyEvent.LogChecked(1, Sha256.of())));
            ledger.turn(false);
            assertThatThrownBy(() -> ledger.checked(FullCheck.Pace.FULL))
                    .isInstanceOf(BrokenEvidenceException.class)
                    .hasMessageContaining("entry 1, root at size 1");
        }
    }
}
