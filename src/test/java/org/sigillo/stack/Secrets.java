package org.sigillo.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Properties;

/// Random passwords of one stack, drawn when first asked for, kept in `secrets/passwords.properties`.
final class Secrets {
    private final Path file;
    private final SecureRandom random;
    private final Properties kept = new Properties();

    private Secrets(Path file, SecureRandom random) {
        this.file = file;
        this.random = random;
    }

    static Secrets of(DataFolder data, SecureRandom random) throws IOException {
        Secrets secrets = new Secrets(data.path("secrets").resolve("passwords.properties"), random);
        if (Files.exists(secrets.file)) {
            try (var in = Files.newBufferedReader(secrets.file)) {
                secrets.kept.load(in);
            }
        }
        return secrets;
    }

    String password(String name) throws IOException {
        String known = kept.getProperty(name);
        if (known != null) {
            return known;
        }
        byte[] bytes = new byte[24];
        random.nextBytes(bytes);
        String drawn = HexFormat.of().formatHex(bytes);
        kept.setProperty(name, drawn);
        write(file, kept);
        return drawn;
    }

    /// Replaces a file as a whole, readable by its owner only from its first byte.
    static void write(Path file, Properties properties) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        Files.createFile(
                fresh,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (var out = Files.newBufferedWriter(fresh)) {
            properties.store(out, null);
        }
        Files.move(
                fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
}
