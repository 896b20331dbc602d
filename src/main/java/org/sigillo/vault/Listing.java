package org.sigillo.vault;

import io.minio.ListObjectVersionsArgs;
import io.minio.ListObjectsV2Args;
import io.minio.messages.Item;
import io.minio.messages.ListBucketResultV2;
import io.minio.messages.ListObjectsResult;
import io.minio.messages.ListVersionsResult;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.io.function.IOConsumer;
import org.jspecify.annotations.Nullable;

/// What a bucket has below a prefix, page by page. No more is kept of it than each page's beginning: a store may be broken, or
/// hostile, and go on for ever.
final class Listing {
    private final S3Client client;
    private final String bucket;
    private final String prefix;
    private final int most;
    private final IOConsumer<Item> visitor;
    private final Set<String> beginnings = new HashSet<>();
    private int seen;

    /// @param most objects and pages; more are no vault's
    Listing(S3Client client, String bucket, String prefix, int most, IOConsumer<Item> visitor) {
        this.client = client;
        this.bucket = bucket;
        this.prefix = prefix;
        this.most = most;
        this.visitor = visitor;
    }

    /// The newest version of each object.
    void newest() throws IOException {
        String token = null;
        do {
            ListObjectsV2Args args =
                    ListObjectsV2Args.builder()
                            .bucket(bucket)
                            .prefix(prefix)
                            .continuationToken(token)
                            .build();
            ListBucketResultV2 page = client.call("listing", prefix, s3 -> client.objects(args));
            take(page, List.of());
            token = next(page, page.nextContinuationToken());
        } while (token != null);
    }

    /// Every version, and every marker of a removal.
    void versions() throws IOException {
        ListVersionsResult page = null;
        do {
            ListObjectVersionsArgs.Builder args =
                    ListObjectVersionsArgs.builder().bucket(bucket).prefix(prefix);
            if (page != null) {
                args.keyMarker(page.nextKeyMarker()).versionIdMarker(page.nextVersionIdMarker());
            }
            ListObjectVersionsArgs next = args.build();
            page = client.call("listing", prefix, s3 -> client.versions(next));
            take(page, page.deleteMarkers());
        } while (next(page, page.nextKeyMarker()) != null);
    }

    private void take(ListObjectsResult page, List<? extends Item> more) throws IOException {
        List<Item> items = Stream.<Item>concat(page.contents().stream(), more.stream()).toList();
        for (Item item : items) {
            item.setEncodingType(page.encodingType());
        }
        if (!items.isEmpty()) {
            Item first = items.getFirst();
            if (!beginnings.add(first.objectName() + " " + first.versionId())) {
                throw endless("begins again");
            }
        }
        seen += items.size() + 1;
        if (seen > most) {
            throw endless("has not ended after " + most + " objects and pages");
        }
        for (Item item : items) {
            visitor.accept(item);
        }
    }

    /// @return nothing where the listing ends
    private @Nullable String next(ListObjectsResult page, @Nullable String marker)
            throws IOException {
        if (page.isTruncated() && (marker == null || marker.isEmpty())) {
            throw endless("has more, and does not say where");
        }
        return page.isTruncated() ? marker : null;
    }

    private StoreException endless(String how) {
        return new StoreException(
                "listing " + bucket + "/" + prefix + ": the store " + how, "", null);
    }
}
