package org.sigillo.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.SocketException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.sigillo.intake.SourceBrowser.Part;
import org.sigillo.stack.Stack;
import org.sigillo.stack.StackExtension;

/// What becomes of connections on which little happens, with little patience for them, and of too many: docs/operating.md has the table.
@Tag("stack")
@Tag("sources")
@ExtendWith(StackExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SlowConnectionsIT {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration NOT_YET = Duration.ofSeconds(2);

    private final Stack stack;

    SlowConnectionsIT(Stack stack) {
        this.stack = stack;
    }

    @AfterAll
    void as_it_was() throws Exception {
        stack.besides(Map.of());
    }

    /// Writes this again and again, slowly, until the connection ends.
    private static void ends(RawLine line, String what) throws Exception {
        try {
            for (int i = 0; i < 20; i++) {
                line.write(what);
                Thread.sleep(500);
            }
            assertThat(line.rest(NOT_YET)).as("ended").isPresent();
        } catch (SocketException e) {
            // It ended while we wrote.
        }
    }

    @Test
    void a_connection_ends_on_which_nothing_is_answered() throws Exception {
        stack.besides(Map.of("sigillo.http.unasked", "3s", "sigillo.http.small-body", "5s"));
        try (RawLine silent = new RawLine(stack)) {
            assertThat(silent.rest(SOON)).as("silent").contains("");
        }
        try (RawLine asked = new RawLine(stack)) {
            assertThat(asked.asks("GET /en").rest(SOON).orElseThrow())
                    .as("kept alive")
                    .startsWith("HTTP/1.1 200 ");
        }
        try (RawLine head = new RawLine(stack)) {
            head.write("GET /en HTTP/1.1\r\nHost: drop.localhost\r\n");
            ends(head, "X: y\r\n");
        }
        try (RawLine second = new RawLine(stack)) {
            second.asks("GET /en");
            assertThat(second.line(SOON)).contains("HTTP/1.1 200 OK");
            Thread.sleep(500);
            second.write("GET /en HTTP/1.1\r\nHost: drop.localhost\r\n");
            ends(second, "X: y\r\n");
        }
        bodies();
    }

    private void bodies() throws Exception {
        String form = "Content-Type: application/x-www-form-urlencoded";
        try (RawLine small = new RawLine(stack)) {
            small.asks("POST /en/return", form, "Content-Length: 1000");
            ends(small, "x");
        }
        try (RawLine refused = new RawLine(stack)) {
            refused.asks("POST /en/return", form, "Transfer-Encoding: chunked");
            assertThat(refused.line(SOON)).contains("HTTP/1.1 413 Request Entity Too Large");
            ends(refused, "1\r\nx\r\n");
        }
        try (SourceBrowser source = new SourceBrowser(stack)) {
            // A connection that is open meanwhile, and asks nothing, would end.
            source.begin();
            try (RawLine slow = new RawLine(stack)) {
                byte[] body = SourceBrowser.body(Part.message("slowly"));
                slow.form(source, "Content-Length: " + body.length);
                for (int i = 0; i < 16; i++) {
                    int from = body.length * i / 16;
                    slow.write(Arrays.copyOfRange(body, from, body.length * (i + 1) / 16));
                    Thread.sleep(600);
                }
                assertThat(slow.line(SOON)).contains("HTTP/1.1 303 See Other");
            }
        }
    }

    @Test
    void of_nearly_as_many_connections_as_there_may_be_the_longest_idle_one_gives_way()
            throws Exception {
        stack.besides(Map.of("sigillo.http.connections", "20"));
        try (SourceBrowser source = new SourceBrowser(stack);
                RawLine sending = new RawLine(stack)) {
            source.begin();
            byte[] body = SourceBrowser.body(Part.message("while others idle"));
            sending.form(source, "Content-Length: " + body.length);
            sending.write(Arrays.copyOf(body, 100));
            List<RawLine> idle = new ArrayList<>();
            try {
                for (int i = 0; i < 60; i++) {
                    RawLine line = new RawLine(stack);
                    idle.add(line);
                    line.asks("GET /en");
                    assertThat(line.line(SOON)).as("the " + i + "th").contains("HTTP/1.1 200 OK");
                }
                assertThat(idle.getFirst().rest(SOON)).as("gave way").isPresent();
            } finally {
                for (RawLine line : idle) {
                    line.close();
                }
            }
            sending.write(Arrays.copyOfRange(body, 100, body.length));
            assertThat(sending.line(SOON)).contains("HTTP/1.1 303 See Other");
        }
    }

    /// One on which something is being sent: it gives way to nobody.
    private RawLine sending() throws Exception {
        RawLine line = new RawLine(stack);
        String form = "Content-Type: application/x-www-form-urlencoded";
        line.asks("POST /en/return", form, "Content-Length: 1000");
        // Before the next one comes it must have been read so far.
        Thread.sleep(500);
        return line;
    }

    @Test
    void of_more_connections_than_there_may_be_the_last_ends_at_once() throws Exception {
        stack.besides(Map.of("sigillo.http.connections", "2"));
        try (RawLine one = sending();
                RawLine two = sending()) {
            try (RawLine three = new RawLine(stack)) {
                assertThat(three.rest(SOON)).contains("");
            }
            assertThat(Crowded.metrics(stack)).contains("sigillo_http_crowded 1.0");
            one.close();
            Thread.sleep(500);
            try (RawLine four = new RawLine(stack)) {
                four.asks("GET /en");
                assertThat(four.line(SOON)).contains("HTTP/1.1 200 OK");
            }
        }
        Thread.sleep(500);
        assertThat(Crowded.metrics(stack)).contains("sigillo_http_crowded 0.0");
    }

    @Test
    void a_request_behind_another_that_ends_without_its_body_takes_no_place_with_it()
            throws Exception {
        stack.besides(Map.of("sigillo.http.connections", "20"));
        String form = "Content-Type: application/x-www-form-urlencoded";
        for (int i = 0; i < 100; i++) {
            try (RawLine line = new RawLine(stack)) {
                line.asks("GET /en");
                line.asks("GET /en");
                line.asks("POST /en/return", form, "Content-Length: 100");
                line.write(new byte[] {'c'});
                Thread.sleep(5);
            }
        }
        Thread.sleep(500);
        try (RawLine line = new RawLine(stack)) {
            line.asks("GET /en");
            assertThat(line.line(SOON)).contains("HTTP/1.1 200 OK");
        }
        assertThat(Crowded.metrics(stack)).contains("sigillo_http_crowded 0.0");
        assertThat(Files.readString(stack.data().log("application")))
                .doesNotContain("exceptionCaught", "NullPointer");
    }
}
