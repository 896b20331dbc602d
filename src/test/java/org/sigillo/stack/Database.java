package org.sigillo.stack;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/// A real PostgreSQL with the roles and tables of the product, for one test class.
public final class Database implements AutoCloseable {
    private final EmbeddedPostgres postgres;

    private Database(EmbeddedPostgres postgres) {
        this.postgres = postgres;
    }

    /// Starts it, makes both roles, runs the migrations as the owner and raises the guard.
    public static Database start() throws IOException, SQLException {
        return start(EmbeddedPostgres.builder());
    }

    /// The same for measurements: what is committed is on the disk, as in the stack.
    public static Database durable(int connections) throws IOException, SQLException {
        return start(Postgres.durable(EmbeddedPostgres.builder(), connections));
    }

    private static Database start(EmbeddedPostgres.Builder builder)
            throws IOException, SQLException {
        Database database = new Database(builder.start());
        try (Connection c = database.superuser().getConnection();
                Statement s = c.createStatement()) {
            s.execute("CREATE ROLE sigillo_owner LOGIN PASSWORD 'o'");
            s.execute("CREATE ROLE sigillo_app LOGIN PASSWORD 'a'");
            s.execute("CREATE DATABASE sigillo OWNER sigillo_owner");
        }
        Schema.migrate(database.intruder(), database.owner());
        return database;
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

    public int port() {
        return postgres.getPort();
    }

    public String url() {
        return "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/sigillo";
    }

    private DataSource superuser() {
        return postgres.getPostgresDatabase();
    }

    private DataSource as(String user, String password) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {"127.0.0.1"});
        source.setPortNumbers(new int[] {postgres.getPort()});
        source.setDatabaseName("sigillo");
        source.setUser(user);
        source.setPassword(password);
        return source;
    }

    @Override
    public void close() throws IOException {
        postgres.close();
    }
}
