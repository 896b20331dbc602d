package org.sigillo.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/// Writes files that must not overwrite others, and secrets that nobody else may read.
final class NewFile {
    private NewFile() {}

    /// Creates a file that only its owner may read; refuses one that exists.
    static void secret(Path path, byte[] bytes) throws IOException {
        Files.createFile(
                path,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(path, bytes);
    }

    /// Creates a file; refuses one that exists.
    static void plain(Path path, byte[] bytes) throws IOException {
        Files.write(path, bytes, StandardOpenOption.CREATE_NEW);
    }
}
