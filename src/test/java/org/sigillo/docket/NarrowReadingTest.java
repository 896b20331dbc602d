package org.sigillo.docket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Id;

/// What a source's requests read of a case without all of its exhibits: altered rows are found in it all the same.
class NarrowReadingTest extends OfACase {
    private final Id first = Id.random(random);
    private final Id second = Id.random(random);

    @BeforeEach
    void two_generations_and_an_exhibit_of_each() throws IOException {
        seal(first, 0);
        generation(nonce());
        seal(second, 1);
    }

    private void seal(Id exhibit, long generation) throws IOException {
        vault.put(SealedSegments.address(exhibit, 0), new byte[0]);
        cases.seal(
                new Cases.Arrival(
                        caseId,
                        exhibit,
                        generation,
                        Sha256.of(exhibit.bytes()),
                        65536,
                        List.of(new Cases.Segment(70_000, Sha256.of())),
                        new byte[] {2},
                        new byte[] {3}));
    }

    private Cases.Opened opened() {
        return cases.byLocator(Sha256.of(), source).orElseThrow();
    }

    private static void broken(
            String what, org.assertj.core.api.ThrowableAssert.ThrowingCallable reading) {
        assertThatThrownBy(reading)
                .isInstanceOf(BrokenEvidenceException.class)
                .hasMessageContaining(what);
    }

    @Test
    void the_newest_generation_is_that_of_the_whole_reading() {
        assertThat(opened().generation()).isEqualTo(1);
        assertThat(opened().recipient()).isEqualTo(rows.newest(caseId.hex()).recipient);
        assertThat(cases.exhibits(caseId)).isEqualTo(2);
    }

    @Test
    void a_generation_that_was_changed_added_or_taken_away_is_found() {
        GenerationRow newest = rows.newest(caseId.hex());
        GenerationRow oldest = rows.generations(caseId.hex()).getFirst();
        String before = newest.recipient;
        newest.recipient = recipient();
        broken("recipient of case " + caseId + ", generation 1", this::opened);
        newest.recipient = before;

        rows.remove(newest);
        broken("recipient of case " + caseId + ", generation 1", this::opened);
        rows.add(newest);
        rows.remove(oldest);
        broken("recipient of case " + caseId + ", generation 0", this::opened);
        rows.add(oldest);

        GenerationRow planted = new GenerationRow(caseId.hex(), 2, recipient());
        rows.add(planted);
        broken("recipient of case " + caseId + ", generation 2", this::opened);
        rows.remove(planted);
        assertThat(opened().generation()).isEqualTo(1);
    }

    @Test
    void a_case_that_was_made_anothers_is_found() {
        String another = recipient();
        rows.byId(caseId.hex()).source = another;
        broken(
                "source of case " + caseId,
                () -> cases.byLocator(Sha256.of(), another).orElseThrow());
        rows.byId(caseId.hex()).source = source;
    }

    @Test
    void what_was_entered_may_be_entered_again_by_whoever_was_not_told() throws IOException {
        seal(second, 1);
        assertThat(cases.exhibits(caseId)).isEqualTo(2);
        assertThat(cases.toSource(caseId, 1, 100).exhibits()).hasSize(2);
    }

    @Test
    void one_exhibit_is_read_as_it_is_among_all() {
        List<Cases.Shown> all = cases.toSource(caseId, 1, 100).exhibits();
        assertThat(cases.toSource(caseId, 2).orElseThrow())
                .usingRecursiveComparison()
                .isEqualTo(all.getLast());
        assertThat(cases.toSource(caseId, first).orElseThrow())
                .usingRecursiveComparison()
                .isEqualTo(all.getFirst());
        assertThat(cases.toSource(caseId, 0)).isEmpty();
        assertThat(cases.toSource(caseId, 3)).isEmpty();
        assertThat(cases.toSource(caseId, Id.random(random))).isEmpty();
    }

    @Test
    void a_reviewers_part_of_a_case_is_as_it_is_in_the_whole() throws IOException {
        vault.remove(SealedSegments.address(second, 0));
        refused("damaged", () -> desk.segment(newsroom.rosa.id, second, 0));
        CaseDesk.View whole = desk.view(newsroom.rosa.id, caseId);
        assertThat(whole.exhibits().getLast().damaged()).containsExactly(0);
        assertThat(desk.view(newsroom.rosa.id, caseId, 1, 100))
                .usingRecursiveComparison()
                .isEqualTo(whole);
        assertThat(desk.view(newsroom.rosa.id, caseId, 2, 100).exhibits())
                .usingRecursiveComparison()
                .isEqualTo(List.of(whole.exhibits().getLast()));
        assertThat(desk.view(newsroom.rosa.id, caseId, 1, 1).exhibits())
                .usingRecursiveComparison()
                .isEqualTo(List.of(whole.exhibits().getFirst()));
        assertThat(desk.view(newsroom.rosa.id, caseId, 3, 100).exhibits()).isEmpty();
        ExhibitRow row = rows.exhibit(second.hex()).orElseThrow();
        row.label = new byte[] {9};
        broken("label of exhibit " + second, () -> desk.view(newsroom.rosa.id, caseId, 2, 100));
        row.label = new byte[] {2};
    }

    @Test
    void where_two_have_changed_their_numbers_neither_is_forgotten() {
        Wishes wishes = new Wishes(ledger, desk, rows);
        ExhibitRow one = rows.exhibit(first.hex()).orElseThrow();
        ExhibitRow two = rows.exhibit(second.hex()).orElseThrow();
        one.number = 2;
        two.number = 1;
        broken("exhibit", () -> wishes.forget(caseId, 1));
        one.number = 1;
        two.number = 2;
        assertThat(wishes.forget(caseId, 1)).isTrue();
        assertThat(cases.toSource(caseId, first).orElseThrow().stub()).isEmpty();
        assertThat(cases.toSource(caseId, second).orElseThrow().stub()).isPresent();
    }

    @Test
    void where_all_were_taken_away_a_wish_says_so() {
        Wishes wishes = new Wishes(ledger, desk, rows);
        List<ExhibitRow> all = rows.exhibits(caseId.hex());
        all.forEach(rows::remove);
        broken(
                "exhibits of case " + caseId,
                () -> wishes.wish(caseId, org.sigillo.custody.CaseEvent.Wish.DELETION));
        all.forEach(rows::add);
    }

    @Test
    void one_that_was_altered_or_is_of_another_case_is_not_shown() {
        ExhibitRow row = rows.exhibit(second.hex()).orElseThrow();
        row.label = new byte[] {9};
        broken("label of exhibit " + second, () -> cases.toSource(caseId, 2));
        row.label = new byte[] {2};
        row.stub = null;
        broken("stub of exhibit " + second, () -> cases.toSource(caseId, second));
        row.stub = new byte[] {3};

        Id other = Id.random(random);
        row.caseId = other.hex();
        broken("case of exhibit " + second, () -> cases.toSource(caseId, second));
        row.caseId = caseId.hex();
        rows.remove(row);
        row.id = Id.random(random).hex();
        rows.add(row);
        broken("exhibit " + row.id, () -> cases.toSource(caseId, 2));
        rows.remove(row);
        row.id = second.hex();
        rows.add(row);
        assertThat(cases.toSource(caseId, 2)).isPresent();
    }
}
