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
        if (found == Protection.OBJECT_LOCK
                && !settings.bypassAllowed()
                && LockProbe.isBypassed(client, settled)) {
            throw new IOException(
                    "this key can remove from bucket "
                            + settings.settled()
                            + " what is kept there (s3:BypassGovernanceRetention): give the application"
                            + " one that cannot, as by infra/minio/application-policy.json, or set"
                            + " sigillo.vault.s3.bypass-allowed=true, where whoever takes the server"
                            + " may take the evidence");
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
        move().settle(Address.checked(address), digest, locked(retention));
    }

    @Override
    public boolean keepOlder(String address, Sha256 digest, Optional<Retention> retention)
            throws IOException {
        return move().keepOlder(Address.checked(address), digest, locked(retention));
    }

    private S3Move move() {
        return new S3Move(staging, settled, today());
    }

    private Optional<Retention> locked(Optional<Retention> retention) {
        return protection() == Protection.OBJECT_LOCK ? retention : Optional.empty();
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
