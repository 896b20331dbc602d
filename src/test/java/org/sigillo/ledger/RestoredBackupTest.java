package org.sigillo.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.sigillo.custody.Id;
import org.sigillo.vault.FolderVault;

/// An old backup of the whole database that is put in the place of what was there: only whoever remembers more can find it.
class RestoredBackupTest {
    @RegisterExtension private static final Scene scene = Scene.ofClass();
    private static HttpWitness witness;

    @TempDir Path folder;

    @BeforeAll
    static void a_witness() throws IOException {
        witness = new HttpWitness(scene.newsroom);
    }

    @AfterAll
    static void stop() throws IOException {
        witness.close();
    }

    @BeforeEach
    void an_empty_ledger() throws SQLException {
        scene.clear();
        witness.forget();
    }

    @AfterEach
    void no_backup_is_left() throws SQLException {
        for (String table : Scene.TABLES) {
            scene.tamper("DROP TABLE IF EXISTS backup_of_" + table);
        }
    }

    private Ledger.Surroundings vaultAlone() throws IOException {
        return Around.vault(new FolderVault(folder, 0, InstantSource.system()));
    }

    private static Ledger.Surroundings witnessAlone() {
        return new Ledger.Surroundings(
                Optional.empty(), Optional.of(witness.policy()), List.of(), true, Runnable::run);
    }

    @Test
    void is_found_by_the_vault() throws Exception {
        Ledger ledger = scene.open(vaultAlone());
        scene.live(ledger, 300);
        backUp();
        long size = scene.live(ledger, 20);
        restore();
        scene.isFoundAtStart(
                this::vaultAlone,
                "the vault's checkpoints/%020d".formatted(size),
                "gone back in time");
    }

    @Test
    void is_found_by_a_witness() throws Exception {
        Ledger ledger = scene.open(witnessAlone());
        scene.live(ledger, 300);
        backUp();
        long size = scene.live(ledger, 20);
        restore();
        scene.isFoundAtStart(
                RestoredBackupTest::witnessAlone, "at least " + size, "gone back in time");
    }

    @Test
    void is_found_by_a_witness_that_answers_when_more_was_numbered_than_it_has_seen()
            throws Exception {
        Ledger ledger = scene.open(witnessAlone());
        scene.live(ledger, 300);
        backUp();
        long size = scene.live(ledger, 20);
        restore();
        long signed = scene.number("SELECT max(size) FROM ledger_checkpoint");
        Ledger late = scene.closed(scene.app, witnessAlone());
        late.begin();
        while (scene.number("SELECT count(*) FROM ledger_entry") <= size) {
            scene.staff(late, "event " + Id.random(scene.random));
            late.turn(true);
        }
        late.publish();
        late.turn(true);
        late.publish();
        assertThat(scene.number("SELECT max(size) FROM ledger_checkpoint")).isEqualTo(signed);
        scene.isFound(late, "at least " + size, "under a checkpoint", "gone back in time");
    }

    @Test
    void is_found_by_the_vault_when_it_has_grown_beyond_what_was_lost() throws Exception {
        Ledger ledger = scene.open(vaultAlone());
        scene.live(ledger, 300);
        backUp();
        long size = scene.live(ledger, 20);
        restore();
        scene.live(scene.open(Ledger.Surroundings.NONE), 100);
        scene.isFoundAtStart(
                this::vaultAlone,
                "tree at size " + size,
                "the vault's checkpoints/%020d".formatted(size));
    }

    @Test
    void is_found_by_a_ledger_that_runs_on_and_nothing_is_signed_over() throws Exception {
        Ledger ledger = scene.open(Ledger.Surroundings.NONE);
        scene.live(ledger, 300);
        backUp();
        scene.live(ledger, 20);
        restore();
        long signed = scene.number("SELECT max(size) FROM ledger_checkpoint");
        ledger.turn(true);
        assertThat(scene.number("SELECT max(size) FROM ledger_checkpoint")).isEqualTo(signed);
        scene.isFound(ledger, "what this replica numbered", "gone back in time");
    }

    @Test
    void is_found_by_a_ledger_that_could_not_reach_the_database_meanwhile() throws Exception {
        Ledger ledger = scene.open(vaultAlone());
        scene.live(ledger, 300);
        backUp();
        scene.live(ledger, 20);
        run("ALTER SCHEMA public RENAME TO away");
        assertThatThrownBy(() -> ledger.turn(true)).isInstanceOf(Rows.Fault.class);
        run("ALTER SCHEMA away RENAME TO public");
        restore();
        long signed = scene.number("SELECT max(size) FROM ledger_checkpoint");
        ledger.turn(true);
        ledger.publish();
        assertThat(scene.number("SELECT max(size) FROM ledger_checkpoint")).isEqualTo(signed);
        scene.isFound(ledger, "gone back in time");
    }

    @Test
    void is_compared_again_after_the_database_was_away() throws Exception {
        Ledger ledger = scene.open(vaultAlone());
        long size = scene.live(ledger, 30);
        run("ALTER SCHEMA public RENAME TO away");
        assertThatThrownBy(() -> ledger.turn(true)).isInstanceOf(Rows.Fault.class);
        run("ALTER SCHEMA away RENAME TO public");
        ledger.turn(true);
        assertThat(ledger.checkpoint().orElseThrow().checkpoint().size())
                .as("nothing is signed before vault and witnesses were asked")
                .isEqualTo(size);
        assertThat(scene.live(ledger, 1)).isGreaterThan(size);
    }

    private static void run(String sql) throws SQLException {
        try (Connection c = scene.database.intruder().getConnection();
                Statement s = c.createStatement()) {
            s.execute(sql);
        }
    }

    private static void backUp() throws SQLException {
        for (String table : Scene.TABLES) {
            scene.tamper("CREATE TABLE backup_of_" + table + " AS TABLE " + table);
        }
    }

    private static void restore() throws SQLException {
        scene.clear();
        for (String table : Scene.TABLES) {
            scene.tamper(
                    "INSERT INTO "
                            + table
                            + " OVERRIDING SYSTEM VALUE SELECT * FROM backup_of_"
                            + table);
        }
    }
}
