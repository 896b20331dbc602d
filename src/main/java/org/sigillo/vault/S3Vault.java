package org.sigillo.vault;

import io.minio.StatObjectResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Sha256;

/// A vault in two buckets of an S3 store: one without versions or lock for what was staged, one with
/// versioning and Object Lock for what has settled.
///
/// What is written is spooled to a folder first (it is sealed, or public) and sent with its length and its
/// SHA-256, which the store compares: a streamed PUT would hold a part on the heap, and a connection for
/// as long as a source on a slow circuit takes.
public final class S3Vault implements Vault {
    /// What has not ended after this time never will.
    private static final Duration LONGEST_UPLOAD = Duration.ofDays(2);

    private final S3Client client;
    private final S3Bucket settled;
    private final S3Bucket staging;
    private final Optional<Spool> spool;
    private final InstantSource clock;
    private final Optional<Protection> protection;

    private S3Vault(
            S3Settings settings, S3Client client, Optional<Spool> spool, InstantSource clock)
            throws IOException {
        this.client = client;
        this.settled = new S3Bucket(client, settings.settled());
        this.staging = new S3Bucket(client, settings.staging());
        this.spool = spool;
        this.clock = clock;
        this.protection = spool.isPresent() ? Optional.of(tried(settings)) : Optional.empty();
    }

    /// Tries what the store does, and gives up uploads that nobody ended.
    private Protection tried(S3Settings settings) throws IOException {
        if (staging.versioned()) {
            throw new IOException(
                    "bucket "
                            + settings.staging()
                            + " keeps versions: what is removed from staging would stay in it. Make it"
                            + " without versioning; or are the names of the two buckets exchanged?");
        }
        Protection found =
                LockProbe.holds(client, settled, today())
                        ? Protection.OBJECT_LOCK
                        : Protection.NONE;
        if (found == Protection.NONE && settings.lockRequired()) {
            throw new IOException(
                    "bucket "
                            + settings.settled()
                            + " has no Object Lock: make it with one, or set"
                            + " sigillo.vault.s3.lock-required=false, which health and ledger will"
                            + " say");
        }
        giveUpUnfinished();
        return found;
    }

    @Override
    public void giveUpUnfinished() throws IOException {
        for (S3Bucket bucket : List.of(staging, settled)) {
            Unfinished.giveUp(client, bucket.name(), clock.instant().minus(LONGEST_UPLOAD));
        }
    }

    /// Opens the store; both buckets must be there. Uploads in parts that began two days ago are given up.
    ///
    /// @param spool folder for what is on its way; what crashed writers left in it is removed
    /// @param reserve bytes that must stay free on the spool's disk
    /// @param setting a setting's value by its name after `sigillo.vault.s3.`
    /// @throws IllegalArgumentException for settings that cannot be right
    public static S3Vault open(
            Path spool,
            long reserve,
            InstantSource clock,
            Function<String, Optional<String>> setting)
            throws IOException {
        S3Settings settings = S3Settings.read(setting);
        S3Client client = new S3Client(settings);
        Spool files = new Spool(spool, reserve);
        try {
            return new S3Vault(settings, client, Optional.of(files), clock);
        } catch (IOException | RuntimeException e) {
            client.close();
            files.close();
            throw e;
        }
    }

    /// Opens the store to be read, and writes nothing to it: whoever may only read it can. It is asked for nothing, not even whether
    /// it locks, before an object is.
    static S3Vault toRead(InstantSource clock, Function<String, Optional<String>> setting)
            throws IOException {
        S3Settings settings = S3Settings.read(setting);
        return new S3Vault(settings, new S3Client(settings), Optional.empty(), clock);
    }

    private Spool writing() {
        return Vaults.writing(spool);
    }

    @Override
    public Writer create(String address) throws IOException {
        Address.checked(address);
        return new SpooledWriter(address, writing().file(Address.isOurs(address)), false) {
            @Override
            void publish(Spool.FileBeingWritten finished, Stored stored) throws IOException {
                if (!settled.hasSame(address, stored.digest())) {
                    staging.upload(address, finished.path(), stored);
                    // Another may have settled there in between: that one is what readers get. What
                    // was sent stays where it is: it may be
                    // what somebody else was told of, and the next round clears up.
                    settled.hasSame(address, stored.digest());
                }
            }
        };
    }

    @Override
    public InputStream open(String address) throws IOException {
        return reading(address, null, null);
    }

    @Override
    public InputStream open(String address, long offset, long length) throws IOException {
        return length == 0
                ? InputStream.nullInputStream()
                : reading(address, offset, length == Long.MAX_VALUE ? null : length);
    }

    private InputStream reading(String address, @Nullable Long offset, @Nullable Long length)
            throws IOException {
        Address.checked(address);
        try {
            return settled.open(address, offset, length);
        } catch (NoSuchFileException e) {
            try {
                return staging.open(address, offset, length);
            } catch (NoSuchFileException neither) {
                // It may have settled in between.
                return settled.open(address, offset, length);
            }
        }
    }

    @Override
    public Optional<Held> stat(String address) throws IOException {
        Address.checked(address);
        Optional<StatObjectResponse> last = settled.stat(address);
        if (last.isEmpty()) {
            Optional<StatObjectResponse> staged = staging.stat(address);
            if (staged.isPresent()) {
                return Optional.of(new Held(staged.get().size(), false, Optional.empty()));
            }
            last = settled.stat(address);
        }
        return last.map(it -> new Held(it.size(), true, kept(it)));
    }

    private Optional<Retention> kept(StatObjectResponse object) {
        return OlderVersions.kept(object, today());
    }

    private LocalDate today() {
        return clock.instant().atOffset(ZoneOffset.UTC).toLocalDate();
    }

    @Override
    public List<String> list(String prefix) throws IOException {
        String names = named(prefix);
        TreeSet<String> addresses = new TreeSet<>();
        // In this order: what settles meanwhile is in the second.
        for (S3Bucket bucket : List.of(staging, settled)) {
            bucket.list(
                    names,
                    item -> {
                        // Whatever else lies in a bucket is nobody's of ours.
                        if (Address.isOne(item.objectName())) {
                            addresses.add(item.objectName());
                        }
                    });
        }
        addresses.remove(LockProbe.ADDRESS);
        return List.copyOf(addresses);
    }

    private static String named(String prefix) {
        return Address.checkedPrefix(prefix).isEmpty() ? "" : prefix + "/";
    }

    @Override
    public List<Staged> staged(String prefix) throws IOException {
        List<Staged> staged = new ArrayList<>();
        staging.list(
                named(prefix),
                item -> {
                    if (Address.isOne(item.objectName())) {
                        LocalDate day =
                                item.lastModified()
                                        .withZoneSameInstant(ZoneOffset.UTC)
                                        .toLocalDate();
                        staged.add(new Staged(item.objectName(), day));
                    }
                });
        return staged;
    }

    @Override
    public void settle(String address, Sha256 digest, Optional<Retention> retention)
            throws IOException {
        writing();
        Address.checked(address);
        boolean fresh = settled.stat(address).isEmpty();
        Optional<StatObjectResponse> staged = staging.stat(address);
        if (staged.isPresent()) {
            // What an earlier round left there may be half of it, or somebody else's.
            if (fresh || !settled.digest(address).equals(digest)) {
                try {
                    copyToLast(address, staged.get().size(), digest);
                } catch (NoSuchFileException e) {
                    // Another process has settled it meanwhile.
                    requireSettled(address, digest);
                }
            }
        } else if (fresh) {
            keepOlder(address, digest, retention);
            throw Address.broken(address, digest, Address.NOTHING);
        }
        keep(address, digest, retention, staged.isPresent());
        if (staged.isPresent()) {
            staging.remove(address, null);
        }
    }

    /// @return the new version
    private String copyToLast(String address, long size, Sha256 digest) throws IOException {
        String version = settled.copy(staging, address, size);
        try {
            requireSettled(address, digest);
        } catch (BrokenEvidenceException e) {
            // It would be read before the staged one, which may be whole, or be put right.
            settled.remove(address, version);
            throw e;
        }
        return version;
    }

    /// What the store gives back, not what was sent to it.
    private void requireSettled(String address, Sha256 digest) throws IOException {
        Sha256 found = settled.digest(address);
        if (!found.equals(digest)) {
            throw Address.broken(address, digest, found.hex());
        }
    }

    /// @param compared whether what lies there was read just now
    private void keep(
            String address, Sha256 digest, Optional<Retention> retention, boolean compared)
            throws IOException {
        if (protection() != Protection.OBJECT_LOCK) {
            return;
        }
        StatObjectResponse now =
                settled.stat(address).orElseThrow(() -> new NoSuchFileException(address));
        Optional<Retention> kept = kept(now);
        Optional<Retention> missing = Retention.missing(kept, retention);
        if (missing.isEmpty()) {
            return;
        }
        if (!compared) {
            // Somebody with our key may have put a newer version over it: nobody wants that one
            // kept.
            try {
                requireSettled(address, digest);
            } catch (BrokenEvidenceException e) {
                keepOlder(address, digest, retention);
                throw e;
            }
        }
        String version = now.versionId();
        if (missing.get().until().isAfter(today())) {
            if (stricter(kept, missing.get())) {
                version = renewed(address, now.size(), digest, missing.get());
            } else {
                settled.lock().keep(address, version, missing.get());
            }
        }
        if (missing.get().hold()) {
            settled.lock().hold(address, version);
        }
        // A store that says yes and does nothing has kept nothing.
        Optional<Retention> left =
                Retention.missing(settled.stat(address).flatMap(this::kept), missing);
        if (left.filter(it -> it.hold() || it.until().isAfter(today())).isPresent()) {
            throw new IOException("the store did not keep " + address + " as it was asked to");
        }
    }

    @Override
    public boolean keepOlder(String address, Sha256 digest, Optional<Retention> retention)
            throws IOException {
        return protection() == Protection.OBJECT_LOCK
                && retention.isPresent()
                && new OlderVersions(settled)
                        .keep(Address.checked(address), digest, retention.get(), today());
    }

    /// Begins a new version with the same bytes, and keeps it; the one before stays as long as it is kept. By way of staging: not every
    /// store copies an object to its own address. Kept by a request of its own: MinIO knows how long a version would be kept, which a
    /// policy may bound, in no other. A round that ends in between is done again.
    private String renewed(String address, long size, Sha256 digest, Retention retention)
            throws IOException {
        staging.copy(settled, address, size);
        try {
            // Compared before it is kept: nobody could take it away afterwards.
            String version = copyToLast(address, size, digest);
            try {
                settled.lock().keep(address, version, retention);
                return version;
            } catch (IOException e) {
                // Kept by nothing it would lie over the one that is kept.
                settled.remove(address, version);
                throw e;
            }
        } finally {
            staging.remove(address, null);
        }
    }

    /// A store changes no version from one mode to the other for whoever has not the right to bypass the first: there a
    /// new version begins.
    private static boolean stricter(Optional<Retention> kept, Retention wanted) {
        return wanted.mode() == Retention.Mode.COMPLIANCE
                && kept.map(it -> it.mode() == Retention.Mode.GOVERNANCE).orElse(false);
    }

    @Override
    public void remove(String address) throws IOException {
        writing();
        Address.checked(address);
        settled.removeVersions(address);
        staging.remove(address, null);
    }

    @Override
    public void removeStaged(String address) throws IOException {
        writing();
        staging.remove(Address.checked(address), null);
    }

    @Override
    public long free() throws IOException {
        return writing().free();
    }

    @Override
    public Protection protection() {
        return protection.orElseThrow(
                () -> new UnsupportedOperationException("the vault was opened to be read"));
    }

    @Override
    public void close() throws IOException {
        client.close();
        if (spool.isPresent()) {
            spool.get().close();
        }
    }
}
