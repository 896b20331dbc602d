package org.sigillo.vault;

import io.minio.AbortMultipartUploadArgs;
import io.minio.ListMultipartUploadsArgs;
import io.minio.ListObjectVersionsArgs;
import io.minio.ListObjectsV2Args;
import io.minio.MinioAsyncClient;
import io.minio.MinioClient;
import io.minio.ObjectWriteResponse;
import io.minio.PutObjectAPIArgs;
import io.minio.credentials.AwsEnvironmentProvider;
import io.minio.credentials.Provider;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.InvalidResponseException;
import io.minio.errors.MinioException;
import io.minio.errors.ServerException;
import io.minio.errors.XmlParserException;
import io.minio.messages.ListBucketResultV2;
import io.minio.messages.ListMultipartUploadsResult;
import io.minio.messages.ListVersionsResult;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.security.GeneralSecurityException;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import okhttp3.OkHttpClient;

/// The SDK's client as the settings want it; says in our words what went wrong, and asks again where
/// that can help.
final class S3Client implements AutoCloseable {
    private static final int ATTEMPTS = 4;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

    /// What a store says when it may be well again in a moment.
    private static final Set<String> PASSING =
            Set.of(
                    "SlowDown",
                    "ServiceUnavailable",
                    "InternalError",
                    "RequestTimeout",
                    "OperationAborted",
                    "SlowDownRead",
                    "SlowDownWrite",
                    "XMinioServerNotInitialized",
                    "InsufficientWriteQuorum",
                    "InsufficientReadQuorum");

    private static final Set<String> ABSENT =
            Set.of("NoSuchKey", "NoSuchVersion", "ResourceNotFound");
    private static final Set<String> FULL =
            Set.of("XMinioStorageFull", "QuotaExceeded", "XMinioAdminBucketQuotaExceeded");

    private static final Set<String> CREDENTIALS =
            Set.of("InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidTokenId");

    /// What a store says to a key that it does not know any more, to one question or to another.
    private static final Set<String> REFUSED =
            Set.of("InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidTokenId", "AccessDenied");

    /// Bodies up to this size are sent within the time of a small call.
    private static final long SMALL = 1 << 20;

    /// For what is over soon. A store that sends a byte now and then never keeps a reader's patience waiting: such
    /// a call has an end as a whole.
    private final Sdk small;

    /// For bodies of any size.
    private final Sdk large;

    private final OkHttpClient http;

    /// None where the environment has the key.
    private final Optional<KeyFiles> keys;

    private record Sdk(MinioClient client, MinioAsyncClient plain) {}

    S3Client(S3Settings settings) throws IOException {
        this.keys =
                settings.accessKey().isPresent()
                        ? Optional.of(new KeyFiles(settings.accessKey().get()))
                        : Optional.empty();
        Provider credentials = keys.<Provider>map(it -> it).orElseGet(AwsEnvironmentProvider::new);
        this.http = S3Http.of(settings);
        this.large = sdk(settings, credentials, http);
        this.small = sdk(settings, credentials, S3Http.brief(settings, http));
    }

    private static Sdk sdk(S3Settings settings, Provider credentials, OkHttpClient http) {
        MinioClient client =
                MinioClient.builder()
                        .endpoint(settings.endpoint().toString())
                        .region(settings.region())
                        .credentialsProvider(credentials)
                        .httpClient(http, false)
                        .build();
        MinioAsyncClient plain =
                MinioAsyncClient.builder()
                        .endpoint(settings.endpoint().toString())
                        .region(settings.region())
                        .credentialsProvider(credentials)
                        .httpClient(http, false)
                        .build();
        if (settings.pathStyle()) {
            client.disableVirtualStyleEndpoint();
            plain.disableVirtualStyleEndpoint();
        } else {
            client.enableVirtualStyleEndpoint();
            plain.enableVirtualStyleEndpoint();
        }
        return new Sdk(client, plain);
    }

    /// The API's own PUT: the SDK's calls above it add a checksum of their choice and read a file twice.
    ObjectWriteResponse put(PutObjectAPIArgs put, long size) throws MinioException {
        return (size <= SMALL ? small : large).plain().putObject(put).join();
    }

    /// A page of objects.
    ListBucketResultV2 objects(ListObjectsV2Args which) throws MinioException {
        return small.plain().listObjectsV2(which).join().result();
    }

    /// A page of versions.
    ListVersionsResult versions(ListObjectVersionsArgs which) throws MinioException {
        return small.plain().listObjectVersions(which).join().result();
    }

    /// Uploads in parts that have not ended.
    ListMultipartUploadsResult unfinished(ListMultipartUploadsArgs which) throws MinioException {
        return small.plain().listMultipartUploads(which).join().result();
    }

    void abort(AbortMultipartUploadArgs upload) throws MinioException {
        small.plain().abortMultipartUpload(upload).join();
    }

    /// One call of the SDK.
    @FunctionalInterface
    interface Call<T> {
        T make(MinioClient client) throws MinioException, IOException;
    }

    /// A call that may be made again: its effect is the same once or twice. It is over soon.
    ///
    /// @param what is done, for the message
    <T> T call(String what, String address, Call<T> call) throws IOException {
        return call(what, address, small.client(), call);
    }

    /// The same, of a call that takes as long as its object is large.
    <T> T transfer(String what, String address, Call<T> call) throws IOException {
        return call(what, address, large.client(), call);
    }

    private <T> T call(String what, String address, MinioClient client, Call<T> call)
            throws IOException {
        Duration pause = FIRST_PAUSE;
        for (int attempt = 1; ; attempt++) {
            try {
                return made(client, call);
            } catch (MinioException | IOException e) {
                if (attempt < ATTEMPTS && REFUSED.contains(code(e)) && isKeyAnother()) {
                    continue;
                }
                if (attempt == ATTEMPTS || !passing(e)) {
                    throw translated(what, address, e);
                }
            }
            try {
                Thread.sleep(pause);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(what + " " + address + " was interrupted", e);
            }
            pause = pause.multipliedBy(4);
        }
    }

    /// Somebody may have changed it, here and at the store.
    private boolean isKeyAnother() {
        return keys.filter(KeyFiles::isAnother).isPresent();
    }

    /// The SDK hides what broke a connection in an exception of another kind, and stumbles over an answer that
    /// lacks what it looks for.
    private static <T> T made(MinioClient client, Call<T> call) throws MinioException, IOException {
        try {
            return call.make(client);
        } catch (NullPointerException | DateTimeException e) {
            throw unreadable(e);
        } catch (IllegalStateException | CompletionException e) {
            switch (e.getCause()) {
                case MinioException refused -> throw refused;
                case IOException broken -> throw broken;
                case RuntimeException stumbled -> throw unreadable(stumbled);
                case GeneralSecurityException unbelieved ->
                        throw new IOException(
                                "the store's certificate is not believed", unbelieved);
                case null, default -> throw e;
            }
        }
    }

    private static MinioException unreadable(RuntimeException cause) {
        InvalidResponseException unreadable = new InvalidResponseException(200, "", "", "");
        unreadable.initCause(cause);
        return unreadable;
    }

    /// The store's word for a refusal, if it was one.
    static String code(Throwable e) {
        return e instanceof ErrorResponseException refusal ? refusal.errorResponse().code() : "";
    }

    private static boolean passing(Exception e) {
        if (e instanceof StoreException || S3Http.isEndless(e)) {
            return false;
        }
        return e instanceof ErrorResponseException
                ? PASSING.contains(code(e))
                : e instanceof ServerException
                        || e instanceof InvalidResponseException
                        || e instanceof IOException
                        || e.getCause() instanceof IOException;
    }

    private static IOException translated(String what, String address, Exception e) {
        if (e instanceof StoreException said) {
            return said;
        }
        String code = code(e);
        if (ABSENT.contains(code)) {
            NoSuchFileException absent = new NoSuchFileException(address);
            absent.initCause(e);
            return absent;
        }
        if (FULL.contains(code)) {
            return new VaultFullException(what + " " + address, e);
        }
        String why;
        if (CREDENTIALS.contains(code)) {
            why = "the store does not accept our credentials (" + code + ")";
        } else if ("RequestTimeTooSkewed".equals(code)) {
            why = "the store's clock and ours differ by too much";
        } else if ("NoSuchBucket".equals(code)) {
            why = "the store has no such bucket";
        } else if (!code.isEmpty()) {
            why = "the store said " + code;
        } else if (S3Http.isUntrusted(e)) {
            why = "the store's certificate is of no authority that we believe (ca-file)";
        } else if (S3Http.isEndless(e)) {
            why = "the store's answer has no end";
        } else if (e instanceof XmlParserException || e instanceof InvalidResponseException) {
            why = "the store's answer cannot be read";
        } else {
            why = "the store cannot be reached";
        }
        return new StoreException(what + " " + address + ": " + why, code, e);
    }

    @Override
    public void close() {
        http.dispatcher().executorService().shutdown();
        http.connectionPool().evictAll();
    }
}
