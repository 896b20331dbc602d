package org.sigillo.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.sigillo.intake.Submission.End;

/// What a form's parts come to.
class SubmissionTest {
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
                        10,
                        shortest,
                        longMessages)
                .orElseThrow()
                .read((name, _, in) -> {
                    in.readAllBytes();
                    taken.add(name.orElse("message"));
                });
    }
}
