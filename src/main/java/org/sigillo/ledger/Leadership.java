package org.sigillo.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// Which replica numbers, as long as it lives: it holds a lock on a connection of its own, which the
/// database gives up when the process dies or sleeps. That keeps epochs rare; that there is one
/// history does not depend on it, but on the lock and the epoch in every batch's transaction.
final class Leadership implements AutoCloseable {
    private static final long LEADER = 0x7369_6769_6c6c_6f03L;
    private static final Duration PING = Duration.ofSeconds(1);

    private final DataSource database;
    private final InstantSource clock;
    private @Nullable Connection held;
    private Instant nextLook = Instant.EPOCH;

    Leadership(DataSource database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /// Whether this replica leads now; looks again at most once a second.
    boolean mine() {
        Instant now = clock.instant();
        if (now.isBefore(nextLook)) {
            return held != null;
        }
        nextLook = now.plus(PING);
        try {
            if (held == null) {
                held = tryToLead();
            } else {
                ping(held);
            }
        } catch (SQLException e) {
            close();
        }
        return held != null;
    }

    private @Nullable Connection tryToLead() throws SQLException {
        Connection connection = database.getConnection();
        boolean leads = false;
        try (Statement settings = connection.createStatement()) {
            // A leader that does not ping for so long is taken for dead.
            settings.execute("SET idle_session_timeout = '5s'");
            try (PreparedStatement q =
                    connection.prepareStatement("SELECT pg_try_advisory_lock(?)")) {
                q.setLong(1, LEADER);
                try (ResultSet r = q.executeQuery()) {
                    leads = r.next() && r.getBoolean(1);
                }
            }
            if (!leads) {
                settings.execute("SET idle_session_timeout = 0");
            }
            return leads ? connection : null;
        } finally {
            if (!leads) {
                connection.close();
            }
        }
    }

    private static void ping(Connection connection) throws SQLException {
        try (Statement s = connection.createStatement()) {
            s.execute("SELECT 1");
        }
    }

    @Override
    public void close() {
        Connection connection = held;
        held = null;
        if (connection == null) {
            return;
        }
        try (connection;
                Statement s = connection.createStatement()) {
            s.execute("SELECT pg_advisory_unlock_all()");
            s.execute("SET idle_session_timeout = 0");
        } catch (SQLException e) {
            // The connection is gone, and the lock with it.
        }
    }
}
