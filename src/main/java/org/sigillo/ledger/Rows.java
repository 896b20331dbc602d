package org.sigillo.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Id;
import org.sigillo.note.NoteException;

/// One connection to the ledger's tables, whose transaction the caller ends. What waits is in
/// [QueueRows], the tree in [TreeRows], what is signed in [NoteRows].
final class Rows {
    private static final String TRY_LOCK =
            "SELECT pg_try_advisory_xact_lock(?)::int,"
                    + " set_config('idle_in_transaction_session_timeout', '10s', true),"
                    + " set_config('lock_timeout', '5s', true)";

    private static final Pattern TABLE = Pattern.compile("ledger_[a-z]+");

    private static final String ALARMS = "SELECT count(*) FROM ledger_alarm";

    private final Connection connection;

    Rows(Connection connection) {
        this.connection = connection;
    }

    QueueRows queue() {
        return new QueueRows(this);
    }

    TreeRows tree() {
        return new TreeRows(this);
    }

    /// @param seal compares each row with what was written: nothing that somebody else has put there is believed
    NoteRows notes(RowSeal seal) {
        return new NoteRows(this, seal);
    }

    Connection connection() {
        return connection;
    }

    /// Also bounds how long this transaction may hold the lock without doing anything, so that a
    /// process that was stopped in the middle keeps nobody waiting, and how long it may wait for a row
    /// that somebody else has inserted and not committed.
    boolean tryLock(long lock) throws SQLException {
        return number(TRY_LOCK, lock) == 1;
    }

    /// What the database says as a turn begins.
    ///
    /// @param oldest every transaction with a smaller id has ended
    /// @param own this transaction's id, above all that were given out before it began; 0 unless asked
    ///     for
    /// @param seconds its clock, since the epoch
    /// @param changes how many entries are about rules
    /// @param leaf of the entry that was asked for
    /// @param alarms how many rows say what was found broken, or that it is over
    /// @param newest who numbers
    record Moment(
            long oldest,
            long own,
            long seconds,
            long changes,
            Optional<Sha256> leaf,
            long alarms,
            Optional<NoteRows.Sealed<NoteRows.Epoch>> newest) {}

    /// Takes the lock as [#tryLock] does, and then looks, in one round trip.
    ///
    /// @param own whether this transaction must have an id
    /// @param entry whose leaf is looked for
    /// @return nothing while somebody else has the lock
    Optional<Moment> begin(long lock, boolean own, long entry) throws SQLException {
        String sql =
                TRY_LOCK
                        + "; SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint, "
                        + (own ? "pg_current_xact_id()::text::bigint" : "0")
                        + ", floor(extract(epoch FROM clock_timestamp()))::bigint, ("
                        + RulesInForce.CHANGES
                        + "), e.epoch, e.replica, e.size, e.seal,"
                        + " (SELECT leaf FROM ledger_entry WHERE n = ?), ("
                        + ALARMS
                        + ") FROM (VALUES (1)) one LEFT JOIN (SELECT *"
                        + " FROM ledger_epoch ORDER BY epoch DESC LIMIT 1) e ON true";
        try (PreparedStatement q = prepare(sql, lock, entry)) {
            q.execute();
            try (ResultSet locked = q.getResultSet()) {
                if (!locked.next() || locked.getInt(1) != 1) {
                    return Optional.empty();
                }
            }
            q.getMoreResults();
            try (ResultSet r = q.getResultSet()) {
                r.next();
                byte[] replica = r.getBytes(6);
                byte[] leaf = r.getBytes(9);
                return Optional.of(
                        new Moment(
                                r.getLong(1),
                                r.getLong(2),
                                r.getLong(3),
                                r.getLong(4),
                                leaf == null ? Optional.empty() : Optional.of(Sha256.copyOf(leaf)),
                                r.getLong(10),
                                replica == null
                                        ? Optional.empty()
                                        : Optional.of(
                                                new NoteRows.Sealed<>(
                                                        new NoteRows.Epoch(
                                                                r.getLong(5),
                                                                Id.copyOf(replica),
                                                                r.getLong(7)),
                                                        Sha256.copyOf(r.getBytes(8))))));
            }
        }
    }

    /// Takes a lock, to the transaction's end.
    boolean locked(long lock) throws SQLException {
        try (PreparedStatement q = prepare("SELECT pg_advisory_xact_lock(?)", lock)) {
            return q.execute();
        }
    }

    /// Where tables are looked for from now on, on this connection; where they always are, if nowhere
    /// else.
    void search(Optional<String> schema) throws SQLException {
        if (schema.isPresent()) {
            list("SELECT set_config('search_path', ?, false)", r -> true, schema.get());
        } else {
            update("RESET search_path");
        }
    }

    /// How many rows [#alarms] gives.
    long countAlarms() throws SQLException {
        return number(ALARMS);
    }

    /// What was found broken, and that it is over.
    List<Alarm.Row> alarms() throws SQLException {
        return list(
                "SELECT id, finding, witness, ends, seal FROM ledger_alarm ORDER BY id",
                r -> {
                    Long ends = r.getObject(4, Long.class);
                    return new Alarm.Row(
                            r.getLong(1),
                            r.getString(2),
                            Optional.ofNullable(r.getString(3)),
                            ends == null ? OptionalLong.empty() : OptionalLong.of(ends),
                            Sha256.copyOf(r.getBytes(5)));
                });
    }

    void alarm(Alarm.Row alarm, RowSeal seal) throws SQLException {
        try (PreparedStatement insert =
                prepare(
                        "INSERT INTO ledger_alarm (id, finding, seal, witness, ends) VALUES (?, ?, ?,"
                                + " ?, ?)",
                        alarm.id(),
                        alarm.finding(),
                        seal.of(alarm).bytes())) {
            insert.setString(4, alarm.witness().orElse(null));
            insert.setObject(
                    5, alarm.ends().isPresent() ? alarm.ends().getAsLong() : null, Types.BIGINT);
            insert.executeUpdate();
        }
    }

    /// Whether the superuser's guard against altering these tables stands (`infra/postgres/guard.sql`).
    boolean guarded() throws SQLException {
        return number(
                        "SELECT count(*) FROM pg_event_trigger WHERE evtenabled = 'A' AND evtname IN"
                                + " ('sigillo_ledger_ddl', 'sigillo_ledger_drop')")
                == 2;
    }

    /// The ledger's database could not be read or written; the act may be tried again.
    static final class Fault extends RuntimeException {
        private static final long serialVersionUID = 1;

        Fault(String doing, Throwable cause) {
            super("the ledger's database failed while " + doing, cause);
        }
    }

    /// Work on the tables of this database in one transaction.
    static <T> T inTransaction(DataSource database, String doing, Sequencer.Work<T> work) {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try {
                T result = work.on(new Rows(connection));
                connection.commit();
                connection.setAutoCommit(true);
                return result;
            } catch (SQLException | RuntimeException | Error e) {
                undo(connection, e);
                throw e;
            }
        } catch (SQLException e) {
            throw new Fault(doing, e);
        }
    }

    /// A connection that is gone has nothing to undo; why it went is what matters.
    private static void undo(Connection connection, Throwable why) {
        try {
            connection.rollback();
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            why.addSuppressed(e);
        }
    }

    /// Reads one row.
    @FunctionalInterface
    interface Reader<T> {
        T read(ResultSet row) throws SQLException;
    }

    <T> List<T> list(String sql, Reader<T> reader, @Nullable Object... arguments)
            throws SQLException {
        try (PreparedStatement q = prepare(sql, arguments);
                ResultSet r = q.executeQuery()) {
            List<T> found = new ArrayList<>();
            while (r.next()) {
                found.add(read(r, sql, reader));
            }
            return found;
        }
    }

    private static <T> T read(ResultSet r, String sql, Reader<T> reader) throws SQLException {
        try {
            return reader.read(r);
        } catch (MalformedException | NoteException e) {
            Matcher table = TABLE.matcher(sql);
            throw new BrokenEvidenceException(
                    "the row " + r.getString(1) + (table.find() ? " of " + table.group() : ""),
                    "well formed",
                    String.valueOf(e.getMessage()));
        }
    }

    int update(String sql, @Nullable Object... arguments) throws SQLException {
        try (PreparedStatement q = prepare(sql, arguments)) {
            return q.executeUpdate();
        }
    }

    long number(String sql, @Nullable Object... arguments) throws SQLException {
        return list(sql, r -> r.getLong(1), arguments).getFirst();
    }

    /// A null stands for bytes: nothing else is ever absent.
    PreparedStatement prepare(String sql, @Nullable Object... arguments) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case null -> statement.setNull(i + 1, Types.BINARY);
                case byte[] bytes -> statement.setBytes(i + 1, bytes);
                case long[] numbers ->
                        statement.setArray(i + 1, connection.createArrayOf("bigint", box(numbers)));
                case String[] texts ->
                        statement.setArray(i + 1, connection.createArrayOf("text", texts));
                case byte[][] many ->
                        statement.setArray(i + 1, connection.createArrayOf("bytea", many));
                case Object other -> statement.setObject(i + 1, other);
            }
        }
        return statement;
    }

    private static Long[] box(long[] numbers) {
        Long[] boxed = new Long[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            boxed[i] = numbers[i];
        }
        return boxed;
    }
}
