package org.sigillo.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sigillo.custody.CustodyEvent;
import org.sigillo.vault.FolderVault;
import org.sigillo.vault.ForwardingVault;
import org.sigillo.vault.Vault;

/// What protects the vault stands in the ledger.
class VaultOpenedTest {
    private static Scene scene;

    @TempDir Path folder;

    @BeforeAll
    static void start() throws IOException, SQLException {
        scene = Scene.start();
    }

    @AfterAll
    static void stop() throws IOException {
        scene.close();
    }

    @Test
    void each_start_that_finds_another_protection_enters_it_and_no_other_does() throws Exception {
        for (Vault.Protection now :
                List.of(
                        Vault.Protection.OBJECT_LOCK,
                        Vault.Protection.OBJECT_LOCK,
                        Vault.Protection.NONE,
                        Vault.Protection.NONE,
                        Vault.Protection.FILE_MODES)) {
            opened(now);
        }
        assertThat(opened(Vault.Protection.FILE_MODES))
                .containsExactly("object-lock", "none", "file-modes");
    }

    private List<String> opened(Vault.Protection protection) throws IOException {
        try (Vault vault =
                new ForwardingVault(new FolderVault(folder, 0, InstantSource.system())) {
                    @Override
                    public Protection protection() {
                        return protection;
                    }
                }) {
            Ledger ledger = scene.open(Around.vault(vault));
            ledger.turn(true);
            ledger.publish();
            assertThat(ledger.broken()).isEmpty();
            return ledger.ofTypes("vault.opened").stream()
                    .map(it -> ((CustodyEvent.VaultOpened) it.event().fact()).protection())
                    .toList();
        }
    }
}
