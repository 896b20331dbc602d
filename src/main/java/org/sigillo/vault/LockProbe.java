package org.sigillo.vault;

import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import io.minio.StatObjectResponse;
import java.io.IOException;
import java.time.LocalDate;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.io.function.IORunnable;

/// Tries whether a bucket really keeps what it should.
final class LockProbe {
    /// What stores say to a retention in a bucket without lock.
    private static final Set<String> LOCKLESS =
            Set.of(
                    "InvalidRequest",
                    "InvalidBucketObjectLockConfiguration",
                    "ObjectLockConfigurationNotFoundError",
                    "NoSuchObjectLockConfiguration",
                    "MissingObjectLockConfiguration",
                    "NotImplemented");

    static final String ADDRESS = "probe/object-lock";

    private LockProbe() {}

    /// Whether it has versions, and refuses to remove one that is kept. What a store says of its lock is
    /// not asked: an empty object is kept for two days, and must not be removable. While one is kept, another is not made.
    static boolean holds(S3Client client, S3Bucket bucket, LocalDate today) throws IOException {
        if (!bucket.versioned()) {
            return false;
        }
        Optional<StatObjectResponse> last = bucket.stat(ADDRESS);
        if (last.flatMap(it -> OlderVersions.kept(it, today)).isPresent()) {
            return isRefused(bucket, last.get().versionId());
        }
        clear(bucket);
        String version = put(client, bucket);
        try {
            bucket.lock().keep(ADDRESS, version, Retention.governance(today.plusDays(2)));
        } catch (StoreException e) {
            if (LOCKLESS.contains(e.code())) {
                bucket.remove(ADDRESS, version);
                return false;
            }
            throw e;
        }
        return isRefused(bucket, version);
    }

    /// Whether this key can remove the one that is kept all the same. Where it can, the next start makes another one.
    static boolean isBypassed(S3Client client, S3Bucket bucket) throws IOException {
        Optional<StatObjectResponse> kept = bucket.stat(ADDRESS);
        if (kept.isEmpty()) {
            return false;
        }
        return !isRefused(() ->
                client.call(
                        "trying the bypass with",
                        ADDRESS,
                        s3 -> {
                            s3.removeObject(
                                    RemoveObjectArgs.builder()
                                            .bucket(bucket.name())
                                            .object(ADDRESS)
                                            .versionId(kept.get().versionId())
                                            .bypassGovernanceMode(true)
                                            .build());
                            return true;
                        }));
    }

    private static String put(S3Client client, S3Bucket bucket) throws IOException {
        return client.call(
                "trying the lock with",
                ADDRESS,
                s3 ->
                        s3.putObject(
                                        PutObjectArgs.builder()
                                                .bucket(bucket.name())
                                                .object(ADDRESS)
                                                .data(new byte[0], 0)
                                                .build())
                                .versionId());
    }

    /// Of those before, none is kept any more.
    private static void clear(S3Bucket bucket) throws IOException {
        try {
            bucket.removeVersions(ADDRESS);
        } catch (RetainedException e) {
            // One of another clock: it stays for so long.
        }
    }

    private static boolean isRefused(S3Bucket bucket, String version) throws IOException {
        return isRefused(() -> bucket.remove(ADDRESS, version));
    }

    private static boolean isRefused(IORunnable removal) throws IOException {
        try {
            removal.run();
            return false;
        } catch (StoreException e) {
            if (S3Bucket.KEPT.contains(e.code())) {
                return true;
            }
            throw e;
        }
    }
}
