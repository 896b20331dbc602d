package org.sigillo.sending;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Refusal;
import org.sigillo.custody.Id;

/// A file that is given once more: it was begun, it has arrived, or it is another one.
class ChosenAnewTest extends Journey {
    private FakeCase.Exhibit exhibit(Sent sent) {
        return drop.own.exhibits.get(sent.exhibit().hex());
    }

    @Nested
    class What_has_arrived {
        @Test
        void is_sent_once_more_where_that_is_wished() throws IOException {
            Content file = file("a", 70_000, "a");
            send(SHORT, file);
            assertThat(send(SHORT, file).getFirst().before()).isTrue();
            Sent again = send(SHORT, true, file).getFirst();
            assertThat(again.before()).isFalse();
            assertThat(again.number()).isEqualTo(2);
            assertThat(drop.own.exhibits).hasSize(2);
            assertThat(exhibit(again).finished).isNotNull();
        }

        @Test
        void is_known_under_any_name() throws IOException {
            send(SHORT, file("a", 70_000, "the same"));
            assertThat(send(SHORT, file("b", 70_000, "the same")).getFirst().before()).isTrue();
            assertThat(send(SHORT, file("a2", 70_000, "another")).getFirst().before()).isFalse();
        }
    }

    @Nested
    class What_was_begun {
        @Test
        void goes_on_also_where_it_would_be_sent_anyway() throws IOException {
            Content file = brokenOff();
            send(SHORT, true, file);
            assertThat(drop.puts()).hasSize(1);
            assertArrived(file);
        }

        @Test
        void goes_on_each_in_its_own_place() throws IOException {
            Content one = brokenOff();
            Content other = file("other.bin", 2L * CUT + 5, "large");
            change(folder.resolve("other.bin"), CUT + 7L);
            brokenOff(Content.file(folder.resolve("other.bin")), 2);
            assertThat(drop.own.exhibits).hasSize(2);

            List<Sent> sent = send(SHORT, Content.file(folder.resolve("other.bin")), one);
            assertThat(drop.puts()).hasSize(2).allMatch(it -> it.endsWith("/segments/2"));
            assertThat(drop.own.exhibits).hasSize(2);
            assertThat(digestAsOpened(exhibit(sent.get(1)), drop.own.granted(newsroom.rosa)))
                    .isEqualTo(Cuts.digest(one).hex());
            assertThat(other.size()).isEqualTo(one.size());
        }
    }

    @Nested
    class Another_file_of_the_same_size {
        @Test
        void is_begun_anew_and_that_is_said() throws IOException {
            brokenOff();
            Content other = file("other.bin", 2L * CUT + 5, "other");
            List<String> said = new ArrayList<>();
            try (Visit visit =
                    Newsroom.reach(drop.way(), Optional.empty(), SHORT, says(said), random)) {
                visit.enter(codename, false);
                visit.send(List.of(other), false, it -> {});
            }
            assertThat(said).singleElement().asString().contains("other.bin", "of another file");
            assertThat(drop.own.exhibits).hasSize(2);
            assertThat(drop.puts()).hasSize(3);
        }

        private static Watcher says(List<String> said) {
            return new Watcher() {
                @Override
                public void says(String sentence) {
                    said.add(sentence);
                }
            };
        }

        @Test
        void is_begun_anew_where_it_differs_between_what_is_there() throws IOException {
            Content file = file("longer.bin", 3L * CUT + 5, "longer");
            brokenOff(file, 3);
            FakeCase.Exhibit begun = only();
            change(folder.resolve("longer.bin"), CUT + 7L);
            Content changed = Content.file(folder.resolve("longer.bin"));
            Sent sent = send(SHORT, changed).getFirst();
            assertThat(begun.finished).isNull();
            assertThat(digestAsOpened(exhibit(sent), drop.own.granted(newsroom.rosa)))
                    .isEqualTo(Cuts.digest(changed).hex());
        }
    }

    /// `docs/spec/drop-api.md` §4.
    @Nested
    class Two_programs_at_one_exhibit {
        @Test
        void both_see_it_arrive_where_the_other_finishes_first() throws IOException {
            Content file = file("a", 70_000, "a");
            List<Sent> others = new ArrayList<>();
            drop.troubles.add(
                    once(
                            "POST /api/exhibits/.*/finish",
                            exchange -> {
                                others.addAll(send(SHORT, file));
                                return false;
                            }));
            Sent sent = send(SHORT, file).getFirst();
            assertThat(others).extracting(Sent::exhibit).containsExactly(sent.exhibit());
            assertThat(sent.number()).isEqualTo(1);
            assertThat(sent.sha256()).isEqualTo(Cuts.digest(file));
            assertThat(drop.own.exhibits).hasSize(1);
        }

        @Test
        void both_see_it_arrive_where_the_other_has_brought_all_of_it() throws IOException {
            Content file = file("a", 70_000, "a");
            drop.troubles.add(
                    once(
                            "PUT /api/exhibits/.*/segments/0",
                            exchange -> {
                                send(SHORT, file);
                                return answering(404, "no-exhibit").meets(exchange);
                            }));
            assertThat(send(SHORT, file).getFirst().number()).isEqualTo(1);
            assertArrived(file);
        }

        @Test
        void one_waits_for_what_the_other_has_claimed_and_then_brings_it() throws IOException {
            drop.troubles.add(once("PUT /api/exhibits/.*/segments/0", answering(409, "taken")));
            Content file = file("a", 70_000, "a");
            send(SHORT, file);
            assertThat(drop.puts()).hasSize(2);
            assertThat(drop.asked).filteredOn("GET /api/case"::equals).hasSizeGreaterThan(5);
            assertArrived(file);
        }

        @Test
        void what_somebody_gave_up_is_not_there_any_more() {
            drop.troubles.add(
                    once(
                            "PUT /api/exhibits/.*/segments/0",
                            exchange -> {
                                drop.own.exhibits.clear();
                                return false;
                            }));
            assertThatThrownBy(() -> send(SHORT, file("a", 70_000, "a")))
                    .isInstanceOf(Refusal.class);
        }

        @Test
        void a_place_that_was_never_begun_by_anybody_else_has_no_other_file() throws IOException {
            Content other = file("b", 70_000, "b");
            drop.troubles.add(
                    once(
                            "PUT /api/exhibits/.*/segments/0",
                            exchange -> {
                                takes(exchange, other);
                                return answering(409, "taken").meets(exchange);
                            }));
            assertThatThrownBy(() -> send(SHORT, file("a", 70_000, "a")))
                    .isInstanceOf(BrokenEvidenceException.class)
                    .hasMessageContaining("of another file");
            assertThat(drop.asked).noneMatch(it -> it.endsWith("/finish"));
        }

        /// As a server that claims to have a segment already.
        private void takes(HttpExchange exchange, Content other) throws IOException {
            String exhibit = exchange.getRequestURI().getPath().split("/")[3];
            drop.own
                    .exhibits
                    .get(Id.parse(exhibit).hex())
                    .segments
                    .put(0, new FakeCase.Segment(folder, Cuts.digest(other), Cuts.digest(other)));
        }
    }
}
