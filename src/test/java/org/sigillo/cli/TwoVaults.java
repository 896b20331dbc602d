package org.sigillo.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.sigillo.bytes.Sha256;
import org.sigillo.vault.FolderVault;
import org.sigillo.vault.Retention;
import org.sigillo.vault.Vault;

/// Two folders, one with a settled and a staged object and an inventory of them, for `sigillo vault`.
abstract class TwoVaults {
    static final String FIRST = "segments/a/0";
    static final String SECOND = "segments/b/0";
    static final Retention MONTH = Retention.governance(LocalDate.now(ZoneOffset.UTC).plusDays(30));

    @TempDir Path folder;
    Path from;
    Path to;
    Path inventory;

    @BeforeEach
    void a_vault_of_a_settled_and_a_staged_object() throws IOException {
        from = Files.createDirectory(folder.resolve("from"));
        to = Files.createDirectory(folder.resolve("to"));
        try (Vault vault = vault(from)) {
            put(vault, FIRST, 1);
            put(vault, SECOND, 2);
            vault.settle(FIRST, Sha256.of(new byte[] {1}), Optional.of(MONTH));
        }
        inventory = folder.resolve("inventory");
        Files.writeString(
                inventory,
                Sha256.of(new byte[] {1})
                        + "  "
                        + FIRST
                        + "\n"
                        + Sha256.of(new byte[] {2})
                        + "  "
                        + SECOND
                        + "\n");
    }

    static String checkpoint(String ledger, long size) {
        return "%scheckpoints/%020d".formatted(ledger, size);
    }

    void checkpoints(String ledger, int... sizes) throws IOException {
        try (Vault vault = vault(from)) {
            for (int size : sizes) {
                put(vault, checkpoint(ledger, size), size);
            }
        }
    }

    static int run(String command, String[] arguments, String... more) {
        return Sigillo.run(
                Stream.of(new String[] {"vault", command}, arguments, more)
                        .flatMap(Stream::of)
                        .toArray(String[]::new));
    }

    static Vault vault(Path folder) throws IOException {
        return new FolderVault(folder, 0, InstantSource.system());
    }

    static void put(Vault vault, String address, int one) throws IOException {
        vault.put(address, new byte[] {(byte) one});
    }
}
