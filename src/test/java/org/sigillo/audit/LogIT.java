package org.sigillo.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sigillo.bytes.Sha256;
import org.sigillo.cli.Sigillo;
import org.sigillo.custody.Entry;
import org.sigillo.custody.ProvenEntry;
import org.sigillo.merkle.EntryBundle;
import org.sigillo.stack.Hand;
import org.sigillo.stack.Stack;
import org.sigillo.stack.StackExtension;

/// What the audit door answers to programs: headers, conditions, compression, proofs.
@Tag("stack")
@ExtendWith(StackExtension.class)
class LogIT {
    private static final String YEAR = "max-age=31536000, immutable";

    private final Stack stack;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private Hand aldo;
    @TempDir Path folder;

    LogIT(Stack stack) {
        this.stack = stack;
    }

    @BeforeEach
    void after_a_beat() throws Exception {
        aldo = new Hand(stack, "aldo");
        aldo.link();
        long end = System.nanoTime() + Duration.ofSeconds(90).toNanos();
        while (sizes().size() < 2 && System.nanoTime() < end) {
            Thread.sleep(500);
        }
    }

    @AfterEach
    void leave() {
        aldo.close();
        http.close();
    }

    @Nested
    class The_checkpoint {
        @Test
        void is_text_that_must_be_asked_for_again_and_is_not_sent_twice() throws Exception {
            HttpResponse<byte[]> first = get("/log/checkpoint");
            assertThat(first.statusCode()).isEqualTo(200);
            assertThat(type(first)).isEqualTo("text/plain;charset=utf-8");
            assertThat(header(first, "Cache-Control")).isEqualTo("no-cache");
            assertThat(tag(first)).isEqualTo('"' + Sha256.of(first.body()).hex() + '"');
            HttpResponse<byte[]> again = get("/log/checkpoint", "If-None-Match", tag(first));
            for (int i = 0; i < 5 && again.statusCode() == 200; i++) {
                // A beat fell between the two.
                again = get("/log/checkpoint", "If-None-Match", tag(again));
            }
            assertThat(again.statusCode()).isEqualTo(304);
            assertThat(again.body()).isEmpty();
            assertThat(header(again, "Cache-Control")).isEqualTo("no-cache");
            assertThat(get("/log/checkpoint", "If-None-Match", "\"other\"").statusCode())
                    .isEqualTo(200);
        }
    }

    @Nested
    class A_tile {
        @Test
        void is_octets_for_a_year_and_is_not_sent_twice() throws Exception {
            HttpResponse<byte[]> first = get("/log/tile/0/000.p/2");
            assertThat(first.statusCode()).isEqualTo(200);
            assertThat(first.body()).hasSize(2 * Sha256.LENGTH);
            assertThat(type(first)).isEqualTo("application/octet-stream");
            assertThat(header(first, "Cache-Control")).isEqualTo("public, " + YEAR);
            for (String condition :
                    List.of(tag(first), "\"other\", " + tag(first), "W/" + tag(first), "*")) {
                HttpResponse<byte[]> again = get("/log/tile/0/000.p/2", "If-None-Match", condition);
                assertThat(again.statusCode()).as(condition).isEqualTo(304);
                assertThat(again.body()).isEmpty();
                assertThat(header(again, "Cache-Control")).isEqualTo("public, " + YEAR);
                assertThat(tag(again)).isEqualTo(tag(first));
            }
            assertThat(get("/log/tile/0/000.p/1", "If-None-Match", tag(first)).statusCode())
                    .isEqualTo(200);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "0/x001/000.p/1",
                    "0/x999/x999/999",
                    "1/000",
                    "5/000.p/1",
                    "0/000.p/0",
                    "0/000.p/256",
                    "0/0",
                    "0/00a.p/1",
                    "00/000.p/1"
                })
        void beyond_the_tree_or_of_no_tree_is_not_there_and_may_be_later(String path)
                throws Exception {
            HttpResponse<byte[]> answer = get("/log/tile/" + path);
            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(header(answer, "Cache-Control")).isEqualTo("no-store");
            assertThat(answer.headers().firstValue("ETag")).isEmpty();
        }
    }

    @Nested
    class A_bundle {
        @Test
        void is_for_auditors() throws Exception {
            assertThat(get("/log/tile/entries/000.p/2").statusCode()).isEqualTo(401);
        }

        @Test
        void is_the_same_compressed_and_not() throws Exception {
            String path = "/log/tile/entries/000.p/2";
            HttpResponse<byte[]> plain = audit(path);
            assertThat(plain.statusCode()).isEqualTo(200);
            assertThat(type(plain)).isEqualTo("application/octet-stream");
            assertThat(header(plain, "Cache-Control")).isEqualTo("private, " + YEAR);
            assertThat(header(plain, "Vary")).isEqualTo("Accept-Encoding");
            assertThat(plain.headers().firstValue("Content-Encoding")).isEmpty();
            assertThat(EntryBundle.decode(plain.body()).getFirst())
                    .isEqualTo(aldo.genesis().entry().bytes());

            HttpResponse<byte[]> zipped = audit(path, "Accept-Encoding", "br, gzip;q=0.5");
            assertThat(header(zipped, "Content-Encoding")).isEqualTo("gzip");
            assertThat(header(zipped, "Vary")).isEqualTo("Accept-Encoding");
            assertThat(zipped.body().length).isLessThan(plain.body().length);
            assertThat(unzipped(zipped.body())).isEqualTo(plain.body());
            assertThat(tag(zipped)).isNotEqualTo(tag(plain));
            assertThat(audit(path, "Accept-Encoding", "gzip;q=0").body()).isEqualTo(plain.body());

            assertThat(audit(path, "If-None-Match", tag(plain)).statusCode()).isEqualTo(304);
            assertThat(
                            audit(path, "If-None-Match", tag(zipped), "Accept-Encoding", "gzip")
                                    .statusCode())
                    .isEqualTo(304);
            assertThat(audit(path, "If-None-Match", tag(zipped)).statusCode()).isEqualTo(200);
        }

        @Test
        void beyond_the_tree_is_not_there() throws Exception {
            HttpResponse<byte[]> answer = audit("/log/tile/entries/x999/000");
            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(header(answer, "Cache-Control")).isEqualTo("no-store");
        }
    }

    @Nested
    class A_proof {
        @Test
        void of_every_entry_holds_from_the_genesis() throws Exception {
            long size = sizes().getLast();
            for (long index : new long[] {0, 1, size - 1}) {
                HttpResponse<byte[]> answer = audit("/audit/proof/" + index);
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(type(answer)).isEqualTo("text/plain;charset=utf-8");
                assertThat(header(answer, "Cache-Control")).isEqualTo("no-store");
                Entry entry =
                        ProvenEntry.verified(
                                        new String(answer.body(), StandardCharsets.UTF_8),
                                        List.of(aldo.genesis()),
                                        "proof")
                                .entry();
                assertThat(entry.n()).isEqualTo(index);

                HttpResponse<byte[]> cose = audit("/audit/proof/" + index + ".cose");
                assertThat(type(cose)).isEqualTo("application/cose;cose-type=\"cose-sign1\"");
                assertThat(receipt(cose, "--entry", entry.bytes())).isZero();
                byte[] other = entry.bytes();
                other[other.length / 2] ^= 1;
                assertThat(receipt(cose, "--entry", other)).isEqualTo(1);
            }
        }

        @Test
        void leads_from_one_published_size_to_another() throws Exception {
            List<Long> sizes = sizes();
            long from = sizes.get(sizes.size() - 2);
            long to = sizes.getLast();
            byte[] earlier = note(from).getBytes(StandardCharsets.UTF_8);
            String path = "/audit/consistency/%d/%d.cose";
            HttpResponse<byte[]> cose = audit(path.formatted(from, to));
            assertThat(cose.statusCode()).isEqualTo(200);
            assertThat(receipt(cose, "--checkpoint", earlier)).isZero();
            assertThat(audit(path.formatted(to, from)).statusCode()).isEqualTo(404);
            assertThat(audit(path.formatted(from, to + 1_000_000)).statusCode()).isEqualTo(404);
        }

        @ParameterizedTest
        @ValueSource(strings = {"999999999", "007", "99999999999999999999999", "x", "-1"})
        void of_what_is_not_published_is_not_there(String index) throws Exception {
            for (String end : List.of("", ".cose")) {
                HttpResponse<byte[]> answer = audit("/audit/proof/" + index + end);
                assertThat(answer.statusCode()).isEqualTo(404);
            }
        }

        @Test
        void is_for_auditors() throws Exception {
            for (String path :
                    List.of(
                            "/audit/proof/0",
                            "/audit/proof/0.cose",
                            "/audit/consistency/1/2.cose")) {
                assertThat(get(path).statusCode()).as(path).isEqualTo(401);
            }
        }

        private int receipt(HttpResponse<byte[]> cose, String about, byte[] bytes)
                throws IOException {
            return Sigillo.run(
                    "receipt",
                    Files.write(folder.resolve("r.cose"), cose.body()).toString(),
                    about,
                    Files.write(folder.resolve("about"), bytes).toString(),
                    "--genesis",
                    stack.genesis().toString());
        }
    }

    private List<Long> sizes() throws Exception {
        try (Connection connection = stack.asSuperuser().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                "SELECT size FROM ledger_checkpoint ORDER BY size")) {
            List<Long> sizes = new ArrayList<>();
            while (rows.next()) {
                sizes.add(rows.getLong(1));
            }
            return sizes;
        }
    }

    private String note(long size) throws Exception {
        try (Connection connection = stack.asSuperuser().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery(
                                "SELECT note FROM ledger_checkpoint WHERE size = " + size)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private HttpResponse<byte[]> audit(String path, String... headers) throws Exception {
        return aldo.octets("GET", "audit", path, new byte[0], headers);
    }

    private HttpResponse<byte[]> get(String path, String... headers) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(stack.application() + path))
                        .header("Host", "audit.localhost:" + stack.port());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static String header(HttpResponse<?> answer, String name) {
        return String.join(", ", answer.headers().allValues(name));
    }

    private static String type(HttpResponse<?> answer) {
        return header(answer, "Content-Type").replace("; ", ";");
    }

    private static String tag(HttpResponse<?> answer) {
        return header(answer, "ETag");
    }

    private static byte[] unzipped(byte[] zipped) throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(zipped))) {
            return in.readAllBytes();
        }
    }
}
