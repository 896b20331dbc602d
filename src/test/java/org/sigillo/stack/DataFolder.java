package org.sigillo.stack;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One stack's folder, held by a lock from [#open] to [#close]. A folder with other people's things in it is refused.
public final class DataFolder implements AutoCloseable {
    private static final String MARKER = ".sigillo-demo";
    private static final String LOCK = ".lock";

    private final Path root;
    private final FileChannel channel;

    private DataFolder(Path root, FileChannel channel) {
        this.root = root;
        this.channel = channel;
    }

    /// Opens or makes the folder; `fresh` empties it first.
    public static DataFolder open(Path folder, boolean fresh) throws IOException {
        Path root = folder.toAbsolutePath().normalize();
        Path marker = root.resolve(MARKER);
        if (Files.exists(root) && !Files.exists(marker) && !isEmpty(root)) {
            throw new Refused(
                    root
                            + " holds something that infra/run did not put there (no "
                            + MARKER
                            + " in it). Name another folder with --data.");
        }
        Files.createDirectories(
                root,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.writeString(marker, "Made by infra/run, which may delete everything here.\n");
        FileChannel channel =
                FileChannel.open(
                        root.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (tryLock(channel) == null) {
            channel.close();
            throw new Refused(
                    "Another start runs on "
                            + root
                            + ". Stop it (Ctrl-C there), or name another folder with --data.");
        }
        DataFolder data = new DataFolder(root, channel);
        Leftovers.end(data);
        if (fresh) {
            data.empty();
        }
        for (String name : List.of("secrets", "keys", "vault", "outside", "logs", "run")) {
            Files.createDirectories(
                    data.path(name),
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
        }
        return data;
    }

    public Path root() {
        return root;
    }

    public Path path(String name) {
        return root.resolve(name);
    }

    public Path log(String part) {
        return root.resolve("logs").resolve(part + ".log");
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private void empty() throws IOException {
        try (Stream<Path> inside = Files.list(root)) {
            for (Path path : inside.toList()) {
                String name = path.getFileName().toString();
                if (!name.equals(MARKER) && !name.equals(LOCK)) {
                    delete(path);
                }
            }
        }
    }

    static void delete(Path path) throws IOException {
        if (!Files.exists(path, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(
                path,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.delete(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(
                            Path folder, @Nullable IOException failure) throws IOException {
                        if (failure != null) {
                            throw failure;
                        }
                        Files.delete(folder);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> inside = Files.list(folder)) {
            return inside.findAny().isEmpty();
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException held) {
            return null;
        }
    }
}
