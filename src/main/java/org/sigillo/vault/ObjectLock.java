package org.sigillo.vault;

import io.minio.EnableObjectLegalHoldArgs;
import io.minio.GetObjectRetentionArgs;
import io.minio.IsObjectLegalHoldEnabledArgs;
import io.minio.SetObjectRetentionArgs;
import io.minio.messages.RetentionMode;
import java.io.IOException;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Set;

/// What keeps the versions in a bucket, in the words of S3 Object Lock.
final class ObjectLock {
    /// What stores say of a version without a retention.
    private static final Set<String> UNKEPT = Set.of("NoSuchObjectLockConfiguration");

    private final S3Client client;
    private final String name;

    ObjectLock(S3Client client, String name) {
        this.client = client;
        this.name = name;
    }

    private static io.minio.messages.Retention lock(Retention retention) {
        return new io.minio.messages.Retention(
                RetentionMode.valueOf(retention.mode().name()),
                retention.until().atStartOfDay(ZoneOffset.UTC));
    }

    /// What a version is kept by, if a retention was ever set.
    Optional<io.minio.messages.Retention> of(String address, String version) throws IOException {
        try {
            return Optional.ofNullable(
                    client.call(
                            "asking for the retention of",
                            address,
                            s3 ->
                                    s3.getObjectRetention(
                                            GetObjectRetentionArgs.builder()
                                                    .bucket(name)
                                                    .object(address)
                                                    .versionId(version)
                                                    .build())));
        } catch (StoreException e) {
            if (UNKEPT.contains(e.code())) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /// Whether a legal hold keeps a version.
    boolean held(String address, String version) throws IOException {
        return client.call(
                "asking for the hold of",
                address,
                s3 ->
                        s3.isObjectLegalHoldEnabled(
                                IsObjectLegalHoldEnabledArgs.builder()
                                        .bucket(name)
                                        .object(address)
                                        .versionId(version)
                                        .build()));
    }

    /// Sets what an object's version is kept by.
    void keep(String address, String version, Retention retention) throws IOException {
        client.call(
                "keeping",
                address,
                s3 -> {
                    s3.setObjectRetention(
                            SetObjectRetentionArgs.builder()
                                    .bucket(name)
                                    .object(address)
                                    .versionId(version)
                                    .config(lock(retention))
                                    .build());
                    return true;
                });
    }

    void hold(String address, String version) throws IOException {
        client.call(
                "holding",
                address,
                s3 -> {
                    s3.enableObjectLegalHold(
                            EnableObjectLegalHoldArgs.builder()
                                    .bucket(name)
                                    .object(address)
                                    .versionId(version)
                                    .build());
                    return true;
                });
    }
}
