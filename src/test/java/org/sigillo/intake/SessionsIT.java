package org.sigillo.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.sigillo.intake.SourceBrowser.Part;
import org.sigillo.stack.Stack;
import org.sigillo.stack.StackExtension;

/// What sources' sessions outlive: the server by the database, the database by the server, and one after the other.
@Tag("stack")
@Tag("sources")
@ExtendWith(StackExtension.class)
class SessionsIT {
    private final Stack stack;

    SessionsIT(Stack stack) {
        this.stack = stack;
    }

    @AfterEach
    void everybody_signs_in_again() throws Exception {
        stack.awaitSignIn();
    }

    @Test
    void a_session_outlives_the_server_and_the_database_when_they_go_one_after_the_other()
            throws Exception {
        try (SourceBrowser source = new SourceBrowser(stack)) {
            source.begin();
            stack.killApp();
            stack.startApp();
            assertThat(source.submit(Part.message("after the server")).statusCode()).isEqualTo(303);
            long hour = number("SELECT max(hour) FROM intake_cookie_key");
            String kept = "SELECT count(*) FROM intake_cookie_key WHERE hour = " + hour;
            stack.killDatabase();
            stack.startDatabase();
            // Its table of keys is empty now, and filled again by the server within ten seconds.
            for (int i = 0; i < 300 && number(kept) == 0; i++) {
                Thread.sleep(100);
            }
            assertThat(number(kept)).isEqualTo(1);
            stack.killApp();
            stack.startApp();
            assertThat(source.submit(Part.message("after both")).statusCode()).isEqualTo(303);
            assertThat(source.get("/en/case").body()).contains("Message 1", "Message 2");
        }
    }

    @Test
    void a_copy_of_a_cookie_opens_nothing_once_its_source_has_left() throws Exception {
        try (SourceBrowser source = new SourceBrowser(stack);
                SourceBrowser thief = new SourceBrowser(stack)) {
            String codename = source.begin();
            source.submit(Part.message("before I left"));
            String earlier = source.cookie();
            String last = source.get("/en/case").statusCode() == 200 ? source.cookie() : "";
            assertThat(thief.with(earlier).get("/en/case").body()).contains("Message 1");
            // The times in a cookie are whole seconds: whoever comes back in that of leaving is not
            // refused.
            Thread.sleep(1000);
            source.post("/en/leave", "");

            for (String copied : List.of(earlier, last)) {
                assertThat(thief.with(copied).get("/en/case").statusCode()).isEqualTo(403);
                assertThat(thief.with(copied).submit(Part.message("not theirs")).statusCode())
                        .isEqualTo(403);
            }
            source.post("/en/return", "codename=" + codename.replace(' ', '+'));
            assertThat(source.get("/en/case").body())
                    .contains("Message 1")
                    .doesNotContain("Message 2");
        }
    }

    @Test
    void nor_does_a_copy_of_one_that_holds_a_codename_as_yet() throws Exception {
        try (SourceBrowser source = new SourceBrowser(stack);
                SourceBrowser thief = new SourceBrowser(stack)) {
            source.post("/en/start", "");
            String copied = source.cookie();
            assertThat(thief.with(copied).get("/en/codename").statusCode()).isEqualTo(200);
            Thread.sleep(1000);
            source.post("/en/leave", "");
            assertThat(thief.with(copied).get("/en/codename").statusCode()).isEqualTo(403);
        }
    }

    @Test
    void nor_one_that_held_the_codename_before_its_word_was_said() throws Exception {
        try (SourceBrowser source = new SourceBrowser(stack);
                SourceBrowser thief = new SourceBrowser(stack)) {
            source.post("/en/start", "");
            String page = source.get("/en/codename").body();
            String copied = source.cookie();
            source.confirm(page);
            source.get("/en/form");
            Thread.sleep(1000);
            source.post("/en/leave", "");
            assertThat(thief.with(copied).get("/en/codename").statusCode()).isEqualTo(403);
        }
    }

    @Test
    void nor_does_a_form_bring_it_back_that_ends_after_its_source_has_left() throws Exception {
        byte[] body = SourceBrowser.body(Part.message("on its way"));
        try (SourceBrowser source = new SourceBrowser(stack)) {
            String codename = source.begin();
            try (RawForm form = RawForm.of(stack, source, Trail.NONE, body)) {
                form.to(body.length - 10);
                // The server has the form's head, and with it whose it is, before the source
                // leaves.
                Thread.sleep(1000);
                source.post("/en/leave", "");
                assertThat(form.head())
                        .startsWith("HTTP/1.1 303 ")
                        .contains("Set-Cookie: __Host-sigillo=; Max-Age=0;");
            }
            source.post("/en/return", "codename=" + codename.replace(' ', '+'));
            assertThat(source.get("/en/case").body()).contains("Message 1");
        }
    }

    private long number(String query) throws SQLException {
        return Long.parseLong(stack.asked(query));
    }
}
