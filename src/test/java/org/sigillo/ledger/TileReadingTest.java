package org.sigillo.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.sigillo.merkle.TileCoordinate;
import org.sigillo.vault.FolderVault;
import org.sigillo.vault.ForwardingVault;

/// What a vault that takes its time may keep from others.
class TileReadingTest {
    @RegisterExtension private static final Scene scene = Scene.ofClass();

    private final AtomicInteger open = new AtomicInteger();
    private final List<Integer> whileReading = new ArrayList<>();
    @TempDir Path folder;

    @Test
    void no_connection_is_held_while_the_vault_is_read() throws Exception {
        scene.clear();
        try (ForwardingVault vault =
                new ForwardingVault(new FolderVault(folder, 0, InstantSource.system())) {
                    @Override
                    public byte[] read(String address, int most) throws IOException {
                        whileReading.add(open.get());
                        return super.read(address, most);
                    }
                }) {
            Ledger ledger = scene.open(counted(), Around.vault(vault));
            while (ledger.published().size() < TileCoordinate.FULL) {
                ledger.turn(true);
                ledger.publish();
            }
            whileReading.clear();
            for (int level : new int[] {TileCoordinate.ENTRIES, 0}) {
                TileCoordinate full = new TileCoordinate(level, 0, TileCoordinate.FULL);
                assertThat(ledger.published().tile(full)).isPresent();
            }
        }
        assertThat(whileReading).containsExactly(0, 0);
        assertThat(open).hasValue(0);
    }

    private DataSource counted() {
        return (DataSource)
                Proxy.newProxyInstance(
                        TileReadingTest.class.getClassLoader(),
                        new Class<?>[] {DataSource.class},
                        (_, method, arguments) -> {
                            Object found = called(scene.app, method, arguments);
                            return found instanceof Connection c ? counted(c) : found;
                        });
    }

    private Connection counted(Connection real) {
        open.incrementAndGet();
        return (Connection)
                Proxy.newProxyInstance(
                        TileReadingTest.class.getClassLoader(),
                        new Class<?>[] {Connection.class},
                        (_, method, arguments) -> {
                            if (method.getName().equals("close")) {
                                open.decrementAndGet();
                            }
                            return called(real, method, arguments);
                        });
    }

    private static Object called(Object real, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
