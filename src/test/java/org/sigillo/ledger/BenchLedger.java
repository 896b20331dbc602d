package org.sigillo.ledger;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.exceptionsorter.PostgreSQLExceptionSorter;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.sigillo.bytes.CanonicalJson;
import org.sigillo.custody.CaseEvent;
import org.sigillo.custody.CustodyEvent;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Id;
import org.sigillo.custody.Newsroom;
import org.sigillo.custody.Rules;
import org.sigillo.merkle.TileCoordinate;
import org.sigillo.stack.Database;
import org.sigillo.vault.FolderVault;

/// A ledger for measurements, with a durable PostgreSQL, the pool of the product and a vault of files.
/// Rules have no beat: everything is numbered and signed at once.
final class BenchLedger implements AutoCloseable {
    static final int CALLERS = 90;
    private static final int CONNECTIONS = CALLERS + 20;

    final Newsroom newsroom = new Newsroom(new Rules(1, 0, 8, 0, 2));
    final SecureRandom random = new SecureRandom();
    final AgroalDataSource pool;
    final CallersTransactions database;
    final FolderVault vault;
    private final Database postgres;
    private Ledger ledger;

    BenchLedger(Path folder) throws IOException, SQLException {
        postgres = Database.durable(CONNECTIONS + 5);
        pool =
                AgroalDataSource.from(
                        new AgroalDataSourceConfigurationSupplier()
                                .connectionPoolConfiguration(c ->
                                        c.maxSize(CONNECTIONS)
                                                .acquisitionTimeout(Duration.ofSeconds(30))
                                                .exceptionSorter(new PostgreSQLExceptionSorter())
                                                .connectionFactoryConfiguration(f ->
                                                        f.jdbcUrl(postgres.url())
                                                                .principal(
                                                                        new NamePrincipal(
                                                                                "sigillo_app"))
                                                                .credential(
                                                                        new SimplePassword("a")))));
        database = new CallersTransactions(pool);
        vault = new FolderVault(folder.resolve("vault"), 0, InstantSource.system());
        ledger = opened();
        ledger.start();
    }

    private Ledger opened() {
        return new Ledger(
                database,
                newsroom.genesis,
                newsroom.logKeys,
                InstantSource.system(),
                random,
                new Ledger.Surroundings(
                        Optional.of(vault),
                        Optional.empty(),
                        List.of(),
                        true,
                        database::afterCommit));
    }

    Ledger ledger() {
        return ledger;
    }

    /// No replica numbers until [#resume].
    void pause() {
        ledger.stop();
    }

    void resume() {
        ledger = opened();
        ledger.start();
    }

    /// A small act of a member of staff in a case: what a newsroom's day mostly consists of.
    Draft act(String key) {
        Id exhibit = id();
        return Draft.byPerson(
                key,
                newsroom.rosa.id,
                Optional.of(id()),
                nonce -> new CaseEvent.ExhibitFetched(Entry.exhibitTag(nonce, exhibit)));
    }

    /// Whatever the callers need themselves must not be what is measured.
    private static Id id() {
        byte[] id = new byte[Id.LENGTH];
        ThreadLocalRandom.current().nextBytes(id);
        return Id.copyOf(id);
    }

    /// A row as the queue would store it.
    QueueRows.Pending row(long position, String key) {
        Draft draft = act(key);
        byte[] nonce = new byte[Entry.NONCE];
        ThreadLocalRandom.current().nextBytes(nonce);
        CustodyEvent fact = draft.fact().apply(nonce);
        Entry.Event event =
                new Entry.Event(
                        InstantSource.system().instant().truncatedTo(ChronoUnit.SECONDS).toString(),
                        draft.caseId().map(id -> Entry.caseTag(nonce, id)),
                        draft.actor(),
                        fact);
        return new QueueRows.Pending(
                ThreadLocalRandom.current().nextLong(),
                draft.key(),
                draft.facts(),
                nonce,
                false,
                draft.caseId(),
                position,
                0,
                fact.type(),
                CanonicalJson.encode(event.json()));
    }

    void append(Draft draft) {
        append(List.of(draft));
    }

    void append(List<Draft> drafts) {
        database.inTransaction(() -> ledger.append(drafts));
    }

    /// Queues these rows in one statement, as nobody but a measurement does.
    void load(List<QueueRows.Pending> made) throws SQLException {
        RowSeal seal = RowSeal.of(newsroom.logKeys.getFirst());
        try (Connection connection = pool.getConnection()) {
            new Rows(connection)
                    .update(
                            "INSERT INTO ledger_pending (id, key, facts, nonce, case_id, position, type,"
                                    + " event, seal, by_source, beat) SELECT *, false, 0 FROM"
                                    + " unnest(?::bigint[], ?::text[], ?::bytea[], ?::bytea[],"
                                    + " ?::bytea[], ?::bigint[], ?::text[], ?::bytea[], ?::bytea[])",
                            made.stream().mapToLong(QueueRows.Pending::id).toArray(),
                            texts(connection, made, QueueRows.Pending::key),
                            octets(made, row -> row.facts().bytes()),
                            octets(made, QueueRows.Pending::nonce),
                            octets(made, row -> row.caseId().orElseThrow().bytes()),
                            made.stream().mapToLong(QueueRows.Pending::position).toArray(),
                            texts(connection, made, QueueRows.Pending::type),
                            octets(made, QueueRows.Pending::event),
                            octets(made, row -> seal.of(row).bytes()));
        }
    }

    private static Array texts(
            Connection connection,
            List<QueueRows.Pending> rows,
            Function<QueueRows.Pending, String> of)
            throws SQLException {
        return connection.createArrayOf("text", rows.stream().map(of).toArray(String[]::new));
    }

    private static byte[][] octets(
            List<QueueRows.Pending> rows, Function<QueueRows.Pending, byte[]> of) {
        return rows.stream().map(of).toArray(byte[][]::new);
    }

    String postgresUrl() {
        return postgres.url();
    }

    long signed() throws SQLException {
        return number("SELECT coalesce(max(size), 0) FROM ledger_checkpoint");
    }

    /// Waits until nothing waits and a checkpoint covers all.
    void settle() throws SQLException, InterruptedException {
        long all =
                1
                        + number("SELECT count(*) FROM ledger_pending")
                        + number(
                                "SELECT count(*) FROM ledger_entry WHERE pending IS NULL AND n > 0");
        while (signed() < all) {
            ledger.broken()
                    .ifPresent(found -> {
                        throw found;
                    });
            Thread.sleep(2);
        }
    }

    /// Waits until every full tile and bundle lies in the vault, too.
    void keep() throws SQLException, IOException, InterruptedException {
        Tiles tiles = new Tiles(Optional.of(vault), "");
        long groups = signed() / TileCoordinate.FULL;
        while (tiles.written() < groups) {
            Thread.sleep(100);
        }
    }

    long number(String sql) throws SQLException {
        try (Connection connection = postgres.intruder().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /// Seconds of CPU that this JVM and PostgreSQL have used. Both sides of a comparison do their work
    /// there, whatever else the machine is busy with.
    double cpu() throws SQLException {
        double seconds = BenchMachine.cpu(ProcessHandle.current().pid());
        try (Connection connection = postgres.intruder().getConnection();
                Statement statement = connection.createStatement();
                ResultSet pids = statement.executeQuery("SELECT pid FROM pg_stat_activity")) {
            while (pids.next()) {
                seconds += BenchMachine.cpu(pids.getLong(1));
            }
        }
        return seconds;
    }

    void owner(String... statements) throws SQLException {
        try (Connection connection = postgres.intruder().getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @Override
    public void close() throws IOException {
        ledger.stop();
        pool.close();
        postgres.close();
    }
}
