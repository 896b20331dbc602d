package org.sigillo.sending;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Json;
import org.sigillo.custody.Receipt;

/// The newsroom goes on from a ledger that was closed, and what a source sent before lies in that one
/// (`docs/spec/ledger.md` §13).
class ClosedLedgerTest extends Journey {
    /// Entry 0, `case.opened` and `exhibit.sealed`.
    private static final int ENTRIES = 3;

    private Content sentBefore() throws IOException {
        Content file = file("before", 70_000, "before");
        send(SHORT, file);
        drop.own.beat();
        return file;
    }

    private Map<Long, String> receipts() throws IOException {
        try (Visit visit = visit(SHORT, false)) {
            return visit.receipts(Set.of());
        }
    }

    private static void assertHolds(String text, TestNewsroom ledger, Content file)
            throws IOException {
        Receipt receipt = Receipt.parse(text);
        receipt.verify(ledger.origin, Ledgers.keys(ledger.genesis));
        receipt.verifyContent(Cuts.digest(file));
    }

    @Nested
    class What_lies_in_it {
        @Test
        void is_told_and_has_its_receipt_by_that_ledger() throws IOException {
            Content file = sentBefore();
            drop.own.goOn(ENTRIES);
            try (Visit visit = visit(SHORT, false)) {
                assertThat(visit.told().arrived().getFirst().index()).hasValue(2);
                assertThat(visit.broken()).isEmpty();
            }
            assertHolds(receipts().get(1L), newsroom, file);
        }

        @Test
        void is_not_sent_again() throws IOException {
            Content file = sentBefore();
            drop.own.goOn(ENTRIES);
            assertThat(send(SHORT, file).getFirst().before()).isTrue();
        }

        @Test
        void stands_beside_what_came_later() throws IOException {
            Content file = sentBefore();
            drop.own.goOn(ENTRIES);
            Content later = file("later", 5, "later");
            send(SHORT, later);
            drop.own.beat();
            Map<Long, String> receipts = receipts();
            assertHolds(receipts.get(1L), newsroom, file);
            assertHolds(receipts.get(2L), drop.own.newsroom(), later);
        }

        @Test
        void may_be_where_a_case_of_the_pages_began() throws IOException {
            sentBefore();
            drop.shown = it -> it.with("generation", it.object("generation").without("keepsake"));
            drop.own.goOn(ENTRIES);
            assertThat(send(SHORT, message("More of it."))).hasSize(1);
        }

        @Test
        void is_proven_by_a_smaller_tree_than_witnesses_saw_last() throws IOException {
            Content file = sentBefore();
            newsroom.grow();
            drop.own.goOn(ENTRIES + 1);
            newsroom.forgetLast();
            assertHolds(receipts().get(1L), newsroom, file);
        }

        @Test
        void is_not_proven_by_a_tree_that_has_grown_since() throws IOException {
            sentBefore();
            drop.own.goOn(ENTRIES);
            newsroom.grow();
            assertThatThrownBy(ClosedLedgerTest.this::receipts)
                    .isInstanceOf(BrokenEvidenceException.class)
                    .hasMessageContaining("expected 3 entries at most, found 4");
        }

        @Test
        void is_not_proven_by_another_tree_of_that_size() throws IOException {
            sentBefore();
            newsroom.grow();
            drop.own.goOn(ENTRIES + 1);
            newsroom.otherwise();
            assertThatThrownBy(ClosedLedgerTest.this::receipts)
                    .isInstanceOf(BrokenEvidenceException.class)
                    .hasMessageContaining("as it was closed");
        }

        @Test
        void is_not_where_a_case_began_if_that_tree_has_grown_since() throws IOException {
            sentBefore();
            drop.shown = it -> it.with("generation", it.object("generation").without("keepsake"));
            drop.own.goOn(ENTRIES);
            newsroom.grow();
            assertThatThrownBy(() -> send(SHORT, message("More of it.")))
                    .isInstanceOf(BrokenEvidenceException.class)
                    .hasMessageContaining("as it was closed");
            assertThat(drop.own.exhibits).hasSize(1);
        }
    }

    @Nested
    class A_server_that_lies_about_it {
        private final TestNewsroom next = newsroom.goingOn(1);

        private void assertRefused(Json.Obj intake, String what) {
            assertThatThrownBy(() -> Newsroom.of(intake, Optional.of(next.genesis.hash())))
                    .isInstanceOf(BrokenEvidenceException.class)
                    .hasMessageContaining(what);
        }

        private Json.Obj withClosed(TestNewsroom... closed) {
            return next.intake(0, 1)
                    .with(
                            "closed",
                            Json.texts(
                                    List.of(closed).stream()
                                            .map(it -> Base64.of(it.genesis.entry().bytes()))
                                            .toList()));
        }

        @Test
        void leaves_it_out() {
            assertRefused(withClosed(), "the closed ledgers");
        }

        @Test
        void names_one_that_the_genesis_does_not() {
            assertRefused(withClosed(newsroom, new TestNewsroom(1)), "the closed ledgers");
        }

        @Test
        void puts_another_in_its_place() {
            assertRefused(withClosed(new TestNewsroom(1)), "the closed ledger " + newsroom.origin);
        }

        @Test
        void names_people_by_it() {
            Json.Obj people = newsroom.intake(0, 1).object("people");
            Json.Obj intake = next.intake(0, 1);
            assertRefused(
                    intake.with(
                            "people",
                            intake.object("people").with("checkpoint", people.text("checkpoint"))),
                    "checkpoint");
        }

        @Test
        void has_its_trees_signed_by_other_keys() {
            Ledgers ledgers = Ledgers.of(next.genesis, next.intake(0, 1).array("closed"));
            String note = new TestNewsroom(3).intake(0, 1).object("people").text("checkpoint");
            assertThat(ledgers.of(note).hash()).isEqualTo(newsroom.genesis.hash());
            assertThatThrownBy(() -> ledgers.signed(note))
                    .isInstanceOf(BrokenEvidenceException.class)
                    .hasMessageContaining("signed by the ledger");
        }
    }
}
