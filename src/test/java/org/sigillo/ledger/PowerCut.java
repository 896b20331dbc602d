package org.sigillo.ledger;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.sigillo.vault.ForwardingVault;
import org.sigillo.vault.Vault;

/// Ends a process, as far as its database and its vault can tell, at its n-th step: from then on nothing
/// reaches either of them, and its connections are gone.
///
/// A step is before a statement that writes, before and after the commit of one, before and after each
/// writing act on the vault. Reading changes nothing, so a stop there is the one before the next step.
final class PowerCut {
    private static final Set<String> WRITING = Set.of("INSERT", "UPDATE", "DELETE", "TRUNCATE");

    private final List<String> steps = new ArrayList<>();
    private int left = Integer.MAX_VALUE;
    private boolean dead;

    /// From now on, so many steps are still made.
    void after(int more) {
        steps.clear();
        left = more;
    }

    boolean happened() {
        return dead;
    }

    /// The steps made since, the one that was not included.
    List<String> steps() {
        return steps;
    }

    private synchronized void step(String what) {
        alive();
        steps.add(what);
        if (left-- <= 0) {
            dead = true;
        }
        alive();
    }

    private void alive() {
        if (dead) {
            throw new Dead();
        }
    }

    private static final class Dead extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    DataSource of(DataSource real) {
        return proxy(
                DataSource.class,
                (method, arguments) -> {
                    alive();
                    return connection((Connection) call(real, method, arguments));
                });
    }

    private Connection connection(Connection real) {
        AtomicBoolean wrote = new AtomicBoolean();
        return proxy(
                Connection.class,
                (method, arguments) -> {
                    String name = method.getName();
                    if (name.equals("close")) {
                        return call(real, method, arguments);
                    }
                    alive();
                    if (name.equals("commit") && wrote.getAndSet(false)) {
                        step("before the commit");
                        call(real, method, arguments);
                        step("after the commit");
                        return null;
                    }
                    Object made = call(real, method, arguments);
                    return switch (made) {
                        case PreparedStatement s -> prepared(s, (String) arguments[0], real, wrote);
                        case Statement s -> statement(s);
                        case null, default -> made;
                    };
                });
    }

    private PreparedStatement prepared(
            PreparedStatement real, String sql, Connection connection, AtomicBoolean wrote) {
        return proxy(
                PreparedStatement.class,
                (method, arguments) -> {
                    boolean writes =
                            method.getName().startsWith("execute")
                                    && WRITING.contains(sql.substring(0, sql.indexOf(' ')));
                    String what = sql.replaceFirst("^(INSERT INTO \\w+).*", "$1");
                    if (writes) {
                        wrote.set(true);
                        step("before " + what);
                    }
                    Object result = call(real, method, arguments);
                    if (writes && connection.getAutoCommit()) {
                        step("after " + what);
                    }
                    return result;
                });
    }

    private Statement statement(Statement real) {
        return proxy(Statement.class, (method, arguments) -> call(real, method, arguments));
    }

    /// A vault that goes with the process; what it was writing stays behind.
    Vault of(Vault real) {
        return new ForwardingVault(real) {
            @Override
            public Writer create(String address) throws IOException {
                reach("before " + address + " is begun");
                return new ForwardingWriter(super.create(address)) {
                    @Override
                    public void write(byte[] bytes, int offset, int length) throws IOException {
                        reach("before " + address + " is written");
                        super.write(bytes, offset, length / 2);
                        reach("in the middle of " + address);
                        super.write(bytes, offset + length / 2, length - length / 2);
                    }

                    @Override
                    public Stored commit() throws IOException {
                        reach("before " + address + " is there");
                        Stored stored = super.commit();
                        reach("after " + address + " is there");
                        return stored;
                    }

                    @Override
                    public void abort() throws IOException {
                        if (!dead) {
                            super.abort();
                        }
                    }
                };
            }

            @Override
            public void remove(String address) throws IOException {
                reach("before " + address + " is removed");
                super.remove(address);
                reach("after " + address + " is removed");
            }

            @Override
            public InputStream open(String address) throws IOException {
                alive();
                return super.open(address);
            }

            @Override
            public Optional<Held> stat(String address) throws IOException {
                alive();
                return super.stat(address);
            }

            @Override
            public List<String> list(String prefix) throws IOException {
                alive();
                return super.list(prefix);
            }
        };
    }

    private void reach(String what) throws IOException {
        try {
            step(what);
        } catch (Dead e) {
            throw new IOException("the power is cut", e);
        }
    }

    @FunctionalInterface
    private interface Handler {
        Object handle(Method method, Object[] arguments) throws Throwable;
    }

    private <T> T proxy(Class<T> type, Handler handler) {
        return type.cast(
                Proxy.newProxyInstance(
                        PowerCut.class.getClassLoader(),
                        new Class<?>[] {type},
                        (_, method, arguments) -> {
                            try {
                                return handler.handle(method, arguments);
                            } catch (Dead e) {
                                throw new SQLException("the power is cut", e);
                            }
                        }));
    }

    private static Object call(Object real, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
