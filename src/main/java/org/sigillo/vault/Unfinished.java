package org.sigillo.vault;

import io.minio.AbortMultipartUploadArgs;
import io.minio.ListMultipartUploadsArgs;
import io.minio.errors.XmlParserException;
import io.minio.messages.ListMultipartUploadsResult;
import java.io.IOException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Uploads in parts whose program was killed: no listing has them, and their parts take room until
/// somebody gives them up.
final class Unfinished {
    /// To a user who may not ask, and from a store that does not know the question. It costs room, no more.
    private static final Set<String> UNANSWERED =
            Set.of("AccessDenied", "NotImplemented", "MethodNotAllowed");

    private static final String GONE = "NoSuchUpload";

    /// At a time; the next round goes on.
    private static final int MOST = 10_000;

    private static final int MOST_PAGES = 1000;

    private Unfinished() {}

    private record Upload(String address, String id) {}

    /// Gives up those that began before.
    static void giveUp(S3Client client, String bucket, Instant before) throws IOException {
        try {
            for (Upload upload : begun(client, bucket, before)) {
                giveUp(client, bucket, upload);
            }
        } catch (StoreException e) {
            // The SDK cannot read MinIO's answer (its storage class is empty). MinIO gives them up
            // itself.
            if (!UNANSWERED.contains(e.code()) && !(e.getCause() instanceof XmlParserException)) {
                throw e;
            }
        }
    }

    private static List<Upload> begun(S3Client client, String bucket, Instant before)
            throws IOException {
        List<Upload> uploads = new ArrayList<>();
        int pages = 0;
        ListMultipartUploadsResult page = null;
        do {
            ListMultipartUploadsArgs next = after(page, bucket);
            ListMultipartUploadsResult found =
                    client.call(
                            "looking for unfinished uploads in",
                            bucket,
                            s3 -> client.unfinished(next));
            if (page != null
                    && Objects.equals(page.nextKeyMarker(), found.nextKeyMarker())
                    && Objects.equals(page.nextUploadIdMarker(), found.nextUploadIdMarker())) {
                throw new StoreException(
                        "looking for unfinished uploads in "
                                + bucket
                                + ": the store begins again, for ever",
                        "",
                        null);
            }
            page = found;
            for (ListMultipartUploadsResult.Upload it : page.uploads()) {
                ZonedDateTime initiated = it.initiated();
                if (initiated != null && initiated.toInstant().isBefore(before)) {
                    uploads.add(new Upload(it.objectName(), it.uploadId()));
                }
            }
            pages++;
        } while (page.isTruncated() && pages < MOST_PAGES && uploads.size() < MOST);
        return uploads;
    }

    private static ListMultipartUploadsArgs after(
            @Nullable ListMultipartUploadsResult page, String bucket) {
        ListMultipartUploadsArgs.Builder args = ListMultipartUploadsArgs.builder().bucket(bucket);
        return page == null
                ? args.build()
                : args.keyMarker(page.nextKeyMarker())
                        .uploadIdMarker(page.nextUploadIdMarker())
                        .build();
    }

    private static void giveUp(S3Client client, String bucket, Upload upload) throws IOException {
        try {
            client.call(
                    "giving up an upload of",
                    upload.address(),
                    s3 -> {
                        client.abort(
                                AbortMultipartUploadArgs.builder()
                                        .bucket(bucket)
                                        .object(upload.address())
                                        .uploadId(upload.id())
                                        .build());
                        return true;
                    });
        } catch (StoreException e) {
            if (!e.code().equals(GONE)) {
                throw e;
            }
        }
    }
}
