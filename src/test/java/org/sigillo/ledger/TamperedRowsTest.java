package org.sigillo.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.custody.Id;

/// What whoever has taken over the database may try with single rows.
class TamperedRowsTest {
    private static Scene scene;
    private Ledger ledger;

    @BeforeAll
    static void a_database() throws IOException, SQLException {
        scene = Scene.start();
    }

    @AfterAll
    static void stop() throws IOException {
        scene.close();
    }

    @BeforeEach
    void a_founded_ledger() throws SQLException {
        scene.clear();
        ledger = scene.open(Ledger.Surroundings.NONE);
    }

    @Nested
    class Append_only {
        @Test
        void no_row_can_be_changed_or_removed_by_the_application_or_the_owner()
                throws SQLException {
            ledger.turn(true);
            for (String table :
                    List.of("ledger_pending", "ledger_entry", "ledger_node", "ledger_checkpoint")) {
                for (String act : List.of("DELETE FROM %s", "TRUNCATE %s CASCADE")) {
                    for (javax.sql.DataSource who :
                            List.of(
                                    scene.database.app(),
                                    scene.database.owner(),
                                    scene.database.intruder())) {
                        boolean nothingToDelete =
                                act.startsWith("DELETE")
                                        && List.of("ledger_pending", "ledger_node").contains(table)
                                        && who != scene.database.app();
                        if (nothingToDelete) {
                            continue;
                        }
                        try (Connection c = who.getConnection();
                                Statement s = c.createStatement()) {
                            assertThatThrownBy(() -> s.execute(act.formatted(table)))
                                    .as(act + " " + table)
                                    .isInstanceOf(SQLException.class);
                        }
                    }
                }
            }
        }

        @Test
        void the_application_owns_nothing() throws SQLException {
            try (Connection c = scene.database.app().getConnection();
                    Statement s = c.createStatement();
                    var r =
                            s.executeQuery(
                                    "SELECT count(*) FROM pg_class WHERE relowner ="
                                            + " 'sigillo_app'::regrole")) {
                r.next();
                assertThat(r.getLong(1)).isZero();
            }
        }
    }

    @Nested
    class A_row_that_the_program_has_not_queued {
        @Test
        void never_gets_a_number() throws SQLException {
            scene.staff(ledger, "before");
            ledger.turn(true);
            long size = scene.number("SELECT count(*) FROM ledger_entry");
            for (String bySource : List.of("false", "true")) {
                Ledger fresh = scene.open(Ledger.Surroundings.NONE);
                scene.tamper(
                        "INSERT INTO ledger_pending (id, key, facts, nonce, by_source, case_id,"
                                + " position, beat, type, event, seal) VALUES (5, 'planted',"
                                + " sha256('f'), sha256('n'), "
                                + bySource
                                + ", '\\x00112233445566778899aabbccddeeff', 900, 0,"
                                + " 'release.refused', '{\"not\":\"an event\"}', sha256('z'))");
                fresh.turn(true);
                assertThat(fresh.broken().orElseThrow())
                        .hasMessageContaining("waiting event planted, seal");
                assertThat(scene.number("SELECT count(*) FROM ledger_entry")).isEqualTo(size);
                scene.tamper("DELETE FROM ledger_pending WHERE key = 'planted'");
            }
        }
    }

    @Nested
    class A_changed_row {
        @Test
        void is_found_by_the_check_whatever_column_it_is() throws SQLException {
            for (int i = 0; i < 300; i++) {
                scene.staff(ledger, "event " + i);
            }
            scene.source(ledger, Id.random(scene.random));
            ledger.turn(true);
            scene.staff(ledger, "waits");
            assertThat(ledger.check()).isEmpty();
            assertThat(ledger.lastChecked().orElseThrow().size())
                    .as("a check that was asked for is taken note of")
                    .isEqualTo(309);
            Map<String, String> changes =
                    Map.ofEntries(
                            Map.entry(flip("ledger_entry", "bytes", "n = 7"), "entry 7"),
                            Map.entry(flip("ledger_entry", "leaf", "n = 8"), "entry 8"),
                            Map.entry("UPDATE ledger_entry SET n = 900 WHERE n = 308", "30"),
                            Map.entry("DELETE FROM ledger_entry WHERE n = 308", "checkpoint"),
                            Map.entry("DELETE FROM ledger_entry WHERE n = 100", "entry 100"),
                            Map.entry(
                                    "UPDATE ledger_entry SET pending = NULL WHERE n = 15",
                                    "entry 15"),
                            Map.entry(flip("ledger_entry", "seal", "n = 9"), "entry 9, seal"),
                            Map.entry(
                                    "UPDATE ledger_entry SET pending = -1 WHERE n = 20",
                                    "entry 20"),
                            Map.entry(flip("ledger_node", "hash", "true"), "node"),
                            Map.entry("UPDATE ledger_node SET level = level + 1", "node"),
                            Map.entry("UPDATE ledger_node SET idx = idx + 1", "node"),
                            Map.entry(
                                    "UPDATE ledger_pending SET id = -1 WHERE " + first(9),
                                    "entry 9"),
                            Map.entry("DELETE FROM ledger_node", "node"),
                            Map.entry(flip("ledger_checkpoint", "root", "true"), "checkpoint"),
                            Map.entry(
                                    "UPDATE ledger_checkpoint SET note = replace(note, '309', '310')",
                                    "checkpoint"),
                            Map.entry("UPDATE ledger_checkpoint SET size = size + 1", "checkpoint"),
                            Map.entry(
                                    "UPDATE ledger_pending SET position = -5 WHERE key = 'waits'",
                                    "waiting event waits, position"),
                            Map.entry(
                                    "UPDATE ledger_pending SET beat = -1 WHERE key = 'waits'",
                                    "waiting event waits, beat"),
                            Map.entry(flip("ledger_pending", "facts", first(9)), "entry 9"),
                            Map.entry(flip("ledger_pending", "seal", first(9)), "entry 9"),
                            Map.entry("DELETE FROM ledger_pending WHERE " + first(9), "entry 9"),
                            Map.entry(
                                    "UPDATE ledger_pending SET key = key || 'x' WHERE " + first(9),
                                    "entry 9"),
                            Map.entry(
                                    "UPDATE ledger_pending SET position = 5000 WHERE " + first(9),
                                    "entry 9"),
                            Map.entry(
                                    "UPDATE ledger_pending SET beat = beat + 1 WHERE " + first(9),
                                    "entry 9"),
                            Map.entry(
                                    "UPDATE ledger_pending SET by_source = true WHERE " + first(9),
                                    "entry 9"),
                            Map.entry(counted("previous"), "checkpoint 309, seal"),
                            Map.entry(counted("cosignatures"), "checkpoint 309, seal"),
                            Map.entry(counted("stamps"), "checkpoint 309, seal"),
                            Map.entry(counted("beats"), "checkpoint 309, seal"),
                            Map.entry(counted("epoch"), "checkpoint 309, seal"),
                            Map.entry(
                                    flip("ledger_checkpoint", "seal", "true"),
                                    "checkpoint 309, seal"),
                            Map.entry("DELETE FROM ledger_beat", "checkpoint 309, beats"),
                            Map.entry("DELETE FROM ledger_epoch", "epoch"),
                            Map.entry("UPDATE ledger_beat SET beat = beat + 1", "beat"),
                            Map.entry("UPDATE ledger_beat SET extra = extra + 1", "beat"),
                            Map.entry("UPDATE ledger_beat SET size = size - 1", "beat"),
                            Map.entry(flip("ledger_beat", "seal", "true"), "beat"),
                            Map.entry("UPDATE ledger_epoch SET epoch = epoch + 1", "epoch"),
                            Map.entry("UPDATE ledger_epoch SET size = size + 1", "epoch"),
                            Map.entry(flip("ledger_epoch", "replica", "true"), "epoch"),
                            Map.entry(flip("ledger_epoch", "seal", "true"), "epoch"),
                            Map.entry(flip("ledger_pending", "nonce", first(9)), "entry 9"),
                            Map.entry(flip("ledger_pending", "event", first(9)), "entry 9"),
                            Map.entry(
                                    "UPDATE ledger_pending SET type = 'x' WHERE " + first(9),
                                    "entry 9"),
                            Map.entry(
                                    "UPDATE ledger_pending SET case_id = '\\x00112233445566778899aabbccddeeff'"
                                            + " WHERE by_source",
                                    "case"));
            for (Map.Entry<String, String> change : changes.entrySet()) {
                try (Connection c = scene.database.intruder().getConnection();
                        Statement s = c.createStatement()) {
                    c.setAutoCommit(false);
                    for (String table :
                            List.of(
                                    "ledger_pending",
                                    "ledger_entry",
                                    "ledger_node",
                                    "ledger_checkpoint",
                                    "ledger_beat",
                                    "ledger_epoch")) {
                        s.execute("ALTER TABLE " + table + " DISABLE TRIGGER USER");
                    }
                    assertThat(s.executeUpdate(change.getKey())).isPositive();
                    FullCheck check =
                            new FullCheck(
                                    scene.newsroom.genesis,
                                    RowSeal.of(scene.newsroom.logKeys.getFirst()),
                                    new Tiles(Optional.empty(), ""),
                                    Ledger.Surroundings.NONE,
                                    within(c),
                                    FullCheck.Pace.FULL);
                    assertThat(catchThrowable(check::run))
                            .as(change.getKey())
                            .isInstanceOf(BrokenEvidenceException.class)
                            .hasMessageContaining(change.getValue());
                    c.rollback();
                }
            }
            assertThat(ledger.check()).isEmpty();
        }

        @Test
        void stops_all_writing_once_found() throws SQLException {
            ledger.turn(true);
            try (Connection c = scene.database.intruder().getConnection();
                    Statement s = c.createStatement()) {
                s.execute("ALTER TABLE ledger_checkpoint DISABLE TRIGGER USER");
                s.execute(flip("ledger_checkpoint", "root", "true"));
            }
            assertThat(ledger.check()).isPresent();
            assertThatThrownBy(() -> scene.staff(ledger, "late"))
                    .isInstanceOf(BrokenEvidenceException.class);
        }

        private static String counted(String column) {
            return "UPDATE ledger_checkpoint SET " + column + " = " + column + " + 1";
        }

        private static String first(int n) {
            return "id = (SELECT pending FROM ledger_entry WHERE n = " + n + ")";
        }

        private static String flip(String table, String column, String where) {
            return "UPDATE %s SET %s = set_byte(%s, 12, get_byte(%s, 12) # 1) WHERE %s"
                    .formatted(table, column, column, column, where);
        }
    }

    private static FullCheck.Reader within(Connection connection) {
        return new FullCheck.Reader() {
            @Override
            public <T> T read(Sequencer.Work<T> work) {
                try {
                    return work.on(new Rows(connection));
                } catch (SQLException e) {
                    throw new Rows.Fault("checking", e);
                }
            }
        };
    }
}
