package org.sigillo.people;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sigillo.custody.CustodyEvent;
import org.sigillo.custody.LedgerCheck;
import org.sigillo.custody.Newsroom;
import org.sigillo.ledger.Draft;
import org.sigillo.ledger.Ledger;
import org.sigillo.stack.Database;

/// A ledger as a tar, of more checkpoints than are held in memory.
class LedgerExportTest {
    private final Newsroom newsroom = new Newsroom();
    private Database database;
    private Ledger ledger;

    @BeforeEach
    void a_ledger_of_seven_checkpoints() throws IOException, SQLException, InterruptedException {
        database = Database.start();
        ledger =
                new Ledger(
                        database.app(),
                        newsroom.genesis,
                        newsroom.logKeys,
                        InstantSource.system(),
                        new SecureRandom(),
                        Ledger.Surroundings.NONE);
        ledger.start();
        for (int i = 0; i < 7; i++) {
            ledger.append(Draft.byServer("vault/" + i, new CustodyEvent.VaultOpened("none")));
            assertThat(ledger.awaitCheckpoint("vault/" + i, Duration.ofSeconds(20))).isPresent();
        }
    }

    @AfterEach
    void stop() throws IOException {
        ledger.stop();
        database.close();
    }

    @Test
    void holds_every_checkpoint_however_few_are_read_at_once() throws IOException {
        for (int atOnce : new int[] {1, 2, 1000}) {
            Map<String, byte[]> files = exported(atOnce);
            List<Long> sizes = new ArrayList<>();
            files.keySet().stream()
                    .filter(name -> name.startsWith("checkpoints/"))
                    .map(name -> Long.parseLong(name.substring("checkpoints/".length())))
                    .forEach(sizes::add);
            assertThat(sizes).hasSizeGreaterThanOrEqualTo(7).isSorted().doesNotHaveDuplicates();
            LedgerCheck.Report report =
                    new LedgerCheck(newsroom.genesis)
                            .export(
                                    path -> Optional.ofNullable(files.get(path)),
                                    sizes,
                                    Optional.empty());
            assertThat(report.checkpoints()).isEqualTo(sizes.size());
            assertThat(report.size()).isEqualTo(sizes.getLast());
        }
    }

    @Test
    void one_that_fails_on_its_way_does_not_look_whole() {
        AtomicBoolean ended = new AtomicBoolean();
        ByteArrayOutputStream out =
                new ByteArrayOutputStream() {
                    @Override
                    public void write(byte[] bytes, int from, int length) {
                        if (size() == 0) {
                            limit(0);
                        }
                        super.write(bytes, from, length);
                    }

                    @Override
                    public void close() {
                        ended.set(true);
                    }
                };
        try {
            // One checkpoint is asked for after the other: the database is gone when the next is.
            assertThatThrownBy(() -> new LedgerExport(ledger, 1).write(out))
                    .isInstanceOf(RuntimeException.class);
        } finally {
            limit(-1);
        }
        assertThat(ended).as("whoever asked would take it for the end").isFalse();
        byte[] bytes = out.toByteArray();
        assertThat(Arrays.copyOfRange(bytes, Math.max(0, bytes.length - 512), bytes.length))
                .as("a tar ends with zeros")
                .isNotEqualTo(new byte[512]);
    }

    /// How many connections there may be but a superuser's; -1 for any number.
    private void limit(int connections) {
        try (Connection connection = database.intruder().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "ALTER DATABASE \"" + database.name() + "\" CONNECTION LIMIT " + connections);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private Map<String, byte[]> exported(int atOnce) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new LedgerExport(ledger, atOnce).write(out);
        Map<String, byte[]> files = new LinkedHashMap<>();
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new ByteArrayInputStream(out.toByteArray()))) {
            for (TarArchiveEntry one = tar.getNextEntry(); one != null; one = tar.getNextEntry()) {
                files.put(one.getName(), tar.readAllBytes());
            }
        }
        return files;
    }
}
