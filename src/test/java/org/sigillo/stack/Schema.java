package org.sigillo.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/// The tables as an operator brings them up to date before a new version starts: migrations by their owner, between
/// lowering and raising the superuser's guard.
final class Schema {
    private static final Path GUARD = Path.of("infra/postgres/guard.sql");

    private Schema() {}

    static void migrate(DataSource superuser, DataSource owner) throws IOException, SQLException {
        try (Connection connection = superuser.getConnection();
                Statement statement = connection.createStatement()) {
            if (guarded(statement)) {
                statement.execute("ALTER EVENT TRIGGER sigillo_ledger_ddl DISABLE");
                statement.execute("ALTER EVENT TRIGGER sigillo_ledger_drop DISABLE");
            }
            try {
                Flyway.configure(Schema.class.getClassLoader())
                        .dataSource(owner)
                        .locations("classpath:db/migration")
                        .load()
                        .migrate();
            } finally {
                statement.execute(Files.readString(GUARD));
            }
        }
    }

    private static boolean guarded(Statement statement) throws SQLException {
        try (ResultSet found =
                statement.executeQuery(
                        "SELECT FROM pg_event_trigger WHERE evtname = 'sigillo_ledger_ddl'")) {
            return found.next();
        }
    }
}
