package org.sigillo.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.sigillo.intake.SourceBrowser.Part;
import org.sigillo.stack.Stack;
import org.sigillo.stack.StackExtension;

/// What becomes of forms that ask first, say too much, go away while they are held, or are followed by other requests:
/// docs/operating.md has the table.
@Tag("stack")
@Tag("sources")
@ExtendWith(StackExtension.class)
class HeldBodiesIT {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration NOT_YET = Duration.ofSeconds(2);
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 ([0-9]{3}) ");

    private final Stack stack;

    HeldBodiesIT(Stack stack) {
        this.stack = stack;
    }

    private long waiting() throws Exception {
        return Math.round(counted("sigillo_drop_waiting{lane=\"forms\""));
    }

    private void untilWaiting(long wanted) throws Exception {
        for (int i = 0; i < 50 && waiting() != wanted; i++) {
            Thread.sleep(100);
        }
        assertThat(waiting()).isEqualTo(wanted);
    }

    @Test
    void who_asks_before_sending_is_told_to_go_on_when_their_turn_has_come() throws Exception {
        byte[] body = SourceBrowser.body(Part.message("asked first"));
        try (SourceBrowser source = new SourceBrowser(stack);
                RawLine line = new RawLine(stack);
                SlowForms slow = SlowForms.inAllPlaces(stack)) {
            source.begin();
            line.form(source, "Expect: 100-continue", "Content-Length: " + body.length);
            assertThat(line.line(NOT_YET)).as("held").isEmpty();
            slow.endOne();
            assertThat(line.line(SOON)).contains("HTTP/1.1 100 Continue");
            assertThat(line.line(SOON)).contains("");
            line.write(body);
            assertThat(line.line(SOON)).contains("HTTP/1.1 303 See Other");
        }
    }

    @Test
    void who_asks_before_sending_and_is_refused_is_never_told_to_send() throws Exception {
        try (RawLine line = new RawLine(stack)) {
            line.asks(
                    "POST /en/submit",
                    "Expect: 100-continue",
                    "Content-Type: multipart/form-data; boundary=x",
                    "Content-Length: 1000000");
            Optional<String> answer = line.rest(SOON);
            assertThat(answer).as("nobody waits for a body that does not come").isPresent();
            assertThat(answer.get()).startsWith("HTTP/1.1 403 ");
        }
    }

    @Test
    void a_form_that_says_it_is_too_large_is_refused_before_it_is_sent() throws Exception {
        try (SourceBrowser source = new SourceBrowser(stack);
                RawLine asking = new RawLine(stack);
                RawLine sending = new RawLine(stack)) {
            source.begin();
            asking.form(source, "Expect: 100-continue", "Content-Length: 20000000001");
            assertThat(asking.line(SOON)).contains("HTTP/1.1 413 Request Entity Too Large");
            sending.form(source, "Content-Length: 20000000001");
            sending.write("--" + SourceBrowser.BOUNDARY + "\r\n");
            assertThat(sending.line(SOON)).contains("HTTP/1.1 413 Request Entity Too Large");
            // And whoever goes on sending is not left in the middle of it.
            for (int i = 0; i < 100; i++) {
                sending.write(new byte[1 << 20]);
            }
        }
    }

    @Test
    void who_goes_away_while_their_form_is_held_leaves_the_line_at_once() throws Exception {
        try (SourceBrowser source = new SourceBrowser(stack);
                RawLine asking = new RawLine(stack);
                RawLine sending = new RawLine(stack);
                SlowForms slow = SlowForms.inAllPlaces(stack)) {
            source.begin();
            asking.form(source, "Expect: 100-continue", "Content-Length: 1000000");
            sending.form(source, "Content-Length: 1000000");
            sending.write(new byte[100_000]);
            untilWaiting(2);
            asking.close();
            untilWaiting(1);
            sending.close();
            untilWaiting(0);
        }
    }

    private static String json(String body) {
        return "Content-Type: application/json\r\nContent-Length: " + body.length();
    }

    @Test
    void a_programs_request_that_no_honest_program_sends_is_refused_without_a_session()
            throws Exception {
        try (RawLine large = new RawLine(stack)) {
            large.asks("POST /api/session", json("x".repeat(8193)));
            assertThat(large.line(SOON)).contains("HTTP/1.1 413 Request Entity Too Large");
        }
        String twice = "{\"begin\":true,\"begin\":true}";
        try (RawLine line = new RawLine(stack)) {
            line.asks("POST /api/session", json(twice), "Connection: close");
            line.write(twice);
            assertThat(line.rest(SOON).orElseThrow())
                    .startsWith("HTTP/1.1 400 ")
                    .contains("\"guard\":\"malformed\"");
        }
    }

    @Test
    void whoever_goes_away_in_the_middle_of_a_body_is_no_fault_of_ours() throws Exception {
        double before = counted("sigillo_drop_broken_off_total");
        try (RawLine line = new RawLine(stack)) {
            line.asks("POST /api/session", json("x".repeat(100)));
            line.write("{\"begin\":");
            Thread.sleep(300);
        }
        for (int i = 0; i < 50 && counted("sigillo_drop_broken_off_total") == before; i++) {
            Thread.sleep(100);
        }
        assertThat(counted("sigillo_drop_broken_off_total")).isGreaterThan(before);
        assertThat(Crowded.metrics(stack))
                .noneMatch(it ->
                        it.startsWith("sigillo_drop_failed_total")
                                && it.contains("HttpClosedException"));
    }

    private double counted(String metric) throws Exception {
        return Crowded.metrics(stack).stream()
                .filter(it -> it.startsWith(metric))
                .mapToDouble(it -> Double.parseDouble(it.substring(it.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Test
    void bodies_that_never_go_on_take_no_more_memory_than_they_may() throws Exception {
        List<RawLine> begun = new ArrayList<>();
        try {
            Optional<String> answer = Optional.empty();
            while (answer.isEmpty() && begun.size() < 4_000) {
                for (int i = 0; i < 100; i++) {
                    RawLine line = new RawLine(stack);
                    begun.add(line);
                    line.asks("POST /api/session", json("x".repeat(8192)));
                    // All but its end: for what it brought it has two seconds.
                    line.write("{\"begin\":true,\"locator\":\"" + "a".repeat(8_165));
                }
                answer = begun.getLast().line(Duration.ofMillis(500));
            }
            assertThat(answer).contains("HTTP/1.1 503 Service Unavailable");
            assertThat(Crowded.metrics(stack))
                    .anyMatch(it ->
                            it.matches(
                                    "sigillo_http_bodies_refused_total\\{of=\"anybody\"} [1-9].*"));
            // Once they have had their time, they keep nobody out.
            Thread.sleep(3_000);
            try (SourceProgram program = new SourceProgram(stack)) {
                assertThat(program.claim(true).statusCode()).isEqualTo(200);
            }
        } finally {
            for (RawLine line : begun) {
                line.close();
            }
        }
    }

    @Test
    void requests_in_a_row_are_answered_in_a_row_and_a_flood_of_them_ends_the_connection()
            throws Exception {
        try (RawLine line = new RawLine(stack)) {
            line.asks("GET /en").asks("GET /de", "Connection: close");
            String both = line.rest(SOON).orElseThrow();
            assertThat(STATUS.matcher(both).results().map(it -> it.group(1)).toList())
                    .containsExactly("200", "200");
            assertThat(both.indexOf("Content-Language: en"))
                    .isPositive()
                    .isLessThan(both.indexOf("Content-Language: de"));
        }
        try (RawLine line = new RawLine(stack)) {
            line.asks(
                    "GET /en",
                    "Connection: Upgrade, HTTP2-Settings",
                    "Upgrade: h2c",
                    "HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA");
            assertThat(line.line(SOON)).as("no HTTP/2").contains("HTTP/1.1 200 OK");
        }
        try (SourceBrowser source = new SourceBrowser(stack);
                RawLine line = new RawLine(stack);
                SlowForms slow = SlowForms.inAllPlaces(stack)) {
            source.begin();
            byte[] body = SourceBrowser.body(Part.message("held"));
            line.form(source, "Content-Length: " + body.length);
            line.write(body);
            untilWaiting(1);
            try {
                for (int i = 0; i < 1_000; i++) {
                    line.asks("GET /en");
                }
            } catch (SocketException e) {
                // It ended while we wrote.
            }
            assertThat(line.line(NOT_YET)).as("ended").contains("");
            untilWaiting(0);
        }
    }
}
