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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sigillo.intake.SourceBrowser.Part;
import org.sigillo.stack.Stack;
import org.sigillo.stack.StackExtension;

/// Requests that cannot be read or break off: refused with our headers, and without a line in the log.
@Tag("stack")
@Tag("sources")
@ExtendWith(StackExtension.class)
class UnreadableIT {
    private final Stack stack;

    UnreadableIT(Stack stack) {
        this.stack = stack;
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
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 431 ")
                    .contains("The request cannot be read");
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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400 | GET /de/secret-path%zz HTTP/1.1",
                "400 | GET /de/case?again=% HTTP/1.1",
                "400 | POST /de/submit HTTP/1.1~Content-Length: 4~Content-Length: 5",
                "400 | POST /de/submit HTTP/1.1~Content-Length: 4~Transfer-Encoding: chunked",
                "400 | POST /de/submit HTTP/1.1~Transfer-Encoding: chunked~Content-Length: 4",
                "501 | POST /de/submit HTTP/1.1~Transfer-Encoding: gzip, chunked",
                "501 | POST /de/submit HTTP/1.1~Transfer-Encoding: chunked~Transfer-Encoding: gzip",
                "501 | POST /de/submit HTTP/1.1~Transfer-Encoding: identity",
                "400 | GET /de HTTP/1.1~Secret header: x",
            })
    void a_head_that_cannot_be_read_is_refused_by_a_page_and_nothing_after_it_is_read(
            int status, String head) throws Exception {
        Path log = stack.data().log("application");
        long before = Files.size(log);
        String request = head.replace("~", "\r\n") + "\r\nHost: HOST\r\n\r\n";
        String answer =
                raw(request + "4\r\nsent\r\n0\r\n\r\nGET /en HTTP/1.1\r\nHost: HOST\r\n\r\n");
        assertThat(answer)
                .startsWith("HTTP/1.1 " + status + " ")
                .containsIgnoringCase("Connection: close")
                .containsIgnoringCase("Content-Security-Policy: default-src 'none'")
                .contains("Die Anfrage")
                .doesNotContain("secret", "Secret")
                .containsOnlyOnce("HTTP/1.1 ");
        assertThat(Files.size(log)).as(Files.readString(log)).isEqualTo(before);
    }

    @Test
    void behind_another_request_it_is_refused_in_its_turn() throws Exception {
        String good = "GET /de HTTP/1.1\r\nHost: HOST\r\n\r\n";
        String bad = "POST /de/submit HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: foo\r\n\r\n";
        String answer = raw(good + bad + good);
        assertThat(answer).startsWith("HTTP/1.1 200 ").contains("HTTP/1.1 501 ", "Die Anfrage");
        assertThat(answer.split("HTTP/1.1 ", -1)).as("nothing after it").hasSize(3);
    }

    @Test
    void an_address_that_is_too_long_is_refused_by_a_page() throws Exception {
        assertThat(raw("GET /en?" + "x".repeat(5_000) + " HTTP/1.1\r\nHost: HOST\r\n\r\n"))
                .startsWith("HTTP/1.1 414 ")
                .contains("The request cannot be read");
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
        return raw(request.replaceFirst("\r\n\r\n$", "\r\nConnection: close\r\n\r\n"));
    }

    private String raw(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", stack.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(
                            request.replace("HOST", "drop.localhost:" + stack.port())
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
            try (RawForm form =
                    RawForm.of(
                            stack,
                            source,
                            Trail.NONE,
                            SourceBrowser.body(Part.file("half", new byte[70_000])))) {
                form.to(60_000);
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
}
