package org.sigillo.intake;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.Sha256;
import org.sigillo.intake.SourceBrowser.Part;
import org.sigillo.intake.SourceProgram.Prepared;
import org.sigillo.sealing.Codename;
import org.sigillo.sealing.HybridIdentity;
import org.sigillo.sealing.SealedBox;
import org.sigillo.stack.Hand;
import org.sigillo.stack.Stack;
import org.sigillo.stack.StackExtension;

/// What a program wrote wrong, or somebody with their own codename and bad intent, is their own to see, and closes nothing for anybody
/// else.
@Tag("stack")
@Tag("sources")
@ExtendWith(StackExtension.class)
class OwnDoingIT {
    private final Stack stack;

    OwnDoingIT(Stack stack) {
        this.stack = stack;
    }

    @AfterEach
    void others_send_as_ever() throws Exception {
        try (SourceBrowser other = new SourceBrowser(stack);
                Hand ada = new Hand(stack, "ada")) {
            other.begin();
            assertThat(other.submit(Part.message("from somebody else")).statusCode())
                    .isEqualTo(303);
            ada.link();
            assertThat(ada.ask("GET", "desk", "/api/health", "").body())
                    .doesNotContain("stub of exhibit", "locator of case");
        }
    }

    private void assertStands(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    /// @param change of what finishes the exhibit
    private void finished(SourceProgram program, Change change) throws Exception {
        JsonNode view = program.view();
        Prepared it = program.prepared("one file".getBytes(), view);
        program.start(it, view);
        assertThat(program.send(program.segment(it, 0)).statusCode()).isEqualTo(201);
        ObjectNode body = program.finishing(it, Optional.of("a.txt"), view);
        change.on(body, it);
        assertThat(program.finish(it, body).statusCode()).isEqualTo(201);
    }

    @FunctionalInterface
    private interface Change {
        void on(ObjectNode body, Prepared it) throws IOException;
    }

    @Test
    void a_stub_that_does_not_open_or_says_something_else_is_a_line_that_is_named()
            throws Exception {
        try (SourceProgram program = new SourceProgram(stack);
                HybridIdentity another = HybridIdentity.generate(new SecureRandom());
                SourceBrowser page = new SourceBrowser(stack)) {
            program.begin();
            finished(
                    program,
                    (body, it) ->
                            body.put(
                                    "stub",
                                    Base64.of(
                                            SealedBox.sealPadded(
                                                    "{}".getBytes(), another.recipient()))));
            finished(
                    program,
                    (body, it) ->
                            body.put(
                                    "stub",
                                    Base64.of(
                                            SealedBox.sealPadded(
                                                    "{}".getBytes(),
                                                    program.source().recipient()))));
            finished(program, (body, it) -> body.put("content", Sha256.of(new byte[7]).hex()));
            finished(program, (body, it) -> {});
            page.comesBack(program.codename());
            HttpResponse<String> seen = page.get("/en/case");
            assertStands(seen);
            assertThat(seen.body().split("cannot be opened with your codename", -1))
                    .as("three lines of four")
                    .hasSize(4);
            assertThat(seen.body()).contains("id=\"exhibit-4\"", "<dd>8</dd>");
            assertThat(page.post("/en/receipt", "number=1&form=sealed").statusCode())
                    .isEqualTo(404);
            assertThat(page.post("/en/exhibit/forget", "number=1").statusCode()).isEqualTo(303);
            assertThat(page.submit(Part.message("and more")).statusCode()).isEqualTo(303);
        }
    }

    @Test
    void boxes_that_are_padded_further_than_they_need_be_are_not_taken() throws Exception {
        try (SourceProgram program = new SourceProgram(stack)) {
            program.begin();
            JsonNode view = program.view();
            Prepared it = program.prepared(new byte[1], view);
            program.start(it, view);
            program.send(program.segment(it, 0));
            for (String member : List.of("label", "stub")) {
                ObjectNode body = program.finishing(it, Optional.empty(), view);
                byte[] large = new byte[3 * 4096];
                large[0] = 1;
                large[large.length - 1] = 1;
                body.put(
                        member,
                        Base64.of(SealedBox.sealPadded(large, program.source().recipient())));
                HttpResponse<String> answer = program.finish(it, body);
                assertThat(answer.statusCode()).as(member).isEqualTo(400);
                assertThat(answer.body()).contains("malformed", member);
            }
            assertThat(program.finish(it, program.finishing(it, Optional.empty(), view)).body())
                    .contains("\"number\":1");
        }
    }

    @Test
    void a_locator_that_was_claimed_with_another_recipient_has_no_case_for_its_codename()
            throws Exception {
        Codename codename = Codename.generate(new SecureRandom());
        try (SourceProgram program = new SourceProgram(stack, codename);
                SourceProgram other = new SourceProgram(stack);
                SourceBrowser page = new SourceBrowser(stack)) {
            assertThat(other.claimsLocatorOf(program).path("case").asText()).hasSize(32);
            page.comesBack(codename);
            assertStands(page.get("/en/case"));
            assertThat(page.get("/en/form").statusCode()).isEqualTo(403);
            program.prove(false);
            assertThat(program.ask("GET", "/api/case", null).body()).contains("no-case");
            program.prove(true);
            try (HybridIdentity generation = HybridIdentity.generate(new SecureRandom())) {
                assertThat(program.ask("PUT", "/api/case", program.beginning(generation)).body())
                        .contains("\"taken\"");
            }
        }
    }
}
