package org.sigillo.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Writes files that must not overwrite others, and secrets that nobody else may read. Each is on the disk,
/// under its name, when this returns: a key may be told to others next, and there is no second one.
final class NewFile {
    private NewFile() {}

    /// Creates a file that only its owner may read; refuses one that exists.
    static void secret(Path path, byte[] bytes) throws IOException {
        write(
                path,
                bytes,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    /// Creates a file; refuses one that exists.
    static void plain(Path path, byte[] bytes) throws IOException {
        write(path, bytes);
    }

    private static void write(Path path, byte[] bytes, FileAttribute<?>... attributes)
            throws IOException {
        Set<StandardOpenOption> anew =
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (FileChannel file = FileChannel.open(path, anew, attributes)) {
            ByteBuffer left = ByteBuffer.wrap(bytes);
            while (left.hasRemaining()) {
                file.write(left);
            }
            file.force(true);
        }
        // The folder may have been made for it, and then has a new name itself.
        Path folder = path.toAbsolutePath().getParent();
        force(folder);
        force(folder == null ? null : folder.getParent());
    }

    private static void force(@Nullable Path folder) throws IOException {
        if (folder == null) {
            return;
        }
        try (FileChannel names = FileChannel.open(folder)) {
            names.force(true);
        } catch (AccessDeniedException e) {
            // Who may not read a folder cannot force it.
            return;
        }
    }
}
