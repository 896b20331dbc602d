package org.sigillo.ledger;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// A pool's connections, and within [#inTransaction] the calling thread's own one, as a container does.
final class CallersTransactions implements DataSource {
    private final DataSource pool;
    private final ThreadLocal<@Nullable Running> running = new ThreadLocal<>();

    CallersTransactions(DataSource pool) {
        this.pool = pool;
    }

    private record Running(DataSource connection, List<Runnable> afterCommit) {}

    void inTransaction(Runnable work) {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            Running now = new Running(new OneConnection(connection), new ArrayList<>(1));
            running.set(now);
            try {
                work.run();
                connection.commit();
            } finally {
                running.remove();
            }
            connection.setAutoCommit(true);
            now.afterCommit().forEach(Runnable::run);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    void afterCommit(Runnable then) {
        Running now = running.get();
        if (now == null) {
            then.run();
        } else {
            now.afterCommit().add(then);
        }
    }

    @Override
    public Connection getConnection() throws SQLException {
        Running now = running.get();
        return now == null ? pool.getConnection() : now.connection().getConnection();
    }

    @Override
    public Connection getConnection(String user, String password) {
        throw new UnsupportedOperationException();
    }

    @Override
    public PrintWriter getLogWriter() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void setLogWriter(PrintWriter out) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void setLoginTimeout(int seconds) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public Logger getParentLogger() {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T> T unwrap(Class<T> type) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}
