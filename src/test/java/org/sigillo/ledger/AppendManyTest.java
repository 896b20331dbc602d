package org.sigillo.ledger;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Refusal;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Actor;
import org.sigillo.custody.CaseEvent;
import org.sigillo.custody.CustodyEvent;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Id;
import org.sigillo.custody.Newsroom;
import org.sigillo.custody.Nonce;
import org.sigillo.custody.ReleaseEvent;

/// Many events in one call are what they are one after the other.
class AppendManyTest {
    @RegisterExtension private static final Scene scene = Scene.ofClass();
    private Ledger ledger;

    @BeforeEach
    void a_founded_ledger() throws SQLException {
        scene.clear();
        ledger = scene.open(Ledger.Surroundings.NONE);
        ledger.turn(false);
    }

    @AfterEach
    void is_intact() throws SQLException {
        IntactLedger.check(scene.app, scene.newsroom);
    }

    private static Draft staff(String key, String reason) {
        return Draft.byServer(key, new ReleaseEvent.Refused(scene.newsroom.rosa.id, reason));
    }

    private static Draft source(String key, Id caseId) {
        return Draft.bySource(
                key,
                caseId,
                nonce ->
                        new CaseEvent.ExhibitSealed(
                                Entry.exhibitTag(nonce, caseId),
                                0,
                                Sha256.of(),
                                Sha256.of(),
                                65536,
                                1,
                                Sha256.of()));
    }

    private static List<Draft> staff(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> staff("event " + i, "guard")).toList();
    }

    private long index(String key) {
        return ledger.find(key).orElseThrow().index().orElseThrow();
    }

    private static long queued() throws SQLException {
        return scene.number("SELECT count(*) FROM ledger_pending");
    }

    @Test
    void they_are_numbered_in_the_order_of_the_list() {
        ledger.append(staff(0, 700));
        ledger.turn(false);
        for (int i = 0; i < 700; i++) {
            assertThat(index("event " + i)).isEqualTo(1 + i);
        }
    }

    @Test
    void an_empty_list_changes_nothing() throws SQLException {
        ledger.append(List.of());
        assertThat(queued()).isZero();
    }

    @Test
    void a_list_that_comes_again_changes_nothing_and_what_is_new_in_it_is_queued()
            throws SQLException {
        ledger.append(staff(0, 5));
        ledger.turn(false);
        ledger.append(staff(0, 5));
        ledger.append(staff(3, 8));
        ledger.turn(false);
        assertThat(queued()).isEqualTo(8);
        assertThat(IntStream.range(0, 8).mapToLong(i -> index("event " + i))).isSorted();
    }

    @Test
    void a_key_that_comes_twice_in_a_list_is_one_event() throws SQLException {
        ledger.append(List.of(staff("a", "guard"), staff("b", "guard"), staff("a", "guard")));
        assertThat(queued()).isEqualTo(2);
    }

    @Test
    void known_facts_are_compared_event_by_event() throws SQLException {
        ledger.append(staff(0, 3));
        assertThatThrownBy(() ->
                        ledger.append(
                                List.of(staff("event 0", "guard"), staff("event 1", "other"))))
                .isInstanceOf(BrokenEvidenceException.class)
                .hasMessageContaining("event 1");
        assertThatThrownBy(() -> ledger.append(List.of(staff("x", "guard"), staff("x", "other"))))
                .isInstanceOf(BrokenEvidenceException.class)
                .hasMessageContaining("event x");
        assertThat(queued()).isEqualTo(3);
    }

    @Test
    void a_list_that_commits_later_than_one_begun_after_it_is_not_lost() throws SQLException {
        try (Connection slow = scene.app.getConnection()) {
            slow.setAutoCommit(false);
            scene.closed(new OneConnection(slow), Ledger.Surroundings.NONE).append(staff(0, 3));
            ledger.append(staff(3, 6));
            ledger.turn(false);
            slow.commit();
        }
        ledger.turn(false);
        assertThat(List.of(index("event 3"), index("event 0"), index("event 2")))
                .containsExactly(1L, 4L, 6L);
    }

    @Nested
    class Of_sources {
        @Test
        void each_case_keeps_the_order_of_the_list_also_behind_what_is_known() throws SQLException {
            Id one = Id.random(scene.random);
            Id two = Id.random(scene.random);
            ledger.append(source("1a", one));
            ledger.append(
                    List.of(
                            source("2a", two),
                            source("1a", one),
                            staff("about nothing", "guard"),
                            source("1b", one),
                            source("2b", two),
                            source("1c", one)));
            ledger.append(source("1d", one));
            assertThat(positions(one)).containsExactly("1a 0", "1b 1", "1c 2", "1d 3");
            assertThat(positions(two)).containsExactly("2a 0", "2b 1");
            ledger.turn(true);
            assertThat(List.of(index("1a"), index("1b"), index("1c"), index("1d"))).isSorted();
            assertThat(index("2a")).isLessThan(index("2b"));
        }

        private static List<String> positions(Id caseId) throws SQLException {
            List<String> found = new ArrayList<>();
            try (Connection c = scene.app.getConnection()) {
                new Rows(c)
                        .queue().sourcesUndone(100).stream()
                                .map(QueueRows.Sealed::pending)
                                .filter(p -> p.caseId().equals(Optional.of(caseId)))
                                .forEach(p -> found.add(p.key() + " " + p.position()));
            }
            return found;
        }
    }

    @Nested
    class Signed {
        private final Nonce nonce = Nonce.copyOf(Id.random(scene.random).hex().getBytes(US_ASCII));

        private Draft signed(String key, Optional<Id> caseId, CustodyEvent fact) {
            return Draft.signed(key, scene.newsroom.elena.id, caseId, nonce, fact);
        }

        /// Elena's word for Ada, after she saw a tree of one entry with this root.
        private CustodyEvent word(Sha256 root) {
            return scene.newsroom
                    .confirm(
                            scene.newsroom.elena,
                            scene.newsroom.ada,
                            c -> Newsroom.under(c, 1, 1, 1, root, c.at()))
                    .fact();
        }

        @Test
        void one_that_saw_another_history_keeps_the_whole_list_out() throws SQLException {
            CustodyEvent other = word(Sha256.of());
            assertThatThrownBy(() ->
                            ledger.append(
                                    List.of(
                                            staff("before", "guard"),
                                            signed("signed", Optional.empty(), other))))
                    .isInstanceOf(Refusal.class)
                    .hasMessageContaining("state of the ledger");
            assertThat(queued()).isZero();
            CustodyEvent ours = word(scene.newsroom.genesis.hash());
            ledger.append(List.of(signed("signed", Optional.empty(), ours)));
            assertThat(queued()).isEqualTo(1);
        }

        @Test
        void a_nonce_that_comes_twice_keeps_the_whole_list_out() throws SQLException {
            Id caseId = Id.random(scene.random);
            List<Draft> both =
                    List.of(
                            signed("a", Optional.of(caseId), grant(caseId, scene.newsroom.ada)),
                            signed("b", Optional.of(caseId), grant(caseId, scene.newsroom.adam)));
            assertThatThrownBy(() -> ledger.append(both))
                    .isInstanceOf(Refusal.class)
                    .hasMessageContaining("used before");
            assertThat(queued()).isZero();
        }

        private CustodyEvent grant(Id caseId, Actor to) {
            return new CaseEvent.GrantGiven(
                    to.id,
                    1,
                    Sha256.of(),
                    Optional.of(
                            scene.newsroom.aboutCase(
                                    scene.newsroom.rosa,
                                    caseId,
                                    nonce.bytes(),
                                    it ->
                                            new CaseEvent.GrantGiven(
                                                    to.id, 1, Sha256.of(), Optional.of(it)))));
        }

        /// The index that keeps a second one out leaves out what nobody signs.
        @Test
        void a_nonce_of_ones_own_comes_with_a_statement_only() throws SQLException {
            Draft unsigned =
                    signed(
                            "unsigned",
                            Optional.of(Id.random(scene.random)),
                            new CaseEvent.Exported());
            assertThatThrownBy(() -> ledger.append(unsigned))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("statement");
            assertThat(queued()).isZero();
        }
    }
}
