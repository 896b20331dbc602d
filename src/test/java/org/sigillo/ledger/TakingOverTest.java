package org.sigillo.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.sigillo.custody.Newsroom;
import org.sigillo.custody.Rules;
import org.sigillo.note.TestKeys;
import org.sigillo.note.WitnessPolicy;

/// What one replica, or one start, leaves to the next.
class TakingOverTest {
    private static final long BEAT = 5;

    @RegisterExtension private static final Scene scene = Scene.ofClass();

    @BeforeEach
    void clear() throws SQLException {
        scene.clear();
    }

    @Test
    void a_beat_before_which_the_leader_went_is_filled_by_the_one_that_follows() throws Exception {
        isFilled(new AtomicInteger());
    }

    @Test
    void it_is_filled_also_where_the_first_turn_of_that_one_fails() throws Exception {
        AtomicInteger failing = new AtomicInteger(1);
        isFilled(failing);
        assertThat(failing).as("it has failed").hasValue(0);
    }

    /// @param failing turns of the one that takes over, from then on
    private static void isFilled(AtomicInteger failing) throws Exception {
        Newsroom newsroom = new Newsroom(new Rules(1, BEAT, 8, 0, 2));
        AtomicBoolean gone = new AtomicBoolean();
        Ledger first = replica(newsroom);
        first.start();
        until(first::leads);
        Ledger second =
                new Ledger(
                        failing(() ->
                                gone.get() && failing.get() > 0 && failing.getAndDecrement() > 0),
                        newsroom.genesis,
                        newsroom.logKeys,
                        InstantSource.system(),
                        new SecureRandom(),
                        Ledger.Surroundings.NONE);
        second.start();
        // The second has found out that it follows; the first goes a moment before a beat.
        Thread.sleep(1_500);
        long beat = (Instant.now().getEpochSecond() + 2) / BEAT * BEAT + BEAT;
        Thread.sleep(1_000 * beat - 150 - System.currentTimeMillis());
        gone.set(true);
        first.stop();
        try {
            long end = System.nanoTime() + 4_000_000_000L;
            while (filled(beat) == 0 && System.nanoTime() < end) {
                Thread.sleep(20);
            }
            assertThat(filled(beat)).isEqualTo(1);
            assertThat(second.leads()).isTrue();
        } finally {
            second.stop();
        }
    }

    /// A database that has no connection for the numbering thread's batch while this is so.
    private static DataSource failing(BooleanSupplier now) {
        return (DataSource)
                Proxy.newProxyInstance(
                        TakingOverTest.class.getClassLoader(),
                        new Class<?>[] {DataSource.class},
                        (_, method, arguments) -> {
                            if (method.getName().equals("getConnection")
                                    && numbers()
                                    && now.getAsBoolean()) {
                                throw new SQLException("the database is away for a moment");
                            }
                            try {
                                return method.invoke(scene.app, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    private static boolean numbers() {
        return StackWalker.getInstance()
                .walk(frames ->
                        frames.anyMatch(it -> it.getClassName().equals(Sequencer.class.getName())));
    }

    @Test
    void a_replica_whose_clock_is_set_back_takes_over_all_the_same() throws Exception {
        Newsroom newsroom = new Newsroom(new Rules(1, BEAT, 8, 0, 2));
        Ledger first = replica(newsroom);
        first.start();
        until(first::leads);
        AtomicReference<Duration> wrong = new AtomicReference<>(Duration.ZERO);
        Ledger second = replica(newsroom, () -> Instant.now().minus(wrong.get()));
        second.start();
        // It has found out that it follows.
        Thread.sleep(1_500);
        wrong.set(Duration.ofHours(1));
        first.stop();
        try {
            until(second::leads);
        } finally {
            second.stop();
        }
    }

    private static long filled(long beat) throws SQLException {
        return scene.number("SELECT count(*) FROM ledger_beat WHERE beat = " + beat);
    }

    private static Ledger replica(Newsroom newsroom) {
        return replica(newsroom, InstantSource.system());
    }

    private static Ledger replica(Newsroom newsroom, InstantSource clock) {
        return new Ledger(
                scene.app,
                newsroom.genesis,
                newsroom.logKeys,
                clock,
                new SecureRandom(),
                Ledger.Surroundings.NONE);
    }

    @Test
    void what_a_witness_contradicts_is_not_forgotten_while_it_is_away() throws Exception {
        try (HttpWitness witness = new HttpWitness(scene.newsroom)) {
            String policy = witness.policyText().replace("quorum both", "quorum none");
            Ledger ledger = scene.open(around(policy));
            for (int i = 0; i < 3; i++) {
                ledger.turn(true);
                ledger.publish();
            }
            long first = scene.number("SELECT min(size) FROM ledger_checkpoint WHERE size > 1");
            ledger.turn(true);
            ledger.publish();
            scene.tamper(
                    "CREATE TABLE cut AS SELECT * FROM ledger_entry WHERE n >= " + first,
                    "CREATE TABLE cut_notes AS SELECT * FROM ledger_checkpoint WHERE size > "
                            + first,
                    "CREATE TABLE cut_beats AS SELECT * FROM ledger_beat WHERE size > " + first,
                    "CREATE TABLE cut_lines AS SELECT * FROM ledger_cosignature WHERE size > "
                            + first,
                    "DELETE FROM ledger_entry WHERE n >= " + first,
                    "DELETE FROM ledger_cosignature WHERE size > " + first,
                    "DELETE FROM ledger_checkpoint WHERE size > " + first,
                    "DELETE FROM ledger_beat WHERE size > " + first);
            assertThat(scene.open(around(policy)).broken().orElseThrow())
                    .hasMessageContaining("gone back in time");
            String away = policy.replace(witness.address(), "http://127.0.0.1:9");
            Ledger later = scene.open(around(away));
            scene.isFound(later, "gone back in time");
            // What was lost is put back: the witness agrees, and all goes on.
            scene.tamper(
                    "INSERT INTO ledger_entry SELECT * FROM cut",
                    "INSERT INTO ledger_checkpoint SELECT * FROM cut_notes",
                    "INSERT INTO ledger_beat SELECT * FROM cut_beats",
                    "INSERT INTO ledger_cosignature SELECT * FROM cut_lines",
                    "DROP TABLE cut, cut_notes, cut_beats, cut_lines");
            Ledger again = scene.open(around(policy));
            assertThat(again.broken()).isEmpty();
            scene.staff(again, "goes on");
            again.turn(true);
            assertThat(again.check()).isEmpty();
            assertThat(scene.open(around(away)).broken()).isEmpty();
        }
    }

    @Test
    void a_database_that_has_lost_everything_signs_nothing_that_a_witness_knows_otherwise()
            throws Exception {
        try (HttpWitness witness = new HttpWitness(scene.newsroom)) {
            Ledger ledger = scene.open(around(witness.policyText()));
            for (int i = 0; i < 2; i++) {
                ledger.turn(true);
                ledger.publish();
            }
            assertThat(witness.latest()).isPresent();
            scene.clear();
            Ledger again = scene.open(around(witness.policyText()));
            for (int i = 0; i < 2; i++) {
                again.turn(true);
                again.publish();
            }
            assertThat(again.checkpoint()).isEmpty();
            assertThat(again.broken().orElseThrow()).hasMessageContaining("gone back in time");
        }
    }

    @Test
    void the_first_signature_waits_for_the_quorum_and_a_moment_for_the_others() throws Exception {
        try (HttpWitness witness = new HttpWitness(scene.newsroom);
                HangingServer slow = new HangingServer()) {
            Ledger first = scene.open(around(witness.policyText()));
            first.turn(true);
            first.publish();
            long signed = scene.number("SELECT max(size) FROM ledger_checkpoint");
            String more =
                    "witness slow %s %s%n"
                            .formatted(
                                    TestKeys.witness("slow.example", 90)
                                            .getFirst()
                                            .verifier()
                                            .vkey(),
                                    slow.address());
            Ledger next = scene.closed(scene.app, around(more + witness.policyText()));
            next.begin();
            next.turn(true);
            assertThat(scene.number("SELECT max(size) FROM ledger_checkpoint")).isEqualTo(signed);
            Thread publishing = Thread.ofVirtual().start(next::publish);
            long end = System.nanoTime() + 9_000_000_000L;
            while (!next.certain() && System.nanoTime() < end) {
                Thread.sleep(20);
            }
            assertThat(next.certain()).isTrue();
            next.turn(false);
            assertThat(scene.number("SELECT max(size) FROM ledger_checkpoint"))
                    .isGreaterThan(signed);
            slow.close();
            publishing.join();
        }
    }

    @Test
    void a_start_without_a_quorum_numbers_and_is_overdue_after_two_minutes_until_it_answers()
            throws Exception {
        try (HttpWitness witness = new HttpWitness(scene.newsroom)) {
            witness.refuse(true);
            Ledger ledger = scene.closed(scene.app, around(witness.policyText()));
            ledger.start();
            try {
                until(ledger::leads);
                scene.now.updateAndGet(now -> now.plusSeconds(20));
                until(() -> scene.number("SELECT count(*) FROM ledger_beat") > 0);
                assertThat(ledger.overdue()).isFalse();
                scene.now.updateAndGet(now -> now.plusSeconds(150));
                until(() -> scene.number("SELECT count(*) FROM ledger_beat") > 1);
                assertThat(ledger.overdue()).isTrue();
                assertThat(ledger.checkpoint()).isEmpty();
                HealthCheck health = new Wiring.Beats(ledger);
                assertThat(health.call().getData().orElseThrow())
                        .containsEntry("waitsFor", "a quorum of witnesses");
                witness.refuse(false);
                until(() -> !ledger.overdue());
                assertThat(ledger.checkpoint()).isPresent();
                assertThat(health.call().getData()).isEmpty();
            } finally {
                ledger.stop();
            }
        }
    }

    private static void until(Callable<Boolean> so) throws Exception {
        long end = System.nanoTime() + 20_000_000_000L;
        while (!so.call() && System.nanoTime() < end) {
            Thread.sleep(20);
        }
        assertThat(so.call()).isTrue();
    }

    @Test
    void a_beat_that_another_kept_from_being_signed_is_signed_in_the_next_turn() throws Exception {
        Ledger first = scene.open(Ledger.Surroundings.NONE);
        first.turn(true);
        try (Connection other = scene.app.getConnection();
                Statement statement = other.createStatement()) {
            // A replica that starts takes the lock for a moment: here, as soon as the beat is
            // filled.
            AtomicLong beats = new AtomicLong(scene.number("SELECT count(*) FROM ledger_beat"));
            InstantSource clock =
                    () -> {
                        try {
                            long now = scene.number("SELECT count(*) FROM ledger_beat");
                            if (beats.getAndSet(now) < now) {
                                statement.execute(
                                        "SELECT pg_try_advisory_lock(" + Sequencer.LOCK + ")");
                            }
                        } catch (SQLException e) {
                            throw new IllegalStateException(e);
                        }
                        return scene.now.get();
                    };
            Ledger ledger =
                    new Ledger(
                            scene.app,
                            scene.newsroom.genesis,
                            scene.newsroom.logKeys,
                            clock,
                            scene.random,
                            Ledger.Surroundings.NONE);
            ledger.begin();
            ledger.turn(true);
            long signed = scene.number("SELECT max(size) FROM ledger_checkpoint");
            long filled = scene.number("SELECT max(size) FROM ledger_beat");
            assertThat(signed).isLessThan(filled);
            statement.execute("SELECT pg_advisory_unlock_all()");
            ledger.turn(false);
            assertThat(scene.number("SELECT max(size) FROM ledger_checkpoint")).isEqualTo(filled);
        }
    }

    @Test
    void a_line_and_a_checkpoint_that_come_in_the_midst_of_a_check_are_nothing_that_is_broken()
            throws Exception {
        Ledger ledger = scene.open(Ledger.Surroundings.NONE);
        while (scene.number("SELECT count(*) FROM ledger_checkpoint") < 256) {
            ledger.turn(true);
        }
        long last = scene.number("SELECT max(size) FROM ledger_checkpoint");
        Newsroom newsroom = scene.newsroom;
        Sequencer sequencer = scene.sequencer();
        sequencer.number(new Sequencer.ExtraBeat(scene.now.get()));
        RowSeal seal = RowSeal.of(newsroom.logKeys.getFirst());
        Volume volume = Volume.open(scene.app, newsroom.genesis, seal, _ -> {});
        AtomicInteger reads = new AtomicInteger();
        FullCheck.Reader reader =
                new FullCheck.Reader() {
                    @Override
                    public <T> T read(Sequencer.Work<T> work) {
                        // The size, and the first 256 checkpoints.
                        if (reads.getAndIncrement() == 2) {
                            sequencer.inTransaction(
                                    "cosigning",
                                    rows -> {
                                        rows.notes(seal).cosigned(last, "a line");
                                        return true;
                                    });
                            sequencer.sign(newsroom.genesis.opened().rules());
                        }
                        return volume.read("checking", work);
                    }
                };
        FullCheck check =
                new FullCheck(
                        newsroom.genesis,
                        seal,
                        new Tiles(Optional.empty(), ""),
                        Ledger.Surroundings.NONE,
                        reader,
                        FullCheck.Pace.FULL);
        assertThat(check.run().size())
                .isEqualTo(scene.number("SELECT max(size) FROM ledger_checkpoint"));
    }

    @Test
    void a_check_that_does_not_come_to_its_end_is_seen_after_a_day() throws Exception {
        Ledger ledger = scene.open(Ledger.Surroundings.NONE);
        Wiring.Checked health = new Wiring.Checked(ledger, scene.now::get);
        Instant begun = scene.now.get();
        try {
            assertThat(health.call().getStatus()).isEqualTo(HealthCheckResponse.Status.UP);
            scene.now.set(begun.plus(Duration.ofHours(25)));
            assertThat(health.call().getStatus()).isEqualTo(HealthCheckResponse.Status.DOWN);
            assertThat(ledger.check()).isEmpty();
            assertThat(health.call().getStatus()).isEqualTo(HealthCheckResponse.Status.UP);
        } finally {
            scene.now.set(begun);
        }
    }

    private static Ledger.Surroundings around(String policy) {
        return new Ledger.Surroundings(
                Optional.empty(),
                Optional.of(WitnessPolicy.parse(policy)),
                List.of(),
                true,
                Runnable::run);
    }
}
