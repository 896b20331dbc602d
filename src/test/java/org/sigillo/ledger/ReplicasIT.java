package org.sigillo.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sigillo.stack.Database;
import org.sigillo.vault.FolderVault;

/// Two replicas, each a process, on one database, one vault and one witness, both under load. One of them
/// is killed or stopped again and again.
@Tag("stack")
@Tag("apart")
class ReplicasIT {
    /// Two minutes and a half on a quiet machine; `-Dsigillo.kills` for another number.
    private static final int KILLS = Integer.getInteger("sigillo.kills", 100);

    private static final int EACH = 20;

    /// The connection that holds the leadership lives so long without a word from its replica.
    private static final Duration STOPPED = Duration.ofSeconds(15);

    private static Scene scene;
    private static HttpWitness witness;

    @TempDir static Path shared;
    private static RunningReplica.Program program;

    @TempDir Path folder;
    private final Queue<String> did = new ConcurrentLinkedQueue<>();
    private final Deque<RunningReplica> spares = new ArrayDeque<>();
    private final List<RunningReplica> all = new ArrayList<>();
    private final Random random = new Random();
    private int ledgers;

    @BeforeAll
    static void a_database_a_witness_and_a_program() throws Exception {
        scene = Scene.of(Database.start(), Replica.NEWSROOM);
        witness = new HttpWitness(Replica.NEWSROOM);
        Files.writeString(shared.resolve("policy"), witness.policyText());
        program = RunningReplica.Program.of(shared, arguments(shared, "vault"));
    }

    private static List<String> arguments(Path folder, String vault) {
        return List.of(
                scene.database.url(),
                folder.resolve(vault).toString(),
                folder.resolve("policy").toString());
    }

    @AfterAll
    static void stop() throws IOException {
        witness.close();
        scene.close();
    }

    @BeforeEach
    void a_seed() {
        long seed = random.nextLong();
        random.setSeed(seed);
        System.out.println("Replicas: seed " + seed);
    }

    private void an_empty_ledger() throws IOException, SQLException {
        scene.clear();
        witness.forget();
        did.clear();
        ledgers++;
        Files.writeString(folder.resolve("policy"), witness.policyText());
    }

    @AfterEach
    void none_is_left() throws Exception {
        for (RunningReplica replica : all) {
            replica.kill();
        }
        all.clear();
        spares.clear();
    }

    /// In several ledgers one after another: each start reads all of its ledger, and it grows.
    @Test
    void one_of_them_is_killed_again_and_again_and_nothing_acknowledged_is_lost() throws Exception {
        Duration longest = Duration.ZERO;
        int kills = 0;
        int events = 0;
        long entries = 0;
        long takenOver = 0;
        long begun = System.nanoTime();
        while (kills < KILLS) {
            an_empty_ledger();
            RunningReplica[] running = {next(), next()};
            running[0].awaitRunning();
            running[1].awaitRunning();
            for (int i = 0; i < Math.min(EACH, KILLS); i++) {
                Thread.sleep(random.nextInt(250));
                Duration until = kill(running, random.nextInt(2));
                longest = until.compareTo(longest) > 0 ? until : longest;
                kills++;
            }
            none_is_left();
            takenOver += scene.number("SELECT count(*) - 1 FROM ledger_epoch");
            intact();
            events += did.size();
            entries += size();
        }
        System.out.printf(
                "Replicas: %d kills -9 in %d s, %d acknowledged events, %d entries; %d times another"
                        + " replica took over; numbering went on after at most %d ms%n",
                kills,
                Duration.ofNanos(System.nanoTime() - begun).toSeconds(),
                events,
                entries,
                takenOver,
                longest.toMillis());
        assertThat(longest).isLessThan(STOPPED);
    }

    /// Kills one of two and lets another begin in its place.
    ///
    /// @return how long nothing was numbered
    private Duration kill(RunningReplica[] running, int which) throws Exception {
        running[which].kill();
        long size = size();
        long killed = System.nanoTime();
        String complaint = running[which].complaint();
        running[which] = next();
        Duration until = untilLargerThan(size, killed);
        running[which].awaitRunning();
        assertThat(complaint + running[0].complaint() + running[1].complaint())
                .as("what a replica holds for broken")
                .isEmpty();
        return until;
    }

    @Test
    void one_that_is_stopped_is_overtaken_within_seconds_and_cannot_fork_when_it_goes_on()
            throws Exception {
        an_empty_ledger();
        RunningReplica[] running = {next(), next()};
        running[0].awaitRunning();
        running[1].awaitRunning();
        Duration longest = Duration.ZERO;
        // One of the two leads: so a leader is among those who are stopped.
        for (int i = 0; i < 4; i++) {
            RunningReplica stopped = running[i % 2];
            Thread.sleep(1_000 + random.nextInt(500));
            stopped.signal("STOP");
            long size = size();
            Duration until = untilLargerThan(size, System.nanoTime());
            longest = until.compareTo(longest) > 0 ? until : longest;
            Thread.sleep(500);
            stopped.signal("CONT");
        }
        Thread.sleep(2_000);
        assertThat(running[0].complaint() + running[1].complaint()).isEmpty();
        none_is_left();
        intact();
        System.out.printf(
                "Replicas: 4 stops, %d epochs; numbering went on after at most %d ms%n",
                scene.number("SELECT count(*) FROM ledger_epoch"), longest.toMillis());
        assertThat(scene.number("SELECT count(*) FROM ledger_epoch")).isGreaterThan(1);
        assertThat(longest).isLessThan(STOPPED);
    }

    /// A replica that begins at once; another one is made ready for the next time.
    private RunningReplica next() throws Exception {
        while (spares.size() < 2) {
            RunningReplica spare =
                    RunningReplica.start(program, arguments(folder, "vault" + ledgers), did);
            all.add(spare);
            spares.add(spare);
        }
        RunningReplica replica = spares.remove();
        replica.go();
        return replica;
    }

    private static long size() throws SQLException {
        return scene.number("SELECT max(n) + 1 FROM ledger_entry");
    }

    private static Duration untilLargerThan(long size, long since) throws Exception {
        while (size() <= size) {
            Duration until = Duration.ofNanos(System.nanoTime() - since);
            assertThat(until).as("until numbering goes on").isLessThan(Duration.ofSeconds(30));
            Thread.sleep(10);
        }
        return Duration.ofNanos(System.nanoTime() - since);
    }

    private void intact() throws Exception {
        assertThat(did).doesNotHaveDuplicates().hasSizeGreaterThan(100);
        Ledger ledger =
                IntactLedger.check(
                        scene.app,
                        Replica.NEWSROOM,
                        new Ledger.Surroundings(
                                Optional.of(
                                        new FolderVault(
                                                folder.resolve("vault" + ledgers),
                                                0,
                                                InstantSource.system())),
                                Optional.of(witness.policy()),
                                List.of(),
                                true,
                                Runnable::run),
                        did);
        assertThat(witness.latest().orElseThrow())
                .startsWith(ledger.checkpoint().orElseThrow().signed());
    }
}
