package org.sigillo.custody;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Sha256;

class TrustTest {
    private final Newsroom newsroom = new Newsroom();

    @Nested
    class A_founder {
        @Test
        void counts_at_once_in_the_roles_of_the_genesis() {
            assertThat(newsroom.trust.counts(newsroom.rosa.id, Role.REVIEWER)).isTrue();
            assertThat(newsroom.trust.counts(newsroom.rosa.id, Role.EDITOR)).isFalse();
        }

        @Test
        void of_a_genesis_that_somebody_else_signed_is_refused() {
            Genesis genesis = newsroom.genesis;
            String text = new String(genesis.entry().bytes());
            String other =
                    text.replaceFirst("\"roles\":\\[\"editor\"\\]", "\"roles\":[\"counsel\"]");
            assertThat(other).isNotEqualTo(text);
            assertThatThrownBy(() -> Genesis.ofEntry(Entry.parse(other.getBytes())))
                    .isInstanceOf(BrokenEvidenceException.class);
        }
    }

    @Nested
    class A_newcomer {
        private final Actor nina = Actor.of(90);

        @Test
        void does_not_count_until_two_others_signed_for_key_and_role() {
            Trust enrolled = newsroom.trust.with(newsroom.enrol(nina), 1);
            Trust once =
                    enrolled.with(newsroom.confirm(newsroom.elena, nina), 2)
                            .with(newsroom.give(newsroom.elena, nina, Role.REVIEWER), 3);
            assertThat(once.counts(nina.id, Role.REVIEWER)).isFalse();
            Trust half = once.with(newsroom.confirm(newsroom.rosa, nina), 4);
            assertThat(half.counts(nina.id, Role.REVIEWER)).isFalse();
            Trust twice = half.with(newsroom.give(newsroom.rosa, nina, Role.REVIEWER), 5);
            assertThat(twice.counts(nina.id, Role.REVIEWER)).isTrue();
            assertThat(twice.counts(nina.id, Role.EDITOR)).isFalse();
        }

        @Test
        void is_not_made_by_both_administrators_alone() {
            Trust trust =
                    newsroom.trust
                            .with(newsroom.enrol(nina), 1)
                            .with(newsroom.confirm(newsroom.ada, nina), 2)
                            .with(newsroom.confirm(newsroom.adam, nina), 3)
                            .with(newsroom.give(newsroom.ada, nina, Role.EDITOR), 4)
                            .with(newsroom.give(newsroom.adam, nina, Role.EDITOR), 5);
            assertThat(trust.counts(nina.id, Role.EDITOR)).isFalse();
        }

        @Test
        void cannot_confirm_themselves() {
            Trust enrolled = newsroom.trust.with(newsroom.enrol(nina), 1);
            refused(() -> enrolled.with(newsroom.confirm(nina, nina), 2));
        }

        @Test
        void is_not_confirmed_by_one_signing_twice() {
            Trust trust =
                    newsroom.trust
                            .with(newsroom.enrol(nina), 1)
                            .with(newsroom.confirm(newsroom.elena, nina), 2);
            refused(() -> trust.with(newsroom.confirm(newsroom.elena, nina), 3));
        }

        @Test
        void is_not_confirmed_under_another_fingerprint() {
            Trust enrolled = newsroom.trust.with(newsroom.enrol(nina), 1);
            Actor mallory = Actor.of(91);
            refused(() ->
                    enrolled.with(
                            newsroom.confirm(
                                    newsroom.elena,
                                    nina.id,
                                    Trust.fingerprint(mallory.key(), mallory.recipient())),
                            2));
        }
    }

    @Nested
    class A_statement {
        private final Actor nina = Actor.of(92);

        @Test
        void that_is_refused_is_so_in_words_for_people() {
            Trust enrolled = newsroom.trust.with(newsroom.enrol(nina), 1);
            assertThatThrownBy(() ->
                            enrolled.with(
                                    newsroom.confirm(
                                            newsroom.elena,
                                            nina,
                                            c -> said(c, c.decision(), newsroom.rosa.key())),
                                    2))
                    .hasMessageContainingAll(
                            "a signature with the key of " + newsroom.elena.id,
                            newsroom.elena.key().hex(),
                            "found one with the key " + newsroom.rosa.key().hex())
                    .message()
                    .doesNotContain("Key[", "Optional");
            assertThatThrownBy(() ->
                            enrolled.with(
                                    newsroom.confirm(
                                            newsroom.elena,
                                            nina,
                                            c -> said(c, Optional.of("approve"), c.key())),
                                    2))
                    .hasMessageEndingWith("decision: expected none, found approve");
        }

        private static Statement.Claims said(
                Statement.Claims c, Optional<String> decision, Statement.Key key) {
            return new Statement.Claims(
                    c.origin(),
                    c.kind(),
                    c.subject(),
                    c.round(),
                    decision,
                    c.given(),
                    c.digest(),
                    c.rules(),
                    c.role(),
                    key,
                    c.seenSize(),
                    c.seenRoot(),
                    c.at());
        }

        @Test
        void with_any_claim_changed_is_refused() {
            Trust enrolled = newsroom.trust.with(newsroom.enrol(nina), 1);
            List<UnaryOperator<Statement.Claims>> changes = new ArrayList<>();
            changes.add(c ->
                    claims(c, "x/log", c.kind(), c.subject(), c.digest(), c.at(), c.seenSize()));
            changes.add(c ->
                    claims(c, c.origin(), "person.enrolled", c.subject(), c.digest(), c.at(), 0));
            changes.add(c ->
                    claims(c, c.origin(), c.kind(), newsroom.rosa.id.hex(), c.digest(), c.at(), 0));
            changes.add(c -> claims(c, c.origin(), c.kind(), c.subject(), Sha256.of(), c.at(), 0));
            changes.add(c ->
                    claims(
                            c,
                            c.origin(),
                            c.kind(),
                            c.subject(),
                            c.digest(),
                            "2026-11-20T00:00:00Z",
                            0));
            changes.add(c ->
                    claims(
                            c,
                            c.origin(),
                            c.kind(),
                            c.subject(),
                            c.digest(),
                            "2026-11-25T00:00:00Z",
                            0));
            changes.add(c -> claims(c, c.origin(), c.kind(), c.subject(), c.digest(), c.at(), 77));
            for (UnaryOperator<Statement.Claims> change : changes) {
                refused(() -> enrolled.with(newsroom.confirm(newsroom.elena, nina, change), 2));
            }
            assertThat(enrolled.with(newsroom.confirm(newsroom.elena, nina, c -> c), 2))
                    .isNotNull();
        }

        @Test
        void signed_by_another_key_is_refused() {
            Trust enrolled = newsroom.trust.with(newsroom.enrol(nina), 1);
            Entry.Event byRosa = newsroom.confirm(newsroom.rosa, nina);
            Entry.Event asElena =
                    new Entry.Event(
                            byRosa.at(),
                            Optional.empty(),
                            Optional.of(newsroom.elena.id.hex()),
                            byRosa.fact());
            refused(() -> enrolled.with(asElena, 2));
        }

        private static Statement.Claims claims(
                Statement.Claims c,
                String origin,
                String kind,
                String subject,
                Sha256 digest,
                String at,
                long seen) {
            return new Statement.Claims(
                    origin,
                    kind,
                    subject,
                    c.round(),
                    c.decision(),
                    c.given(),
                    digest,
                    c.rules(),
                    c.role(),
                    c.key(),
                    seen,
                    c.seenRoot(),
                    at);
        }
    }

    @Nested
    class A_grant {
        private final Actor nina = Actor.of(93);
        private final Id caseId = Id.parse("ab".repeat(16));
        private final byte[] nonce = new byte[32];

        @Test
        void by_a_source_goes_to_a_reviewer_who_counts_by_then() {
            assertThat(newsroom.trust.with(bySource(newsroom.rosa), 1)).isNotNull();
            refused(() -> newsroom.trust.with(bySource(newsroom.elena), 1));
            refused(() -> newsroom.trust.with(bySource(nina), 1));
        }

        @Test
        void by_a_person_goes_to_a_reviewer_who_counts_by_then() {
            assertThat(newsroom.trust.with(byRosa(newsroom.remy), 1)).isNotNull();
            refused(() -> newsroom.trust.with(byRosa(newsroom.elena), 1));
            refused(() -> newsroom.trust.with(byRosa(nina), 1));
        }

        @Test
        void to_a_newcomer_holds_from_the_entry_on_through_which_they_count() {
            Trust before =
                    newsroom.trust
                            .with(newsroom.enrol(nina), 1)
                            .with(newsroom.confirm(newsroom.elena, nina), 2)
                            .with(newsroom.confirm(newsroom.rosa, nina), 3)
                            .with(newsroom.give(newsroom.elena, nina, Role.REVIEWER), 4);
            refused(() -> before.with(byRosa(nina), 5));
            Trust after = before.with(newsroom.give(newsroom.rosa, nina, Role.REVIEWER), 5);
            assertThat(after.with(byRosa(nina), 6)).isNotNull();
        }

        private Entry.Event bySource(Actor to) {
            return new Entry.Event(
                    "2026-11-24",
                    Optional.of(Entry.caseTag(nonce, caseId)),
                    Optional.of(Entry.Event.SOURCE),
                    new CaseEvent.GrantGiven(to.id, 0, Sha256.of(), Optional.empty()));
        }

        private Entry.Event byRosa(Actor to) {
            Statement statement =
                    newsroom.aboutCase(newsroom.rosa, caseId, nonce, s -> given(to, s));
            return new Entry.Event(
                    Newsroom.AT,
                    Optional.of(Entry.caseTag(nonce, caseId)),
                    Optional.of(newsroom.rosa.id.hex()),
                    given(to, statement));
        }

        private static CustodyEvent given(Actor to, Statement statement) {
            return new CaseEvent.GrantGiven(to.id, 1, Sha256.of(), Optional.of(statement));
        }
    }

    @Nested
    class A_key {
        @Test
        void younger_than_the_rules_ask_does_not_decide() {
            Newsroom strict = new Newsroom(86_400);
            Instant now = Instant.parse(Newsroom.AT);
            assertThat(strict.trust.maySign(strict.elena.id, Role.EDITOR, now)).isFalse();
            assertThat(strict.trust.maySign(strict.elena.id, Role.EDITOR, now.plusSeconds(86_400)))
                    .isTrue();
        }
    }

    @Test
    void what_it_follows_from_is_named_whole() {
        assertThat(Trust.EVENTS)
                .as("every kind of event about people, and changes of rules")
                .hasSize(CustodyEvent.OfPeople.class.getPermittedSubclasses().length + 1)
                .doesNotHaveDuplicates();
    }

    private static void refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(BrokenEvidenceException.class);
    }
}
