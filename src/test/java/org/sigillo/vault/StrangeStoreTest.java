package org.sigillo.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sigillo.bytes.Sha256;

/// Answers that no sound store gives.
@Timeout(60)
class StrangeStoreTest extends FakeStore {
    private static final String ADDRESS = VaultContract.ADDRESS;
    private static final byte[] BYTES = {1, 2, 3};

    @Test
    void an_upload_that_is_answered_without_a_tag_fails_as_any_other() {
        assertThatThrownBy(this::upload)
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(ADDRESS)
                .hasMessageContaining("cannot be read");
    }

    @Test
    void an_object_that_is_described_by_nothing_is_no_object() {
        answer =
                exchange -> {
                    exchange.getResponseHeaders().add("Last-Modified", "yesterday");
                    exchange.sendResponseHeaders(200, -1);
                };
        assertThatThrownBy(() -> bucket.stat(ADDRESS)).isInstanceOf(StoreException.class);
    }

    /// While it copies, a store says nothing: the whole of a large object would take longer than anybody waits.
    @Test
    void a_large_object_is_copied_in_parts() throws IOException {
        List<String> ranges = new CopyOnWriteArrayList<>();
        long size = 150L << 20;
        answer =
                exchange -> {
                    String query = String.valueOf(exchange.getRequestURI().getQuery());
                    exchange.getResponseHeaders().add("ETag", "\"x\"");
                    exchange.getResponseHeaders()
                            .add("Last-Modified", "Wed, 04 Mar 2026 12:34:56 GMT");
                    if (exchange.getRequestMethod().equals("HEAD")) {
                        exchange.getResponseHeaders().add("Content-Length", String.valueOf(size));
                        exchange.sendResponseHeaders(200, -1);
                        return;
                    }
                    if (exchange.getRequestMethod().equals("PUT")) {
                        ranges.add(
                                exchange.getRequestHeaders().getFirst("x-amz-copy-source-range"));
                    }
                    byte[] said = copied(query).getBytes(StandardCharsets.UTF_8);
                    exchange.getResponseHeaders().add("Content-Type", "application/xml");
                    exchange.sendResponseHeaders(200, said.length);
                    exchange.getResponseBody().write(said);
                };
        new S3Bucket(client, "settled").copy(bucket, ADDRESS, size);
        assertThat(ranges)
                .containsExactlyInAnyOrder(
                        "bytes=0-67108863",
                        "bytes=67108864-134217727",
                        "bytes=134217728-157286399");
    }

    private static String copied(String query) {
        String tag = "<ETag>x</ETag><LastModified>2026-03-04T12:34:56.000Z</LastModified>";
        if (query.startsWith("uploads")) {
            return "<InitiateMultipartUploadResult><Bucket>settled</Bucket><Key>x</Key>"
                    + "<UploadId>1</UploadId></InitiateMultipartUploadResult>";
        }
        if (query.contains("partNumber")) {
            return "<CopyPartResult>" + tag + "</CopyPartResult>";
        }
        return query.contains("uploadId")
                ? "<CompleteMultipartUploadResult><Bucket>settled</Bucket><Key>x</Key>"
                        + "<ETag>x</ETag>"
                        + "</CompleteMultipartUploadResult>"
                : "<CopyObjectResult>" + tag + "</CopyObjectResult>";
    }

    @Test
    void a_store_that_says_it_has_other_bytes_than_were_sent_is_believed() {
        answer =
                exchange -> {
                    exchange.getResponseHeaders().add("ETag", "\"x\"");
                    exchange.getResponseHeaders()
                            .add(
                                    "x-amz-checksum-sha256",
                                    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
                    exchange.sendResponseHeaders(
                            exchange.getRequestMethod().equals("DELETE") ? 204 : 200, -1);
                };
        assertThatThrownBy(this::upload)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("did not keep the bytes");
        assertThat(asked).as("and they are not left there").containsExactly("PUT", "DELETE");
    }

    @Test
    void a_listing_that_drips_has_an_end() {
        answer = exchange -> drip(exchange, 200);
        ends(() -> bucket.list("", item -> {}));
    }

    @Test
    void a_refusal_that_drips_has_an_end_for_whoever_reads_an_object_too() {
        answer = exchange -> drip(exchange, 403);
        ends(() -> bucket.digest(ADDRESS));
    }

    @Test
    void a_refusal_without_end_is_not_read_to_its_end() {
        answer =
                exchange -> {
                    exchange.getResponseHeaders().add("Content-Type", "application/xml");
                    exchange.sendResponseHeaders(403, 0);
                    byte[] piece = new byte[1 << 16];
                    java.util.Arrays.fill(piece, (byte) ' ');
                    try (OutputStream out = exchange.getResponseBody()) {
                        for (int i = 0; i < 1 << 16; i++) {
                            out.write(piece);
                        }
                    }
                };
        ends(() -> bucket.digest(ADDRESS));
    }

    private static void drip(HttpExchange exchange, int code) throws IOException {
        exchange.getResponseHeaders().add("Content-Type", "application/xml");
        exchange.sendResponseHeaders(code, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            for (int i = 0; i < 600; i++) {
                out.write(' ');
                out.flush();
                S3Server.sleep(100);
            }
        }
    }

    private void upload() throws IOException {
        Path file = Files.write(folder.resolve("file"), BYTES);
        bucket.upload(ADDRESS, file, new Vault.Stored(BYTES.length, Sha256.of(BYTES)));
    }
}
