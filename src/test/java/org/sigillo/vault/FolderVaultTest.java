package org.sigillo.vault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderVaultTest implements VaultContract {
    @TempDir Path folder;
    private FolderVault vault;

    @BeforeEach
    void open() throws IOException {
        vault = new FolderVault(folder.resolve("vault"));
    }

    @Override
    public Vault vault() {
        return vault;
    }

    @Test
    void what_a_crashed_writer_left_is_gone_after_the_next_start() throws IOException {
        vault.create(VaultContract.ADDRESS).write(new byte[5], 0, 5);
        assertThat(Files.list(folder.resolve("vault/.incoming"))).hasSize(1);
        open();
        assertThat(Files.list(folder.resolve("vault/.incoming"))).isEmpty();
    }

    @Test
    void the_folder_is_its_owners_alone_and_times_are_flat() throws IOException {
        Vault.Writer writer = vault.create(VaultContract.ADDRESS);
        writer.commit();
        assertThat(Files.getPosixFilePermissions(folder.resolve("vault"))).hasSize(3);
        assertThat(
                        Files.getLastModifiedTime(
                                        folder.resolve("vault").resolve(VaultContract.ADDRESS))
                                .toMillis())
                .isZero();
    }
}
