package org.sigillo.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Function;
import org.sigillo.bytes.Json;
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
    private static final String SETTING = "sigillo.vault.";
    private static final List<String> WHERE =
            List.of("kind", "folder", "s3.endpoint", "s3.bucket", "s3.staging-bucket");

    /// Opens a folder, or what a file of settings names.
    static Vault open(Path place) throws IOException {
        return Vaults.open(setting(place), Random.clock());
    }

    /// The same to be read only, so that it takes no right to write.
    static Vault toRead(Path place) throws IOException {
        return Vaults.toRead(setting(place), Random.clock());
    }

    private static Function<String, Optional<String>> setting(Path place) throws IOException {
        if (Files.isDirectory(place)) {
            return name -> name.equals("folder") ? Optional.of(place.toString()) : Optional.empty();
        }
        Properties settings = settings(place);
        return name -> Optional.ofNullable(settings.getProperty(SETTING + name));
    }

    private static Properties settings(Path file) throws IOException {
        Properties settings = new Properties();
        try (InputStream in = Files.newInputStream(file)) {
            settings.load(new java.io.InputStreamReader(in, StandardCharsets.UTF_8));
        }
        return settings;
    }

    /// Which vault it is, by whatever file of settings it is named.
    static Json named(Path place) throws IOException {
        if (Files.isDirectory(place)) {
            return Json.object().with("folder", place.toRealPath().toString());
        }
        Properties settings = settings(place);
        Json.Obj named = Json.object();
        for (String name : WHERE) {
            String value = settings.getProperty(SETTING + name);
            if (value != null) {
                named =
                        named.with(
                                name,
                                name.equals("folder")
                                        ? Path.of(value).toRealPath().toString()
                                        : value);
            }
        }
        return named;
    }
}
