package org.sigillo.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
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
import org.sigillo.bytes.SecretBytes;
import org.sigillo.custody.CustodyEvent;
import org.sigillo.custody.Id;
import org.sigillo.custody.Newsroom;
import org.sigillo.custody.ProvenEntry;
import org.sigillo.note.NoteSigner;
import org.sigillo.note.WitnessPolicy;
import org.sigillo.stack.Database;
import org.sigillo.vault.FolderVault;

/// A ledger that was overtaken, `infra/postgres/close.sql`, and the ledger of a new origin that goes on
/// from it, on a real PostgreSQL.
class GoingOnTest {
    @TempDir Path folder;

    private final Newsroom first = new Newsroom();
    private static Database database;
    private Scene scene;
    private Id caseId;
    private String numbered;
    private String waiting;
    private SignedCheckpoint last;

    @BeforeAll
    static void a_database() throws IOException, SQLException {
        database = Database.start();
    }

    @AfterAll
    static void stop() throws IOException {
        database.close();
    }

    /// The database is put back to an hour ago; the vault knows more.
    @BeforeEach
    void an_overtaken_ledger() throws IOException, SQLException {
        scene = Scene.of(database, first);
        caseId = Id.random(scene.random);
        Ledger ledger = open(first, List.of());
        numbered = scene.source(ledger, caseId);
        for (int i = 0; i < 300; i++) {
            scene.staff(ledger, "event " + i);
        }
        live(ledger);
        waiting = scene.source(ledger, caseId);
        SignedCheckpoint witnessed = ledger.checkpoint().orElseThrow();
        try (Connection connection = scene.app.getConnection();
                NoteSigner witness =
                        NoteSigner.cosigner("w.example", SecretBytes.takeOwnership(new byte[32]))) {
            new Rows(connection)
                    .notes(RowSeal.of(first.logKeys.getFirst()))
                    .cosigned(
                            witnessed.checkpoint().size(),
                            witness.cosign(witnessed.checkpoint().text(), 1).line());
        }
        database("CREATE SCHEMA hour_ago");
        for (String table : Scene.TABLES) {
            database("CREATE TABLE hour_ago." + table + " AS TABLE " + table);
        }
        live(ledger);
        last = ledger.checkpoint().orElseThrow();
        scene.clear();
        for (String table : Scene.TABLES) {
            scene.tamper(
                    "INSERT INTO "
                            + table
                            + " OVERRIDING SYSTEM VALUE SELECT * FROM hour_ago."
                            + table);
        }
        database("DROP SCHEMA hour_ago CASCADE");
        Ledger overtaken = open(first, List.of());
        assertThat(overtaken.broken().orElseThrow()).hasMessageContaining("gone back in time");
    }

    @AfterEach
    void nothing_is_closed() throws SQLException {
        scene.disconnect();
        scene.clear();
        for (int i = 1; i <= 2; i++) {
            database("DROP SCHEMA IF EXISTS ledger_closed_" + i + " CASCADE");
        }
    }

    private Ledger open(Newsroom of, List<List<NoteSigner>> closedKeys) throws IOException {
        return open(of, closedKeys, Optional.empty());
    }

    private Ledger open(
            Newsroom of, List<List<NoteSigner>> closedKeys, Optional<WitnessPolicy> policy)
            throws IOException {
        Ledger ledger =
                new Ledger(
                        scene.app,
                        of.genesis,
                        of.logKeys,
                        scene.now::get,
                        scene.random,
                        new Ledger.Surroundings(
                                Optional.of(new FolderVault(folder, 0, InstantSource.system())),
                                policy,
                                List.of(),
                                closedKeys,
                                true,
                                Runnable::run));
        ledger.begin();
        ledger.publish();
        return ledger;
    }

    private static void live(Ledger ledger) {
        ledger.turn(true);
        ledger.publish();
        ledger.turn(true);
        ledger.publish();
        assertThat(ledger.broken()).isEmpty();
    }

    private static String database(String sql) throws SQLException {
        try (Connection c = database.intruder().getConnection();
                Statement s = c.createStatement()) {
            if (!s.execute(sql)) {
                return "";
            }
            try (ResultSet r = s.getResultSet()) {
                return r.next() ? r.getString(1) : "";
            }
        }
    }

    private String close(Newsroom newsroom) throws IOException, SQLException {
        scene.disconnect();
        database(Files.readString(Path.of("infra/postgres/close.sql")));
        return database(
                "SELECT sigillo_guard.close_ledger('" + newsroom.genesis.hash().hex() + "')");
    }

    private Newsroom second() {
        return Newsroom.after(
                List.of(
                        new CustodyEvent.Closed(
                                Newsroom.ORIGIN,
                                first.genesis.hash(),
                                last.checkpoint().size(),
                                last.checkpoint().root())));
    }

    @Nested
    class The_ledger_of_a_new_origin {
        private Newsroom newsroom;
        private Ledger ledger;

        @BeforeEach
        void goes_on() throws IOException, SQLException {
            newsroom = second();
            assertThat(close(first)).isEqualTo("ledger_closed_1");
            ledger = open(newsroom, List.of(first.logKeys));
            assertThat(ledger.broken()).isEmpty();
        }

        @Test
        void names_the_old_ones_last_witnessed_checkpoint_in_its_first_entry() {
            CustodyEvent.Closed named = ledger.genesis().opened().before().getFirst();
            assertThat(named.origin()).isEqualTo(Newsroom.ORIGIN);
            assertThat(named.size()).isEqualTo(last.checkpoint().size());
            assertThat(named.root()).isEqualTo(last.checkpoint().root());
            assertThat(ledger.genesis().opened().instance())
                    .isEqualTo(first.genesis.opened().instance());
        }

        @Test
        void numbers_and_publishes_from_its_own_beginning_on() throws IOException {
            for (int i = 0; i < 300; i++) {
                scene.staff(ledger, "new event " + i);
            }
            live(ledger);
            assertThat(ledger.checkpoint().orElseThrow().checkpoint().origin())
                    .isEqualTo(newsroom.genesis.opened().origin());
            assertThat(folder.resolve(".staging/tile/0/000")).exists();
            assertThat(folder.resolve(".staging/ledgers/1/tile/0/000")).exists();
            assertThat(open(newsroom, List.of(first.logKeys)).broken()).isEmpty();
        }

        @Test
        void knows_what_the_old_one_held_and_proves_it_under_the_old_origin() {
            Recorded recorded = ledger.find(numbered).orElseThrow();
            assertThat(recorded.closed()).isTrue();
            assertThat(recorded.publishedIndex()).isPresent();
            Published.Proven proven = ledger.proven(numbered).orElseThrow();
            assertThat(proven.in().hash()).isEqualTo(first.genesis.hash());
            ProvenEntry.InLedger held =
                    ProvenEntry.verified(
                            new ProvenEntry(
                                            org.sigillo.custody.Entry.parse(proven.entry()),
                                            proven.hashes())
                                    .tlogProof(proven.checkpoint().note()),
                            List.of(newsroom.genesis, first.genesis),
                            "proof");
            assertThat(held.genesis().hash()).isEqualTo(first.genesis.hash());
        }

        @Test
        void has_what_is_under_the_old_ones_checkpoints_of_each_size() {
            Published of = ledger.holding(numbered).orElseThrow();
            long index = of.index(numbered).orElseThrow();
            SignedCheckpoint covering = of.covering(index).orElseThrow();
            assertThat(of.checkpoint(covering.checkpoint().size())).hasValue(covering);
            assertThat(of.size()).isGreaterThanOrEqualTo(covering.checkpoint().size());
            assertThat(of.index(waiting)).as("was never numbered there").isEmpty();
            String proof =
                    new ProvenEntry(
                                    org.sigillo.custody.Entry.parse(of.entry(index).orElseThrow()),
                                    of.inclusion(index, covering.checkpoint().size()))
                            .tlogProof(covering.note());
            assertThat(
                            ProvenEntry.verified(proof, List.of(first.genesis), "proof")
                                    .genesis()
                                    .hash())
                    .isEqualTo(first.genesis.hash());
            assertThat(ledger.holding("of nobody")).isEmpty();
            live(ledger);
            assertThat(ledger.holding(waiting)).hasValue(ledger.published());
        }

        @Test
        void proves_what_the_old_one_held_though_witnesses_are_asked_about_the_new_one()
                throws IOException {
            Ledger asking =
                    open(
                            newsroom,
                            List.of(first.logKeys),
                            Optional.of(WitnessPolicy.parse("quorum none\n")));
            assertThat(asking.proven(numbered).orElseThrow().in().hash())
                    .isEqualTo(first.genesis.hash());
            assertThat(asking.broken())
                    .as("the old one's witnesses may have been others")
                    .isEmpty();
        }

        @Test
        void enters_what_a_source_was_told_is_in_and_the_old_one_never_numbered() {
            live(ledger);
            Recorded recorded = ledger.find(waiting).orElseThrow();
            assertThat(recorded.closed()).isFalse();
            assertThat(recorded.publishedIndex()).isPresent();
            assertThat(ledger.ofCase(caseId)).hasSize(2);
            assertThat(ledger.ofCase(caseId)).allMatch(Recorded::published);
            String type = ledger.ofCase(caseId).getFirst().event().fact().type();
            assertThat(ledger.everOfTypes(type)).as("here and in the old one").hasSize(2);
            assertThat(ledger.ofTypes(type)).as("here").hasSize(1);
            // In the order in which they came: an exhibit's number follows from it.
            assertThat(ledger.ofCase(caseId).stream().map(Recorded::closed))
                    .containsExactly(true, false);
        }

        @Test
        void takes_nothing_over_twice() throws IOException {
            live(ledger);
            Ledger again = open(newsroom, List.of(first.logKeys));
            live(again);
            assertThat(again.ofCase(caseId)).hasSize(2);
        }

        @Test
        void finds_a_changed_row_of_the_old_one() throws IOException, SQLException {
            database("ALTER TABLE ledger_closed_1.ledger_entry DISABLE TRIGGER USER");
            database(
                    "UPDATE ledger_closed_1.ledger_entry SET bytes = set_byte(bytes, 20, 1) WHERE n"
                            + " = 7");
            assertThat(open(newsroom, List.of(first.logKeys)).broken().orElseThrow())
                    .hasMessageContaining("entry 7");
        }

        @Test
        void lets_nobody_write_to_the_old_one() {
            for (String sql :
                    List.of(
                            "INSERT INTO ledger_closed_1.ledger_beat VALUES (1, 1, 1, '')",
                            "DELETE FROM ledger_closed_1.ledger_entry",
                            "DELETE FROM ledger_entry",
                            "UPDATE ledger_pending SET type = 'x'")) {
                assertThatThrownBy(
                                () -> {
                                    try (Connection c = database.app().getConnection();
                                            Statement s = c.createStatement()) {
                                        s.execute(sql);
                                    }
                                })
                        .as(sql)
                        .hasMessageContaining("permission denied");
            }
            for (String sql :
                    List.of(
                            "ALTER TABLE ledger_closed_1.ledger_entry ADD COLUMN more int",
                            "DROP TABLE ledger_closed_1.ledger_stamp",
                            "DELETE FROM ledger_closed_1.ledger_entry",
                            "TRUNCATE ledger_stamp",
                            "ALTER TABLE ledger_entry DISABLE TRIGGER append_only_rows",
                            "DELETE FROM ledger_entry")) {
                assertThatThrownBy(
                                () -> {
                                    try (Connection c = database.owner().getConnection();
                                            Statement s = c.createStatement()) {
                                        s.execute(sql);
                                    }
                                })
                        .as(sql)
                        .hasMessageMatching(
                                "(?s).*(guarded|append-only|permission denied|must be owner).*");
            }
        }

        @Test
        void can_be_closed_in_its_turn() throws IOException, SQLException {
            live(ledger);
            SignedCheckpoint its = ledger.checkpoint().orElseThrow();
            assertThat(close(newsroom)).isEqualTo("ledger_closed_2");
            Newsroom third =
                    Newsroom.after(
                            List.of(
                                    newsroom.genesis.opened().before().getFirst(),
                                    new CustodyEvent.Closed(
                                            newsroom.genesis.opened().origin(),
                                            newsroom.genesis.hash(),
                                            its.checkpoint().size(),
                                            its.checkpoint().root())));
            Ledger next = open(third, List.of(first.logKeys, newsroom.logKeys));
            live(next);
            assertThat(next.find(numbered).orElseThrow().closed()).isTrue();
            assertThat(next.proven(waiting).orElseThrow().in().hash())
                    .isEqualTo(newsroom.genesis.hash());
            assertThat(next.ofCase(caseId)).hasSize(2).allMatch(Recorded::closed);
        }
    }

    @Nested
    class Is_refused {
        @Test
        void the_old_ledger_once_it_is_closed() throws IOException, SQLException {
            close(first);
            assertThatThrownBy(() -> open(first, List.of()))
                    .isInstanceOf(BrokenEvidenceException.class)
                    .hasMessageContaining("closed ledgers in the database");
        }

        @Test
        void a_new_one_before_the_old_one_is_closed() {
            assertThatThrownBy(() -> open(second(), List.of(first.logKeys)))
                    .isInstanceOf(BrokenEvidenceException.class)
                    .hasMessageContaining("closed ledgers in the database");
        }

        @Test
        void a_new_one_that_names_another_ledger() throws IOException, SQLException {
            close(first);
            Newsroom other =
                    Newsroom.after(
                            List.of(
                                    new CustodyEvent.Closed(
                                            Newsroom.ORIGIN,
                                            org.sigillo.bytes.Sha256.of(
                                                    "other".getBytes(StandardCharsets.UTF_8)),
                                            5,
                                            last.checkpoint().root())));
            assertThatThrownBy(() -> open(other, List.of(first.logKeys)))
                    .isInstanceOf(BrokenEvidenceException.class)
                    .hasMessageContaining("closed ledger " + Newsroom.ORIGIN + ", genesis");
        }

        @Test
        void a_new_one_without_the_old_ones_keys() throws IOException, SQLException {
            close(first);
            assertThatThrownBy(() -> open(second(), List.of()))
                    .hasMessageContaining("sigillo.closed-log-keys");
            assertThatThrownBy(() -> open(second(), List.of(second().logKeys)))
                    .isInstanceOf(BrokenEvidenceException.class)
                    .hasMessageContaining("sigillo.closed-log-keys");
        }

        @Test
        void closing_with_another_ledgers_hash_and_nothing_is_moved() {
            assertThatThrownBy(() -> close(second()))
                    .hasMessageContaining("the ledger in this database has the genesis");
            assertThat(scene.newsroom).isSameAs(first);
        }
    }
}
