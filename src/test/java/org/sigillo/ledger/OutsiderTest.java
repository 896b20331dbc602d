package org.sigillo.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sigillo.bytes.Hex;
import org.sigillo.custody.Id;
import org.sigillo.custody.Newsroom;
import org.sigillo.custody.Rules;
import org.sigillo.merkle.TileCoordinate;
import org.sigillo.note.TimeStamp;
import org.sigillo.stack.Database;
import org.sigillo.stack.StampServer;
import org.sigillo.stack.TestAuthority;
import org.sigillo.testimony.StampClient;
import org.sigillo.vault.FolderVault;
import org.sigillo.vault.Vault;

/// What whoever polls checkpoint, tiles, cosignatures and stamps sees of a day on which sources came, and
/// of one with the same acts of the staff on which nobody did.
class OutsiderTest {
    private static final int K = 8;
    private static final Duration BEAT = Duration.ofMinutes(30);
    private static final int BEATS = 48;
    private static final Newsroom NEWSROOM = new Newsroom(new Rules(1, BEAT.toSeconds(), K, 0, 2));

    private static Scene scene;
    private static HttpWitness witness;
    private static TestAuthority stamping;
    private static StampServer stamps;

    @TempDir Path folder;

    @BeforeAll
    static void a_database_a_witness_and_an_authority() throws IOException, SQLException {
        scene = Scene.of(Database.start(), NEWSROOM);
        witness = new HttpWitness(NEWSROOM);
        stamping = TestAuthority.of(scene.now::get, scene.random);
        stamps = StampServer.start(stamping, 0);
    }

    @AfterAll
    static void stop() throws IOException {
        witness.close();
        stamps.close();
        scene.close();
    }

    @BeforeEach
    void an_empty_ledger_at_midnight() throws SQLException {
        scene.clear();
        witness.forget();
        scene.now.set(Instant.parse("2026-11-24T00:00:00Z"));
    }

    /// What is seen at one moment.
    ///
    /// @param lines of the checkpoint, the log's and the witness's
    /// @param stamps of all checkpoints so far
    /// @param tiles paths and lengths of all that the checkpoint promises
    /// @param stored paths of what lies in the vault
    /// @param asked how often witness and authority were asked so far
    private record Seen(
            Instant at,
            long size,
            long lines,
            int stamps,
            List<String> tiles,
            List<String> stored,
            List<Integer> asked) {}

    @Test
    void a_day_with_bursts_of_sources_looks_like_one_without_any() throws Exception {
        long seed = scene.random.nextLong();
        System.out.println("Outsider's view: seed " + seed);
        Set<String> quietLeaves = new HashSet<>();
        List<Seen> quiet = day(seed, new int[BEATS], "quiet", quietLeaves);
        an_empty_ledger_at_midnight();
        int[] bursts = new int[BEATS];
        Random random = new Random(seed);
        for (int i = 0; i < BEATS; i += 1 + random.nextInt(6)) {
            bursts[i] = random.nextInt(2 * K);
        }
        bursts[random.nextInt(20)] = 3_000;
        bursts[24 + random.nextInt(20)] = 300;
        Set<String> busyLeaves = new HashSet<>();
        List<Seen> busy = day(seed, bursts, "busy", busyLeaves);
        assertThat(busy).hasSize(3 * BEATS).isEqualTo(quiet);
        assertThat(busy.getLast().size()).isGreaterThan(BEATS * K);
        // Entry 0 is the same; nothing else can be recognized, fillers included.
        assertThat(busyLeaves).hasSize(Math.toIntExact(busy.getLast().size()));
        quietLeaves.retainAll(busyLeaves);
        assertThat(quietLeaves).containsExactly(NEWSROOM.genesis.hash().hex());
        System.out.printf(
                "Outsider's view: %d polls of two days are equal; %d and 0 events of sources, %d"
                        + " entries, %d still waiting%n",
                busy.size(),
                Arrays.stream(bursts).sum(),
                busy.getLast().size(),
                scene.number(
                        "SELECT count(*) FROM ledger_pending p WHERE NOT EXISTS (SELECT FROM"
                                + " ledger_entry e WHERE e.pending = p.id)"));
        assertThat(scene.open(Ledger.Surroundings.NONE).broken()).isEmpty();
    }

    /// @param bursts events of sources, by the beat in which they come
    /// @param leaves takes what the tiles hold at the end
    private List<Seen> day(long seed, int[] bursts, String name, Set<String> leaves)
            throws Exception {
        Random staff = new Random(seed);
        Ledger ledger = scene.open(around(name));
        int askedBefore = stamps.asked();
        List<Seen> seen = new ArrayList<>();
        Id known = Id.random(scene.random);
        List<Id> cases = new ArrayList<>(List.of(Id.random(scene.random)));
        for (int beat = 0; beat < BEATS; beat++) {
            for (int i = 0; i < bursts[beat]; i++) {
                if (i % 50 == 0) {
                    cases.add(Id.random(scene.random));
                }
                // Of the case that staff acts upon, too: more than many beats take.
                scene.source(
                        ledger,
                        i % 4 == 0
                                ? known
                                : cases.get(cases.size() - 1 - i % Math.min(3, cases.size())));
            }
            for (int acts = staff.nextInt(4); acts > 0; acts--) {
                scene.staffAbout(ledger, "staff %d.%d".formatted(beat, acts), known);
            }
            turn(ledger, new Sequencer.NoBeat());
            seen.add(seen(ledger, name, askedBefore));
            scene.now.updateAndGet(now -> now.plus(BEAT.dividedBy(2)));
            // A release.
            turn(
                    ledger,
                    staff.nextInt(9) == 0
                            ? new Sequencer.ExtraBeat(scene.now.get())
                            : new Sequencer.NoBeat());
            seen.add(seen(ledger, name, askedBefore));
            if (staff.nextInt(20) == 0) {
                ledger = scene.open(around(name));
            }
            scene.now.updateAndGet(now -> now.plus(BEAT.dividedBy(2)));
            turn(ledger, new Sequencer.OnBeat(scene.now.get()));
            seen.add(seen(ledger, name, askedBefore));
        }
        for (TileCoordinate tile : TileCoordinate.ofLevel(0, seen.getLast().size())) {
            byte[] bytes = ledger.published().tile(tile).orElseThrow();
            for (int i = 0; i < bytes.length; i += 32) {
                leaves.add(Hex.of(Arrays.copyOfRange(bytes, i, i + 32)));
            }
        }
        assertThat(ledger.broken()).isEmpty();
        return seen;
    }

    private static void turn(Ledger ledger, Sequencer.Call call) {
        while (ledger.turn(call)) {
            call = new Sequencer.NoBeat();
        }
        ledger.publish();
        // A replica that has just begun signs once it has compared.
        ledger.turn(new Sequencer.NoBeat());
        ledger.publish();
    }

    private Seen seen(Ledger ledger, String name, int askedBefore) throws IOException {
        SignedCheckpoint last = ledger.checkpoint().orElseThrow();
        long size = last.checkpoint().size();
        List<String> tiles = new ArrayList<>();
        for (int level = 0; size >> (8 * level) > 0; level++) {
            for (TileCoordinate tile : TileCoordinate.ofLevel(level, size)) {
                tiles.add(tile.path() + " " + ledger.published().tile(tile).orElseThrow().length);
            }
        }
        TileCoordinate beyond = new TileCoordinate(0, size / 256, Math.toIntExact(size % 256) + 1);
        assertThat(ledger.published().tile(beyond)).isEmpty();
        return new Seen(
                scene.now.get(),
                size,
                last.note().lines().count(),
                ledger.published().stamps(0, Long.MAX_VALUE).size(),
                tiles,
                vault(name).list("tile"),
                List.of(stamps.asked() - askedBefore, witness.asked()));
    }

    @Test
    void a_restart_in_the_middle_adds_no_beat_and_an_extra_beat_adds_exactly_k() throws Exception {
        Ledger ledger = scene.open(around("restarted"));
        scene.now.updateAndGet(now -> now.plus(BEAT));
        turn(ledger, new Sequencer.OnBeat(scene.now.get()));
        long size = size(ledger);
        for (int i = 0; i < 3; i++) {
            ledger = scene.open(around("restarted"));
            scene.now.updateAndGet(now -> now.plus(BEAT.dividedBy(4)));
            turn(ledger, new Sequencer.OnBeat(scene.now.get()));
            assertThat(size(ledger)).as("restart " + i).isEqualTo(size);
        }
        for (int came : new int[] {0, 1, K, 3 * K}) {
            for (int i = 0; i < came; i++) {
                scene.source(ledger, Id.random(scene.random));
            }
            turn(ledger, new Sequencer.ExtraBeat(scene.now.get()));
            size += K;
            assertThat(size(ledger)).as("with %d events", came).isEqualTo(size);
        }
        scene.now.updateAndGet(now -> now.plus(BEAT));
        turn(ledger, new Sequencer.OnBeat(scene.now.get()));
        assertThat(size(ledger)).isEqualTo(size + K);
        IntactLedger.check(scene.app, NEWSROOM);
    }

    private static long size(Ledger ledger) {
        return ledger.checkpoint().orElseThrow().checkpoint().size();
    }

    private Vault vault(String name) throws IOException {
        return new FolderVault(folder.resolve(name), 0, InstantSource.system());
    }

    private Ledger.Surroundings around(String name) throws IOException {
        return new Ledger.Surroundings(
                Optional.of(vault(name)),
                Optional.of(witness.policy()),
                List.of(
                        new StampClient.Authority(
                                "one",
                                stamps.address(),
                                TimeStamp.Anchors.parse(stamping.anchorPem()))),
                true,
                Runnable::run);
    }
}
