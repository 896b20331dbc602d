package org.sigillo.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import org.sigillo.vault.Vault;
import org.sigillo.vault.Vaults;
import picocli.CommandLine.Command;

/// What an operator does with vaults beside the application.
@Command(
        name = "vault",
        mixinStandardHelpOptions = true,
        description =
                "Checks and copies vaults. A vault is named by its folder, or by a file with the"
                        + " application's settings (sigillo.vault.…) for it.",
        subcommands = {VaultCheck.class, VaultCopy.class})
final class VaultCommand {
    /// Opens a folder, or what a file of settings names.
    static Vault open(Path place) throws IOException {
        if (Files.isDirectory(place)) {
            return Vaults.open(
                    name ->
                            name.equals("folder")
                                    ? Optional.of(place.toString())
                                    : Optional.empty(),
                    Random.clock());
        }
        Properties settings = new Properties();
        try (InputStream in = Files.newInputStream(place)) {
            settings.load(new java.io.InputStreamReader(in, StandardCharsets.UTF_8));
        }
        return Vaults.open(
                name -> Optional.ofNullable(settings.getProperty("sigillo.vault." + name)),
                Random.clock());
    }
}
