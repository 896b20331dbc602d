package org.sigillo.people;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
