package org.sigillo.intake;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.sigillo.intake.SourceBrowser.Part;
import org.sigillo.stack.Hand;
import org.sigillo.stack.Stack;
import org.sigillo.stack.StackExtension;
import org.sigillo.waiting.Work;

/// More come than can be served: they wait, nobody is sent away, and no lane is full because another is.
@Tag("stack")
@Tag("sources")
@ExtendWith(StackExtension.class)
class WaitingIT {
    private static final Pattern METRIC = Pattern.compile("\\bsigillo_[a-z_]+");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Stack stack;

    WaitingIT(Stack stack) {
        this.stack = stack;
    }

    private static String to(HttpResponse<String> answer) {
        return answer.headers().firstValue("Location").orElse("");
    }

    /// As a browser does it by itself.
    private static String renewed(HttpResponse<String> page) {
        String refresh = page.headers().firstValue("Refresh").orElse("");
        return refresh.substring(refresh.indexOf("url=") + "url=".length());
    }

    /// @return whether it had to wait
    private boolean comesBack(HttpClient http) throws Exception {
        // Whoever made the client closes it.
        @SuppressWarnings("resource")
        SourceBrowser source = new SourceBrowser(stack, http);
        HttpResponse<String> answer =
                source.post("/en/return", "codename=one+two+three+four+five+six+seven");
        boolean waited = false;
        for (int i = 0; i < 60; i++) {
            assertThat(answer.statusCode()).as(answer.body()).isIn(200, 303);
            if (answer.statusCode() == 200) {
                assertThat(answer.body()).contains("Please wait a little");
                Thread.sleep(2_000);
                answer = source.get(renewed(answer));
            } else if (to(answer).endsWith("/en/wait")) {
                waited = true;
                answer = source.get("/en/wait");
            } else {
                assertThat(to(answer)).endsWith("/en/case");
                assertThat(source.get("/en/case").body()).contains("Nothing under this codename");
                return waited;
            }
        }
        throw new AssertionError("never came in");
    }

    @Test
    void many_who_come_back_at_once_all_come_in_and_who_begins_does_not_wait_for_them()
            throws Exception {
        try (HttpClient http =
                        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
                ExecutorService many = Executors.newVirtualThreadPerTaskExecutor();
                SourceBrowser other = new SourceBrowser(stack)) {
            List<Future<Boolean>> coming = new ArrayList<>();
            for (int i = 0; i < 120; i++) {
                coming.add(many.submit(() -> comesBack(http)));
            }
            Thread.sleep(1_000);
            other.begin();
            assertThat(other.submit(Part.message("not by the same lane")).statusCode())
                    .isEqualTo(303);
            int waited = 0;
            for (Future<Boolean> one : coming) {
                waited += one.get() ? 1 : 0;
            }
            assertThat(waited).as("longer than a request").isPositive();
        }
    }

    @Test
    void a_form_waits_for_a_place_and_who_has_a_case_does_not_wait_for_newcomers()
            throws Exception {
        try (SourceBrowser known = new SourceBrowser(stack);
                SourceBrowser newcomer = new SourceBrowser(stack);
                ExecutorService posting = Executors.newSingleThreadExecutor();
                SlowForms slow = forms(known, newcomer)) {
            slow.goOn();
            HttpResponse<String> page = newcomer.get("/en/form");
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.body())
                    .contains("Please wait a little", "The form comes next")
                    .doesNotContain("<textarea");
            String kept = renewed(page);
            assertThat(kept).startsWith("/en/form?place=");
            assertThat(newcomer.get(kept).body()).contains("Please wait a little");
            stays(newcomer, page);

            assertThat(known.get("/en/form").body()).contains("<textarea");
            assertThat(known.submit(Part.file("one more", new byte[100_000])).statusCode())
                    .isEqualTo(303);

            // Whoever sends all the same waits, unread, until there is one.
            slow.goOn();
            Future<HttpResponse<String>> sent =
                    posting.submit(() -> newcomer.submit(Part.message("held")));
            Thread.sleep(2_000);
            assertThat(sent.isDone()).isFalse();
            slow.endOne();
            assertThat(sent.get().statusCode()).isEqualTo(303);
            assertThat(newcomer.get("/en/case").body()).contains("Message 1");

            String form = newcomer.get(kept).body();
            assertThat(form).contains("<textarea", "/en/submit?place=");
        }
    }

    /// Whoever does not want it to come by itself says so once, and asks.
    private static void stays(SourceBrowser source, HttpResponse<String> page) throws Exception {
        Matcher link = Pattern.compile("href=\"([^\"]*)#state\" id=\"still\"").matcher(page.body());
        assertThat(link.find()).isTrue();
        HttpResponse<String> still = source.get(link.group(1).replace("&amp;", "&"));
        assertThat(still.headers().firstValue("Refresh")).isEmpty();
        assertThat(still.body()).contains("This page stays as it is", "id=\"moving\"");
        Matcher look =
                Pattern.compile("href=\"([^\"]*)#state\" id=\"go-on\"").matcher(still.body());
        assertThat(look.find()).isTrue();
        HttpResponse<String> again = source.get(look.group(1).replace("&amp;", "&"));
        assertThat(again.headers().firstValue("Refresh")).isEmpty();
        assertThat(again.body()).contains("This page stays as it is");
    }

    @Test
    void whoever_has_as_many_forms_as_one_may_holds_up_nobody_else() throws Exception {
        try (SlowForms own = SlowForms.ofOneSource(stack);
                SourceBrowser other = new SourceBrowser(stack)) {
            other.begin();
            own.oneMore();
            Thread.sleep(1_000);
            Instant before = Instant.now();
            assertThat(other.submit(Part.message("there are places")).statusCode()).isEqualTo(303);
            assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(10));
        }
    }

    @Test
    void newcomers_whose_forms_wait_hold_up_nobody_who_has_a_case() throws Exception {
        try (SourceBrowser known = new SourceBrowser(stack);
                SourceBrowser newcomer = new SourceBrowser(stack);
                ExecutorService posting = Executors.newSingleThreadExecutor();
                SlowForms slow = forms(known, newcomer)) {
            Future<HttpResponse<String>> held =
                    posting.submit(() -> newcomer.submit(Part.message("held")));
            Thread.sleep(1_000);
            Instant before = Instant.now();
            assertThat(known.submit(Part.message("of another lane")).statusCode()).isEqualTo(303);
            assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(10));
            slow.endOne();
            assertThat(held.get().statusCode()).isEqualTo(303);
        }
    }

    private SlowForms forms(SourceBrowser known, SourceBrowser newcomer) throws Exception {
        known.begin();
        known.submit(Part.message("what makes a case"));
        newcomer.begin();
        return SlowForms.inAllPlaces(stack);
    }

    private HttpResponse<String> proof(SourceProgram source, String token, long work, String place)
            throws Exception {
        ObjectNode body =
                JSON.createObjectNode().put("token", token).put("work", work).put("place", place);
        return source.ask("POST", "/api/session/proof", body);
    }

    @Test
    void on_a_day_that_brings_many_new_cases_are_slowed_and_then_none_begins() throws Exception {
        try (Crowded day = Crowded.of(stack);
                SourceBrowser hoarder = new SourceBrowser(stack);
                SourceBrowser writer = new SourceBrowser(stack);
                SourceBrowser before = day.aCase()) {
            hoarder.begin();
            writer.begin();
            day.leave(3);
            slowed(day);
            day.leave(3);
            byPages(day, writer, hoarder);
            day.leave(0);
            full(day, hoarder, before);
        }
    }

    /// New cases of programs cost work, and wait.
    private void slowed(Crowded day) throws Exception {
        try (SourceProgram first = new SourceProgram(stack);
                SourceProgram second = new SourceProgram(stack)) {
            assertThat(day.well()).contains("new cases are slowed: quota");
            atTheDesk("slowed");
            var challenge = SourceProgram.json(first.claim(true));
            int bits = challenge.path("work").asInt();
            assertThat(bits).isEqualTo(16);
            String token = first.opened(challenge);
            assertThat(proof(first, token, 0, "").statusCode()).isEqualTo(400);
            long work = Work.find(token, bits);
            assertThat(proof(first, token, work + 1, "").statusCode()).isEqualTo(400);
            assertThat(proof(first, token, work, "").statusCode()).isEqualTo(204);

            String next = second.opened(SourceProgram.json(second.claim(true)));
            HttpResponse<String> busy = proof(second, next, Work.find(next, bits), "");
            assertThat(busy.statusCode()).as(busy.body()).isEqualTo(429);
            assertThat(busy.headers().firstValue("Retry-After")).contains("2");
            assertThat(SourceProgram.json(busy).path("guard").asText()).isEqualTo("busy");
            String place = SourceProgram.json(busy).path("place").asText();
            assertThat(place).isNotEmpty();
            assertThat(proof(second, next, Work.find(next, bits), place).statusCode())
                    .isEqualTo(429);
            assertThat(day.metric("sigillo_drop_slowed_total{why=\"quota\"")).isPositive();
            // Coming back costs nothing.
            assertThat(SourceProgram.json(second.claim(false)).path("work").asInt()).isZero();
        }
    }

    /// Whose session is from before waits for their case's turn without a form in their hands, and does not wait again once it has
    /// come. What was only asked for counts as nothing.
    private void byPages(Crowded day, SourceBrowser first, SourceBrowser second) throws Exception {
        assertThat(first.get("/en/form").body()).contains("<textarea");
        HttpResponse<String> waits = second.get("/en/form");
        assertThat(waits.body()).contains("Please wait a little").doesNotContain("<textarea");
        assertThat(second.get(renewed(waits)).body()).contains("Please wait a little");
        String well = day.well();
        for (int i = 0; i < 4; i++) {
            assertThat(first.submit(Part.message("")).statusCode()).isEqualTo(400);
        }
        assertThat(day.well()).isEqualTo(well).contains("slowed");
        assertThat(first.submit(Part.message("in its turn")).statusCode()).isEqualTo(303);
    }

    /// An administrator sees it where everything else is.
    private void atTheDesk(String state) throws Exception {
        try (Hand ada = new Hand(stack, "ada")) {
            ada.link();
            assertThat(ada.ask("GET", "desk", "/api/health", "").body())
                    .contains("\"state\":\"" + state + "\"");
        }
    }

    /// Nobody begins, and who has a case goes on.
    private void full(Crowded day, SourceBrowser hoarder, SourceBrowser before) throws Exception {
        try (SourceBrowser newcomer = new SourceBrowser(stack);
                SourceProgram program = new SourceProgram(stack)) {
            HttpResponse<String> refused = newcomer.post("/en/start", "");
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.body())
                    .contains(
                            "Nobody new can begin today",
                            "under which something of yours has arrived");
            assertThat(refused.headers().firstValue("Set-Cookie")).isEmpty();
            // Nor with a codename of before that has no case yet.
            assertThat(hoarder.submit(Part.message("now")).statusCode()).isEqualTo(503);
            String token = program.opened(SourceProgram.json(program.claim(true)));
            HttpResponse<String> full = proof(program, token, Work.find(token, 16), "");
            assertThat(full.statusCode()).isEqualTo(503);
            assertThat(SourceProgram.json(full).path("guard").asText()).isEqualTo("quota");

            assertThat(before.submit(Part.message("today")).statusCode()).isEqualTo(303);
            assertThat(before.get("/en/case").body()).contains("Message 2");
            assertThat(day.well()).contains("sources are turned away: quota");
            atTheDesk("full");
            assertThat(day.metric("sigillo_drop_refused_total{why=\"quota\""))
                    .isGreaterThanOrEqualTo(3);
        }
    }

    @Test
    void every_alert_is_on_something_that_is_there() throws Exception {
        try (SourceBrowser source = new SourceBrowser(stack)) {
            source.begin();
            source.submit(Part.message(""));
        }
        String rules = Files.readString(Path.of("infra/alerts/sigillo.yml"));
        List<String> named = METRIC.matcher(rules).results().map(it -> it.group()).toList();
        assertThat(named).hasSizeGreaterThan(4);
        List<String> there = Crowded.metrics(stack);
        for (String metric : named) {
            assertThat(there).as(metric).anyMatch(line -> line.startsWith(metric));
        }
    }
}
