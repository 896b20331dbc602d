package org.sigillo.sending;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Refusal;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Id;
import org.sigillo.sealing.HybridIdentity;

class LyingServerTest extends Journey {
    @Nested
    class A_server_that_goes_back {
        private final Optional<Sha256> genesis = Optional.of(newsroom.genesis.hash());
        private Line line;

        @BeforeEach
        void somebody_asks() {
            line = new Line(drop.way(), SHORT, Watcher.NONE, random);
        }

        @AfterEach
        void nobody_asks_any_more() {
            line.close();
        }

        @Test
        void may_show_a_ledger_that_has_grown() throws IOException {
            Newsroom before = Newsroom.ask(line, genesis);
            newsroom.grow();
            Newsroom after = before.again(line);
            assertThat(after.again(line).genesisHash()).isEqualTo(before.genesisHash());
            assertThat(drop.asked.stream().filter(it -> it.contains("consistency"))).hasSize(1);
        }

        @Test
        void may_not_show_a_smaller_one() throws IOException {
            Json.Obj small = newsroom.intake(0, 1 << 20);
            newsroom.grow();
            Newsroom before = Newsroom.ask(line, genesis);
            drop.intake = it -> small;
            assertThatThrownBy(() -> before.again(line))
                    .isInstanceOf(BrokenEvidenceException.class)
                    .hasMessageContaining("as seen before");
        }

        @Test
        void may_not_show_another_one() throws IOException {
            newsroom.grow();
            Newsroom before = Newsroom.ask(line, genesis);
            newsroom.otherwise();
            assertThatThrownBy(() -> before.again(line))
                    .isInstanceOf(BrokenEvidenceException.class);
            newsroom.grow();
            assertThatThrownBy(() -> before.again(line))
                    .isInstanceOf(BrokenEvidenceException.class);
        }

        @Test
        void may_not_show_an_older_key_of_the_case() throws IOException {
            send(SHORT, message("Hello."));
            try (Visit visit = visit(SHORT, false);
                    HybridIdentity made = drop.own.nextGeneration(newsroom.rosa)) {
                assertThat(made).isNotNull();
                visit.told();
                drop.own.generation = null;
                assertThatThrownBy(visit::told)
                        .isInstanceOf(BrokenEvidenceException.class)
                        .hasMessageContaining("generation");
            }
        }
    }

    @Nested
    class A_server_that_lies {
        private void assertRefused(String what) {
            assertThatThrownBy(() -> send(SHORT, message("Hello.")))
                    .isInstanceOf(BrokenEvidenceException.class)
                    .hasMessageContaining(what);
            assertThat(drop.own.exhibits).isEmpty();
        }

        @Test
        void is_another_newsroom() {
            TestNewsroom other = new TestNewsroom(1);
            drop.intake = it -> other.intake(0, 1 << 30);
            assertRefused("the genesis");
            assertThat(drop.asked).containsExactly("GET /api/intake");
        }

        @Test
        void names_a_receiver_who_does_not_count() {
            drop.intake = it -> receivers(it, newsroom.rosa, newsroom.remy, newsroom.elena);
            assertRefused("counts as reviewer");
        }

        @Test
        void names_somebody_whom_nobody_knows() {
            drop.intake =
                    it -> receivers(it, newsroom.rosa, newsroom.remy, new TestNewsroom(2).rosa);
            assertRefused("counts as reviewer");
        }

        @Test
        void leaves_a_receiver_out() {
            drop.intake = it -> receivers(it, newsroom.rosa);
            assertRefused("the receivers");
        }

        @Test
        void gives_a_receiver_a_key_of_its_own() {
            TestNewsroom.Person mallory =
                    new TestNewsroom.Person(
                            newsroom.remy.id(),
                            newsroom.remy.seed(),
                            HybridIdentity.generate(random),
                            newsroom.remy.role());
            drop.intake = it -> receivers(it, newsroom.rosa, mallory);
            assertRefused("recipient");
        }

        private static Json.Obj receivers(Json.Obj intake, TestNewsroom.Person... people) {
            return intake.with(
                    "receivers",
                    Json.array(
                            List.of(people).stream().map(TestNewsroom.Person::receiver).toList()));
        }

        @Test
        void signs_its_checkpoint_with_another_key() {
            drop.intake =
                    it ->
                            it.with(
                                    "people",
                                    it.object("people")
                                            .with(
                                                    "checkpoint",
                                                    new TestNewsroom(3)
                                                            .intake(0, 1)
                                                            .object("people")
                                                            .text("checkpoint")));
            assertRefused("checkpoint");
        }

        @Test
        void puts_its_own_recipient_into_the_case() {
            String own = HybridIdentity.generate(random).recipient().text();
            drop.shown =
                    it -> it.with("generation", it.object("generation").with("recipient", own));
            assertRefused("by its keepsake");
        }

        @Test
        void puts_its_own_recipient_under_a_reviewers_statement() throws IOException {
            send(SHORT, message("First."));
            drop.own.nextGeneration(newsroom.rosa);
            String own = HybridIdentity.generate(random).recipient().text();
            drop.shown =
                    it -> it.with("generation", it.object("generation").with("recipient", own));
            assertThatThrownBy(() -> send(SHORT, message("Second.")))
                    .isInstanceOf(BrokenEvidenceException.class)
                    .hasMessageContaining("recipient");
        }

        @Test
        void takes_a_statement_of_another_case() throws IOException {
            send(SHORT, message("First."));
            Json.Obj other =
                    newsroom.generation(
                            newsroom.rosa, Id.random(random), 1, HybridIdentity.generate(random));
            drop.shown = it -> it.with("generation", other);
            assertThatThrownBy(() -> send(SHORT, message("Second.")))
                    .isInstanceOf(BrokenEvidenceException.class)
                    .hasMessageContaining("subject");
        }

        @Test
        void has_an_editor_make_a_generation() throws IOException {
            send(SHORT, message("First."));
            drop.own.nextGeneration(newsroom.elena);
            assertThatThrownBy(() -> send(SHORT, message("Second.")))
                    .isInstanceOf(BrokenEvidenceException.class)
                    .hasMessageContaining("counts as reviewer");
        }

        @Test
        void asks_for_work_that_nobody_would_do() {
            drop.sessions.work = 60;
            assertThatThrownBy(() -> send(SHORT, message("First.")))
                    .isInstanceOf(MalformedException.class);
        }

        /// Else a stub's size and digest could be had read out by whoever took the server over.
        @Test
        void has_a_stub_opened_for_a_challenge() throws IOException {
            send(SHORT, message("First."));
            drop.sessions.challenge = Base64.parse(only().finished.text("stub"));
            drop.asked.clear();
            assertThatThrownBy(() -> send(SHORT, message("Second.")))
                    .isInstanceOf(BrokenEvidenceException.class)
                    .hasMessageContaining("must not be read out");
            assertThat(drop.asked).doesNotContain("POST /api/session/proof");
        }

        @Test
        void never_stops_answering() {
            drop.troubles.add(
                    always(
                            "GET /api/case",
                            exchange -> {
                                exchange.getResponseHeaders()
                                        .set("Content-Type", "application/json");
                                exchange.sendResponseHeaders(200, 0);
                                byte[] more = new byte[1 << 20];
                                while (true) {
                                    exchange.getResponseBody().write(more);
                                }
                            }));
            assertThatThrownBy(() -> send(SHORT, message("Hello.")))
                    .isInstanceOf(MalformedException.class);
        }

        @Test
        void says_that_a_segment_is_missing_for_ever() {
            drop.troubles.add(
                    always(
                            "POST /api/exhibits/.*/finish",
                            exchange -> {
                                only().segments.clear();
                                return false;
                            }));
            assertThatThrownBy(() -> send(SHORT, message("Hello."))).isInstanceOf(Refusal.class);
        }
    }
}
