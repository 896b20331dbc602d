package org.sigillo.vault;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;

/// A vault in a folder of one machine: written under a temporary name, forced to the disk, then
/// linked to its address, which fails if the address is taken.
public final class FolderVault implements Vault {
    private static final Pattern ADDRESS =
            Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*){1,5}");

    private final Path root;
    private final Path temporary;
    private final AtomicLong serial = new AtomicLong();

    /// Opens or makes the folder, for its owner alone, and empties what crashed writers left.
    public FolderVault(Path root) throws IOException {
        this.root = root.toAbsolutePath().normalize();
        Files.createDirectories(
                this.root,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        this.temporary = this.root.resolve(".incoming");
        Files.createDirectories(temporary);
        try (Stream<Path> left = Files.list(temporary)) {
            for (Path file : left.toList()) {
                Files.delete(file);
            }
        }
    }

    @Override
    public Writer create(String address) throws IOException {
        Path target = path(address);
        Path file = temporary.resolve(String.valueOf(serial.incrementAndGet()));
        return new FileWriter(file, target);
    }

    @Override
    public InputStream open(String address) throws IOException {
        return Files.newInputStream(path(address), LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public OptionalLong size(String address) throws IOException {
        Path file = path(address);
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                ? OptionalLong.of(Files.size(file))
                : OptionalLong.empty();
    }

    @Override
    public List<String> list(String prefix) throws IOException {
        Path folder = root.resolve(checked(prefix + "/x")).getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> root.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    @Override
    public void remove(String address) throws IOException {
        Path file = path(address);
        Files.deleteIfExists(file);
        try {
            Files.deleteIfExists(folder(file));
        } catch (DirectoryNotEmptyException e) {
            // Others lie beside it.
        }
    }

    @Override
    public long free() throws IOException {
        return Files.getFileStore(root).getUsableSpace();
    }

    private Path path(String address) {
        return root.resolve(checked(address));
    }

    private static String checked(String address) {
        if (!ADDRESS.matcher(address).matches()) {
            throw new MalformedException("not an address of the vault");
        }
        return address;
    }

    private static Path folder(Path file) {
        Path parent = file.getParent();
        if (parent == null) {
            throw new IllegalStateException("an address has a folder");
        }
        return parent;
    }

    /// The nearest folder above that is there already: in it a new one's name must last, too.
    private static Path standing(Path folder) {
        Path at = folder;
        while (!Files.isDirectory(at)) {
            at = folder(at);
        }
        return at;
    }

    private static void force(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static final class FileWriter implements Writer {
        private final Path file;
        private final Path target;
        private final FileChannel channel;
        private final MessageDigest digest = Sha256.digest();
        private long size;

        FileWriter(Path file, Path target) throws IOException {
            this.file = file;
            this.target = target;
            this.channel =
                    FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            digest.update(bytes, offset, length);
            size += length;
        }

        @Override
        public Stored commit() throws IOException {
            Stored stored = new Stored(size, Sha256.copyOf(digest.digest()));
            channel.force(true);
            channel.close();
            // The file's own times would tell when a source came, to the nanosecond.
            FileTime flat = FileTime.from(Instant.EPOCH);
            Files.setLastModifiedTime(file, flat);
            Path made = standing(folder(target));
            Files.createDirectories(folder(target));
            try {
                Files.createLink(target, file);
            } catch (java.nio.file.FileAlreadyExistsException e) {
                if (!digestOf(target).equals(stored.digest())) {
                    Files.delete(file);
                    throw e;
                }
            }
            // Durable from here on, under both names; a crash leaves one name too many.
            for (Path at = folder(target); !at.equals(made); at = folder(at)) {
                force(at);
            }
            force(made);
            Files.delete(file);
            return stored;
        }

        @Override
        public void abort() throws IOException {
            channel.close();
            try {
                Files.delete(file);
            } catch (NoSuchFileException e) {
                // Committed already.
            }
        }

        private static Sha256 digestOf(Path path) throws IOException {
            MessageDigest digest = Sha256.digest();
            try (DigestInputStream in = new DigestInputStream(Files.newInputStream(path), digest)) {
                in.transferTo(java.io.OutputStream.nullOutputStream());
            }
            return Sha256.copyOf(digest.digest());
        }
    }
}
