package org.sigillo.vault;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.Sha256;

/// A folder of one process for what is still being written, all of it sealed or public. What processes
/// that ended have left is removed when the next one opens; those that run keep a lock on theirs.
final class Spool implements AutoCloseable {
    private static final String LOCK = "lock";

    /// Room is looked after each time so many bytes were written.
    private static final long LOOK = 8L * 1024 * 1024;

    /// Of this process: to look whether one is locked would unlock it.
    private static final Set<Path> HERE = new HashSet<>();

    private final Path own;
    private final FileChannel lock;
    private final long reserve;
    private final AtomicLong serial = new AtomicLong();

    /// @param reserve bytes that must stay free on the disk
    Spool(Path folder, long reserve) throws IOException {
        this.reserve = reserve;
        OwnFolder.open(folder);
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

    private static void clear(Path folder) throws IOException {
        for (Path left : entries(folder)) {
            if (left.endsWith(LOCK) || HERE.contains(left)) {
                continue;
            }
            if (!Files.isDirectory(left)) {
                Files.deleteIfExists(left);
            } else if (ended(left)) {
                remove(left);
            }
        }
    }

    private static void remove(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            for (Path file : entries(folder)) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(folder);
        }
    }

    private static boolean ended(Path folder) throws IOException {
        try (FileChannel channel =
                        FileChannel.open(folder.resolve(LOCK), StandardOpenOption.WRITE);
                FileLock got = channel.tryLock()) {
            return got != null;
        } catch (OverlappingFileLockException e) {
            return false;
        } catch (NoSuchFileException e) {
            // It ended before it had one.
            return true;
        }
    }

    private static List<Path> entries(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
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
        private final MessageDigest digest = Sha256.digest();
        private long size;
        private Vault.@Nullable Stored whole;

        private FileBeingWritten(Path path, boolean fromReserve) throws IOException {
            requireRoom(fromReserve);
            this.path = path;
            this.fromReserve = fromReserve;
            this.channel = OwnFolder.create(path);
        }

        void write(byte[] bytes, int offset, int length) throws IOException {
            if (size / LOOK != (size + length) / LOOK) {
                requireRoom(fromReserve);
            }
            ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            digest.update(bytes, offset, length);
            size += length;
        }

        /// Ends writing; the same answer when it is called again.
        ///
        /// @param durable whether the bytes must be on the disk before this returns
        Vault.Stored finish(boolean durable) throws IOException {
            if (whole == null) {
                if (durable) {
                    channel.force(true);
                }
                channel.close();
                whole = new Vault.Stored(size, Sha256.copyOf(digest.digest()));
            }
            return whole;
        }

        Path path() {
            return path;
        }

        void remove() throws IOException {
            channel.close();
            Files.deleteIfExists(path);
        }
    }
}
