package org.sigillo.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.CaseEvent;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Id;
import org.sigillo.custody.Newsroom;
import org.sigillo.custody.ReleaseEvent;
import org.sigillo.stack.Database;

/// A database for the tests of one class, which begins empty with each of them; a clock that stands
/// still until it is moved; and what people and sources do.
final class Scene implements AutoCloseable, AfterAllCallback {
    static final List<String> TABLES =
            List.of(
                    "ledger_pending",
                    "ledger_entry",
                    "ledger_node",
                    "ledger_checkpoint",
                    "ledger_beat",
                    "ledger_epoch",
                    "ledger_cosignature",
                    "ledger_stamp",
                    "ledger_alarm");

    final Database database;
    final DataSource app;
    final Newsroom newsroom;
    final SecureRandom random = new SecureRandom();
    final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse(Newsroom.AT));

    private final Pool pool;

    private Scene(Database database, Newsroom newsroom) {
        this.database = database;
        this.pool = Pool.of(database.app());
        this.app = pool.source();
        this.newsroom = newsroom;
    }

    static Scene start() throws IOException, SQLException {
        return of(Database.start(), new Newsroom());
    }

    /// One that JUnit ends with the class whose `@RegisterExtension` it is.
    static Scene ofClass() {
        try {
            return start();
        } catch (IOException | SQLException e) {
            throw new IllegalStateException("no database to test with", e);
        }
    }

    static Scene of(Database database, Newsroom newsroom) {
        return new Scene(database, newsroom);
    }

    /// As if the application had stopped.
    void disconnect() throws SQLException {
        pool.disconnect();
        try (Connection c = database.intruder().getConnection();
                Statement s = c.createStatement()) {
            // The server notices a little later.
            s.execute(
                    """
                    DO $$BEGIN
                        WHILE EXISTS (SELECT FROM pg_stat_activity WHERE usename = 'sigillo_app'
                                          AND datname = current_database()) LOOP
                            PERFORM pg_sleep(0.005);
                            PERFORM pg_stat_clear_snapshot();
                        END LOOP;
                    END$$\
                    """);
        }
    }

    /// As if nothing had been entered.
    void clear() throws SQLException {
        tamper("TRUNCATE " + String.join(", ", TABLES));
    }

    /// Everything of a start but the threads.
    Ledger open(Ledger.Surroundings around) {
        return open(app, around);
    }

    Ledger open(DataSource source, Ledger.Surroundings around) {
        Ledger ledger = closed(source, around);
        ledger.begin();
        ledger.publish();
        return ledger;
    }

    /// One that has not looked at anything yet.
    Ledger closed(DataSource source, Ledger.Surroundings around) {
        return new Ledger(source, newsroom.genesis, newsroom.logKeys, now::get, random, around);
    }

    /// What numbers and signs, by itself.
    Sequencer sequencer() {
        return new Sequencer(app, newsroom.genesis, newsroom.logKeys, now::get, random);
    }

    /// Changes the database as whoever has taken over the machine.
    void tamper(String... acts) throws SQLException {
        try (Connection c = database.intruder().getConnection();
                Statement s = c.createStatement()) {
            c.setAutoCommit(false);
            // No triggers, no foreign keys.
            s.execute("SET LOCAL session_replication_role = replica");
            for (String table : TABLES) {
                s.execute("ALTER TABLE " + table + " DISABLE TRIGGER USER");
            }
            for (String act : acts) {
                s.execute(act);
            }
            for (String table : TABLES) {
                s.execute("ALTER TABLE " + table + " ENABLE ALWAYS TRIGGER append_only_rows");
                s.execute("ALTER TABLE " + table + " ENABLE ALWAYS TRIGGER append_only_table");
            }
            c.commit();
        }
    }

    long number(String sql) throws SQLException {
        try (Connection c = app.getConnection();
                Statement s = c.createStatement();
                var r = s.executeQuery(sql)) {
            r.next();
            return r.getLong(1);
        }
    }

    /// @return the event's key
    String source(Ledger ledger, Id caseId) {
        Id exhibit = Id.random(random);
        String key = "exhibit.sealed/" + exhibit;
        ledger.append(
                Draft.bySource(
                        key,
                        caseId,
                        nonce ->
                                new CaseEvent.ExhibitSealed(
                                        Entry.exhibitTag(nonce, exhibit),
                                        0,
                                        Entry.content(new byte[32], Sha256.of()),
                                        Sha256.of(),
                                        65536,
                                        1,
                                        Sha256.of())));
        return key;
    }

    /// @return the event's key
    String staff(Ledger ledger, String key) {
        ledger.append(Draft.byServer(key, new ReleaseEvent.Refused(newsroom.rosa.id, "guard")));
        return key;
    }

    String staffAbout(Ledger ledger, String key, Id caseId) {
        ledger.append(
                Draft.byPerson(
                        key, newsroom.rosa.id, Optional.of(caseId), n -> new CaseEvent.Exported()));
        return key;
    }

    /// That the evidence is known to be broken and where, and that nothing is written any more.
    void isFound(Ledger ledger, String... where) throws SQLException {
        assertThat(ledger.broken()).isPresent();
        assertThat(ledger.broken().orElseThrow()).hasMessageContainingAll(where);
        assertThatThrownBy(() -> staff(ledger, "too late"))
                .isInstanceOf(BrokenEvidenceException.class);
        long size = number("SELECT count(*) FROM ledger_entry");
        long signed = number("SELECT max(size) FROM ledger_checkpoint");
        ledger.turn(true);
        ledger.publish();
        assertThat(number("SELECT count(*) FROM ledger_entry")).isEqualTo(size);
        assertThat(number("SELECT max(size) FROM ledger_checkpoint")).isEqualTo(signed);
    }

    /// What remembers more than the database.
    interface Beside {
        Ledger.Surroundings get() throws IOException;
    }

    /// Enters so many events and publishes them.
    ///
    /// @return the size under the checkpoint
    long live(Ledger ledger, int events) {
        for (int i = 0; i < events; i++) {
            staff(ledger, "event " + Id.random(random));
        }
        source(ledger, Id.random(random));
        ledger.turn(false);
        ledger.publish();
        ledger.turn(true);
        ledger.publish();
        assertThat(ledger.broken()).isEmpty();
        return ledger.checkpoint().orElseThrow().checkpoint().size();
    }

    /// The database alone shows nothing; a start with what remembers finds it, and nothing is written.
    void isFoundAtStart(Beside beside, String... where) throws IOException, SQLException {
        assertThat(open(Ledger.Surroundings.NONE).check())
                .as("what the database alone shows")
                .isEmpty();
        isFound(open(beside.get()), where);
    }

    @Override
    public void close() throws IOException {
        database.close();
    }

    @Override
    public void afterAll(ExtensionContext ended) throws IOException {
        boolean nested = ended.getParent().flatMap(ExtensionContext::getTestClass).isPresent();
        if (!nested) {
            close();
        }
    }
}
