package org.sigillo.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sigillo.custody.Id;
import org.sigillo.custody.Newsroom;
import org.sigillo.custody.Rules;
import org.sigillo.note.TimeStamp;
import org.sigillo.stack.Database;
import org.sigillo.stack.StampServer;
import org.sigillo.stack.TestAuthority;
import org.sigillo.testimony.StampClient;
import org.sigillo.vault.FolderVault;
import org.sigillo.vault.Vault;

/// The crash table: the way from a queued event to a stamped checkpoint is stopped after each of its
/// steps, and the ledger is intact after the next start.
class CrashTest {
    /// Each beat completes a group of 256, so that every life writes tiles.
    private static final Newsroom NEWSROOM = new Newsroom(new Rules(1, 10, 256, 0, 2));

    private static Scene scene;
    private static HttpWitness witness;
    private static StampServer stamps;
    private static StampClient.Authority authority;

    @TempDir Path folder;
    private int round;
    private final Set<String> acknowledged = new LinkedHashSet<>();

    @BeforeAll
    static void a_database_a_witness_and_an_authority() throws IOException, SQLException {
        scene = Scene.of(Database.start(), NEWSROOM);
        witness = new HttpWitness(NEWSROOM);
        TestAuthority stamping = TestAuthority.of(scene.now::get, scene.random);
        stamps = StampServer.start(stamping, 0);
        authority =
                new StampClient.Authority(
                        "one", stamps.address(), TimeStamp.Anchors.parse(stamping.anchorPem()));
    }

    @AfterAll
    static void stop() throws IOException {
        witness.close();
        stamps.close();
        scene.close();
    }

    @BeforeEach
    void an_empty_ledger() throws SQLException, IOException {
        scene.clear();
        round++;
        RowSeal seal = RowSeal.of(NEWSROOM.logKeys.getFirst());
        Volume.open(scene.app, NEWSROOM.genesis, seal, _ -> {}).mark(vault());
        new Sequencer(scene.app, NEWSROOM.genesis, NEWSROOM.logKeys, scene.now::get, scene.random)
                .found();
        witness.forget();
        acknowledged.clear();
    }

    @Test
    void a_stop_after_any_step_loses_nothing() throws Exception {
        List<String> table = new ArrayList<>();
        for (int steps = 0; ; steps++) {
            an_empty_ledger();
            life(scene.app, vault(), new PowerCut(), Integer.MAX_VALUE);
            life(scene.app, vault(), new PowerCut(), Integer.MAX_VALUE);
            PowerCut cut = new PowerCut();
            life(cut.of(scene.app), cut.of(vault()), cut, steps);
            intact();
            if (!cut.happened()) {
                break;
            }
            table.add(cut.steps().getLast());
        }
        System.out.printf("Crash table: stopped at %d steps:%n", table.size());
        for (int i = 0; i < table.size(); i++) {
            System.out.printf("  %2d %s%n", i, table.get(i));
        }
        assertThat(String.join("\n", table))
                .contains(
                        "after INSERT INTO ledger_pending",
                        "before INSERT INTO ledger_entry",
                        "before INSERT INTO ledger_epoch",
                        "before INSERT INTO ledger_node",
                        "before INSERT INTO ledger_beat",
                        "before INSERT INTO ledger_checkpoint",
                        "before the commit",
                        "after the commit",
                        "in the middle of tile/entries/002",
                        "after tile/entries/002 is there",
                        "after tile/0/002 is there",
                        "before INSERT INTO ledger_cosignature",
                        "before INSERT INTO ledger_stamp");
        assertThat(table)
                .anyMatch(it -> it.matches("after checkpoints/\\d{20} is there"))
                .anyMatch(it -> it.matches("after checkpoints/\\d{20} is removed"));
    }

    @Test
    void a_stop_while_another_is_being_recovered_from_loses_nothing() throws Exception {
        long seed = scene.random.nextLong();
        System.out.println("Crashes while recovering: seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 12; i++) {
            an_empty_ledger();
            for (int lives = 0; lives < 4; lives++) {
                PowerCut cut = new PowerCut();
                life(cut.of(scene.app), cut.of(vault()), cut, random.nextInt(60));
            }
            intact();
        }
    }

    /// What a process does until its power is cut.
    private void life(DataSource database, Vault vault, PowerCut cut, int steps) {
        Ledger ledger = scene.closed(database, around(vault));
        cut.after(steps);
        Id caseId = Id.random(scene.random);
        try {
            ledger.publish();
            acknowledged.add(scene.source(ledger, caseId));
            acknowledged.add(scene.staff(ledger, "staff " + Id.random(scene.random)));
            ledger.turn(false);
            ledger.publish();
            acknowledged.add(scene.staff(ledger, "staff " + Id.random(scene.random)));
            ledger.turn(true);
            ledger.publish();
        } catch (Rows.Fault e) {
            assertThat(cut.happened()).as("a fault of its own: " + e.getCause()).isTrue();
        }
        assertThat(ledger.broken()).isEmpty();
    }

    private void intact() throws SQLException, IOException {
        Ledger ledger = IntactLedger.check(scene.app, NEWSROOM, around(vault()), acknowledged);
        SignedCheckpoint last = ledger.checkpoint().orElseThrow();
        assertThat(ledger.published().witnessed(last.checkpoint().size() - 1)).isPresent();
        assertThat(witness.latest().orElseThrow()).startsWith(last.signed());
        assertThat(ledger.published().stamps(0, Long.MAX_VALUE).getLast().size())
                .isEqualTo(last.checkpoint().size());
        Vault vault = vault();
        assertThat(vault.size("tile/0/000")).isPresent();
        assertThat(vault.list("checkpoints").getLast())
                .endsWith("%020d".formatted(last.checkpoint().size()));
        assertThat(vault.list("checkpoints").size()).isLessThanOrEqualTo(3);
    }

    private static Ledger.Surroundings around(Vault vault) {
        return new Ledger.Surroundings(
                Optional.of(vault),
                Optional.of(witness.policy()),
                List.of(authority),
                true,
                Runnable::run);
    }

    /// As a new process opens it.
    private Vault vault() throws IOException {
        return new FolderVault(
                Files.createDirectories(folder.resolve("vault" + round)),
                0,
                InstantSource.system());
    }
}
