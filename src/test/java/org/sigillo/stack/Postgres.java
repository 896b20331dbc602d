package org.sigillo.stack;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/// The embedded PostgreSQL on 127.0.0.1. Three roles of ours besides the superuser, all with random passwords:
/// `sigillo_owner` owns database and schema and runs the migrations, `sigillo_app` owns nothing and is the application,
/// `keycloak` has a database of its own.
final class Postgres {
    private static final String HBA =
            """
            # Written by org.sigillo.stack.Postgres: passwords for everyone, no other addresses.
            host all all 127.0.0.1/32 scram-sha-256
            """;

    private final DataFolder data;
    private final Secrets secrets;
    private final int port;

    private Postgres(DataFolder data, Secrets secrets, int port) {
        this.data = data;
        this.secrets = secrets;
        this.port = port;
    }

    static Postgres start(DataFolder data, Secrets secrets, int port, Path cache)
            throws IOException, SQLException {
        Postgres postgres = new Postgres(data, secrets, port);
        Path folder = data.path("postgres");
        if (Files.exists(folder) && !Files.exists(folder.resolve("sigillo-ready"))) {
            DataFolder.delete(folder); // an earlier start was stopped while it was made
        }
        Path log = data.log("postgres");
        durable(EmbeddedPostgres.builder(), 80)
                .setDataDirectory(folder)
                .setOverrideWorkingDirectory(
                        Files.createDirectories(cache.resolve("postgres")).toFile())
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(false)
                .setPort(port)
                .setPGStartupWait(Duration.ofSeconds(60))
                .setConnectConfig("password", secrets.password("postgres"))
                .setLocaleConfig("locale", "C.UTF-8")
                .setDataDirectoryCustomizer(made -> postgres.closeToOthers(made.toPath()))
                .setErrorRedirector(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .setOutputRedirector(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .setServerConfig("listen_addresses", "127.0.0.1")
                .setServerConfig("unix_socket_directories", "")
                .setServerConfig("password_encryption", "scram-sha-256")
                // No statement and no value of a row in the log.
                .setServerConfig("log_min_error_statement", "panic")
                .setServerConfig("log_error_verbosity", "terse")
                .setServerConfig("log_parameter_max_length_on_error", "0")
                // Nor how much came since the last checkpoint.
                .setServerConfig("log_checkpoints", "off")
                .setServerConfig("log_autovacuum_min_duration", "-1")
                .start();
        if (!Files.exists(folder.resolve("sigillo-ready"))) {
            postgres.prepare();
            Files.writeString(folder.resolve("pg_hba.conf"), HBA);
            postgres.execute("SELECT pg_reload_conf()");
            Files.writeString(folder.resolve("sigillo-ready"), "");
        }
        return postgres;
    }

    /// Keeps what it acknowledged; the embedded default loses it when PostgreSQL is killed.
    static EmbeddedPostgres.Builder durable(EmbeddedPostgres.Builder builder, int connections) {
        return builder.setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("max_connections", String.valueOf(connections))
                .setServerConfig("shared_buffers", "64MB")
                .setServerConfig("jit", "off");
    }

    String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    DataSource as(String role, String database) {
        try {
            PGSimpleDataSource source = new PGSimpleDataSource();
            source.setUrl(url(database));
            source.setUser(role);
            source.setPassword(secrets.password(role));
            return source;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Brings the schema up to date, as an operator would before a new version starts.
    void migrate() throws IOException, SQLException {
        Schema.migrate(as("postgres", "sigillo"), as("sigillo_owner", "sigillo"));
    }

    void stop() throws IOException {
        Leftovers.endPostgres(data);
    }

    private void prepare() throws IOException, SQLException {
        execute(
                "ALTER ROLE postgres PASSWORD '" + secrets.password("postgres") + "'",
                "CREATE ROLE sigillo_owner LOGIN PASSWORD '"
                        + secrets.password("sigillo_owner")
                        + "'",
                "CREATE ROLE sigillo_app LOGIN PASSWORD '" + secrets.password("sigillo_app") + "'",
                "CREATE ROLE keycloak LOGIN PASSWORD '" + secrets.password("keycloak") + "'",
                "CREATE DATABASE sigillo OWNER sigillo_owner",
                "CREATE DATABASE keycloak OWNER keycloak",
                "REVOKE ALL ON DATABASE sigillo FROM PUBLIC",
                "REVOKE ALL ON DATABASE keycloak FROM PUBLIC",
                "GRANT CONNECT ON DATABASE sigillo TO sigillo_app");
    }

    private void execute(String... statements) throws SQLException {
        try (Connection connection = as("postgres", "postgres").getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private void closeToOthers(Path folder) {
        try {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
