package org.sigillo.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.vault.FolderVault;

/// Whole histories that are put in the place of the one that was published: each of them is sound in
/// itself, and only whoever remembers more can find it.
class TamperedHistoryTest {
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

    private Ledger.Surroundings vaultAlone() throws IOException {
        return Around.vault(new FolderVault(folder, 0, InstantSource.system()));
    }

    @Test
    void beside_an_empty_vault_or_another_ledgers_nothing_begins() throws Exception {
        scene.live(scene.open(vaultAlone()), 3);
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
            Ledger ledger = scene.closed(scene.app, Around.vault(vault));
            assertThatThrownBy(ledger::begin)
                    .isInstanceOf(BrokenEvidenceException.class)
                    .hasMessageContaining(why);
        }
    }

    private static Ledger.Surroundings witnessAlone() {
        return new Ledger.Surroundings(
                Optional.empty(), Optional.of(witness.policy()), List.of(), true, Runnable::run);
    }

    @Nested
    class A_deleted_tail {
        @Test
        void is_found_by_the_vaults_last_checkpoint() throws Exception {
            Ledger ledger = scene.open(vaultAlone());
            long kept = scene.live(ledger, 300);
            long size = scene.live(ledger, 20);
            cut(kept);
            scene.isFoundAtStart(
                    TamperedHistoryTest.this::vaultAlone,
                    "the vault's checkpoints/%020d".formatted(size),
                    "at least " + size,
                    "gone back in time");
        }

        @Test
        void is_found_by_a_witness_that_has_seen_more() throws Exception {
            Ledger ledger = scene.open(witnessAlone());
            long kept = scene.live(ledger, 300);
            long size = scene.live(ledger, 20);
            cut(kept);
            scene.isFoundAtStart(
                    TamperedHistoryTest::witnessAlone,
                    "witness one, two",
                    "at least " + size,
                    "gone back in time");
        }

        @Test
        void is_not_signed_over_by_a_ledger_that_runs() throws Exception {
            Ledger ledger = scene.open(vaultAlone());
            long kept = scene.live(ledger, 30);
            scene.live(ledger, 20);
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

    /// The same genesis, the same keys, other events: whoever holds the log's key can sign it.
    @Nested
    class A_forked_tree_signed_with_the_right_keys {
        @Test
        void is_found_by_the_vault_at_any_size() throws Exception {
            for (int more : new int[] {0, 200}) {
                an_empty_ledger();
                Path own = folder.resolve("vault" + more);
                long size = scene.live(scene.open(vaultIn(own)), 30);
                scene.clear();
                // One without a vault has no `vault.opened`.
                scene.live(scene.open(Ledger.Surroundings.NONE), 31 + more);
                scene.isFoundAtStart(
                        () -> vaultIn(own),
                        "tree at size " + size,
                        "the vault's checkpoints/%020d".formatted(size));
            }
        }

        @Test
        void is_found_by_a_witness_at_any_size() throws Exception {
            for (int more : new int[] {0, 200}) {
                an_empty_ledger();
                scene.live(scene.open(witnessAlone()), 30);
                scene.clear();
                long size = scene.live(scene.open(Ledger.Surroundings.NONE), 30 + more);
                scene.isFoundAtStart(
                        TamperedHistoryTest::witnessAlone,
                        "tree at size " + size,
                        "witness one, two",
                        "another history");
            }
        }

        @Test
        void that_is_shorter_has_gone_back_in_time() throws Exception {
            long size = scene.live(scene.open(witnessAlone()), 30);
            scene.clear();
            scene.live(scene.open(Ledger.Surroundings.NONE), 3);
            scene.isFoundAtStart(
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
            return Around.vault(new FolderVault(own, 0, InstantSource.system()));
        }
    }

    @Test
    void a_pair_of_entries_that_changed_places_is_found_and_named() throws Exception {
        Ledger ledger = scene.open(Ledger.Surroundings.NONE);
        scene.live(ledger, 300);
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
