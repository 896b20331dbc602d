package org.sigillo.ledger;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import javax.sql.DataSource;

/// Keeps connections for the next who asks, as the application's pool does: a new one costs more than
/// what most tests do with it. What is not committed when one comes back is undone.
final class Pool {
    private final DataSource real;
    private final Deque<Connection> idle = new ConcurrentLinkedDeque<>();

    private Pool(DataSource real) {
        this.real = real;
    }

    static Pool of(DataSource real) {
        return new Pool(real);
    }

    DataSource source() {
        return (DataSource)
                Proxy.newProxyInstance(
                        Pool.class.getClassLoader(),
                        new Class<?>[] {DataSource.class},
                        (_, method, _) -> {
                            if (!method.getName().equals("getConnection")) {
                                throw new UnsupportedOperationException(method.getName());
                            }
                            Connection kept = idle.poll();
                            return lent(kept == null ? real.getConnection() : kept);
                        });
    }

    /// Ends those that nobody has.
    void disconnect() throws SQLException {
        for (Connection kept = idle.poll(); kept != null; kept = idle.poll()) {
            kept.close();
        }
    }

    private Connection lent(Connection connection) {
        return (Connection)
                Proxy.newProxyInstance(
                        Pool.class.getClassLoader(),
                        new Class<?>[] {Connection.class},
                        (_, method, arguments) -> {
                            try {
                                if (!method.getName().equals("close")) {
                                    return method.invoke(connection, arguments);
                                }
                                back(connection);
                                return null;
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    private void back(Connection connection) throws SQLException {
        try {
            if (!connection.isClosed() && !connection.getAutoCommit()) {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            connection.close();
        }
        if (!connection.isClosed()) {
            idle.push(connection);
        }
    }
}
