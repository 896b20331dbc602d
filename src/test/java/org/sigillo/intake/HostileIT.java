package org.sigillo.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sigillo.intake.SourceBrowser.Part;
import org.sigillo.stack.Stack;
import org.sigillo.stack.StackExtension;

/// Bodies that are too much, too many, damaged, repeated or at once.
@Tag("stack")
@ExtendWith(StackExtension.class)
class HostileIT {
    private final Stack stack;

    HostileIT(Stack stack) {
        this.stack = stack;
    }

    /// Each begins where the one before ended: the application starts again with what it needs.
    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class With_another_setting {
        @AfterAll
        void as_it_was() throws Exception {
            stack.besides(Map.of());
        }

        @Test
        void more_than_the_limit_is_refused_with_a_page_and_what_was_whole_stays()
                throws Exception {
            stack.besides(Map.of("sigillo.intake.limit", "2000000"));
            try (SourceBrowser source = new SourceBrowser(stack)) {
                source.begin();
                HttpResponse<String> answer =
                        source.submit(
                                Part.file("small", new byte[1000]),
                                Part.file("large", new byte[3_000_000]));
                assertThat(answer.statusCode()).isEqualTo(413);
                assertThat(answer.body()).contains("id=\"error\"");
                assertThat(source.get("/en/case").body())
                        .contains("File 1", "1,000 bytes")
                        .doesNotContain("File 2");
            }
            assertThat(incoming()).isZero();
        }

        @Test
        void a_full_store_is_said_before_anything_is_read() throws Exception {
            stack.besides(Map.of("sigillo.vault.reserve", String.valueOf(Long.MAX_VALUE)));
            try (SourceBrowser source = new SourceBrowser(stack)) {
                source.begin();
                HttpResponse<String> answer = source.submit(Part.message("hello"));
                assertThat(answer.statusCode()).isEqualTo(507);
                assertThat(answer.body()).contains("id=\"error\"");
            }
        }

        @Test
        void a_store_that_fills_while_a_form_comes_keeps_what_was_complete() throws Exception {
            long free = Files.getFileStore(stack.data().path("vault")).getUsableSpace();
            stack.besides(Map.of("sigillo.vault.reserve", String.valueOf(free - (40 << 20))));
            try (SourceBrowser source = new SourceBrowser(stack)) {
                source.begin();
                HttpResponse<String> answer =
                        source.submit(
                                Part.message("hello"), Part.file("large", new byte[110_000_000]));
                assertThat(answer.statusCode()).isEqualTo(507);
                assertThat(answer.body()).contains("id=\"error\"");
                assertThat(source.get("/en/case").body())
                        .contains("id=\"exhibit-1\"")
                        .doesNotContain("id=\"exhibit-2\"");
            }
            assertThat(incoming()).isZero();
        }

        @Test
        void the_pages_carry_the_newsrooms_own_name_and_mark() throws Exception {
            Path mark =
                    Files.writeString(
                            stack.data().path("mark.svg"),
                            "<svg xmlns='http://www.w3.org/2000/svg'><circle r='9'/></svg>");
            stack.besides(
                    Map.of(
                            "sigillo.newsroom.name",
                            "The <b>Courier</b>",
                            "sigillo.newsroom.logo",
                            mark.toString()));
            try (SourceBrowser source = new SourceBrowser(stack)) {
                assertThat(source.get("/de").body())
                        .contains("The &lt;b&gt;Courier&lt;/b&gt;", "src=\"/logo\" alt=\"\"")
                        .doesNotContain(">Sigillo<");
                HttpResponse<String> logo = source.get("/logo");
                assertThat(logo.statusCode()).isEqualTo(200);
                assertThat(logo.headers().firstValue("Content-Type")).hasValue("image/svg+xml");
                assertThat(logo.headers().firstValue("Content-Security-Policy").orElse(""))
                        .contains("default-src 'none'");
            }
        }

        @Test
        void a_first_file_without_enough_words_is_refused_and_later_ones_are_not()
                throws Exception {
            stack.besides(Map.of("sigillo.intake.first-message", "20"));
            try (SourceBrowser source = new SourceBrowser(stack)) {
                source.begin();
                assertThat(source.get("/it/form").body()).contains("almeno 20 caratteri");
                HttpResponse<String> answer =
                        source.submit(Part.message("look"), Part.file("f", new byte[1]));
                assertThat(answer.statusCode()).isEqualTo(400);
                assertThat(answer.body()).contains("id=\"error\"", "20");
                assertThat(source.get("/it/case").body()).doesNotContain("id=\"exhibit-1\"");
                assertThat(
                                source.submit(
                                                Part.message("the minutes of the board, page 3"),
                                                Part.file("f", new byte[1]))
                                        .statusCode())
                        .isEqualTo(303);
                assertThat(source.get("/it/form").body()).doesNotContain("almeno 20 caratteri");
                assertThat(source.submit(Part.file("g", new byte[1])).statusCode()).isEqualTo(303);
                assertThat(source.get("/it/case").body()).contains("id=\"exhibit-3\"");
            }
        }

        @Test
        void more_files_than_one_form_may_have_are_refused_and_the_first_ones_stay()
                throws Exception {
            stack.besides(Map.of("sigillo.intake.files", "10"));
            try (SourceBrowser source = new SourceBrowser(stack)) {
                source.begin();
                Part[] files =
                        IntStream.range(0, 11)
                                .mapToObj(i -> Part.file("f" + i, new byte[] {(byte) i}))
                                .toArray(Part[]::new);
                HttpResponse<String> answer = source.submit(files);
                assertThat(answer.statusCode()).isEqualTo(400);
                assertThat(answer.body()).contains("id=\"error\"");
                assertThat(source.get("/en/case").body())
                        .contains("id=\"exhibit-10\"")
                        .doesNotContain("id=\"exhibit-11\"");
            }
        }
    }

    @Test
    void two_tabs_at_once_make_one_case_with_every_number_once() throws Exception {
        try (SourceBrowser source = new SourceBrowser(stack);
                ExecutorService tabs = Executors.newFixedThreadPool(4)) {
            source.begin();
            List<Callable<HttpResponse<String>>> sends = new ArrayList<>();
            for (int tab = 0; tab < 4; tab++) {
                sends.add(() ->
                        source.submit(
                                Part.message("one of four"),
                                Part.file("same", new byte[100_000]),
                                Part.file("same", new byte[100_000])));
            }
            for (Future<HttpResponse<String>> sent : tabs.invokeAll(sends)) {
                assertThat(sent.get().statusCode()).isEqualTo(303);
            }
            List<Integer> numbers =
                    Pattern.compile("id=\"exhibit-([0-9]+)\"")
                            .matcher(source.get("/en/case").body())
                            .results()
                            .map(it -> Integer.parseInt(it.group(1)))
                            .toList();
            assertThat(numbers).isEqualTo(IntStream.rangeClosed(1, 12).boxed().toList());
        }
    }

    @Test
    void the_same_body_again_is_more_exhibits_and_loses_nothing() throws Exception {
        try (SourceBrowser source = new SourceBrowser(stack)) {
            source.begin();
            for (int i = 0; i < 2; i++) {
                assertThat(source.submit(Part.file("again", new byte[10])).statusCode())
                        .isEqualTo(303);
            }
            assertThat(source.get("/en/case").body()).contains("File 1", "File 2");
        }
    }

    @Test
    void damaged_bodies_are_refused_with_a_page_and_leave_nothing() throws Exception {
        String boundary = SourceBrowser.BOUNDARY;
        String disposition = "Content-Disposition: form-data; name=\"files\"; filename=\"x\"";
        for (String body :
                List.of(
                        "",
                        "no boundary at all",
                        "--" + boundary,
                        "--" + boundary + "--\r\n",
                        "--" + boundary + "\r\n\r\nno headers\r\n--" + boundary + "--\r\n",
                        "--" + boundary + "\r\n" + disposition + "\r\n\r\nno end",
                        "--"
                                + boundary
                                + "\r\n"
                                + disposition
                                + "\r\nX: "
                                + "y".repeat(20_000)
                                + "\r\n\r\nz\r\n--"
                                + boundary
                                + "--\r\n",
                        "--"
                                + boundary
                                + "\r\nContent-Disposition: attachment\r\n\r\nz\r\n--"
                                + boundary
                                + "--\r\n",
                        "--"
                                + boundary
                                + "\r\n"
                                + disposition
                                + "\r\nX: "
                                + "y".repeat(9_000)
                                + "\r\n\r\nz\r\n--"
                                + boundary
                                + "--\r\n")) {
            try (SourceBrowser source = new SourceBrowser(stack)) {
                source.begin();
                HttpResponse<String> answer =
                        source.send(
                                source.request("/en/submit")
                                        .header(
                                                "Content-Type",
                                                "multipart/form-data; boundary=" + boundary)
                                        .POST(HttpRequest.BodyPublishers.ofString(body)));
                assertThat(answer.statusCode()).as(body.strip()).isEqualTo(400);
                assertThat(answer.body()).as(body.strip()).contains("<main");
                assertThat(source.get("/en/case").body())
                        .as(body.strip())
                        .contains("Nothing under this codename");
            }
        }
        assertThat(incoming()).isZero();
    }

    @Test
    void a_body_without_its_end_says_how_much_of_it_arrived() throws Exception {
        byte[] whole = SourceBrowser.body(Part.message("one"), Part.file("two", new byte[10]));
        String end = "--" + SourceBrowser.BOUNDARY + "--\r\n";
        String third =
                "--"
                        + SourceBrowser.BOUNDARY
                        + "\r\nContent-Disposition: form-data; name=\"files\"; filename=\"3\""
                        + "\r\n\r\nno end";
        String cut = new String(whole, StandardCharsets.ISO_8859_1).replace(end, third);
        try (SourceBrowser source = new SourceBrowser(stack)) {
            source.begin();
            HttpResponse<String> answer =
                    source.send(
                            source.request("/en/submit")
                                    .header(
                                            "Content-Type",
                                            "multipart/form-data; boundary="
                                                    + SourceBrowser.BOUNDARY)
                                    .POST(HttpRequest.BodyPublishers.ofString(cut)));
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body())
                    .contains("without its end", "2 arrived whole")
                    .doesNotContain("on our side");
            assertThat(source.get("/en/case").body())
                    .contains("Message 1", "File 2")
                    .doesNotContain("File 3");
        }
    }

    @Test
    void names_are_only_ever_sealed_whatever_they_hold() throws Exception {
        try (SourceBrowser source = new SourceBrowser(stack)) {
            source.begin();
            for (String name :
                    List.of(
                            "../../etc/passwd",
                            "<script>alert(1)</script>",
                            "nul\u0000byte",
                            "x".repeat(7_000),
                            "\u202Egnp.exe",
                            "semi;colon",
                            "{inject}")) {
                HttpResponse<String> answer = source.submit(Part.file(name, new byte[3]));
                assertThat(answer.statusCode()).as(name).isEqualTo(303);
            }
            assertThat(source.get("/en/case").body())
                    .contains("File 7")
                    .doesNotContain("script>", "passwd", "inject", "gnp.exe");
        }
    }

    @Test
    void a_length_that_lies_and_a_chunk_that_never_comes_lose_no_complete_file() throws Exception {
        try (SourceBrowser source = new SourceBrowser(stack)) {
            source.begin();
            byte[] body = SourceBrowser.body(Part.file("whole", new byte[70_000]));
            // The whole form and a promise of more, chunked (RFC 9112 §7.1), then silence.
            try (Socket socket = new Socket("127.0.0.1", stack.port())) {
                OutputStream out = socket.getOutputStream();
                out.write(
                        ("POST /en/submit HTTP/1.1\r\nHost: drop.localhost:"
                                        + stack.port()
                                        + "\r\nOrigin: http://drop.localhost:"
                                        + stack.port()
                                        + "\r\nCookie: "
                                        + source.cookie()
                                        + "\r\nContent-Type: multipart/form-data; boundary="
                                        + SourceBrowser.BOUNDARY
                                        + "\r\nTransfer-Encoding: chunked\r\n\r\n"
                                        + Integer.toHexString(body.length)
                                        + "\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
                out.write(body);
                out.write("\r\nffff\r\nonly this".getBytes(StandardCharsets.US_ASCII));
                out.flush();
                // The file counts while its form still hangs.
                assertThat(listed(source)).contains("File 1").doesNotContain("File 2");
            }
            assertThat(listed(source)).contains("File 1").doesNotContain("File 2");
        }
    }

    /// The case page once it lists a file, at the latest after ten seconds.
    private static String listed(SourceBrowser source) throws Exception {
        String page = "";
        for (int i = 0; i < 100 && !page.contains("File 1"); i++) {
            Thread.sleep(100);
            page = source.get("/en/case").body();
        }
        return page;
    }

    @Test
    void a_large_header_or_cookie_is_refused_and_the_door_stays_open() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", stack.port())) {
            OutputStream out = socket.getOutputStream();
            out.write(
                    ("GET /en HTTP/1.1\r\nHost: drop.localhost:"
                                    + stack.port()
                                    + "\r\nCookie: sigillo="
                                    + "x".repeat(40_000)
                                    + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            out.flush();
            assertThat(firstLine(socket.getInputStream())).contains(" 4");
        }
        try (SourceBrowser source = new SourceBrowser(stack)) {
            assertThat(source.get("/en").statusCode()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /secret-path HTTP/1.1\r\n\r\n",
                "GET /secret-path HTTP/1.1\r\nHost: HOST, x\r\n\r\n",
                "GET /secret-path HTTP/1.1\r\nHost: user@HOST\r\n\r\n",
                "GET /secret-path HTTP/1.1\r\nHost: HOST\r\nHost: HOST\r\n\r\n",
                "GET secret-path HTTP/1.1\r\nHost: HOST\r\n\r\n",
                "GET /secret-path%e0%80 HTTP/1.1\r\nHost: HOST\r\n\r\n",
                "OPTIONS * HTTP/1.1\r\nHost: HOST\r\n\r\n",
                "CONNECT secret-path:443 HTTP/1.1\r\nHost: HOST\r\n\r\n"
            })
    void a_request_that_cannot_be_read_is_refused_with_our_headers_and_leaves_no_line_in_the_log(
            String request) throws Exception {
        Path log = stack.data().log("application");
        long before = Files.size(log);
        String answer = ask(request);
        assertThat(answer)
                .matches("(?s)HTTP/1.[01] 4.*")
                .containsIgnoringCase("Content-Security-Policy: default-src 'none'")
                .doesNotContain("Error id", "stack");
        assertThat(Files.size(log)).as(Files.readString(log)).isEqualTo(before);
    }

    @Test
    void a_path_that_cannot_be_read_is_refused_without_a_word_and_leaves_no_line_in_the_log()
            throws Exception {
        Path log = stack.data().log("application");
        long before = Files.size(log);
        assertThat(ask("GET /secret-path%zz HTTP/1.1\r\nHost: HOST\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ")
                .endsWith("\r\n\r\n");
        assertThat(Files.size(log)).as(Files.readString(log)).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource({
        "drop, PUT, /en, 405",
        "drop, DELETE, /en, 405",
        "drop, FOO, /en, 405",
        "drop, POST, /en/start, 413",
        "news, POST, /en, 405",
        "audit, POST, /log/checkpoint, 405"
    })
    void a_method_that_nothing_answers_is_said_to_be_none(
            String door, String method, String path, int status) throws Exception {
        String host = door + ".localhost:" + stack.port();
        assertThat(ask(method + " " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n"))
                .matches("(?s)HTTP/1.1 " + status + " .*");
    }

    /// What comes back of a request as it is written here, `HOST` being the sources' door.
    private String ask(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", stack.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(
                            request.replace("HOST", "drop.localhost:" + stack.port())
                                    .replaceFirst("\r\n\r\n$", "\r\nConnection: close\r\n\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void a_form_that_breaks_off_leaves_no_line_in_the_log() throws Exception {
        Path log = stack.data().log("application");
        try (SourceBrowser source = new SourceBrowser(stack)) {
            source.begin();
            long before = Files.size(log);
            double counted = metric("sigillo_drop_broken_off_total");
            try (Socket socket = new Socket("127.0.0.1", stack.port())) {
                OutputStream out = socket.getOutputStream();
                out.write(
                        ("POST /en/submit HTTP/1.1\r\nHost: drop.localhost:"
                                        + stack.port()
                                        + "\r\nOrigin: http://drop.localhost:"
                                        + stack.port()
                                        + "\r\nCookie: "
                                        + source.cookie()
                                        + "\r\nContent-Type: multipart/form-data; boundary="
                                        + SourceBrowser.BOUNDARY
                                        + "\r\nContent-Length: 900000\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
                out.write(
                        Arrays.copyOf(
                                SourceBrowser.body(Part.file("half", new byte[70_000])), 60_000));
                out.flush();
                Thread.sleep(500);
            }
            for (int i = 0; i < 100 && metric("sigillo_drop_broken_off_total") == counted; i++) {
                Thread.sleep(100);
            }
            assertThat(metric("sigillo_drop_broken_off_total")).isEqualTo(counted + 1);
            assertThat(Files.size(log)).as(Files.readString(log)).isEqualTo(before);
            assertThat(metrics())
                    .as("no counts or times of each request at each address")
                    .doesNotContain("http_server_requests", "uri=\"");
        }
    }

    @Test
    void a_form_of_parts_anywhere_else_is_refused_and_never_touches_the_disk() throws Exception {
        byte[] body = SourceBrowser.body(Part.file("planted", new byte[200_000]));
        for (String[] at :
                new String[][] {
                    {"drop", "/en/return"},
                    {"drop", "/en/confirm"},
                    {"drop", "/en/receipt"},
                    {"drop", "/en/start"},
                    {"drop", "/en/leave"},
                    {"desk", "/api/people/enrol"},
                    {"news", "/en"}
                }) {
            try (Socket socket = new Socket("127.0.0.1", stack.port())) {
                OutputStream out = socket.getOutputStream();
                String host = at[0] + ".localhost:" + stack.port();
                out.write(
                        ("POST "
                                        + at[1]
                                        + " HTTP/1.1\r\nHost: "
                                        + host
                                        + "\r\nOrigin: http://"
                                        + host
                                        + "\r\nContent-Type: multipart/form-data; boundary="
                                        + SourceBrowser.BOUNDARY
                                        + "\r\nContent-Length: "
                                        + body.length
                                        + "\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
                // All but the end, and then it hangs.
                out.write(body, 0, body.length - 10);
                out.flush();
                assertThat(firstLine(socket.getInputStream())).as(at[1]).contains(" 415");
                assertThat(temporary()).as(at[1]).isEmpty();
            }
        }
    }

    /// Files in the application's folder for temporary ones.
    private List<Path> temporary() throws IOException {
        try (Stream<Path> files = Files.walk(stack.data().path("run").resolve("tmp"))) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    void http_2_is_not_spoken_at_any_door() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", stack.port())) {
            OutputStream out = socket.getOutputStream();
            // RFC 9113 §3.4, and an empty SETTINGS frame.
            out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            out.write(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0});
            out.flush();
            socket.setSoTimeout(10_000);
            String answer = firstLine(socket.getInputStream());
            // A line of text that refuses it, where HTTP/2 would answer with a frame.
            assertThat(answer).matches("HTTP/[0-9.]+ 400 Bad Request\\s*");
        }
    }

    private double metric(String name) throws Exception {
        return metrics()
                .lines()
                .filter(it -> it.startsWith(name))
                .mapToDouble(it -> Double.parseDouble(it.substring(it.lastIndexOf(' '))))
                .sum();
    }

    private String metrics() throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                            HttpRequest.newBuilder(URI.create(stack.management() + "/q/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    private static String firstLine(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
            line.write(b);
        }
        return line.toString(StandardCharsets.US_ASCII);
    }

    /// What half-written segments left, once the ledger's own tiles, which come by the same way, have
    /// passed.
    private long incoming() throws Exception {
        Path folder = stack.data().path("vault").resolve(".incoming");
        long left = 1;
        for (int i = 0; i < 100 && left > 0; i++) {
            Thread.sleep(50);
            try (Stream<Path> files = Files.walk(folder)) {
                left = files.filter(it -> Files.isRegularFile(it) && !it.endsWith("lock")).count();
            }
        }
        return left;
    }
}
