package org.sigillo.vault;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.io.function.IOSupplier;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.Sha256;

/// A folder of one process for what is still being written, all of it sealed or public. What processes
/// that ended have left is removed when the next one opens; those that run keep a lock on theirs.
final class Spool implements AutoCloseable {
    private static final String LOCK = "lock";

    private static final Pattern PROCESS = Pattern.compile("p[0-9]+");
    private static final Pattern FILE = Pattern.compile("[0-9]+");

    /// Room is looked after each time so many bytes were written.
    private static final long LOOK = 8L * 1024 * 1024;

    /// Of this process: to look whether one is locked would unlock it.
    private static final Set<Path> HERE = new HashSet<>();

    private final Path own;
    private final FileChannel lock;
    private final long reserve;
    private final AtomicLong serial = new AtomicLong();

    /// @param reserve bytes that must stay free on the disk
    /// @throws IOException if something else lies in the folder: nothing of that is touched
    Spool(Path named, long reserve) throws IOException {
        this.reserve = reserve;
        // By its one true name: this process must know its own again.
        OwnFolder owned = OwnFolder.of(named);
        Path folder = owned.path();
        // Before anything is changed: whoever names the wrong folder keeps it as it was.
        requireOurs(folder);
        owned.shut();
        // One at a time: between making a folder and locking it, it looks left behind.
        synchronized (HERE) {
            try (FileChannel gate = OwnFolder.lock(folder.resolve(LOCK));
                    FileLock passed = gate.lock()) {
                if (!passed.isValid()) {
                    throw new IOException("the spool cannot be locked");
                }
                clear(folder);
                this.own = Files.createTempDirectory(folder, "p");
                this.lock = OwnFolder.create(own.resolve(LOCK));
                lock.lock();
                HERE.add(own);
            }
        }
    }

    /// A lock, and one folder for each process.
    private static void requireOurs(Path folder) throws IOException {
        for (Path entry : entries(folder)) {
            if (!isLock(entry)
                    && !(PROCESS.matcher(name(entry)).matches()
                            && Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS))) {
                throw foreign(folder, entry);
            }
        }
    }

    private static void clear(Path folder) throws IOException {
        List<Path> ended = new ArrayList<>();
        for (Path left : entries(folder)) {
            if (!isLock(left) && !HERE.contains(left) && ended(left)) {
                requireOnlyFiles(folder, left);
                ended.add(left);
            }
        }
        for (Path left : ended) {
            remove(left);
        }
    }

    /// Files by number beside a lock, without which there are none.
    private static void requireOnlyFiles(Path folder, Path process) throws IOException {
        List<Path> entries = entries(process);
        boolean locked = entries.stream().anyMatch(Spool::isLock);
        for (Path entry : entries) {
            if (!isLock(entry)
                    && !(locked && FILE.matcher(name(entry)).matches() && isFile(entry))) {
                throw foreign(folder, entry);
            }
        }
    }

    private static IOException foreign(Path folder, Path entry) {
        return new IOException(
                "the spool "
                        + folder
                        + " is emptied at the start, and in it lies "
                        + entry
                        + ", which is not Sigillo's: name a folder that holds nothing else");
    }

    /// The lock last: a folder without one that is not empty is nobody's.
    private static void remove(Path process) throws IOException {
        for (Path file : entries(process)) {
            if (!isLock(file)) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(process.resolve(LOCK));
        Files.deleteIfExists(process);
    }

    private static boolean ended(Path process) throws IOException {
        Path lock = process.resolve(LOCK);
        if (!isFile(lock)) {
            // It ended before it had one.
            return true;
        }
        try (FileChannel channel =
                        FileChannel.open(
                                lock, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
                FileLock got = channel.tryLock()) {
            return got != null;
        } catch (OverlappingFileLockException e) {
            return false;
        } catch (NoSuchFileException e) {
            // It has ended in between.
            return true;
        }
    }

    private static boolean isLock(Path file) {
        return name(file).equals(LOCK) && isFile(file);
    }

    private static boolean isFile(Path file) {
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    /// Nothing where another process has removed its own meanwhile.
    private static List<Path> entries(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    /// @param fromReserve whether it may use what is kept free from others
    FileBeingWritten file(boolean fromReserve) throws IOException {
        return new FileBeingWritten(
                own.resolve(String.valueOf(serial.incrementAndGet())), fromReserve);
    }

    /// Bytes that may still be written.
    long free() throws IOException {
        return Files.getFileStore(own).getUsableSpace();
    }

    private void requireRoom(boolean fromReserve) throws IOException {
        if (!fromReserve && free() < reserve) {
            throw new VaultFullException();
        }
    }

    @Override
    public void close() throws IOException {
        synchronized (HERE) {
            lock.close();
            HERE.remove(own);
            remove(own);
        }
    }

    final class FileBeingWritten {
        private final Path path;
        private final boolean fromReserve;
        private final FileChannel channel;
        private final MessageDigest hash = Sha256.digest();
        private @Nullable Sha256 digest;
        private long size;
        private Vault.@Nullable Stored whole;

        private FileBeingWritten(Path path, boolean fromReserve) throws IOException {
            requireRoom(fromReserve);
            this.path = path;
            this.fromReserve = fromReserve;
            this.channel = orFull(() -> OwnFolder.create(path));
        }

        void write(byte[] bytes, int offset, int length) throws IOException {
            if (digest != null) {
                throw new IllegalStateException("what has a digest is whole");
            }
            if (size / LOOK != (size + length) / LOOK) {
                requireRoom(fromReserve);
            }
            ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
            while (buffer.hasRemaining()) {
                orFull(() -> channel.write(buffer));
            }
            hash.update(bytes, offset, length);
            size += length;
        }

        Sha256 digest() {
            Sha256 known = digest;
            if (known == null) {
                known = Sha256.copyOf(hash.digest());
                digest = known;
            }
            return known;
        }

        /// Ends writing; the same answer when it is called again.
        ///
        /// @param durable whether the bytes must be on the disk before this returns
        Vault.Stored finish(boolean durable) throws IOException {
            if (whole == null) {
                // Some file systems look for room only here.
                orFull(() -> {
                    if (durable) {
                        channel.force(true);
                    }
                    channel.close();
                    return true;
                });
                whole = new Vault.Stored(size, digest());
            }
            return whole;
        }

        Path path() {
            return path;
        }

        /// Does something that takes room on the disk.
        ///
        /// @throws VaultFullException where there is none
        <T> T orFull(IOSupplier<T> work) throws IOException {
            try {
                return work.get();
            } catch (ClosedChannelException e) {
                throw e;
            } catch (IOException e) {
                throw VaultFullException.orSame(e, free());
            }
        }

        void remove() throws IOException {
            channel.close();
            Files.deleteIfExists(path);
        }
    }
}
