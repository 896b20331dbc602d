package org.sigillo.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Stores that answer, and go on answering: nothing of that may be collected.
@Timeout(60)
class EndlessStoreTest extends FakeStore {
    private static final String ADDRESS = VaultContract.ADDRESS;
    private static final int MOST = 3000;

    private static final String PAGE =
            "<ListBucketResult><Name>b</Name><Prefix>p</Prefix><MaxKeys>1000</MaxKeys>"
                    + "<IsTruncated>true</IsTruncated>";
    private static final String REST =
            "<LastModified>2026-03-04T12:34:56.000Z</LastModified><ETag>x</ETag><Size>1</Size>"
                    + "<StorageClass>STANDARD</StorageClass>";

    private final AtomicLong pages = new AtomicLong();

    /// Not time is to end it.
    @Override
    String patience() {
        return "30";
    }

    @Test
    void a_listing_that_gives_the_same_page_for_ever_is_left() {
        answer = exchange -> xml(exchange, page("same", "segments/a/0", "segments/a/1"));
        leaves("begins again");
        assertThat(pages).hasValue(2);
    }

    @Test
    void a_listing_of_empty_pages_without_end_is_left() {
        answer = exchange -> xml(exchange, page("token-" + pages.get()));
        leaves("has not ended after " + MOST);
    }

    @Test
    void a_listing_of_other_names_without_end_is_left() {
        answer =
                exchange -> {
                    String[] names = new String[500];
                    for (int i = 0; i < names.length; i++) {
                        names[i] = "segments/a/" + pages.get() + "-" + i;
                    }
                    xml(exchange, page("token-" + pages.get(), names));
                };
        leaves("has not ended after " + MOST);
    }

    @Test
    void a_listing_that_has_more_and_does_not_say_where_is_no_whole_one() {
        answer = exchange -> xml(exchange, page("", "segments/a/0"));
        leaves("has more, and does not say where");
    }

    @Test
    void versions_without_end_are_left() {
        answer =
                exchange ->
                        xml(
                                exchange,
                                "<ListVersionsResult><Name>b</Name><Prefix>p</Prefix><MaxKeys>1000</MaxKeys>"
                                        + "<IsTruncated>true</IsTruncated>"
                                        + "<NextKeyMarker>segments/a/0</NextKeyMarker>"
                                        + "<NextVersionIdMarker>v"
                                        + pages.get()
                                        + "</NextVersionIdMarker><Version><Key>segments/a/0</Key>"
                                        + "<VersionId>v"
                                        + pages.get()
                                        + "</VersionId>"
                                        + REST
                                        + "</Version></ListVersionsResult>");
        assertThatThrownBy(
                        () -> new S3Bucket(client, "settled", MOST).removeVersions("segments/a/0"))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("segments/a/0")
                .hasMessageContaining("has not ended");
    }

    @Test
    void one_page_without_end_is_left_at_once() {
        answer =
                exchange ->
                        forEver(
                                exchange,
                                PAGE,
                                "<Contents><Key>segments/a/0</Key>" + REST + "</Contents>");
        assertThatThrownBy(() -> bucket.list("segments", item -> {}))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("segments")
                .hasMessageContaining("has no end");
        assertThat(asked).as("not asked again").hasSize(1);
    }

    @Test
    void an_answer_without_end_to_what_was_sent_is_left() throws IOException {
        answer = exchange -> forEver(exchange, "<CopyObjectResult>", "          ");
        assertThatThrownBy(() -> new S3Bucket(client, "settled").copy(bucket, ADDRESS, 1))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(ADDRESS)
                .hasMessageContaining("has no end");
    }

    @Test
    void an_object_of_which_nobody_says_how_long_it_is_is_not_read() {
        answer = exchange -> forEver(exchange, "", "x".repeat(1 << 16));
        assertThatThrownBy(() -> bucket.digest(ADDRESS))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(ADDRESS)
                .hasMessageContaining("does not say how long it is");
        assertThatThrownBy(() -> bucket.open(ADDRESS, null, null))
                .isInstanceOf(StoreException.class);
    }

    @Test
    void an_object_that_is_longer_than_its_head_says_is_read_so_far() throws IOException {
        answer =
                exchange -> {
                    try (OutputStream out = raw(exchange, 3)) {
                        out.write(new byte[] {1, 2, 3});
                    }
                };
        try (InputStream in = bucket.open(ADDRESS, null, null)) {
            assertThat(in.readAllBytes()).containsExactly(1, 2, 3);
        }
    }

    @Test
    void a_range_that_is_more_than_was_asked_for_is_refused() {
        answer =
                exchange -> {
                    try (OutputStream out = raw(exchange, 1 << 20)) {
                        out.write(new byte[1 << 20]);
                    }
                };
        assertThatThrownBy(() -> bucket.open(ADDRESS, 0L, 1L))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(ADDRESS)
                .hasMessageContaining("more than it was asked for");
    }

    @Test
    void a_range_of_which_the_length_is_no_number_is_refused() {
        for (String length : new String[] {"abc", "-1", "99999999999999999999"}) {
            answer =
                    exchange -> {
                        exchange.getResponseHeaders().set("Content-Length", length);
                        try (OutputStream out = raw(exchange, 0)) {
                            out.write(1);
                        }
                    };
            assertThatThrownBy(() -> bucket.open(ADDRESS, 0L, 1L))
                    .as(length)
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void a_small_object_is_not_read_further_than_it_can_be_long() throws IOException {
        answer =
                exchange -> {
                    try (OutputStream out = raw(exchange, 1L << 40)) {
                        byte[] piece = new byte[1 << 16];
                        for (int i = 0; i < 1 << 12; i++) {
                            out.write(piece);
                        }
                    }
                };
        try (S3Vault vault = vault()) {
            assertThatThrownBy(() -> vault.read("ledger/genesis", 16_384))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("ledger/genesis")
                    .hasMessageContaining("more than 16384");
        }
    }

    @Test
    void nor_one_in_a_folder() throws IOException {
        Path root = folder.resolve("vault");
        Files.createDirectories(root.resolve("ledger"));
        Files.write(root.resolve("ledger/genesis"), new byte[100]);
        Vault vault = FolderVault.toRead(root, java.time.InstantSource.system());
        assertThat(vault.read("ledger/genesis", 100)).hasSize(100);
        assertThatThrownBy(() -> vault.read("ledger/genesis", 99))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("ledger/genesis");
    }

    @Test
    void unfinished_uploads_without_end_are_given_up_so_many_at_a_time() throws IOException {
        answer =
                exchange -> {
                    if (exchange.getRequestMethod().equals("DELETE")) {
                        exchange.sendResponseHeaders(204, -1);
                        return;
                    }
                    xml(
                            exchange,
                            "<ListMultipartUploadsResult><IsTruncated>true</IsTruncated>"
                                    + "<NextKeyMarker>k"
                                    + pages.get()
                                    + "</NextKeyMarker>"
                                    + "<NextUploadIdMarker>u"
                                    + pages.get()
                                    + "</NextUploadIdMarker></ListMultipartUploadsResult>");
                };
        Unfinished.giveUp(client, "staging", java.time.Instant.EPOCH);
        assertThat(pages.get()).isLessThanOrEqualTo(1000);
    }

    private void leaves(String why) {
        assertThatThrownBy(() -> new S3Bucket(client, "staging", MOST).list("segments", item -> {}))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("staging/segments")
                .hasMessageContaining(why);
    }

    private static String page(String token, String... names) {
        StringBuilder page = new StringBuilder(PAGE);
        if (!token.isEmpty()) {
            page.append("<NextContinuationToken>").append(token).append("</NextContinuationToken>");
        }
        for (String name : names) {
            page.append("<Contents><Key>")
                    .append(name)
                    .append("</Key>")
                    .append(REST)
                    .append("</Contents>");
        }
        return page.append("</ListBucketResult>").toString();
    }

    private void xml(HttpExchange exchange, String text) throws IOException {
        pages.incrementAndGet();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/xml");
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static OutputStream raw(HttpExchange exchange, long length) throws IOException {
        exchange.getResponseHeaders().add("ETag", "\"x\"");
        exchange.getResponseHeaders().add("Last-Modified", "Wed, 04 Mar 2026 12:34:56 GMT");
        exchange.sendResponseHeaders(200, length);
        return exchange.getResponseBody();
    }

    /// Until the other side has had enough, or four gigabytes.
    private static void forEver(HttpExchange exchange, String begin, String more)
            throws IOException {
        exchange.getResponseHeaders().add("Content-Type", "application/xml");
        byte[] one = more.getBytes(StandardCharsets.UTF_8);
        byte[] piece = new byte[one.length * Math.max(1, (1 << 16) / one.length)];
        for (int i = 0; i < piece.length; i++) {
            piece[i] = one[i % one.length];
        }
        try (OutputStream out = raw(exchange, 0)) {
            out.write(begin.getBytes(StandardCharsets.UTF_8));
            for (int i = 0; i < 1 << 16; i++) {
                out.write(piece);
            }
        }
    }
}
