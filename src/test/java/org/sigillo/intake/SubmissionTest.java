package org.sigillo.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.sigillo.intake.Submission.End;

/// What a form's parts come to.
class SubmissionTest {
    private static final int MOST = 10;
    private static final String BOUNDARY = "----sigillo'test(boundary)+_,-./:=?";

    private final Semaphore longMessages = new Semaphore(1);
    private static final String FILE =
            "Content-Disposition: form-data; name=\"files\"; filename=\"a\"\r\n\r\nbytes";

    private final List<String> taken = new ArrayList<>();

    @Test
    void without_a_shortest_message_files_may_come_alone() throws IOException {
        assertThat(read(0, FILE)).isEqualTo(End.WHOLE);
        assertThat(read(0, message(" \n"), FILE)).isEqualTo(End.WHOLE);
        assertThat(taken).containsExactly("a", "a");
        assertThat(read(0, message(""))).isEqualTo(End.EMPTY);
    }

    @Test
    void with_one_nothing_is_taken_before_somebody_has_said_enough() throws IOException {
        assertThat(read(5, FILE)).isEqualTo(End.MESSAGE_TOO_SHORT);
        assertThat(read(5, message(""), FILE)).isEqualTo(End.MESSAGE_TOO_SHORT);
        assertThat(read(5, message("a b c d"))).isEqualTo(End.MESSAGE_TOO_SHORT);
        assertThat(read(5, message("\u3000   \t\n     abcd"), FILE))
                .isEqualTo(End.MESSAGE_TOO_SHORT);
        // The order is a program's choice; a browser sends the message first.
        assertThat(read(5, FILE, message("what it is"))).isEqualTo(End.MESSAGE_TOO_SHORT);
        assertThat(taken).isEmpty();
        assertThat(read(5, message("a b c d e"), FILE)).isEqualTo(End.WHOLE);
        assertThat(taken).containsExactly("message", "a");
    }

    @Test
    void characters_are_those_that_people_count() throws IOException {
        assertThat(read(3, message("ä🙂"))).isEqualTo(End.MESSAGE_TOO_SHORT);
        assertThat(read(3, message("ä🙂x"))).isEqualTo(End.WHOLE);
        assertThat(read(3, message("abc"), message(""), FILE)).as("said once").isEqualTo(End.WHOLE);
    }

    @Test
    void only_so_many_long_ones_are_held_at_once_and_short_ones_wait_for_none() throws IOException {
        String many = "a".repeat(Submission.SHORT_MESSAGE);
        assertThat(read(0, message(many))).isEqualTo(End.WHOLE);
        assertThat(longMessages.tryAcquire()).isTrue();
        assertThat(read(0, message(many), FILE)).isEqualTo(End.BUSY);
        assertThat(read(0, message(many.substring(1)), FILE)).isEqualTo(End.WHOLE);
        longMessages.release();
        assertThat(read(0, message("a".repeat(Submission.LONGEST_MESSAGE)))).isEqualTo(End.WHOLE);
        assertThat(read(0, message("a".repeat(Submission.LONGEST_MESSAGE + 1))))
                .isEqualTo(End.MESSAGE_TOO_LONG);
        assertThat(longMessages.availablePermits()).isEqualTo(1);
    }

    @Test
    void messages_count_as_files_do_and_empty_ones_do_not() throws IOException {
        String[] parts = new String[10_000];
        Arrays.fill(parts, message("look"));
        assertThat(read(0, parts)).isEqualTo(End.TOO_MANY);
        assertThat(taken).hasSize(MOST);
        Arrays.fill(parts, FILE);
        assertThat(read(0, parts)).isEqualTo(End.TOO_MANY);
        assertThat(taken).hasSize(2 * MOST);
        Arrays.fill(parts, message(" "));
        parts[9_999] = FILE;
        assertThat(read(0, parts)).isEqualTo(End.WHOLE);
        Arrays.fill(parts, "Content-Disposition: form-data; name=\"files\"; filename=\"\"\r\n\r\n");
        assertThat(read(0, parts)).isEqualTo(End.EMPTY);
        assertThat(taken).hasSize(2 * MOST + 1);
    }

    /// Pieces of the delimiter (RFC 2046 §5.1.1) at the edges of whatever is read at once.
    @Test
    void what_looks_like_a_boundary_comes_out_as_it_went_in() throws IOException {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        String delimiter = "\r\n--" + BOUNDARY;
        List<String> pieces =
                List.of(
                        "\r",
                        "\n",
                        "\r\n",
                        "--",
                        "\r\r\n--",
                        BOUNDARY.substring(1),
                        "-" + BOUNDARY.substring(1, 30),
                        BOUNDARY + "--\r\n",
                        delimiter.substring(0, delimiter.length() - 1),
                        "\r\n\r\n",
                        "a",
                        "\0");
        for (int round = 0; round < 300; round++) {
            List<String> contents = new ArrayList<>();
            for (int part = 0; part < 3; part++) {
                StringBuilder content = new StringBuilder("x".repeat(3_900 + random.nextInt(400)));
                for (int i = 0; i < 40; i++) {
                    content.append(pieces.get(random.nextInt(pieces.size())));
                }
                // What is one by chance is none that a browser would have drawn for these contents.
                contents.add(content.toString().replace("--" + BOUNDARY, ""));
            }
            if (contents.stream().anyMatch(it -> it.contains("--" + BOUNDARY))) {
                continue;
            }
            List<String> came = new ArrayList<>();
            assertThat(
                            Submission.of(
                                            "multipart/form-data; boundary=\"" + BOUNDARY + "\"",
                                            inPieces(body(contents), random),
                                            10,
                                            0,
                                            longMessages)
                                    .orElseThrow()
                                    .read((name, _, in) ->
                                            came.add(
                                                    new String(
                                                            in.readAllBytes(),
                                                            StandardCharsets.ISO_8859_1))))
                    .as("seed %d", seed)
                    .isEqualTo(End.WHOLE);
            assertThat(came).as("seed %d", seed).isEqualTo(contents);
        }
    }

    @Test
    void what_breaks_off_anywhere_is_malformed_and_no_part_of_it_ends_as_if_it_were_whole()
            throws IOException {
        List<String> contents = List.of("one".repeat(10), "\r\n", "two".repeat(2_000));
        String whole = body(contents);
        for (int length = 0; length < whole.indexOf("--\r\nan epilogue"); length++) {
            List<String> came = new ArrayList<>();
            assertThat(
                            submission(whole.substring(0, length))
                                    .read((_, _, in) -> came.add(text(in))))
                    .as("%d bytes", length)
                    .isEqualTo(End.MALFORMED);
            assertThat(came.equals(contents.subList(0, came.size())))
                    .as("%d bytes", length)
                    .isTrue();
        }
    }

    @Test
    void whatever_a_part_says_that_it_is_comes_out_as_one_file() throws IOException {
        String nested = "--in\r\nContent-Type: text/plain\r\n\r\ninner\r\n--in--\r\n";
        String mail = "From: a@example.org\r\nSubject: b\r\n\r\nbody";
        String line = "\0".repeat(1 << 20);
        for (String[] part :
                new String[][] {
                    {"multipart/mixed; boundary=in", nested},
                    {"multipart/related", nested},
                    {"multipart/form-data; boundary=\"" + BOUNDARY + "\"", nested},
                    {"message/rfc822", mail},
                    {"text/html; charset=utf-16", line},
                    {"application/octet-stream\r\nContent-Transfer-Encoding: base64", "AAAA"},
                    {"text/plain\r\nContent-Length: 1", "more"},
                }) {
            List<String> came = new ArrayList<>();
            String body =
                    "--%s\r\nContent-Disposition: form-data; name=\"files\"; filename=\"ä.x\"\r\nContent-Type: %s\r\n\r\n%s\r\n--%s--\r\n"
                            .formatted(BOUNDARY, part[0], part[1], BOUNDARY);
            assertThat(
                            submission(body)
                                    .read((name, _, in) -> {
                                        came.add(name.orElseThrow());
                                        came.add(text(in));
                                    }))
                    .as(part[0])
                    .isEqualTo(End.WHOLE);
            assertThat(came)
                    .as(part[0])
                    .containsExactly(
                            new String(
                                    "ä.x".getBytes(StandardCharsets.ISO_8859_1),
                                    StandardCharsets.UTF_8),
                            part[1]);
        }
    }

    @Test
    void headers_are_bounded_in_number_and_length_and_must_be_headers() throws IOException {
        String disposition = "Content-Disposition: form-data; name=\"files\"; filename=\"a\"\r\n";
        for (String headers :
                List.of(
                        disposition + "X: y\r\n".repeat(8),
                        disposition + "X: " + "y".repeat(9_000) + "\r\n",
                        disposition + "X: " + "y\r\n ".repeat(5_000) + "\r\n",
                        disposition + "no header\r\n",
                        disposition.replace("\"a\"", "\"a\nb\""),
                        "",
                        "Content-Disposition: attachment; name=\"files\"; filename=\"a\"\r\n",
                        "Content-Disposition: form-data; filename=\"a\"\r\n",
                        "Content-Disposition: form-data; name=\"other\"; filename=\"a\"\r\n",
                        "X".repeat(100_000))) {
            String body = "--" + BOUNDARY + "\r\n" + headers + "\r\nx\r\n--" + BOUNDARY + "--";
            assertThat(submission(body).read((_, _, _) -> taken.add("a part")))
                    .as("%.80s", headers)
                    .isEqualTo(End.MALFORMED);
        }
        assertThat(taken).isEmpty();
    }

    private Submission submission(String body) throws IOException {
        return Submission.of(
                        "multipart/form-data; boundary=\"" + BOUNDARY + "\"",
                        new ByteArrayInputStream(body.getBytes(StandardCharsets.ISO_8859_1)),
                        MOST,
                        0,
                        longMessages)
                .orElseThrow();
    }

    private static String text(InputStream in) throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    private static String body(List<String> contents) {
        StringBuilder body = new StringBuilder("a preamble\r\n");
        for (String content : contents) {
            body.append("--" + BOUNDARY + "\r\n")
                    .append(FILE.replace("bytes", ""))
                    .append(content)
                    .append("\r\n");
        }
        return body.append("--" + BOUNDARY + "--\r\nan epilogue").toString();
    }

    /// As it comes over a circuit: as many bytes at a time as chance has it.
    private static InputStream inPieces(String body, Random random) {
        return new ByteArrayInputStream(body.getBytes(StandardCharsets.ISO_8859_1)) {
            @Override
            public synchronized int read(byte[] bytes, int offset, int length) {
                return super.read(bytes, offset, Math.min(length, 1 + random.nextInt(5_000)));
            }
        };
    }

    @Test
    void the_names_of_what_the_header_says_are_the_same_in_any_case() throws IOException {
        for (String type :
                List.of(
                        "MULTIPART/FORM-DATA; BOUNDARY=b",
                        "Multipart/Form-Data;Boundary=\"b\"; charset=utf-8")) {
            assertThat(
                            Submission.of(
                                            type,
                                            new ByteArrayInputStream(
                                                    ("--b\r\n" + FILE + "\r\n--b--\r\n")
                                                            .getBytes(StandardCharsets.UTF_8)),
                                            MOST,
                                            0,
                                            longMessages)
                                    .orElseThrow()
                                    .read((name, _, in) -> {
                                        in.readAllBytes();
                                        taken.add(name.orElseThrow());
                                    }))
                    .isEqualTo(End.WHOLE);
        }
        assertThat(taken).containsExactly("a", "a");
    }

    private static String message(String text) {
        return "Content-Disposition: form-data; name=\"message\"\r\n\r\n" + text;
    }

    private End read(int shortest, String... parts) throws IOException {
        StringBuilder body = new StringBuilder();
        for (String part : parts) {
            body.append("--b\r\n").append(part).append("\r\n");
        }
        body.append("--b--\r\n");
        return Submission.of(
                        "multipart/form-data; boundary=b",
                        new ByteArrayInputStream(body.toString().getBytes(StandardCharsets.UTF_8)),
                        MOST,
                        shortest,
                        longMessages)
                .orElseThrow()
                .read((name, _, in) -> {
                    in.readAllBytes();
                    taken.add(name.orElse("message"));
                });
    }
}
