package org.sigillo.vault;

import io.minio.Checksum;
import io.minio.ComposeObjectArgs;
import io.minio.CopyObjectArgs;
import io.minio.GetBucketVersioningArgs;
import io.minio.GetObjectArgs;
import io.minio.GetObjectResponse;
import io.minio.Http;
import io.minio.MinioClient;
import io.minio.PutObjectAPIArgs;
import io.minio.RemoveObjectArgs;
import io.minio.SourceObject;
import io.minio.StatObjectArgs;
import io.minio.StatObjectResponse;
import io.minio.UploadObjectArgs;
import io.minio.errors.MinioException;
import io.minio.messages.Item;
import io.minio.messages.VersioningConfiguration;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.io.function.IOConsumer;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.Sha256;

/// One bucket, in the words of the S3 API.
final class S3Bucket {
    /// Larger objects go in parts of so many bytes (S3 allows 5 MiB to 5 GiB). A sealed segment goes whole: only so does every store
    /// refuse other bytes at an address that is taken, and compare all of it at once.
    private static final long PART = 96L * 1024 * 1024;

    /// Larger objects are copied in parts: a store says nothing while it copies, and nobody waits for long. (Nor does S3 copy more than
    /// 5 GiB at once.)
    private static final long LARGEST_COPY = 128L * 1024 * 1024;

    private static final long COPIED = 64L * 1024 * 1024;

    private static final String CONTENT_LENGTH = "Content-Length";

    private static final Map<String, String> IF_NEW = Map.of("If-None-Match", "*");

    /// What stores say to a write at an address that is taken.
    private static final Set<String> TAKEN =
            Set.of("PreconditionFailed", "ConditionalRequestConflict");

    /// What stores say to the removal of a version that is kept.
    static final Set<String> KEPT =
            Set.of("AccessDenied", "ObjectLocked", "InvalidRequest", "MethodNotAllowed");

    /// Sixty terabytes of segments. A listing without end must not fill the heap.
    private static final int MOST_LISTED = 1_000_000;

    private final S3Client client;
    private final String name;
    private final int most;

    S3Bucket(S3Client client, String name) {
        this(client, name, MOST_LISTED);
    }

    /// @param most that a listing may have
    S3Bucket(S3Client client, String name, int most) {
        this.client = client;
        this.name = name;
        this.most = most;
    }

    String name() {
        return name;
    }

    /// What keeps its objects.
    ObjectLock lock() {
        return new ObjectLock(client, name);
    }

    /// Whether it keeps older versions of an object.
    boolean versioned() throws IOException {
        return client.call(
                "looking for bucket",
                name,
                s3 ->
                        s3.getBucketVersioning(
                                                GetBucketVersioningArgs.builder()
                                                        .bucket(name)
                                                        .build())
                                        .status()
                                == VersioningConfiguration.Status.ENABLED);
    }

    /// Sends a file unless the address is taken; the store compares the SHA-256 of it, or of each part.
    ///
    /// @throws FileAlreadyExistsException if the address is taken by other bytes
    void upload(String address, Path file, Vault.Stored stored) throws IOException {
        boolean whole = stored.size() <= PART;
        boolean kept = true;
        try {
            if (whole) {
                kept = client.call("uploading", address, s3 -> put(address, file, stored));
            } else {
                client.transfer("uploading", address, s3 -> s3.uploadObject(parts(address, file)));
            }
        } catch (StoreException e) {
            if (!TAKEN.contains(e.code())) {
                throw e;
            }
            // By somebody else, or by an attempt of ours whose answer was lost.
            try {
                requireSame(address, stored.digest());
            } catch (NoSuchFileException gone) {
                // A store whose nodes were away may still be clearing up what it refused.
                throw new IOException(
                        "the store says that " + address + " is taken, and has it not: try again",
                        gone);
            }
            return;
        }
        if (!kept) {
            remove(address, null);
            throw new IOException("the store did not keep the bytes of " + address);
        }
        if (!whole) {
            // The store has compared each part, as it was read from the file. Other bytes may be
            // somebody else's, who came first or
            // last: they stay.
            requireSame(address, stored.digest());
        }
    }

    /// With the digest that was taken while the file was written, so that the file is not read twice.
    ///
    /// @return false if the store says that it has other bytes
    private boolean put(String address, Path file, Vault.Stored stored)
            throws MinioException, IOException {
        String digest = Checksum.base64String(stored.digest().bytes());
        Http.Headers headers = new Http.Headers(IF_NEW);
        headers.put(Http.Headers.X_AMZ_CONTENT_SHA256, stored.digest().hex());
        headers.put(Http.Headers.X_AMZ_CHECKSUM_SHA256, digest);
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "r")) {
            PutObjectAPIArgs put =
                    PutObjectAPIArgs.builder()
                            .bucket(name)
                            .object(address)
                            .file(bytes, stored.size())
                            .headers(headers)
                            .build();
            String has =
                    client.put(put, stored.size())
                            .headers()
                            .get(Http.Headers.X_AMZ_CHECKSUM_SHA256);
            return has == null || has.equals(digest);
        }
    }

    private UploadObjectArgs parts(String address, Path file) throws MinioException {
        return UploadObjectArgs.builder()
                .bucket(name)
                .object(address)
                .filename(file.toString(), PART)
                .checksum(Checksum.Algorithm.SHA256)
                .headers(IF_NEW)
                .build();
    }

    /// Whether an object lies there.
    ///
    /// @throws FileAlreadyExistsException if it has other bytes
    boolean hasSame(String address, Sha256 digest) throws IOException {
        if (stat(address).isEmpty()) {
            return false;
        }
        requireSame(address, digest);
        return true;
    }

    private void requireSame(String address, Sha256 digest) throws IOException {
        if (!digest(address).equals(digest)) {
            throw new FileAlreadyExistsException(address, null, "other bytes");
        }
    }

    /// Copies an object of another bucket to the same address here, inside the store.
    ///
    /// @return the new version
    String copy(S3Bucket from, String address, long size) throws IOException {
        return client.transfer(
                        "settling",
                        address,
                        s3 ->
                                size <= LARGEST_COPY
                                        ? s3.copyObject(
                                                CopyObjectArgs.builder()
                                                        .bucket(name)
                                                        .object(address)
                                                        .source(from.part(address, null, null))
                                                        .build())
                                        : s3.composeObject(
                                                ComposeObjectArgs.builder()
                                                        .bucket(name)
                                                        .object(address)
                                                        .sources(from.parts(address, size))
                                                        .build()))
                .versionId();
    }

    private List<SourceObject> parts(String address, long size) {
        List<SourceObject> parts = new ArrayList<>();
        for (long offset = 0; offset < size; offset += COPIED) {
            parts.add(part(address, offset, Math.min(COPIED, size - offset)));
        }
        return parts;
    }

    private SourceObject part(String address, @Nullable Long offset, @Nullable Long length) {
        return SourceObject.builder()
                .bucket(name)
                .object(address)
                .offset(offset)
                .length(length)
                .build();
    }

    InputStream open(String address, @Nullable Long offset, @Nullable Long length)
            throws IOException {
        try {
            return client.transfer(
                    "reading", address, s3 -> opened(s3, address, null, offset, length));
        } catch (StoreException e) {
            if (e.code().equals("InvalidRange")) {
                // It begins where the object ends (RFC 9110 §15.5.17).
                return InputStream.nullInputStream();
            }
            throw e;
        }
    }

    /// Reads all of it; from the start again when the connection breaks off.
    Sha256 digest(String address) throws IOException {
        return digest(address, null);
    }

    Sha256 digest(String address, @Nullable String version) throws IOException {
        return client.transfer(
                "reading",
                address,
                s3 -> {
                    try (InputStream in = opened(s3, address, version, null, null)) {
                        return Sha256.ofRest(in);
                    }
                });
    }

    /// Whoever reads it gets as many bytes as the answer's head says, and no more: one that does not say it may go on for ever, or
    /// give more than it was asked for.
    private InputStream opened(
            MinioClient s3,
            String address,
            @Nullable String version,
            @Nullable Long offset,
            @Nullable Long length)
            throws MinioException, IOException {
        GetObjectResponse in =
                s3.getObject(
                        GetObjectArgs.builder()
                                .bucket(name)
                                .object(address)
                                .versionId(version)
                                .offset(offset)
                                .length(length)
                                .build());
        String says = in.headers().get(CONTENT_LENGTH);
        if (says != null && (length == null || saysAtMost(says, length))) {
            return in;
        }
        try (in) {
            throw new StoreException(
                    "reading "
                            + address
                            + ": the store "
                            + (says == null
                                    ? "does not say how long it is"
                                    : "gives more than it was asked for, or does not say how much"),
                    "",
                    null);
        }
    }

    private static boolean saysAtMost(String says, long length) {
        try {
            long said = Long.parseLong(says);
            return said >= 0 && said <= length;
        } catch (NumberFormatException e) {
            // Not by a store that can be believed.
            return false;
        }
    }

    Optional<StatObjectResponse> stat(String address) throws IOException {
        try {
            return Optional.of(
                    client.call(
                            "looking for",
                            address,
                            s3 ->
                                    s3.statObject(
                                            StatObjectArgs.builder()
                                                    .bucket(name)
                                                    .object(address)
                                                    .build())));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /// Objects whose names begin so, in no order that can be relied on.
    void list(String prefix, IOConsumer<Item> visitor) throws IOException {
        new Listing(client, name, prefix, most, visitor).newest();
    }

    /// Every version of an object, and every marker of its removal, the newest first.
    void versions(String address, IOConsumer<Item> visitor) throws IOException {
        // A prefix finds neighbours, too: `…/1` is one of `…/10`.
        IOConsumer<Item> its =
                item -> {
                    if (item.objectName().equals(address)) {
                        visitor.accept(item);
                    }
                };
        new Listing(client, name, address, most, its).versions();
    }

    /// Removes every version of an object.
    ///
    /// @throws RetainedException while one is kept
    void removeVersions(String address) throws IOException {
        versions(
                address,
                item -> {
                    try {
                        remove(address, item.versionId());
                    } catch (StoreException e) {
                        if (KEPT.contains(e.code())) {
                            throw new RetainedException(address, e);
                        }
                        throw e;
                    }
                });
    }

    /// Harmless if there is none.
    void remove(String address, @Nullable String version) throws IOException {
        try {
            client.call(
                    "removing",
                    address,
                    s3 -> {
                        s3.removeObject(
                                RemoveObjectArgs.builder()
                                        .bucket(name)
                                        .object(address)
                                        .versionId(version)
                                        .build());
                        return true;
                    });
        } catch (NoSuchFileException e) {
            // Gone already.
        }
    }
}
