package org.sigillo.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Rows of every ledger table that there is are only ever added, whoever asks.
class AppendOnlyTest {
    @RegisterExtension private static final Scene scene = Scene.ofClass();

    @BeforeAll
    static void rows_in_every_table() throws SQLException {
        EveryTable.filled(scene);
    }

    @Test
    void no_table_has_been_forgotten_here() throws SQLException {
        assertThat(Scene.TABLES).containsExactlyInAnyOrderElementsOf(EveryTable.tables(scene));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE %1$s SET %2$s = %2$s",
                "DELETE FROM %1$s",
                "TRUNCATE %1$s",
                "TRUNCATE %1$s CASCADE"
            })
    void no_row_is_changed_or_removed(String act) throws SQLException {
        for (String column : EveryTable.columns(scene)) {
            String table = column.substring(0, column.indexOf('.'));
            String sql = act.formatted(table, column.substring(column.indexOf('.') + 1));
            refused(scene.database.app(), sql, "permission denied for table " + table);
            refused(scene.database.owner(), sql, "append-only|cannot truncate a table");
            refused(scene.database.intruder(), sql, "append-only|cannot truncate a table");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALTER TABLE %s ADD COLUMN more int",
                "ALTER TABLE %s RENAME TO other",
                "ALTER TABLE %s SET SCHEMA elsewhere",
                "ALTER TABLE %s DISABLE TRIGGER append_only_rows",
                "ALTER TABLE %s DISABLE TRIGGER append_only_table",
                "ALTER TABLE %s ENABLE REPLICA TRIGGER append_only_rows",
                "ALTER TABLE %s DISABLE TRIGGER ALL",
                "ALTER TABLE %s ENABLE ROW LEVEL SECURITY",
                "CREATE POLICY other ON %s USING (false)",
                "CREATE RULE other AS ON INSERT TO %s DO INSTEAD NOTHING",
                "CREATE TRIGGER other BEFORE INSERT ON %s FOR EACH ROW EXECUTE FUNCTION"
                        + " ledger_append_only()",
                "DROP TRIGGER append_only_rows ON %s",
                "DROP TRIGGER append_only_table ON %s",
                "CREATE TABLE other () INHERITS (%s)",
                "DROP TABLE %s CASCADE"
            })
    void no_table_is_altered(String act) throws SQLException {
        run(scene.database.intruder(), "CREATE SCHEMA IF NOT EXISTS elsewhere");
        run(scene.database.intruder(), "GRANT ALL ON SCHEMA elsewhere TO sigillo_owner");
        for (String table : EveryTable.tables(scene)) {
            String sql = act.formatted(table);
            refused(
                    scene.database.app(),
                    sql,
                    "must be owner of|permission denied for (table|schema)");
            refused(
                    scene.database.owner(),
                    sql,
                    "the ledger's tables are guarded|permission denied: .* is a system trigger");
        }
    }

    @Test
    void the_application_may_read_and_add_and_nothing_else() throws SQLException {
        for (String table : EveryTable.tables(scene)) {
            for (String right : List.of("UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")) {
                assertThat(may(table, right)).as(right + " " + table).isZero();
            }
            assertThat(may(table, "SELECT") + may(table, "INSERT")).as(table).isEqualTo(2);
        }
    }

    @Test
    void the_application_owns_nothing() throws SQLException {
        assertThat(
                        scene.number(
                                "SELECT count(*) FROM pg_class WHERE relowner ="
                                        + " 'sigillo_app'::regrole"))
                .isZero();
    }

    private static long may(String table, String right) throws SQLException {
        return scene.number(
                "SELECT has_table_privilege('sigillo_app', '%s', '%s')::int"
                        .formatted(table, right));
    }

    private static void refused(DataSource who, String sql, String why) {
        assertThatThrownBy(() -> run(who, sql))
                .as(sql)
                .isInstanceOf(SQLException.class)
                .hasMessageMatching("(?s).*(" + why + ").*");
    }

    private static void run(DataSource who, String sql) throws SQLException {
        try (Connection c = who.getConnection();
                Statement s = c.createStatement()) {
            s.execute(sql);
        }
    }
}
