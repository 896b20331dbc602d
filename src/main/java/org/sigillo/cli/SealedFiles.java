package org.sigillo.cli;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarFile;

/// Sealed files by name: a case export as a tar, or the same unpacked in a folder.
interface SealedFiles extends AutoCloseable {
    List<String> names() throws IOException;

    InputStream open(String name) throws IOException;

    @Override
    void close() throws IOException;

    static SealedFiles of(Path path) throws IOException {
        return Files.isDirectory(path) ? new Folder(path) : new Tar(new TarFile(path));
    }

    /// Random access, without unpacking.
    record Tar(TarFile tar) implements SealedFiles {
        @Override
        public List<String> names() {
            return tar.getEntries().stream()
                    .filter(TarArchiveEntry::isFile)
                    .map(TarArchiveEntry::getName)
                    .toList();
        }

        @Override
        public InputStream open(String name) throws IOException {
            for (TarArchiveEntry entry : tar.getEntries()) {
                if (entry.isFile() && entry.getName().equals(name)) {
                    return tar.getInputStream(entry);
                }
            }
            throw new FileNotFoundException(name);
        }

        @Override
        public void close() throws IOException {
            tar.close();
        }
    }

    /// As `tar -x` left it.
    record Folder(Path root) implements SealedFiles {
        @Override
        public List<String> names() throws IOException {
            List<String> names = new ArrayList<>();
            try (Stream<Path> tree = Files.walk(root)) {
                tree.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                        .forEach(file ->
                                names.add(root.relativize(file).toString().replace('\\', '/')));
            }
            return names;
        }

        @Override
        public InputStream open(String name) throws IOException {
            return Files.newInputStream(root.resolve(name), LinkOption.NOFOLLOW_LINKS);
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    }
}
