package org.sigillo.vault;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;

/// Opens the vault that the settings name.
public final class Vaults {
    private static final String S3 = "s3.";

    private Vaults() {}

    /// A folder (`folder`), or an S3 store (`s3.endpoint` and what belongs to it) with a folder for what is
    /// on its way (`spool`). `kind` says which, where both are set.
    ///
    /// @param setting a setting's value by its name after `sigillo.vault.`
    /// @throws IllegalArgumentException for settings that name none, or two
    public static Vault open(Function<String, Optional<String>> setting, InstantSource clock)
            throws IOException {
        if (!inStore(setting)) {
            return new FolderVault(folder(setting), reserve(setting), clock);
        }
        Path spool =
                setting.apply("spool")
                        .map(Path::of)
                        .orElseThrow(() ->
                                new IllegalArgumentException(
                                        "sigillo.vault.spool is missing: a folder for sealed"
                                                + " segments on their way to the store"));
        return S3Vault.open(spool, reserve(setting), clock, ofStore(setting));
    }

    /// Opens the vault that the settings name to be read, and leaves it as it is: whoever may only read it can.
    ///
    /// @return one that throws [UnsupportedOperationException] at whatever would change it
    public static Vault toRead(Function<String, Optional<String>> setting, InstantSource clock)
            throws IOException {
        return inStore(setting)
                ? S3Vault.toRead(clock, ofStore(setting))
                : FolderVault.toRead(folder(setting), clock);
    }

    /// @param spool of a vault, if it was opened to be written
    static Spool writing(Optional<Spool> spool) {
        return spool.orElseThrow(
                () -> new UnsupportedOperationException("the vault was opened to be read"));
    }

    private static long reserve(Function<String, Optional<String>> setting) {
        return setting.apply("reserve").map(Long::parseLong).orElse(0L);
    }

    private static Path folder(Function<String, Optional<String>> setting) {
        return setting.apply("folder")
                .map(Path::of)
                .orElseThrow(() -> new IllegalArgumentException("sigillo.vault.folder is missing"));
    }

    private static Function<String, Optional<String>> ofStore(
            Function<String, Optional<String>> setting) {
        return name -> setting.apply(S3 + name);
    }

    private static boolean inStore(Function<String, Optional<String>> setting) {
        boolean folder = setting.apply("folder").isPresent();
        boolean store = setting.apply(S3 + "endpoint").isPresent();
        String kind = setting.apply("kind").orElse("");
        return switch (kind) {
            case "folder" -> false;
            case "s3" -> true;
            case "" -> {
                if (folder == store) {
                    throw new IllegalArgumentException(
                            "set either sigillo.vault.folder or sigillo.vault.s3.endpoint, or say by"
                                    + " sigillo.vault.kind which it is: folder or s3");
                }
                yield store;
            }
            default ->
                    throw new IllegalArgumentException(
                            "sigillo.vault.kind is folder or s3, not " + kind);
        };
    }
}
