package org.sigillo.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.sigillo.bytes.BrokenEvidenceException;

/// One value of one row is changed by whoever has taken over the database: the check finds it and says where. Every column of every
/// ledger table has such a change here, and no column is too unimportant for one.
class TamperedColumnsTest {
    @RegisterExtension private static final Scene scene = Scene.ofClass();

    private static Ledger ledger;

    private static final String FIRST = "id = (SELECT pending FROM ledger_entry WHERE n = 17)";
    private static final String WAITS = "key = 'waits'";
    private static final String LAST = "size = 317";
    private static final String OF_WITNESS = "witness = 'one' AND ends IS NULL";

    @BeforeAll
    static void a_ledger_that_is_intact() throws SQLException {
        ledger = EveryTable.filled(scene);
        assertThat(ledger.check()).isEmpty();
        assertThat(ledger.lastChecked().orElseThrow().size())
                .as("a check that was asked for is taken note of")
                .isEqualTo(317);
    }

    /// A change of one column.
    ///
    /// @param to what is put there
    /// @param row which is changed
    /// @param found what the check says
    private record Change(String table, String column, String to, String row, String found) {
        String sql() {
            return "UPDATE %s SET %s = %s WHERE %s".formatted(table, column, to, row);
        }

        @Override
        public String toString() {
            return sql();
        }
    }

    private static Change flip(String table, String column, String row, String found) {
        return change(table, column, "set_byte(%1$s, 12, get_byte(%1$s, 12) # 1)", row, found);
    }

    private static Change more(String table, String column, String row, String found) {
        return change(table, column, "%s + 1", row, found);
    }

    private static Change change(String table, String column, String to, String row, String found) {
        return new Change("ledger_" + table, column, to.formatted(column), row, found);
    }

    private static Stream<Change> changes() {
        return Stream.of(
                change("entry", "n", "900", "n = 316", "entry 316"),
                change("entry", "pending", "NULL", "n = 17", "entry 17"),
                change("entry", "pending", "-1", "n = 20", "entry 20"),
                flip("entry", "leaf", "n = 8", "entry 8, leaf"),
                flip("entry", "bytes", "n = 7", "entry 7"),
                flip("entry", "seal", "n = 9", "entry 9, seal"),
                more("node", "level", "true", "node"),
                more("node", "idx", "true", "node"),
                flip("node", "hash", "true", "node 0 of level 1"),
                change("pending", "id", "-1", FIRST, "entry 17"),
                change("pending", "key", "%s || 'x'", FIRST, "entry 17"),
                flip("pending", "facts", FIRST, "entry 17"),
                flip("pending", "nonce", FIRST, "entry 17, queued nonce"),
                change("pending", "by_source", "true", FIRST, "entry 17"),
                change("pending", "case_id", "decode(md5('x'), 'hex')", "by_source", "case"),
                change("pending", "position", "5000", FIRST, "entry 17"),
                change("pending", "position", "-5", WAITS, "waiting event waits, position"),
                change("pending", "type", "'x'", FIRST, "entry 17, queued type"),
                flip("pending", "event", FIRST, "entry 17, queued event"),
                flip("pending", "event", WAITS, "waiting event waits"),
                more("pending", "beat", FIRST, "entry 17"),
                change("pending", "beat", "-1", WAITS, "waiting event waits, beat"),
                flip("pending", "seal", FIRST, "entry 17"),
                more("checkpoint", "size", LAST, "checkpoint 318, seal"),
                flip("checkpoint", "root", LAST, "checkpoint 317, root"),
                change("checkpoint", "note", "replace(%s, '317', '318')", LAST, "checkpoint 317"),
                more("checkpoint", "previous", LAST, "checkpoint 317, seal"),
                more("checkpoint", "cosignatures", LAST, "checkpoint 317, seal"),
                more("checkpoint", "stamps", LAST, "checkpoint 317, seal"),
                more("checkpoint", "beats", LAST, "checkpoint 317, seal"),
                more("checkpoint", "epoch", LAST, "checkpoint 317, seal"),
                flip("checkpoint", "seal", LAST, "checkpoint 317, seal"),
                more("beat", "beat", LAST, "beat "),
                more("beat", "extra", LAST, "beat "),
                change("beat", "size", "%s - 1", LAST, "beat "),
                flip("beat", "seal", LAST, "beat "),
                more("epoch", "epoch", "true", "epoch 2, seal"),
                flip("epoch", "replica", "true", "epoch 1, seal"),
                more("epoch", "size", "true", "epoch 1, seal"),
                flip("epoch", "seal", "true", "epoch 1, seal"),
                change("cosignature", "size", "317", "true", "checkpoint 9, cosignatures"),
                change("cosignature", "line", "replace(%s, 'A', 'B')", "true", "BBBB, seal"),
                flip("cosignature", "seal", "true", "checkpoint 9, cosignature — witness"),
                change("stamp", "size", "317", "true", "checkpoint 9, time stamps"),
                change("stamp", "authority", "'two'", "true", "time stamp by two, seal"),
                change("stamp", "reply", "%1$s || %1$s", "true", "time stamp by one, seal"),
                flip("stamp", "seal", "true", "checkpoint 9, time stamp by one, seal"),
                more("alarm", "id", OF_WITNESS, "alarm "),
                change("alarm", "finding", "'nothing'", OF_WITNESS, "alarm "),
                change("alarm", "witness", "'two'", OF_WITNESS, "alarm "),
                change("alarm", "witness", "NULL", OF_WITNESS, "alarm "),
                change("alarm", "ends", "NULL", "ends IS NOT NULL", "alarm "),
                more("alarm", "ends", "ends IS NOT NULL", "alarm "),
                flip("alarm", "seal", "ends IS NOT NULL", "alarm "));
    }

    @Test
    void each_column_of_each_table_that_the_database_has_is_changed_here() throws SQLException {
        assertThat(changes().map(it -> it.table() + "." + it.column()).distinct())
                .containsExactlyInAnyOrderElementsOf(EveryTable.columns(scene));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void is_found(Change change) throws SQLException {
        isFound(change.sql(), change.found());
    }

    /// Alarms are counted by nothing: one that is over and was deleted with its end is missed by nobody, and an end that is deleted
    /// alone has its alarm stand again.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "DELETE FROM ledger_entry WHERE n = 316 | checkpoint 317",
                "DELETE FROM ledger_entry WHERE n = 100 | entry 100",
                "DELETE FROM ledger_node | node 0 of level 1",
                "DELETE FROM ledger_pending WHERE " + FIRST + " | entry 17",
                "DELETE FROM ledger_checkpoint WHERE size = 9 | checkpoint 317, size of the"
                        + " checkpoint before",
                "DELETE FROM ledger_beat WHERE size = 9 | checkpoint 9, beats",
                "DELETE FROM ledger_beat WHERE size = 317 | checkpoint 317, beats",
                "DELETE FROM ledger_epoch | epochs: expected at least 1",
                "DELETE FROM ledger_cosignature | checkpoint 9, cosignatures",
                "DELETE FROM ledger_stamp | checkpoint 9, time stamps",
            })
    void a_row_that_was_deleted_is_missed(String act, String found) throws SQLException {
        isFound(act, found);
    }

    private static void isFound(String act, String found) throws SQLException {
        try (Connection c = scene.database.intruder().getConnection();
                Statement s = c.createStatement()) {
            c.setAutoCommit(false);
            s.execute("SET LOCAL session_replication_role = replica");
            for (String table : EveryTable.tables(scene)) {
                s.execute("ALTER TABLE " + table + " DISABLE TRIGGER USER");
            }
            assertThat(s.executeUpdate(act)).isPositive();
            FullCheck check =
                    new FullCheck(
                            scene.newsroom.genesis,
                            RowSeal.of(scene.newsroom.logKeys.getFirst()),
                            new Tiles(Optional.empty(), ""),
                            Ledger.Surroundings.NONE,
                            within(c),
                            FullCheck.Pace.FULL);
            assertThat(catchThrowable(check::run))
                    .isInstanceOf(BrokenEvidenceException.class)
                    .hasMessageContaining(found);
            c.rollback();
        }
        assertThat(ledger.check()).isEmpty();
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
