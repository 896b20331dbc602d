package org.sigillo.docket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.CaseEvent;
import org.sigillo.custody.CaseEvent.Wish;
import org.sigillo.custody.Id;

/// What a source takes back, and who sees to it.
class WishesTest extends OfACase {
    private final Id exhibit = Id.random(random);
    private Wishes wishes;

    @BeforeEach
    void of_a_case_with_an_exhibit() throws IOException {
        wishes = new Wishes(ledger, desk, rows);
        vault.put(SealedSegments.address(exhibit, 0), new byte[0]);
        cases.seal(
                new Cases.Arrival(
                        caseId,
                        exhibit,
                        0,
                        Sha256.of(new byte[] {1}),
                        65536,
                        List.of(new Cases.Segment(70_000, Sha256.of())),
                        new byte[] {2},
                        new byte[] {3}));
    }

    @Test
    void a_wish_is_entered_once_and_stands_in_the_list_until_a_reviewer_has_seen_to_it() {
        assertThat(cases.toSource(caseId, 1, 100).wishes()).isEmpty();
        wishes.wish(caseId, Wish.DELETION);
        wishes.wish(caseId, Wish.DELETION);
        wishes.wish(caseId, Wish.NO_PUBLICATION);
        assertThat(events(CaseEvent.SourceWished.class)).hasSize(2);
        assertThat(listed()).containsExactly(Wish.NO_PUBLICATION, Wish.DELETION);

        wishes.settle(newsroom.rosa.id, caseId, Wish.DELETION);
        wishes.settle(newsroom.rosa.id, caseId, Wish.DELETION);
        assertThat(events(CaseEvent.WishSettled.class)).hasSize(1);
        assertThat(listed()).containsExactly(Wish.NO_PUBLICATION);
        LocalDate today = clock.instant().atOffset(ZoneOffset.UTC).toLocalDate();
        assertThat(cases.toSource(caseId, 1, 100).wishes().getLast().settled()).hasValue(today);
        assertThat(desk.view(newsroom.rosa.id, caseId).wishes())
                .isEqualTo(cases.toSource(caseId, 1, 100).wishes());
    }

    private List<Wish> listed() {
        return desk.grantedTo(newsroom.rosa.id).getFirst().wishes();
    }

    @Test
    void whoever_says_so_first_has_seen_to_it_and_a_colleague_may_say_so_too() {
        grant(given(newsroom.remy, 0, nonce()));
        wishes.wish(caseId, Wish.DELETION);
        wishes.settle(newsroom.rosa.id, caseId, Wish.DELETION);
        wishes.settle(newsroom.remy.id, caseId, Wish.DELETION);
        assertThat(events(CaseEvent.WishSettled.class)).hasSize(1);
        assertThat(listed()).isEmpty();
    }

    @Test
    void what_nobody_asked_for_or_is_no_case_of_ones_own_is_not_settled() {
        refused("no-wish", () -> wishes.settle(newsroom.rosa.id, caseId, Wish.DELETION));
        wishes.wish(caseId, Wish.DELETION);
        refused("not-granted", () -> wishes.settle(newsroom.remy.id, caseId, Wish.DELETION));
        assertThat(events(CaseEvent.WishSettled.class)).isEmpty();
    }

    @Test
    void what_a_source_was_told_is_gone_at_once_and_the_exhibit_stays() {
        assertThat(wishes.forget(caseId, 2)).isFalse();
        assertThat(wishes.forget(caseId, 0)).isFalse();
        assertThat(wishes.forget(caseId, 1)).isTrue();
        assertThat(wishes.forget(caseId, 1)).as("again").isTrue();
        assertThat(rows.exhibit(exhibit.hex()).orElseThrow().stub).isNull();
        assertThat(cases.toSource(caseId, 1, 100).exhibits().getFirst().stub()).isEmpty();
        assertThat(events(CaseEvent.StubRemoved.class)).hasSize(1);
        assertThat(desk.view(newsroom.rosa.id, caseId).exhibits()).hasSize(1);
    }

    @Test
    void a_stub_that_somebody_took_away_or_put_back_is_found() {
        ExhibitRow row = rows.exhibit(exhibit.hex()).orElseThrow();
        row.stub = null;
        found();
        row.stub = new byte[] {3};
        wishes.forget(caseId, 1);
        row.stub = new byte[] {3};
        found();
        row.stub = null;
        assertThat(cases.toSource(caseId, 1, 100).exhibits()).hasSize(1);
    }

    private void found() {
        assertThatThrownBy(() -> cases.toSource(caseId, 1, 100).exhibits())
                .isInstanceOf(BrokenEvidenceException.class)
                .hasMessageContaining("stub of exhibit " + exhibit);
    }
}
