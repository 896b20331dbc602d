package org.sigillo.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.sigillo.intake.SourceBrowser.Part;
import org.sigillo.stack.Stack;
import org.sigillo.stack.StackExtension;

/// Forms that are damaged, repeated, broken off or sent at once.
@Tag("stack")
@Tag("sources")
@ExtendWith(StackExtension.class)
class HostileFormsIT {
    private final Stack stack;

    HostileFormsIT(Stack stack) {
        this.stack = stack;
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
                        .contains("Nothing has arrived whole yet");
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
    void a_form_of_parts_anywhere_else_is_refused_and_never_touches_the_disk() throws Exception {
        // Within what such a request may carry: more is refused for that.
        byte[] body = SourceBrowser.body(Part.file("planted", new byte[4_000]));
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
