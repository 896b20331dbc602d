package org.sigillo.docket;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.sigillo.bytes.Refusal;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.CaseEvent;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Id;
import org.sigillo.custody.Nonce;
import org.sigillo.custody.Statement;
import org.sigillo.custody.Trust;
import org.sigillo.ledger.Draft;
import org.sigillo.ledger.Ledger;
import org.sigillo.ledger.Published;
import org.sigillo.ledger.Recorded;

/// What reviewers answer a source: sealed by their own machines, signed, and the source's to remove.
@ApplicationScoped
public class Replies {
    /// Of a sealed reply; some ten thousand characters.
    private static final int LARGEST = 64 * 1024;

    private final Ledger ledger;
    private final CaseDesk desk;
    private final DocketRows rows;
    private final InstantSource clock;

    Replies(Ledger ledger, CaseDesk desk, DocketRows rows, InstantSource clock) {
        this.ledger = ledger;
        this.desk = desk;
        this.rows = rows;
        this.clock = clock;
    }

    /// A sealed reply and its signed act.
    public record Sent(Id reply, long generation, byte[] box, Nonce nonce, Statement statement) {}

    /// A reply as it is held.
    ///
    /// @param writer who signed for it
    /// @param box none once the source has removed it
    /// @param seen whether the source was shown it before
    public record Reply(
            Id id, Id writer, LocalDate day, long generation, Optional<byte[]> box, boolean seen) {}

    /// Sends a reply, by one who holds the newest generation: it is sealed to that.
    ///
    /// @param trust who counts, once the case's own signed events are followed too
    @Transactional
    public void send(Id person, Id caseId, Function<List<Recorded>, Trust> trust, Sent sent) {
        if (sent.box().length == 0 || sent.box().length > LARGEST) {
            throw new Refusal(
                    Refusal.Kind.TOO_LARGE,
                    "size",
                    "A reply has at most 64 KiB once it is sealed.");
        }
        ledger.lockGuards();
        CheckedCase held = desk.held(person, caseId);
        desk.requireHolder(held, person, held.newest().generation);
        if (sent.generation() == 0 || sent.generation() != held.newest().generation) {
            throw new Refusal(
                    Refusal.Kind.CONFLICT,
                    "generation",
                    "A reply is sealed to the case's newest generation, and never to the first, which"
                            + " the server made. Load the case again.");
        }
        if (rows.reply(sent.reply().hex()).isPresent()) {
            throw new Refusal(
                    Refusal.Kind.CONFLICT,
                    "first-wins",
                    "This reply was sent before. Load the case again.");
        }
        new Acts(ledger, clock, person, caseId, trust)
                .enter(
                        "reply.sent/" + sent.reply(),
                        sent.nonce(),
                        new CaseEvent.ReplySent(
                                Entry.replyTag(sent.nonce().bytes(), sent.reply()),
                                sent.generation(),
                                Sha256.of(sent.box()),
                                sent.statement()));
        rows.add(new ReplyRow(sent.reply().hex(), caseId.hex(), sent.generation(), sent.box()));
    }

    /// The entry by which a case began, in the tree of a checkpoint: it says to which key its source can be answered.
    ///
    /// @param size of the checkpoint that whoever asks has verified
    /// @return nothing before the beat
    @Transactional
    public Optional<Published.Proven> opened(Id person, Id caseId, long size) {
        desk.held(person, caseId);
        return ledger.proven(Cases.opened(caseId), size);
    }

    /// Those of a case as they were checked.
    static List<Reply> of(CheckedCase known) {
        return known.replies().stream()
                .map(it ->
                        new Reply(
                                it.id(),
                                it.event().event().person().orElseThrow(),
                                LocalDate.parse(it.event().event().at().substring(0, 10)),
                                it.fact().generation(),
                                Optional.ofNullable(it.row().box).map(byte[]::clone),
                                it.row().seen))
                .toList();
    }

    /// Notes that the source was shown these.
    @Transactional
    public void seen(Id caseId, Set<Id> shown) {
        rows.replies(caseId.hex()).stream()
                .filter(it -> shown.contains(Id.parse(it.id)))
                .forEach(it -> it.seen = true);
    }

    /// Removes a reply for its source: gone here at once. Doing so again changes nothing.
    ///
    /// @param number of the reply among all of the case, from 1
    /// @return whether there is such a reply
    @Transactional
    public boolean remove(Id caseId, int number) {
        List<CheckedCase.Answer> all = locked(caseId);
        boolean there = number >= 1 && number <= all.size();
        if (there) {
            remove(caseId, all.get(number - 1));
        }
        return there;
    }

    /// The same by its id.
    @Transactional
    public boolean remove(Id caseId, Id reply) {
        Optional<CheckedCase.Answer> found =
                locked(caseId).stream().filter(it -> it.id().equals(reply)).findFirst();
        found.ifPresent(it -> remove(caseId, it));
        return found.isPresent();
    }

    private List<CheckedCase.Answer> locked(Id caseId) {
        ledger.lockGuards();
        rows.lock(caseId.hex());
        return Narrow.without(ledger, rows, rows.byId(caseId.hex())).known().replies();
    }

    private void remove(Id caseId, CheckedCase.Answer found) {
        if (!found.removed()) {
            Id reply = found.id();
            ledger.append(
                    Draft.bySource(
                            "reply.removed/" + reply,
                            caseId,
                            nonce -> new CaseEvent.ReplyRemoved(Entry.replyTag(nonce, reply))));
            found.row().box = null;
        }
    }
}
