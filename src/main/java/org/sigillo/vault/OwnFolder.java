package org.sigillo.vault;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A folder that is its owner's alone, and that nothing in it leads out of. The folder itself may be named by way of a link.
///
/// @param path without links
/// @param key by which the file system knows it; another one is a folder that a disk was mounted on, or that it was taken from
record OwnFolder(Path path, Optional<Object> key) {
    private static final Set<PosixFilePermission> OWNER =
            PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> EVERYBODY =
            PosixFilePermissions.fromString("------rwx");
    private static final FileAttribute<Set<PosixFilePermission>> NEW_FOLDER =
            PosixFilePermissions.asFileAttribute(OWNER);
    private static final FileAttribute<Set<PosixFilePermission>> NEW_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    /// Makes the folder where it is not there, and shuts it for everybody else.
    static OwnFolder open(Path folder) throws IOException {
        OwnFolder own = of(folder);
        own.shut();
        return own;
    }

    /// Makes the folder where it is not there; one that is there stays as it is.
    static OwnFolder of(Path folder) throws IOException {
        List<Path> changed = withNewNames(folder.toAbsolutePath());
        Files.createDirectories(folder, NEW_FOLDER);
        for (Path each : changed) {
            force(each);
        }
        return there(folder.toRealPath());
    }

    /// One that is there, to be read.
    static OwnFolder asItIs(Path folder) throws IOException {
        return there(folder.toRealPath());
    }

    /// Not every file system lets us: a mounted one may belong to somebody else, and be ours by its group.
    void shut() throws IOException {
        Set<PosixFilePermission> now = Files.getPosixFilePermissions(path);
        if (now.equals(OWNER)) {
            return;
        }
        try {
            Files.setPosixFilePermissions(path, OWNER);
        } catch (FileSystemException e) {
            if (now.stream().anyMatch(EVERYBODY::contains)) {
                throw new IOException(
                        path
                                + " belongs to "
                                + Files.getOwner(path)
                                + " and is open to everybody on this machine ("
                                + PosixFilePermissions.toString(now)
                                + "): give it to the user that Sigillo runs as, or shut it (chmod 700)",
                        e);
            }
        }
    }

    /// A folder in this one, as much its owner's.
    OwnFolder inner(String name) throws IOException {
        return open(notALink(path.resolve(name)));
    }

    /// A folder in this one, to be read, whether or not it is there.
    OwnFolder asItIs(String name) throws IOException {
        Path inner = notALink(path.resolve(name));
        return Files.exists(inner) ? there(inner) : new OwnFolder(inner, Optional.empty());
    }

    private static OwnFolder there(Path path) throws IOException {
        return new OwnFolder(path, Optional.ofNullable(keyOf(path)));
    }

    private static @Nullable Object keyOf(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    }

    /// That it is the folder that was opened: below a disk that was taken away everything would seem to be lost, and what comes would
    /// be written somewhere else.
    private void requireItself() throws IOException {
        if (key.isEmpty()) {
            return;
        }
        try {
            if (key.get().equals(keyOf(path))) {
                return;
            }
        } catch (NoSuchFileException e) {
            throw new IOException(path + " is gone: is its disk mounted?", e);
        }
        throw new IOException(path + " is another folder than at the start: is its disk mounted?");
    }

    private Path notALink(Path inner) throws IOException {
        if (Files.isSymbolicLink(inner)) {
            throw new IOException(inner + " is a link: it would lead out of " + path);
        }
        return inner;
    }

    /// Where an object with this address lies, if it does: nothing on the way there may lead out of here.
    Path within(String address) throws IOException {
        requireItself();
        Path file = path.resolve(address);
        Path at = path;
        for (Path part : path.relativize(file)) {
            at = at.resolve(part);
            if (at.equals(file)) {
                break;
            }
            if (Files.exists(at, LinkOption.NOFOLLOW_LINKS)
                    && !Files.isDirectory(at, LinkOption.NOFOLLOW_LINKS)) {
                throw new IOException(at + " is in the way of " + address + ": it is no folder");
            }
        }
        return file;
    }

    /// The folder that a file, or a folder, lies in.
    static Path above(Path file) {
        Path parent = file.getParent();
        if (parent == null) {
            throw new IllegalStateException("an address has a folder");
        }
        return parent;
    }

    /// The folders in which a name is new once this folder is made, with those on the way to it.
    static List<Path> withNewNames(Path folder) {
        List<Path> changed = new ArrayList<>();
        for (Path at = folder; !Files.isDirectory(at); at = above(at)) {
            changed.add(above(at));
        }
        return changed;
    }

    /// The folders from the one that a file of this one lies in up to this one.
    List<Path> onTheWayTo(Path file) {
        List<Path> folders = new ArrayList<>();
        for (Path at = above(file); at.startsWith(path); at = above(at)) {
            folders.add(at);
        }
        return folders;
    }

    /// Gives a finished file a name in this folder, or below; durable when this returns, with every folder on the way: one that stood
    /// already may be another writer's, who has made it at this moment and not forced it yet.
    ///
    /// @return false if the name is taken
    boolean link(Path target, Path file) throws IOException {
        boolean linked = linked(target, file);
        for (Path each : onTheWayTo(target)) {
            force(each);
        }
        return linked;
    }

    private static boolean linked(Path target, Path file) throws IOException {
        // A neighbour that is removed at this moment takes the empty folder with it.
        for (int again = 0; ; again++) {
            Files.createDirectories(above(target));
            try {
                Files.createLink(target, file);
                return true;
            } catch (FileAlreadyExistsException e) {
                return false;
            } catch (NoSuchFileException | NotDirectoryException e) {
                if (again == 3) {
                    throw e;
                }
            }
        }
    }

    static void force(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    static void removeEmpty(Path folder) throws IOException {
        try {
            Files.deleteIfExists(folder);
        } catch (DirectoryNotEmptyException e) {
            // Others lie beside it.
        }
    }

    /// For reading. Anything but a file is not even opened: that of a pipe would wait for ever.
    static FileChannel read(Path file) throws IOException {
        BasicFileAttributes found =
                Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!found.isRegularFile()) {
            throw new IOException(file + " is no file");
        }
        return FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    }

    /// For writing; nothing may have its name.
    static FileChannel create(Path file) throws IOException {
        return FileChannel.open(
                file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), NEW_FILE);
    }

    /// For writing, whether or not it is there.
    static FileChannel lock(Path file) throws IOException {
        return FileChannel.open(
                file,
                Set.of(
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        LinkOption.NOFOLLOW_LINKS),
                NEW_FILE);
    }
}
