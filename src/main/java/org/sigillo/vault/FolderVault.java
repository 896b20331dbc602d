package org.sigillo.vault;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.commons.io.input.BoundedInputStream;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Sha256;

/// A vault in a folder of one machine: written under a temporary name, forced to the disk, then
/// linked to its address, which fails if the address is taken.
///
/// Staged objects lie below `.staging`, settled ones at their address. A staged file's time of change is
/// the day on which it came; a settled one's the day on which its retention ends (network filers keep a
/// retention in a file's time, too), and it may only be read; that its owner may also execute it marks a legal hold. What the
/// file system itself notes besides is in `docs/operating.md`.
public final class FolderVault implements Vault {
    private static final String STAGING = ".staging";

    private final OwnFolder root;
    private final OwnFolder staging;
    private final Optional<Spool> spool;
    private final InstantSource clock;

    /// Opens or makes the folder, shuts it for everybody but its owner, and empties what crashed writers left.
    ///
    /// @param reserve bytes that must stay free on the disk
    public FolderVault(Path root, long reserve, InstantSource clock) throws IOException {
        this.clock = clock;
        this.root = OwnFolder.open(root);
        this.staging = this.root.inner(STAGING);
        this.spool = Optional.of(new Spool(this.root.inner(".incoming").path(), reserve));
    }

    private FolderVault(OwnFolder root, InstantSource clock) throws IOException {
        this.clock = clock;
        this.root = root;
        this.staging = root.asItIs(STAGING);
        this.spool = Optional.empty();
    }

    /// Opens a folder that is there to be read, and leaves it as it is: whoever may only read it can.
    static FolderVault toRead(Path root, InstantSource clock) throws IOException {
        return new FolderVault(OwnFolder.asItIs(root), clock);
    }

    private Spool writing() {
        return Vaults.writing(spool);
    }

    @Override
    public Writer create(String address) throws IOException {
        Path staged = inStaging(address);
        Path settled = atLast(address);
        return new SpooledWriter(address, writing().file(Address.isOurs(address)), true) {
            @Override
            void publish(Spool.FileBeingWritten finished, Stored stored) throws IOException {
                if (!hasSame(settled, stored.digest())) {
                    // The file's own times would tell when a source came, to the nanosecond.
                    setTimes(finished.path(), today());
                    finished.orFull(() -> link(staging, staged, finished.path(), stored.digest()));
                    // Another may have settled there in between: that one is what readers get.
                    hasSame(settled, stored.digest());
                }
            }
        };
    }

    @Override
    public InputStream open(String address) throws IOException {
        return open(address, 0, Long.MAX_VALUE);
    }

    @Override
    public InputStream open(String address, long offset, long length) throws IOException {
        FileChannel channel = reading(address);
        try {
            channel.position(offset);
            return BoundedInputStream.builder()
                    .setInputStream(Channels.newInputStream(channel))
                    .setMaxCount(length)
                    .get();
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private FileChannel reading(String address) throws IOException {
        Path settled = atLast(address);
        try {
            return OwnFolder.read(settled);
        } catch (NoSuchFileException e) {
            try {
                return OwnFolder.read(inStaging(address));
            } catch (NoSuchFileException neither) {
                // It may have settled in between.
                return OwnFolder.read(settled);
            }
        }
    }

    @Override
    public Optional<Held> stat(String address) throws IOException {
        Path settled = atLast(address);
        if (!isFile(settled)) {
            Path staged = inStaging(address);
            if (isFile(staged)) {
                return Optional.of(new Held(Files.size(staged), false, Optional.empty()));
            }
        }
        return isFile(settled)
                ? Optional.of(new Held(Files.size(settled), true, kept(settled)))
                : Optional.empty();
    }

    @Override
    public List<String> list(String prefix) throws IOException {
        Address.checkedPrefix(prefix);
        TreeSet<String> addresses = new TreeSet<>();
        for (OwnFolder area : List.of(staging, root)) {
            for (Path file : below(area, prefix)) {
                String address = area.path().relativize(file).toString();
                // From the root on, staging and spool are below it, too.
                if (Address.isOne(address)) {
                    addresses.add(address);
                }
            }
        }
        return List.copyOf(addresses);
    }

    @Override
    public List<Staged> staged(String prefix) throws IOException {
        Address.checkedPrefix(prefix);
        List<Staged> staged = new ArrayList<>();
        for (Path file : below(staging, prefix)) {
            try {
                String address = staging.path().relativize(file).toString();
                if (Address.isOne(address)) {
                    staged.add(new Staged(address, day(file)));
                }
            } catch (NoSuchFileException e) {
                // Settled or removed meanwhile.
            }
        }
        return staged;
    }

    private static List<Path> below(OwnFolder area, String prefix) throws IOException {
        Path folder = area.within(prefix);
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(
                folder,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        if (attributes.isRegularFile()) {
                            files.add(file);
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException failure)
                            throws IOException {
                        // Settled or removed meanwhile; or a file system's own (`lost+found`).
                        if (failure instanceof NoSuchFileException
                                || !Address.isPart(String.valueOf(file.getFileName()))) {
                            return FileVisitResult.CONTINUE;
                        }
                        throw failure;
                    }
                });
        files.sort(null);
        return files;
    }

    @Override
    public void settle(String address, Sha256 digest, Optional<Retention> retention)
            throws IOException {
        writing();
        Path settled = atLast(address);
        Path staged = inStaging(address);
        boolean fresh = !isFile(settled);
        // What somebody else left there does not cost the staged one.
        if (fresh || isFile(staged) && !digestOf(settled).equals(digest)) {
            try {
                copyToLast(address, staged, settled, digest);
            } catch (BrokenEvidenceException e) {
                if (isFile(staged) || !isFile(settled)) {
                    throw e;
                }
                // Another process has settled it meanwhile.
                fresh = true;
            }
        }
        Optional<Retention> missing = Retention.missing(kept(settled), retention);
        if (fresh || isFile(staged) || missing.isPresent()) {
            // What the disk gives back, not what was sent to it.
            requireSettled(address, settled, digest);
        }
        if (missing.isPresent()) {
            setTimes(settled, missing.get().until());
            if (missing.get().hold()) {
                Files.setPosixFilePermissions(
                        settled, PosixFilePermissions.fromString("r-x------"));
            }
        }
        if (isFile(staged)) {
            Files.deleteIfExists(staged);
            OwnFolder.removeEmpty(OwnFolder.above(staged));
        }
    }

    /// A new file, since a link would keep the time at which the old one was made.
    private void copyToLast(String address, Path staged, Path settled, Sha256 digest)
            throws IOException {
        Spool.FileBeingWritten copy = writing().file(true);
        try {
            try (InputStream in = reading(staged, address, digest)) {
                byte[] buffer = new byte[1 << 16];
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    copy.write(buffer, 0, read);
                }
            }
            Sha256 found = copy.finish(true).digest();
            if (!found.equals(digest)) {
                throw Address.broken(address, digest, found.hex());
            }
            setTimes(copy.path(), LocalDate.EPOCH);
            Files.setPosixFilePermissions(
                    copy.path(), PosixFilePermissions.fromString("r--------"));
            if (isFile(settled)) {
                Files.move(copy.path(), settled, StandardCopyOption.ATOMIC_MOVE);
                OwnFolder.force(OwnFolder.above(settled));
            } else {
                copy.orFull(() -> link(root, settled, copy.path(), digest));
            }
        } finally {
            copy.remove();
        }
    }

    private static InputStream reading(Path staged, String address, Sha256 digest)
            throws IOException {
        try {
            return Channels.newInputStream(OwnFolder.read(staged));
        } catch (NoSuchFileException e) {
            throw Address.broken(address, digest, Address.NOTHING);
        }
    }

    private static void requireSettled(String address, Path settled, Sha256 digest)
            throws IOException {
        Sha256 found = digestOf(settled);
        if (!found.equals(digest)) {
            throw Address.broken(address, digest, found.hex());
        }
    }

    @Override
    public void remove(String address) throws IOException {
        writing();
        Path settled = atLast(address);
        if (isFile(settled)) {
            if (kept(settled).isPresent()) {
                throw new RetainedException(address, null);
            }
            Files.deleteIfExists(settled);
            OwnFolder.removeEmpty(OwnFolder.above(settled));
        }
        removeStaged(address);
    }

    @Override
    public void removeStaged(String address) throws IOException {
        writing();
        Path staged = inStaging(address);
        Files.deleteIfExists(staged);
        OwnFolder.removeEmpty(OwnFolder.above(staged));
    }

    @Override
    public long free() throws IOException {
        return writing().free();
    }

    @Override
    public Protection protection() {
        return Protection.FILE_MODES;
    }

    @Override
    public void close() throws IOException {
        if (spool.isPresent()) {
            spool.get().close();
        }
    }

    private Path atLast(String address) throws IOException {
        return root.within(Address.checked(address));
    }

    private Path inStaging(String address) throws IOException {
        return staging.within(Address.checked(address));
    }

    private LocalDate today() {
        return clock.instant().atOffset(ZoneOffset.UTC).toLocalDate();
    }

    private static LocalDate day(Path file) throws IOException {
        return Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS)
                .toInstant()
                .atOffset(ZoneOffset.UTC)
                .toLocalDate();
    }

    private Optional<Retention> kept(Path settled) throws IOException {
        LocalDate until = day(settled);
        boolean hold =
                Files.getPosixFilePermissions(settled, LinkOption.NOFOLLOW_LINKS)
                        .contains(PosixFilePermission.OWNER_EXECUTE);
        return hold || until.isAfter(today())
                ? Optional.of(new Retention(Retention.Mode.GOVERNANCE, until, hold))
                : Optional.empty();
    }

    private static void setTimes(Path file, LocalDate day) throws IOException {
        FileTime time = FileTime.from(day.atStartOfDay(ZoneOffset.UTC).toInstant());
        Files.getFileAttributeView(file, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setTimes(time, time, null);
    }

    private static boolean isFile(Path file) {
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    }

    /// Gives a finished file its name; durable when this returns.
    private static Path link(OwnFolder area, Path target, Path file, Sha256 digest)
            throws IOException {
        if (!area.link(target, file)) {
            requireSame(target, digest);
        }
        return target;
    }

    private static boolean hasSame(Path file, Sha256 digest) throws IOException {
        boolean taken = isFile(file);
        if (taken) {
            requireSame(file, digest);
        }
        return taken;
    }

    private static void requireSame(Path taken, Sha256 digest) throws IOException {
        if (!digestOf(taken).equals(digest)) {
            throw new FileAlreadyExistsException(taken.getFileName() + "", null, "other bytes");
        }
    }

    private static Sha256 digestOf(Path path) throws IOException {
        try (InputStream in = Channels.newInputStream(OwnFolder.read(path))) {
            return Sha256.ofRest(in);
        }
    }
}
