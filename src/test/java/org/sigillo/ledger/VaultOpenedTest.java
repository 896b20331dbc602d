package org.sigillo.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.sigillo.custody.CustodyEvent;
import org.sigillo.vault.FolderVault;
import org.sigillo.vault.ForwardingVault;
import org.sigillo.vault.Vault;

/// What protects the vault stands in the ledger.
class VaultOpenedTest {
    @RegisterExtension private static final Scene scene = Scene.ofClass();

    @TempDir Path folder;

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

    @Test
    void a_start_says_what_is_broken_in_the_very_row_that_it_would_compare_with() throws Exception {
        scene.clear();
        opened(Vault.Protection.NONE);
        scene.tamper("UPDATE ledger_pending SET key = key || 'x' WHERE key LIKE 'vault.opened%'");
        try (Vault vault = new FolderVault(folder, 0, InstantSource.system())) {
            scene.isFound(scene.open(Around.vault(vault)), "queued row, seal");
        }
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
