package org.sigillo.custody;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Sha256;
import org.sigillo.merkle.MerkleHash;

/// How rules change, and what a verifier makes of what was signed under others; what the ledger says of
/// itself.
class RulesTest {
    private static final Id RELEASE = Id.parse("cd".repeat(16));
    private static final Sha256 MANIFEST = Sha256.of(new byte[] {7});

    private final Newsroom newsroom = new Newsroom();
    private final Rules first = newsroom.genesis.opened().rules();
    private final Rules next = new Rules(2, 3_600, 256, 0, 2);

    @Nested
    class A_change {
        @Test
        void holds_from_the_entry_on_with_which_a_second_person_signed_for_the_same_rules() {
            Trust once = newsroom.trust.with(newsroom.change(newsroom.elena, next), 1);
            assertThat(once.rules()).isEqualTo(first);
            assertThat(once.askedFor(next)).containsExactly(newsroom.elena.id);
            Trust twice = once.with(newsroom.change(newsroom.ada, next), 2);
            assertThat(twice.rules()).isEqualTo(next);
            assertThat(twice.askedFor(next)).isEmpty();
        }

        @Test
        void is_not_made_by_two_who_signed_for_different_rules() {
            Rules other = new Rules(2, 3_600, 512, 0, 2);
            Trust trust =
                    newsroom.trust
                            .with(newsroom.change(newsroom.elena, next), 1)
                            .with(newsroom.change(newsroom.ada, other), 2);
            assertThat(trust.rules()).isEqualTo(first);
            assertThat(trust.with(newsroom.change(newsroom.emile, other), 3).rules())
                    .isEqualTo(other);
        }

        @Test
        void is_not_made_by_both_administrators() {
            Trust trust =
                    newsroom.trust
                            .with(newsroom.change(newsroom.ada, next), 1)
                            .with(newsroom.change(newsroom.adam, next), 2);
            assertThat(trust.rules()).isEqualTo(first);
            assertThat(trust.with(newsroom.change(newsroom.rosa, next), 3).rules()).isEqualTo(next);
        }

        @Test
        void is_not_made_by_one_key_twice() {
            Trust once = newsroom.trust.with(newsroom.change(newsroom.elena, next), 1);
            refused(() -> once.with(newsroom.change(newsroom.elena, next), 2));
            // Whoever changed their mind waits for the next version.
            refused(() -> once.with(newsroom.change(newsroom.elena, new Rules(2, 60, 8, 0, 2)), 2));
        }

        @Test
        void is_of_the_version_after_the_one_in_force() {
            for (long version : new long[] {1, 3}) {
                Rules leap = new Rules(version, 3_600, 256, 0, 2);
                refused(() -> newsroom.trust.with(newsroom.change(newsroom.elena, leap), 1));
            }
            Trust changed = changed();
            refused(() -> changed.with(newsroom.change(newsroom.emile, next), 3));
            assertThat(
                            changed.with(
                                            newsroom.change(
                                                    newsroom.elena, new Rules(3, 10, 8, 0, 2)),
                                            3)
                                    .rules())
                    .isEqualTo(next);
        }

        @Test
        void is_not_asked_for_by_a_stranger() {
            refused(() -> newsroom.trust.with(newsroom.change(Actor.of(77), next), 1));
        }
    }

    @Nested
    class A_release {
        @Test
        void that_was_proposed_under_other_rules_is_not_approved() {
            List<Entry.Event> events = new ArrayList<>(List.of(proposed(1)));
            fold(events);
            events.add(newsroom.change(newsroom.elena, next));
            events.add(newsroom.change(newsroom.ada, next));
            fold(events);
            // Neither under the rules in force nor under those of the proposal.
            for (long rules : new long[] {1, 2}) {
                List<Entry.Event> more = new ArrayList<>(events);
                more.add(approved(newsroom.elena, rules));
                assertThatThrownBy(() -> fold(more))
                        .isInstanceOf(BrokenEvidenceException.class)
                        .hasMessageContaining("entry 4")
                        .hasMessageContaining("rules");
            }
        }

        @Test
        void is_approved_while_others_are_only_asked_for() {
            List<Entry.Event> events = new ArrayList<>(List.of(proposed(1)));
            events.add(newsroom.change(newsroom.elena, next));
            events.add(approved(newsroom.elena, 1));
            assertThat(fold(events)).isEqualTo(4);
        }

        @Test
        void of_whose_approvals_one_is_older_than_the_rules_is_not_approved() {
            List<Entry.Event> events = new ArrayList<>(List.of(proposed(1)));
            events.add(approved(newsroom.elena, 1));
            events.add(newsroom.change(newsroom.elena, next));
            events.add(newsroom.change(newsroom.ada, next));
            events.add(approved(newsroom.emile, 2));
            assertThatThrownBy(() -> fold(events))
                    .isInstanceOf(BrokenEvidenceException.class)
                    .hasMessageContaining("entry 5");
        }

        private Entry.Event proposed(long rules) {
            return Newsroom.by(
                    newsroom.rosa,
                    new ReleaseEvent.Proposed(
                            RELEASE,
                            1,
                            MANIFEST,
                            2,
                            Sha256.of(),
                            3,
                            Sha256.of(),
                            Map.of(),
                            newsroom.decision(
                                    newsroom.rosa,
                                    "release.proposed",
                                    RELEASE,
                                    MANIFEST,
                                    Optional.empty(),
                                    rules)));
        }

        private Entry.Event approved(Actor editor, long rules) {
            return Newsroom.by(
                    editor,
                    new ReleaseEvent.ApprovalGiven(
                            RELEASE,
                            1,
                            MANIFEST,
                            newsroom.decision(
                                    editor,
                                    "release.vote",
                                    RELEASE,
                                    MANIFEST,
                                    Optional.of("approve"),
                                    rules)));
        }
    }

    @Nested
    class A_root_that_is_told {
        @Test
        void by_the_daily_check_is_that_of_this_tree() {
            Sha256 right = newsroom.genesis.hash();
            assertThat(fold(List.of(checked(1, right)))).isEqualTo(2);
            for (Entry.Event wrong :
                    List.of(
                            checked(1, MANIFEST),
                            checked(0, right),
                            checked(2, right),
                            checked(Long.MAX_VALUE >> 12, right))) {
                assertThatThrownBy(() -> fold(List.of(wrong)))
                        .isInstanceOf(BrokenEvidenceException.class)
                        .hasMessageContaining("entry 1");
            }
        }

        @Test
        void by_somebody_who_signed_is_that_of_this_history() {
            Actor nina = Actor.of(90);
            Sha256 right = newsroom.genesis.hash();
            assertThat(fold(List.of(newsroom.enrol(nina), confirmed(nina, 1, right)))).isEqualTo(3);
            assertThat(fold(List.of(newsroom.enrol(nina), confirmed(nina, 0, MerkleHash.empty()))))
                    .isEqualTo(3);
            for (Entry.Event shownAnother :
                    List.of(
                            confirmed(nina, 1, MANIFEST),
                            confirmed(nina, 0, right),
                            confirmed(nina, 2, right),
                            confirmed(nina, 3, right))) {
                assertThatThrownBy(() -> fold(List.of(newsroom.enrol(nina), shownAnother)))
                        .isInstanceOf(BrokenEvidenceException.class)
                        .hasMessageContaining("entry 2")
                        .hasMessageContaining("seen");
            }
        }

        private Entry.Event confirmed(Actor person, long seenSize, Sha256 seenRoot) {
            return newsroom.confirm(
                    newsroom.elena,
                    person,
                    c -> Newsroom.under(c, 1, 1, seenSize, seenRoot, c.at()));
        }

        private static Entry.Event checked(long size, Sha256 root) {
            return new Entry.Event(
                    Newsroom.AT,
                    Optional.empty(),
                    Optional.of(Entry.Event.SERVER),
                    new CustodyEvent.LogChecked(size, root));
        }
    }

    private Trust changed() {
        return newsroom.trust
                .with(newsroom.change(newsroom.elena, next), 1)
                .with(newsroom.change(newsroom.ada, next), 2);
    }

    /// Follows a ledger of these events as a verifier does.
    ///
    /// @return its size
    private long fold(List<Entry.Event> events) {
        List<Entry> entries = new ArrayList<>(List.of(newsroom.genesis.entry()));
        for (Entry.Event event : events) {
            byte[] nonce = Sha256.of(new byte[] {(byte) entries.size()}).bytes();
            entries.add(Entry.of(entries.size(), entries.getLast().leaf(), nonce, event));
        }
        LedgerFold fold =
                new LedgerFold(
                        newsroom.genesis,
                        (level, index) -> {
                            assertThat(level).isZero();
                            return entries.get(Math.toIntExact(index)).leaf();
                        });
        entries.forEach(entry -> fold.next(entry.bytes(), entry.leaf()));
        return fold.size();
    }

    private static void refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(BrokenEvidenceException.class);
    }
}
