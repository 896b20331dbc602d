package org.sigillo.sending;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.Refusal;
import org.sigillo.sealing.HybridIdentity;

class VisitTest extends Journey {
    @Nested
    class Sending_what_is_new {
        @Test
        void brings_message_and_file_and_a_reviewer_opens_both() throws IOException {
            Content file = file("leak.bin", 100_000, "the secret");
            List<Sent> sent = send(SHORT, message("Look at page 3."), file);

            assertThat(sent).extracting(Sent::number).containsExactly(1L, 2L);
            assertThat(sent.get(1).sha256()).isEqualTo(Cuts.digest(file));
            for (TestNewsroom.Person person : List.of(newsroom.rosa, newsroom.remy)) {
                HybridIdentity generation = drop.own.granted(person);
                FakeCase.Exhibit second = drop.own.exhibits.get(sent.get(1).exhibit().hex());
                assertThat(digestAsOpened(second, generation)).isEqualTo(Cuts.digest(file).hex());
                assertThat(label(second, generation).text("name")).isEqualTo("leak.bin");
                assertThat(
                                label(
                                                drop.own.exhibits.get(sent.get(0).exhibit().hex()),
                                                generation)
                                        .text("kind"))
                        .isEqualTo("message");
            }
        }

        @Test
        void cuts_large_files_and_pads_the_last_cut() throws IOException {
            Content file = file("large.bin", 2L * CUT + 5, "large");
            send(SHORT, file);
            assertThat(only().segments).hasSize(3);
            assertThat(only().begun.number("size")).isEqualTo(Cuts.padded(file));
            assertArrived(file);
        }

        @Test
        void begins_nothing_under_a_codename_that_was_typed() throws IOException {
            try (Visit visit = visit(SHORT, false)) {
                assertThatThrownBy(() -> visit.send(List.of(message("Hello.")), false, it -> {}))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("mistyped");
            }
            assertThat(drop.asked).noneMatch(it -> it.startsWith("PUT"));
        }

        @Test
        void seals_to_a_generation_that_a_reviewer_signed() throws IOException {
            send(SHORT, message("First."));
            HybridIdentity next = drop.own.nextGeneration(newsroom.remy);
            List<Sent> sent = send(SHORT, message("Second."));
            FakeCase.Exhibit exhibit = drop.own.exhibits.get(sent.getFirst().exhibit().hex());
            assertThat(label(exhibit, next).number("generation")).isEqualTo(1);
        }

        @Test
        void traces_a_case_of_the_pages_by_its_entry() throws IOException {
            send(SHORT, message("First."));
            drop.shown = it -> it.with("generation", it.object("generation").without("keepsake"));
            assertThatThrownBy(() -> send(SHORT, message("Too early.")))
                    .isInstanceOf(Refusal.class)
                    .hasMessageContaining("once its entry is published");
            drop.own.beat();
            assertThat(send(SHORT, message("Second."))).hasSize(1);
        }
    }

    @Nested
    class Of_many_files {
        @Test
        void what_was_told_of_them_is_asked_for_once() throws IOException {
            drop.most = 2;
            List<Content> files = new ArrayList<>();
            for (int i = 1; i <= 5; i++) {
                files.add(file("file " + i, 100 * i, "a"));
            }
            send(SHORT, files.toArray(Content[]::new));
            // Each once as it arrived.
            assertThat(drop.told).isEqualTo(5);
            assertThat(send(SHORT, file("another", 700, "b")).getFirst().number()).isEqualTo(6);
            // The visit is a new one: it is told all of them, and then of its own.
            assertThat(drop.told).isEqualTo(11);
        }

        @Test
        void a_case_that_does_not_end_is_refused() throws IOException {
            send(SHORT, message("First."));
            drop.shown = it -> it.with("next", 1);
            assertThatThrownBy(() -> send(SHORT, message("Second."))).hasMessageContaining("next");
        }
    }

    @Nested
    class Where_many_come {
        @Test
        void work_is_done_and_a_place_kept_until_the_turn_comes() throws IOException {
            drop.sessions.work = 12;
            drop.sessions.inLine = 2;
            send(SHORT, message("First."));
            assertThat(drop.sessions.proofs)
                    .extracting(it -> it.text("place"))
                    .containsExactly("", "place 1", "place 0");
            assertThat(only().finished.has("label")).isTrue();
        }

        @Test
        void nobody_is_kept_waiting_on_a_day_that_is_full() {
            drop.troubles.add(always("POST /api/session/proof", answering(503, "quota")));
            assertThatThrownBy(() -> send(SHORT, message("First.")))
                    .isInstanceOf(Refusal.class)
                    .hasMessageContaining("Come back tomorrow");
        }
    }

    @Nested
    class What_must_not_be_sent {
        @Test
        void is_a_first_message_that_is_too_short() {
            drop.firstMessage = 20;
            assertThatThrownBy(() -> send(SHORT, message("a  b  c")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("at least 20");
            assertThat(drop.asked).doesNotContain("PUT /api/case");
        }

        @Test
        void is_a_file_before_the_message_that_is_asked_for() {
            drop.firstMessage = 3;
            assertThatThrownBy(() -> send(SHORT, file("a", 5, "a")))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(drop.asked).doesNotContain("PUT /api/case");
        }

        @Test
        void is_what_the_newsroom_does_not_take() {
            drop.limit = 4;
            assertThatThrownBy(() -> send(SHORT, file("a", 5, "a")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("larger");
            assertThat(drop.asked).doesNotContain("PUT /api/case");
        }

        @Test
        void is_a_file_that_changes_while_it_is_read() throws IOException {
            Content file = file("a", 3L * CUT, "a");
            drop.troubles.add(
                    once(
                            "PUT /api/exhibits/.*/segments/0",
                            exchange -> {
                                Files.writeString(folder.resolve("a"), "shorter");
                                return false;
                            }));
            assertThatThrownBy(() -> send(SHORT, file))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("has changed while it was sent");
            assertThat(drop.asked).noneMatch(it -> it.endsWith("/finish"));
        }

        @Test
        void is_a_file_that_was_replaced_before_its_turn() throws IOException {
            Content file = file("a", 5, "a");
            Files.delete(folder.resolve("a"));
            file("a", 5, "b");
            assertThatThrownBy(() -> send(SHORT, file))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("has changed");
        }
    }
}
