package org.sigillo.cli;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.tar.TarFile;
import org.apache.commons.compress.archivers.tar.TarUtils;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.MalformedException;
import org.sigillo.sealing.SealBrokenException;

/// The files of an export by name: a tar, or the same unpacked in a folder. Each is read when it is
/// asked for, never all at once.
interface Exported extends AutoCloseable {
    /// What a tar is made of.
    int RECORD = TarConstants.DEFAULT_RCDSIZE;

    List<String> names() throws IOException;

    InputStream open(String name) throws IOException;

    /// In bytes.
    long size(String name) throws IOException;

    @Override
    void close() throws IOException;

    static Exported of(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            return new Folder(path);
        }
        requireTar(path);
        return Tar.of(new TarFile(path));
    }

    /// A file that is something else altogether, or a copy that was cut, says nothing about the evidence: a tar begins with a
    /// header and ends with a block of zeros.
    static void requireTar(Path path) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            byte[] block = new byte[RECORD];
            if (file.length() < RECORD) {
                throw new IOException(path + " is no tar");
            }
            file.readFully(block);
            if (!isHeader(block)) {
                throw new IOException(path + " is no tar");
            }
            file.seek(file.length() - RECORD);
            file.readFully(block);
            if (!Arrays.equals(block, new byte[RECORD])) {
                throw new IOException(
                        path + " is cut off, its end is missing: fetch or copy it once more");
            }
        }
    }

    private static boolean isHeader(byte[] block) {
        try {
            return TarUtils.verifyCheckSum(block);
        } catch (IllegalArgumentException e) {
            // Where the checksum stands is no number.
            return false;
        }
    }

    /// A whole file that may have so many bytes.
    default byte[] read(String name, int most) throws IOException {
        long size = size(name);
        if (size > most) {
            throw new BrokenEvidenceException(name, "at most " + most + " bytes", "more");
        }
        byte[] bytes = new byte[Math.toIntExact(size)];
        try (InputStream in = open(name)) {
            if (in.readNBytes(bytes, 0, bytes.length) < bytes.length || in.read() >= 0) {
                throw new BrokenEvidenceException(name, size + " bytes", "another length");
            }
            return bytes;
        }
    }

    /// Names the file that does not open: among a hundred exhibits, "the seal is broken" helps nobody.
    ///
    /// @param where the file's name in the export
    /// @param key whose key it should have been sealed to
    static BrokenEvidenceException broken(String where, String key, SealBrokenException seal) {
        BrokenEvidenceException named =
                seal.reason() == SealBrokenException.Reason.WRONG_KEY
                        ? new BrokenEvidenceException(
                                where, "a file sealed to " + key, "one that it does not open")
                        : new BrokenEvidenceException(
                                where, "the file as it was sealed", seal.reason().words());
        named.initCause(seal);
        return named;
    }

    /// What opens, and holds something else.
    static BrokenEvidenceException broken(String where, String expected, MalformedException found) {
        BrokenEvidenceException named =
                new BrokenEvidenceException(where, expected, String.valueOf(found.getMessage()));
        named.initCause(found);
        return named;
    }

    /// Whether an entry of a tar is a file and nothing that only looks like one: no link, no device,
    /// none with holes of any size.
    static boolean plain(TarArchiveEntry entry) {
        byte kind = entry.getLinkFlag();
        return (kind == TarConstants.LF_NORMAL || kind == TarConstants.LF_OLDNORM)
                && !entry.isDirectory()
                && !entry.isSparse();
    }

    /// Random access, without unpacking.
    record Tar(TarFile tar, Map<String, TarArchiveEntry> entries) implements Exported {
        static Tar of(TarFile tar) {
            Map<String, TarArchiveEntry> entries = new HashMap<>();
            for (TarArchiveEntry entry : tar.getEntries()) {
                if (entry.isDirectory()) {
                    continue;
                }
                if (!plain(entry)) {
                    throw new BrokenEvidenceException(entry.getName(), "a file", "something else");
                }
                // As tar names what lies in the folder where it is called.
                String name = entry.getName().replaceFirst("^\\./", "");
                if (entries.put(name, entry) != null) {
                    throw new BrokenEvidenceException(name, "one file", "two");
                }
            }
            return new Tar(tar, entries);
        }

        @Override
        public List<String> names() {
            return List.copyOf(entries.keySet());
        }

        @Override
        public InputStream open(String name) throws IOException {
            return tar.getInputStream(entry(name));
        }

        @Override
        public long size(String name) throws IOException {
            return entry(name).getSize();
        }

        private TarArchiveEntry entry(String name) throws IOException {
            TarArchiveEntry entry = entries.get(name);
            if (entry == null) {
                throw new FileNotFoundException(name);
            }
            return entry;
        }

        @Override
        public void close() throws IOException {
            tar.close();
        }
    }

    /// As `tar -x` left it.
    record Folder(Path root) implements Exported {
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
        public long size(String name) throws IOException {
            return Files.readAttributes(
                            root.resolve(name),
                            BasicFileAttributes.class,
                            LinkOption.NOFOLLOW_LINKS)
                    .size();
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    }
}
