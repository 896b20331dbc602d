package org.sigillo.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sigillo.stack.Database;

/// `infra/postgres/guard.sql` on a real PostgreSQL: what the tables' own owner can no longer do.
class GuardTest {
    private static Database database;

    @BeforeAll
    static void a_guarded_database() throws IOException, SQLException {
        database = Database.start();
    }

    @AfterAll
    static void stop() throws IOException {
        database.close();
    }

    @Nested
    class The_owner {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "ALTER TABLE ledger_entry ADD COLUMN more int",
                    "ALTER TABLE ledger_entry ALTER COLUMN bytes DROP NOT NULL",
                    "ALTER TABLE ledger_entry RENAME COLUMN bytes TO octets",
                    "ALTER TABLE ledger_entry RENAME TO entry",
                    "ALTER TABLE ledger_checkpoint SET SCHEMA elsewhere",
                    "ALTER TABLE ledger_entry DROP CONSTRAINT ledger_entry_pkey CASCADE",
                    "ALTER TABLE ledger_entry DISABLE TRIGGER append_only_rows",
                    "ALTER TABLE ledger_entry ENABLE REPLICA TRIGGER append_only_rows",
                    "ALTER TABLE ledger_beat DISABLE TRIGGER USER",
                    "ALTER TABLE ledger_entry OWNER TO sigillo_owner",
                    "ALTER TABLE ledger_entry ENABLE ROW LEVEL SECURITY",
                    "ALTER TRIGGER append_only_rows ON ledger_entry RENAME TO other",
                    "DROP TABLE ledger_stamp",
                    "DROP TABLE ledger_entry CASCADE",
                    "DROP TRIGGER append_only_rows ON ledger_entry",
                    "DROP TRIGGER append_only_table ON ledger_cosignature",
                    "DROP FUNCTION ledger_append_only() CASCADE",
                    "ALTER FUNCTION ledger_append_only() RENAME TO other",
                    "CREATE OR REPLACE FUNCTION ledger_append_only() RETURNS trigger LANGUAGE plpgsql"
                            + " AS 'BEGIN RETURN OLD; END'",
                    "CREATE RULE other AS ON INSERT TO ledger_entry DO INSTEAD NOTHING",
                    "CREATE TRIGGER other BEFORE INSERT ON ledger_pending FOR EACH ROW"
                            + " EXECUTE FUNCTION ledger_append_only()",
                    "CREATE POLICY other ON ledger_entry USING (n > 5)",
                    "CREATE INDEX other ON ledger_entry (leaf)",
                    "ALTER INDEX ledger_pending_case RENAME TO other",
                    "DROP INDEX ledger_pending_nonce",
                    "ALTER SCHEMA public RENAME TO other",
                    "CREATE TABLE other () INHERITS (ledger_entry)",
                    "DROP SCHEMA public CASCADE",
                    "DROP OWNED BY sigillo_owner CASCADE"
                })
        void can_neither_alter_nor_drop_what_the_ledger_consists_of(String sql) throws Exception {
            run(database.intruder(), "CREATE SCHEMA IF NOT EXISTS elsewhere");
            run(database.intruder(), "GRANT ALL ON SCHEMA elsewhere TO sigillo_owner");
            assertThatThrownBy(() -> run(database.owner(), sql))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("the ledger's tables are guarded");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "ALTER EVENT TRIGGER sigillo_ledger_ddl DISABLE",
                    "DROP EVENT TRIGGER sigillo_ledger_drop",
                    "DROP FUNCTION sigillo_guard.ledger() CASCADE",
                    "DROP SCHEMA sigillo_guard CASCADE",
                    "ALTER SCHEMA sigillo_guard RENAME TO other",
                    "CREATE FUNCTION sigillo_guard.other() RETURNS int LANGUAGE sql AS 'SELECT 1'",
                    "ALTER SEQUENCE ledger_staff_position RESTART",
                    "SELECT setval('ledger_staff_position', 1)",
                    "SET session_replication_role = replica",
                    "SET event_triggers = off",
                    "ALTER DATABASE %s SET event_triggers = off",
                    "ALTER ROLE sigillo_owner SET session_replication_role = replica"
                })
        void cannot_lower_the_guard(String sql) {
            assertThatThrownBy(() -> run(database.owner(), sql.formatted(database.name())))
                    .isInstanceOf(SQLException.class)
                    .hasMessageMatching("(?s).*(must be owner|permission denied).*");
        }

        @Test
        void migrates_everything_else_as_before() {
            assertThatCode(() ->
                            run(
                                    database.owner(),
                                    """
                                    CREATE TABLE note (id bigint PRIMARY KEY, size bigint
                                        REFERENCES ledger_checkpoint (size));
                                    ALTER TABLE note ADD COLUMN of_ledger_size text;
                                    CREATE INDEX note_size ON note (size);
                                    ALTER TABLE note RENAME TO remark;
                                    GRANT SELECT ON remark TO sigillo_app;
                                    DROP TABLE remark;
                                    """))
                    .doesNotThrowAnyException();
        }
    }

    /// A line of the database's log has a time, and would say when a source was here.
    @Nested
    class The_application {
        @ParameterizedTest
        @CsvSource({
            "log_min_messages, log",
            "log_min_error_statement, panic",
            "log_error_verbosity, terse",
            "log_parameter_max_length_on_error, 0",
            "log_statement, none",
            "log_min_duration_statement, -1"
        })
        void leaves_nothing_of_its_statements_in_the_databases_log(String setting, String value)
                throws SQLException {
            assertThat(shown(database.app(), setting)).isEqualTo(value);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "SET log_min_messages = 'debug5'",
                    "SET log_statement = 'all'",
                    "ALTER ROLE sigillo_app SET log_statement = 'all'",
                    "ALTER ROLE sigillo_app RESET log_min_messages"
                })
        void cannot_lift_that(String sql) {
            assertThatThrownBy(() -> run(database.app(), sql))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("permission denied");
        }

        private static String shown(DataSource as, String setting) throws SQLException {
            try (Connection connection = as.getConnection();
                    Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SHOW " + setting)) {
                row.next();
                return row.getString(1);
            }
        }
    }

    @Nested
    class Health {
        @Test
        void sees_whether_the_guard_stands() throws Exception {
            assertThat(guarded()).isTrue();
            for (String lowered :
                    new String[] {
                        "ALTER EVENT TRIGGER sigillo_ledger_ddl DISABLE",
                        "ALTER EVENT TRIGGER sigillo_ledger_drop ENABLE REPLICA",
                        "DROP EVENT TRIGGER sigillo_ledger_ddl"
                    }) {
                run(database.intruder(), lowered);
                assertThat(guarded()).as(lowered).isFalse();
                run(database.intruder(), Files.readString(Path.of("infra/postgres/guard.sql")));
                assertThat(guarded()).isTrue();
            }
        }

        private boolean guarded() throws SQLException {
            try (Connection connection = database.app().getConnection()) {
                return new Rows(connection).guarded();
            }
        }
    }

    private static void run(DataSource as, String sql) throws SQLException {
        try (Connection connection = as.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
