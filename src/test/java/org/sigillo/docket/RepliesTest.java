package org.sigillo.docket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Actor;
import org.sigillo.custody.CaseEvent;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Genesis;
import org.sigillo.custody.Id;
import org.sigillo.custody.Nonce;
import org.sigillo.custody.Statement;
import org.sigillo.ledger.Published;
import org.sigillo.merkle.MerkleHash;
import org.sigillo.merkle.ProofCheck;

/// What reviewers answer a source: whose it is, and what somebody does to the tables.
class RepliesTest extends OfACase {
    private static final byte[] BOX = {1, 2, 3};

    private final Id reply = Id.random(random);
    private Replies replies;

    @BeforeEach
    void of_the_case_whose_first_key_the_server_made() {
        replies = new Replies(ledger, desk, rows, clock);
    }

    @Test
    void is_held_for_the_source_and_shown_to_whoever_holds_the_case() {
        generation(nonce());
        send(reply, 1, BOX);
        Id second = Id.random(random);
        send(second, 1, new byte[] {4});
        List<Replies.Reply> held = cases.toSource(caseId, 1, 100).replies();
        assertThat(held).extracting(Replies.Reply::id).containsExactly(reply, second);
        assertThat(held.getFirst().box()).hasValue(BOX);
        assertThat(held.getFirst().writer()).isEqualTo(newsroom.rosa.id);
        assertThat(held).extracting(Replies.Reply::seen).containsOnly(false);
        replies.seen(caseId, Set.of(reply));
        assertThat(cases.toSource(caseId, 1, 100).replies())
                .extracting(Replies.Reply::seen)
                .containsExactly(true, false);
        assertThat(desk.view(newsroom.rosa.id, caseId).replies()).hasSize(2);
        assertThat(desk.view(newsroom.rosa.id, caseId).source()).isEqualTo(source);
    }

    @Test
    void is_sealed_to_the_newest_generation_and_never_to_the_servers_own() {
        refused("generation", () -> send(reply, 0, BOX));
        generation(nonce());
        generation(nonce());
        refused("generation", () -> send(reply, 1, BOX));
        refused("generation", () -> send(reply, 3, BOX));
        send(reply, 2, BOX);
        assertThat(cases.toSource(caseId, 1, 100).replies()).hasSize(1);
    }

    @Test
    void is_sent_once() {
        generation(nonce());
        byte[] nonce = nonce();
        send(newsroom.rosa, reply, 1, BOX, nonce, BOX);
        refused("first-wins", () -> send(newsroom.rosa, reply, 1, BOX, nonce, BOX));
        refused("first-wins", () -> send(reply, 1, new byte[] {9}));
        refused("statement", () -> send(newsroom.rosa, Id.random(random), 1, BOX, nonce, BOX));
    }

    @Test
    void of_another_size_another_signer_or_about_another_box_is_refused() {
        generation(nonce());
        refused("size", () -> send(reply, 1, new byte[0]));
        refused("size", () -> send(reply, 1, new byte[64 * 1024 + 1]));
        refused("statement", () -> send(newsroom.rosa, reply, 1, BOX, nonce(), new byte[] {9}));
        refused("not-granted", () -> send(newsroom.remy, reply, 1, BOX, nonce(), BOX));
        grant(given(newsroom.remy, 0, nonce()));
        refused("not-granted", () -> send(newsroom.remy, reply, 1, BOX, nonce(), BOX));
        assertThat(cases.toSource(caseId, 1, 100).replies()).isEmpty();
    }

    @Test
    void is_its_sources_to_remove_at_once_and_leaves_an_event() {
        generation(nonce());
        send(reply, 1, BOX);
        assertThat(replies.remove(caseId, 2)).isFalse();
        assertThat(replies.remove(caseId, 0)).isFalse();
        assertThat(replies.remove(caseId, 1)).isTrue();
        assertThat(replies.remove(caseId, 1)).as("again").isTrue();
        assertThat(rows.reply(reply.hex()).orElseThrow().box).isNull();
        assertThat(cases.toSource(caseId, 1, 100).replies().getFirst().box()).isEmpty();
        assertThat(events(CaseEvent.ReplyRemoved.class)).hasSize(1);
        assertThat(desk.view(newsroom.rosa.id, caseId).replies().getFirst().box()).isEmpty();
    }

    @Test
    void that_somebody_altered_took_away_put_back_or_planted_is_found() {
        generation(nonce());
        send(reply, 1, BOX);
        ReplyRow row = rows.reply(reply.hex()).orElseThrow();
        row.box = new byte[] {9};
        found("reply " + reply);
        row.box = null;
        found("reply " + reply);
        row.box = BOX;
        row.generation = 0;
        found("reply " + reply + ", generation");
        row.generation = 1;
        rows.remove(row);
        found("a reply of case " + caseId);
        rows.add(row);
        ReplyRow planted = new ReplyRow(Id.random(random).hex(), caseId.hex(), 1, BOX);
        rows.add(planted);
        found("replies of case " + caseId);
        rows.remove(planted);
        replies.remove(caseId, 1);
        row.box = BOX;
        found("reply " + reply);
        row.box = null;
        assertThat(cases.toSource(caseId, 1, 100).replies()).hasSize(1);
    }

    private void found(String where) {
        for (ThrowingCallable ask :
                List.<ThrowingCallable>of(
                        () -> cases.toSource(caseId, 1, 100).replies(),
                        () -> desk.view(newsroom.rosa.id, caseId))) {
            assertThatThrownBy(ask)
                    .isInstanceOf(BrokenEvidenceException.class)
                    .hasMessageContaining(where);
        }
    }

    @Test
    void is_sealed_to_the_key_that_the_cases_first_entry_names_in_a_tree_that_one_knows()
            throws Exception {
        refused("not-granted", () -> replies.opened(newsroom.remy.id, caseId, 1));
        ledger.callBeat();
        while (ledger.ofCase(caseId).stream().anyMatch(it -> !it.published())) {
            Thread.sleep(10);
        }
        long size = ledger.checkpoint().orElseThrow().checkpoint().size();
        Published.Proven proven = replies.opened(newsroom.rosa.id, caseId, size).orElseThrow();
        ProofCheck.inclusion(
                MerkleHash.leaf(proven.entry()),
                proven.index(),
                size,
                proven.hashes(),
                ledger.checkpoint().orElseThrow().checkpoint().root());
        CaseEvent.Opened opened = (CaseEvent.Opened) Entry.parse(proven.entry()).event().fact();
        assertThat(opened.source()).isEqualTo(Genesis.recipientHash(source));
        assertThat(replies.opened(newsroom.rosa.id, caseId, 1)).as("before it").isEmpty();
        assertThat(replies.opened(newsroom.rosa.id, caseId, size + 1)).as("no such").isEmpty();
    }

    private void send(Id id, long generation, byte[] box) {
        send(newsroom.rosa, id, generation, box, nonce(), box);
    }

    /// @param said the box that the statement is about
    private void send(Actor signer, Id id, long generation, byte[] box, byte[] nonce, byte[] said) {
        Statement statement =
                newsroom.aboutCase(
                        signer,
                        caseId,
                        nonce,
                        signed ->
                                new CaseEvent.ReplySent(
                                        Entry.replyTag(nonce, id),
                                        generation,
                                        Sha256.of(said),
                                        signed));
        replies.send(
                signer.id,
                caseId,
                this::trust,
                new Replies.Sent(id, generation, box, Nonce.copyOf(nonce), statement));
    }
}
