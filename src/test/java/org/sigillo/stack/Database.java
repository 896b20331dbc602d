package org.sigillo.stack;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/// A database of its own on a real PostgreSQL, with the roles and tables of the product, for one test class or one test.
public final class Database implements AutoCloseable {
    private static final AtomicInteger MADE = new AtomicInteger();

    private final EmbeddedPostgres postgres;
    private final String name;
    private final boolean shared;

    private Database(EmbeddedPostgres postgres, String name, boolean shared) {
        this.postgres = postgres;
        this.name = name;
        this.shared = shared;
    }

    /// One server for all tests of this process, and in it what each of their databases is copied from. It ends with the
    /// process.
    private static final class Server {
        private static final String MOULD = "mould";

        private static final Database FIRST = first();

        private static Database first() {
            try {
                return made(EmbeddedPostgres.builder(), MOULD, true);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /// Makes one with the migrations run by the owner and the guard raised.
    public static Database start() throws IOException, SQLException {
        Database database =
                new Database(Server.FIRST.postgres, "sigillo_" + MADE.incrementAndGet(), true);
        database.serve(
                "CREATE DATABASE "
                        + database.name
                        + " OWNER sigillo_owner TEMPLATE "
                        + Server.MOULD);
        return database;
    }

    /// The same on a server of its own, for measurements: what is committed is on the disk, as in the stack.
    public static Database durable(int connections) throws IOException, SQLException {
        return made(Postgres.durable(EmbeddedPostgres.builder(), connections), "sigillo", false);
    }

    private static Database made(EmbeddedPostgres.Builder builder, String name, boolean shared)
            throws IOException, SQLException {
        Database database = new Database(builder.start(), name, shared);
        database.serve("CREATE ROLE sigillo_owner LOGIN PASSWORD 'o'");
        database.serve("CREATE ROLE sigillo_app LOGIN PASSWORD 'a'");
        database.serve("CREATE DATABASE " + name + " OWNER sigillo_owner");
        Schema.migrate(database.intruder(), database.owner());
        return database;
    }

    private void serve(String sql) throws SQLException {
        try (Connection c = postgres.getPostgresDatabase().getConnection();
                Statement s = c.createStatement()) {
            s.execute(sql);
        }
    }

    /// As the application: owns nothing.
    public DataSource app() {
        return as("sigillo_app", "a");
    }

    public DataSource owner() {
        return as("sigillo_owner", "o");
    }

    /// As whoever has taken over the machine.
    public DataSource intruder() {
        return as("postgres", "postgres");
    }

    public String name() {
        return name;
    }

    public String url() {
        return "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/" + name;
    }

    private DataSource as(String user, String password) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {"127.0.0.1"});
        source.setPortNumbers(new int[] {postgres.getPort()});
        source.setDatabaseName(name);
        source.setUser(user);
        source.setPassword(password);
        return source;
    }

    /// Ends every connection to it, too.
    @Override
    public void close() throws IOException {
        if (!shared) {
            postgres.close();
            return;
        }
        try {
            serve("DROP DATABASE " + name + " WITH (FORCE)");
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }
}
