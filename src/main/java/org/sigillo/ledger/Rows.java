package org.sigillo.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One connection to the ledger's tables, whose transaction the caller ends. What waits is in
/// [QueueRows], the tree in [TreeRows], what is signed in [NoteRows].
final class Rows {
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

    NoteRows notes() {
        return new NoteRows(this);
    }

    Connection connection() {
        return connection;
    }

    /// Also bounds how long this transaction may hold the lock without doing anything, so that a
    /// process that was stopped in the middle keeps nobody waiting.
    boolean tryLock(long lock) throws SQLException {
        return number(
                        "SELECT pg_try_advisory_xact_lock(?)::int,"
                                + " set_config('idle_in_transaction_session_timeout', '10s', true)",
                        lock)
                == 1;
    }

    void lock(long lock) throws SQLException {
        try (PreparedStatement q = prepare("SELECT pg_advisory_xact_lock(?)", lock)) {
            q.execute();
        }
    }

    /// Whether the superuser's guard against altering these tables stands (`infra/postgres/guard.sql`).
    boolean guarded() throws SQLException {
        return number(
                        "SELECT count(*) FROM pg_event_trigger WHERE evtenabled = 'A' AND evtname IN"
                                + " ('sigillo_ledger_ddl', 'sigillo_ledger_drop')")
                == 2;
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
                found.add(reader.read(r));
            }
            return found;
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
