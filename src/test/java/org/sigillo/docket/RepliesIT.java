package org.sigillo.docket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.sigillo.custody.Id;
import org.sigillo.intake.SourceBrowser;
import org.sigillo.intake.SourceBrowser.Part;
import org.sigillo.stack.Hand;
import org.sigillo.stack.Stack;
import org.sigillo.stack.StackExtension;

/// A conversation between a source without script and reviewers, through the running application.
@Tag("stack")
@ExtendWith(StackExtension.class)
class RepliesIT {
    private static final String WORDS = "Thank you.\nWho else has <b>page 3</b>? – Grüße 🙂";

    private final Stack stack;
    private Hand rosa;
    private Hand remy;
    private SourceBrowser source;
    private String codename = "";
    private CaseActs acts = new CaseActs("");

    RepliesIT(Stack stack) {
        this.stack = stack;
    }

    @BeforeEach
    void a_source_has_sent_a_message_and_rosa_has_opened_the_case() throws Exception {
        rosa = new Hand(stack, "rosa");
        remy = new Hand(stack, "remy");
        rosa.link();
        remy.link();
        Set<String> before = CaseActs.casesOf(rosa);
        source = new SourceBrowser(stack);
        codename = source.begin();
        assertThat(source.submit(Part.message("hello")).statusCode()).isEqualTo(303);
        acts = CaseActs.since(before, rosa);
        assertThat(acts.generation(rosa, 1, List.of(rosa, remy), Optional.empty()).statusCode())
                .isEqualTo(201);
    }

    @AfterEach
    void leave() {
        source.close();
        rosa.close();
        remy.close();
    }

    @Test
    void is_shown_to_the_source_once_as_new_and_removed_when_the_source_wishes() throws Exception {
        assertThat(source.get("/en/case").body()).doesNotContain("Our answers");
        assertThat(acts.reply(rosa, WORDS).statusCode()).isEqualTo(201);
        assertThat(acts.reply(remy, "And the date?").statusCode()).isEqualTo(201);

        assertThat(source.get("/en/case?again=1").body())
                .as("a page that renews itself says nothing of who has read it")
                .contains("New</strong>");
        String page = source.get("/en/case").body();
        assertThat(page)
                .contains("Our answers", "id=\"reply-1\"", "id=\"reply-2\"", "New</strong>")
                .contains("Thank you.\nWho else has &lt;b&gt;page 3&lt;/b&gt;? – Grüße 🙂")
                .contains("And the date?");
        assertThat(page.indexOf("reply-2"))
                .as("the newest first")
                .isLessThan(page.indexOf("reply-1"));
        // Whoever comes back finds them.
        source.post("/en/leave", "");
        source.post("/de/return", "codename=" + codename.replace(' ', '+'));
        assertThat(source.get("/de/case").body())
                .contains("Unsere Antworten", "And the date?")
                .doesNotContain("Neu</strong>");

        assertThat(source.post("/de/reply/remove", "number=1").statusCode()).isEqualTo(303);
        assertThat(source.get("/de/case").body())
                .doesNotContain("id=\"reply-1\"")
                .contains("id=\"reply-2\"");
        assertThat(source.post("/de/reply/remove", "number=1").statusCode())
                .as("again, from another tab")
                .isEqualTo(303);
        for (String wrong : List.of("0", "3", "-1", "2147483648", "x", "")) {
            assertThat(source.post("/de/reply/remove", "number=" + wrong).statusCode())
                    .as(wrong)
                    .isIn(400, 404);
        }
        JsonNode replies = acts.view(remy).path("replies");
        assertThat(replies.get(0).path("box").isNull()).isTrue();
        assertThat(replies.get(0).path("writer").asText()).isEqualTo(rosa.me().person().hex());
        assertThat(replies.get(1).path("box").isNull()).isFalse();
        assertThat(exported()).contains("replies/2.age").doesNotContain("replies/1.age");
        assertThat(source.get("/de/case").body()).contains("And the date?");
    }

    @Test
    void that_is_removed_while_others_look_breaks_nothing() throws Exception {
        for (int i = 0; i < 20; i++) {
            assertThat(acts.reply(rosa, "answer " + i).statusCode()).isEqualTo(201);
        }
        try (ExecutorService others = Executors.newFixedThreadPool(2)) {
            AtomicBoolean done = new AtomicBoolean();
            List<Future<Set<Integer>>> looking = new ArrayList<>();
            for (Hand one : List.of(rosa, remy)) {
                looking.add(
                        others.submit(() -> {
                            Set<Integer> answers = new TreeSet<>();
                            while (!done.get()) {
                                answers.add(
                                        one.ask("GET", "desk", "/api/cases/" + acts.caseId(), "")
                                                .statusCode());
                            }
                            return answers;
                        }));
            }
            for (int i = 1; i <= 20; i++) {
                assertThat(source.post("/en/reply/remove", "number=" + i).statusCode())
                        .isEqualTo(303);
            }
            done.set(true);
            for (Future<Set<Integer>> it : looking) {
                assertThat(it.get()).containsExactly(200);
            }
        }
        assertThat(source.submit(Part.message("nothing is broken")).statusCode()).isEqualTo(303);
    }

    @Test
    void that_a_colleagues_program_made_wrong_is_said_to_the_source_and_stops_nothing()
            throws Exception {
        assertThat(
                        acts.send(
                                        rosa,
                                        Id.random(new java.security.SecureRandom()),
                                        1,
                                        new byte[] {1})
                                .statusCode())
                .isEqualTo(201);
        assertThat(source.get("/en/case").body())
                .contains("id=\"reply-1\"", "cannot be opened with your codename");
        assertThat(source.submit(Part.message("I cannot open your answer")).statusCode())
                .isEqualTo(303);
    }

    @Test
    void and_what_a_source_takes_back_becomes_a_task_at_the_desk() throws Exception {
        for (String wrong : List.of("", "wish=everything", "wish=", "wish=deletion&sure=no")) {
            assertThat(source.post("/fr/wish", wrong).statusCode()).as(wrong).isEqualTo(400);
        }
        assertThat(source.post("/fr/wish", "wish=no-publication").body())
                .as("nobody takes anything back by a slip")
                .contains("Rien n’a été fait", "value=\"no-publication\"");
        String wish = "wish=no-publication&sure=yes";
        assertThat(source.post("/fr/wish", wish).statusCode()).isEqualTo(303);
        assertThat(source.post("/fr/wish", wish).statusCode())
                .as("from another tab")
                .isEqualTo(303);
        assertThat(source.get("/fr/case").body())
                .contains("id=\"wished-no-publication\"", "Personne ne s’en est encore occupé")
                .doesNotContain("value=\"no-publication\"")
                .contains("value=\"deletion\"");
        String settle = "/api/cases/" + acts.caseId() + "/wishes/no-publication/settle";
        assertThat(
                        rosa.ask("POST", "desk", settle.replace("no-publication", "deletion"), "")
                                .statusCode())
                .isEqualTo(404);
        assertThat(acts.view(rosa).path("wishes").get(0).path("settled").isNull()).isTrue();
        assertThat(rosa.ask("POST", "desk", settle, "").statusCode()).isEqualTo(204);
        assertThat(source.get("/fr/case").body()).contains("Quelqu’un s’en est occupé");

        assertThat(source.post("/fr/exhibit/forget", "number=1").statusCode()).isEqualTo(303);
        assertThat(source.get("/fr/case").body()).doesNotContain("id=\"exhibit-1\"");
        assertThat(source.post("/fr/receipt", "number=1&form=sealed").statusCode()).isEqualTo(404);
        assertThat(source.post("/fr/exhibit/forget", "number=7").statusCode()).isEqualTo(404);
        assertThat(source.submit(Part.message("and more")).statusCode()).isEqualTo(303);
        assertThat(source.get("/fr/case").body()).contains("id=\"exhibit-2\"");
        assertThat(acts.view(rosa).path("exhibits")).hasSize(2);
    }

    @Test
    void of_somebody_who_is_not_signed_in_or_malformed_is_refused() throws Exception {
        String path = "/api/cases/" + acts.caseId() + "/replies";
        for (String body :
                List.of("", "{}", "[]", "{\"reply\":\"x\",\"generation\":1,\"box\":\"!\"}")) {
            assertThat(rosa.ask("POST", "desk", path, body).statusCode()).as(body).isEqualTo(400);
        }
        try (Hand elena = new Hand(stack, "elena")) {
            elena.link();
            assertThat(elena.ask("POST", "desk", path, "{}").statusCode()).isEqualTo(403);
            assertThat(
                            elena.ask(
                                            "GET",
                                            "desk",
                                            "/api/cases/" + acts.caseId() + "/opened?size=1",
                                            "")
                                    .statusCode())
                    .isEqualTo(403);
        }
        try (SourceBrowser nobody = new SourceBrowser(stack)) {
            assertThat(nobody.post("/en/reply/remove", "number=1").statusCode()).isEqualTo(403);
        }
    }

    @Test
    void is_the_databases_to_keep_but_for_the_box_and_whether_it_was_seen() throws Exception {
        acts.reply(rosa, WORDS);
        try (Connection app = stack.asApplication().getConnection();
                Statement change = app.createStatement()) {
            for (String refused :
                    List.of(
                            "DELETE FROM reply",
                            "UPDATE reply SET generation = 2",
                            "UPDATE reply SET case_id = id",
                            "TRUNCATE reply")) {
                assertThatThrownBy(() -> change.execute(refused))
                        .as(refused)
                        .isInstanceOf(SQLException.class)
                        .hasMessageContaining("permission denied");
            }
            for (String refused :
                    List.of(
                            "UPDATE reply SET box = '\\x00' WHERE box IS NOT NULL",
                            "UPDATE exhibit SET stub = '\\x00' WHERE stub IS NOT NULL")) {
                assertThatThrownBy(() -> change.execute(refused))
                        .as(refused)
                        .isInstanceOf(SQLException.class)
                        .hasMessageContaining("removed, not replaced");
            }
        }
    }

    private Set<String> exported() throws Exception {
        HttpResponse<byte[]> tar =
                rosa.octets("GET", "desk", "/api/cases/" + acts.caseId() + "/export", new byte[0]);
        Set<String> names = new TreeSet<>();
        try (TarArchiveInputStream in =
                new TarArchiveInputStream(new ByteArrayInputStream(tar.body()))) {
            for (TarArchiveEntry it = in.getNextEntry(); it != null; it = in.getNextEntry()) {
                names.add(it.getName());
            }
        }
        return names;
    }
}
