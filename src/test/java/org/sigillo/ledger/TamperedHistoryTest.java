package org.sigillo.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.custody.Id;
import org.sigillo.vault.FolderVault;

/// Whole histories that are put in the place of the one that was published: each of them is sound in
/// itself, and only whoever remembers more can find it.
class TamperedHistoryTest {
    private static Scene scene;
    private static HttpWitness witness;

    @TempDir Path folder;

    @BeforeAll
    static void a_database_and_a_witness() throws IOException, SQLException {
        scene = Scene.start();
        witness = new HttpWitness(scene.newsroom);
    }

    @AfterAll
    static void stop() throws IOException {
        witness.close();
        scene.close();
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
        return new Ledger.Surroundings(
                Optional.of(new FolderVault(folder, 0, InstantSource.system())),
                Optional.empty(),
                List.of(),
                true,
                Runnable::run);
    }

    @Test
    void beside_an_empty_vault_or_another_ledgers_nothing_begins() throws Exception {
        live(scene.open(vaultAlone()), 3);
        Path elsewhere = folder.resolve("elsewhere");
        refuses(elsewhere, "is its disk mounted");
        try (FolderVault others = new FolderVault(elsewhere, 0, InstantSource.system())) {
            others.put("ledger/genesis", new byte[] {1});
        }
        refuses(elsewhere, "ledger/genesis");
        assertThat(scene.open(vaultAlone()).broken()).isEmpty();
    }

    private static void refuses(Path folder, String why) throws IOException {
        try (FolderVault vault = new FolderVault(folder, 0, InstantSource.system())) {
            Ledger ledger =
                    scene.closed(
                            scene.app,
                            new Ledger.Surroundings(
                                    Optional.of(vault),
                                    Optional.empty(),
                                    List.of(),
                                    true,
                                    Runnable::run));
            assertThatThrownBy(ledger::begin)
                    .isInstanceOf(BrokenEvidenceException.class)
                    .hasMessageContaining(why);
        }
    }

    private static Ledger.Surroundings witnessAlone() {
        return new Ledger.Surroundings(
                Optional.empty(), Optional.of(witness.policy()), List.of(), true, Runnable::run);
    }

    private interface Around {
        Ledger.Surroundings get() throws IOException;
    }

    /// Enters so many events and publishes them.
    ///
    /// @return the size under the checkpoint
    private static long live(Ledger ledger, int events) {
        for (int i = 0; i < events; i++) {
            scene.staff(ledger, "event " + Id.random(scene.random));
        }
        scene.source(ledger, Id.random(scene.random));
        ledger.turn(false);
        ledger.publish();
        ledger.turn(true);
        ledger.publish();
        assertThat(ledger.broken()).isEmpty();
        return ledger.checkpoint().orElseThrow().checkpoint().size();
    }

    /// The database alone shows nothing; a start with what remembers finds it, and nothing is written.
    private static void isFoundAtStart(Around around, String... where)
            throws IOException, SQLException {
        assertThat(scene.open(Ledger.Surroundings.NONE).check())
                .as("what the database alone shows")
                .isEmpty();
        scene.isFound(scene.open(around.get()), where);
    }

    @Nested
    class A_deleted_tail {
        @Test
        void is_found_by_the_vaults_last_checkpoint() throws Exception {
            Ledger ledger = scene.open(vaultAlone());
            long kept = live(ledger, 300);
            long size = live(ledger, 20);
            cut(kept);
            isFoundAtStart(
                    TamperedHistoryTest.this::vaultAlone,
                    "the vault's checkpoints/%020d".formatted(size),
                    "at least " + size,
                    "gone back in time");
        }

        @Test
        void is_found_by_a_witness_that_has_seen_more() throws Exception {
            Ledger ledger = scene.open(witnessAlone());
            long kept = live(ledger, 300);
            long size = live(ledger, 20);
            cut(kept);
            isFoundAtStart(
                    TamperedHistoryTest::witnessAlone,
                    "witness one, two",
                    "at least " + size,
                    "gone back in time");
        }

        @Test
        void is_not_signed_over_by_a_ledger_that_runs() throws Exception {
            Ledger ledger = scene.open(vaultAlone());
            long kept = live(ledger, 30);
            live(ledger, 20);
            cut(kept);
            scene.staff(ledger, "after the cut");
            ledger.turn(true);
            assertThat(scene.number("SELECT max(size) FROM ledger_checkpoint")).isEqualTo(kept);
            ledger.check();
            scene.isFound(ledger, "what this replica numbered", "gone back in time");
        }

        /// All that came after a size, from every table: an earlier state of the ledger.
        private static void cut(long size) throws SQLException {
            scene.tamper(
                    "DELETE FROM ledger_pending p USING ledger_entry e WHERE e.pending = p.id AND"
                            + " e.n >= "
                            + size,
                    "DELETE FROM ledger_entry WHERE n >= " + size,
                    "DELETE FROM ledger_node WHERE (idx + 1) * (256::numeric ^ level) > " + size,
                    "DELETE FROM ledger_cosignature WHERE size > " + size,
                    "DELETE FROM ledger_checkpoint WHERE size > " + size,
                    "DELETE FROM ledger_beat WHERE size > " + size);
        }
    }

    @Nested
    class An_old_backup_that_is_restored {
        @Test
        void is_found_by_the_vault() throws Exception {
            Ledger ledger = scene.open(vaultAlone());
            live(ledger, 300);
            backUp();
            long size = live(ledger, 20);
            restore();
            isFoundAtStart(
                    TamperedHistoryTest.this::vaultAlone,
                    "the vault's checkpoints/%020d".formatted(size),
                    "gone back in time");
        }

        @Test
        void is_found_by_a_witness() throws Exception {
            Ledger ledger = scene.open(witnessAlone());
            live(ledger, 300);
            backUp();
            long size = live(ledger, 20);
            restore();
            isFoundAtStart(
                    TamperedHistoryTest::witnessAlone, "at least " + size, "gone back in time");
        }

        @Test
        void is_found_by_a_witness_that_answers_when_more_was_numbered_than_it_has_seen()
                throws Exception {
            Ledger ledger = scene.open(witnessAlone());
            live(ledger, 300);
            backUp();
            long size = live(ledger, 20);
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
            live(ledger, 300);
            backUp();
            long size = live(ledger, 20);
            restore();
            live(scene.open(Ledger.Surroundings.NONE), 100);
            isFoundAtStart(
                    TamperedHistoryTest.this::vaultAlone,
                    "tree at size " + size,
                    "the vault's checkpoints/%020d".formatted(size));
        }

        @Test
        void is_found_by_a_ledger_that_runs_on_and_nothing_is_signed_over() throws Exception {
            Ledger ledger = scene.open(Ledger.Surroundings.NONE);
            live(ledger, 300);
            backUp();
            live(ledger, 20);
            restore();
            long signed = scene.number("SELECT max(size) FROM ledger_checkpoint");
            ledger.turn(true);
            assertThat(scene.number("SELECT max(size) FROM ledger_checkpoint")).isEqualTo(signed);
            scene.isFound(ledger, "what this replica numbered", "gone back in time");
        }

        @Test
        void is_found_by_a_ledger_that_could_not_reach_the_database_meanwhile() throws Exception {
            Ledger ledger = scene.open(vaultAlone());
            live(ledger, 300);
            backUp();
            live(ledger, 20);
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
            long size = live(ledger, 30);
            run("ALTER SCHEMA public RENAME TO away");
            assertThatThrownBy(() -> ledger.turn(true)).isInstanceOf(Rows.Fault.class);
            run("ALTER SCHEMA away RENAME TO public");
            ledger.turn(true);
            assertThat(ledger.checkpoint().orElseThrow().checkpoint().size())
                    .as("nothing is signed before vault and witnesses were asked")
                    .isEqualTo(size);
            assertThat(live(ledger, 1)).isGreaterThan(size);
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

    /// The same genesis, the same keys, other events: whoever holds the log's key can sign it.
    @Nested
    class A_forked_tree_signed_with_the_right_keys {
        @Test
        void is_found_by_the_vault_at_any_size() throws Exception {
            for (int more : new int[] {0, 200}) {
                an_empty_ledger();
                Path own = folder.resolve("vault" + more);
                long size = live(scene.open(vaultIn(own)), 30);
                scene.clear();
                // One without a vault has no `vault.opened`.
                live(scene.open(Ledger.Surroundings.NONE), 31 + more);
                isFoundAtStart(
                        () -> vaultIn(own),
                        "tree at size " + size,
                        "the vault's checkpoints/%020d".formatted(size));
            }
        }

        @Test
        void is_found_by_a_witness_at_any_size() throws Exception {
            for (int more : new int[] {0, 200}) {
                an_empty_ledger();
                live(scene.open(witnessAlone()), 30);
                scene.clear();
                long size = live(scene.open(Ledger.Surroundings.NONE), 30 + more);
                isFoundAtStart(
                        TamperedHistoryTest::witnessAlone,
                        "tree at size " + size,
                        "witness one, two",
                        "another history");
            }
        }

        @Test
        void that_is_shorter_has_gone_back_in_time() throws Exception {
            long size = live(scene.open(witnessAlone()), 30);
            scene.clear();
            live(scene.open(Ledger.Surroundings.NONE), 3);
            isFoundAtStart(
                    TamperedHistoryTest::witnessAlone, "at least " + size, "gone back in time");
        }

        @Test
        void that_has_another_genesis_is_not_even_opened() throws Exception {
            Ledger other =
                    new Ledger(
                            scene.app,
                            new org.sigillo.custody.Newsroom(7).genesis,
                            scene.newsroom.logKeys,
                            scene.now::get,
                            scene.random,
                            Ledger.Surroundings.NONE);
            other.begin();
            assertThatThrownBy(() -> scene.open(Ledger.Surroundings.NONE))
                    .isInstanceOf(BrokenEvidenceException.class)
                    .hasMessageContaining("genesis");
        }

        private Ledger.Surroundings vaultIn(Path own) throws IOException {
            return new Ledger.Surroundings(
                    Optional.of(new FolderVault(own, 0, InstantSource.system())),
                    Optional.empty(),
                    List.of(),
                    true,
                    Runnable::run);
        }
    }

    @Test
    void a_pair_of_entries_that_changed_places_is_found_and_named() throws Exception {
        Ledger ledger = scene.open(Ledger.Surroundings.NONE);
        live(ledger, 300);
        List<String> columns = new ArrayList<>(List.of("bytes, leaf, pending", "n"));
        for (String moved : columns) {
            scene.tamper(swap(moved, 7));
            Ledger again = scene.open(Ledger.Surroundings.NONE);
            scene.isFound(again, "entry 7");
            scene.tamper(swap(moved, 7));
            assertThat(scene.open(Ledger.Surroundings.NONE).broken()).isEmpty();
        }
    }

    private static String[] swap(String columns, int n) {
        if (columns.equals("n")) {
            return new String[] {
                "UPDATE ledger_entry SET n = 1000000 WHERE n = " + n,
                "UPDATE ledger_entry SET n = %d WHERE n = %d".formatted(n, n + 1),
                "UPDATE ledger_entry SET n = %d WHERE n = 1000000".formatted(n + 1)
            };
        }
        return new String[] {
            "CREATE TEMP TABLE pair ON COMMIT DROP AS SELECT * FROM ledger_entry WHERE n IN (%d, %d)"
                    .formatted(n, n + 1),
            "UPDATE ledger_entry SET pending = NULL WHERE n IN (%d, %d)".formatted(n, n + 1),
            "UPDATE ledger_entry e SET bytes = p.bytes, leaf = p.leaf, pending = p.pending FROM pair"
                    + " p WHERE e.n IN (%d, %d) AND p.n = %d - e.n".formatted(n, n + 1, 2 * n + 1)
        };
    }
}
