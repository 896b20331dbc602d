package org.sigillo.sending;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.Sha256;
import org.sigillo.sealing.HybridIdentity;

class GoingOnTest extends Journey {
    @Test
    void sends_only_what_is_not_there() throws IOException {
        Content file = brokenOff();
        send(SHORT, file);
        assertThat(drop.puts()).hasSize(1).allMatch(it -> it.endsWith("/segments/2"));
        assertArrived(file);
    }

    @Test
    void sends_nothing_again_that_has_arrived() throws IOException {
        Content file = file("a", 70_000, "a");
        List<Sent> first = send(SHORT, message("Hello."), file);
        drop.asked.clear();
        List<Sent> again = send(SHORT, message("Hello."), Content.file(folder.resolve("a")));
        assertThat(again).allMatch(Sent::before);
        assertThat(again)
                .extracting(Sent::number)
                .isEqualTo(first.stream().map(Sent::number).toList());
        assertThat(drop.puts()).isEmpty();
    }

    @Test
    void goes_on_under_the_older_key_where_the_newsroom_has_a_newer_one() throws IOException {
        Content file = brokenOff();
        AtomicReference<Json.Obj> first = new AtomicReference<>();
        drop.shown =
                it -> {
                    first.set(it.object("generation"));
                    return it;
                };
        try (Visit visit = visit(SHORT, false)) {
            visit.told();
        }
        drop.shown = it -> it.with("earlier", Json.array(List.of(first.get())));
        drop.own.nextGeneration(newsroom.rosa);
        send(SHORT, file);
        assertThat(drop.puts()).hasSize(1);
        assertArrived(file);
    }

    @Test
    void refuses_an_older_key_that_is_not_the_cases() throws IOException {
        Content file = brokenOff();
        drop.own.nextGeneration(newsroom.rosa);
        Json.Obj own =
                Json.object()
                        .with("generation", 0)
                        .with("recipient", HybridIdentity.generate(random).recipient().text())
                        .with("keepsake", Sha256.of());
        drop.shown = it -> it.with("earlier", Json.array(List.of(own)));
        assertThatThrownBy(() -> send(SHORT, file))
                .isInstanceOf(BrokenEvidenceException.class)
                .hasMessageContaining("by its keepsake");
        assertThat(drop.puts()).isEmpty();
    }

    @Test
    void begins_anew_where_the_older_key_is_not_told() throws IOException {
        Content file = brokenOff();
        HybridIdentity next = drop.own.nextGeneration(newsroom.rosa);
        send(SHORT, file);
        assertThat(digestAsOpened(only(), next)).isEqualTo(Cuts.digest(file).hex());
        assertThat(drop.puts()).hasSize(3);
    }

    @Test
    void finishes_nothing_of_which_segments_were_swapped() throws IOException {
        Content longer = file("longer.bin", 3L * CUT + 5, "longer");
        brokenOff(longer, 3);
        FakeCase.Exhibit begun = only();
        FakeCase.Segment one = begun.segments.get(1);
        begun.segments.put(1, begun.segments.get(2));
        begun.segments.put(2, one);
        assertThat(send(SHORT, longer)).hasSize(1);
        assertThat(begun.finished).isNull();
        assertThat(drop.own.exhibits).hasSize(2);
    }

    @Test
    void finishes_nothing_of_which_the_server_made_a_digest_up() throws IOException {
        Content file = brokenOff();
        FakeCase.Exhibit begun = only();
        FakeCase.Segment one = begun.segments.get(1);
        begun.segments.put(1, new FakeCase.Segment(one.file(), Sha256.of(), one.mark()));
        assertThat(send(SHORT, file)).hasSize(1);
        assertThat(begun.finished).isNull();
        assertThat(drop.puts()).as("all of it, to another exhibit").hasSize(3);
    }

    @Test
    void lists_what_is_not_finished_and_gives_it_up() throws IOException {
        brokenOff();
        try (Visit visit = visit(SHORT, false)) {
            Told.Begun begun = visit.told().begun().getFirst();
            assertThat(begun.size()).isEqualTo(2L * CUT + 5);
            assertThat(begun.here()).isEqualTo(2);
            assertThat(begun.segments()).isEqualTo(3);
            visit.giveUp(begun.exhibit());
            assertThat(visit.told().begun()).isEmpty();
            assertThatThrownBy(() -> visit.giveUp(begun.exhibit()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("there is no such unfinished exhibit");
            assertThat(drop.asked.stream().filter(it -> it.startsWith("DELETE /api/ex")))
                    .as("the server would say yes to any")
                    .hasSize(1);
        }
    }
}
