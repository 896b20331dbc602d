package org.sigillo.people;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Refusal;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.CustodyEvent;
import org.sigillo.custody.Genesis;
import org.sigillo.custody.Rules;
import org.sigillo.ledger.Ledger;
import org.sigillo.ledger.Recorded;
import org.sigillo.ledger.SignedCheckpoint;
import org.sigillo.testimony.Answers;

/// What a desk checks before it seals or signs: the checkpoint, that it continues the one it kept,
/// and how every key and role follows from the genesis.
@ApplicationScoped
public class Evidence {
    private final Ledger ledger;

    Evidence(Ledger ledger) {
        this.ledger = ledger;
    }

    /// An entry and the proof that it is in the checkpoint's tree.
    public record Proven(long index, byte[] bytes, List<Sha256> proof) {}

    /// Entry 0 and every published entry about people.
    public record OfPeople(String checkpoint, List<Proven> entries) {
        public OfPeople {
            entries = List.copyOf(entries);
        }
    }

    public Genesis genesis() {
        return ledger.genesis();
    }

    /// Those of ledgers that were closed before, the oldest first: entry 0 of each, without recipients' texts.
    public List<Genesis> closed() {
        return ledger.closed();
    }

    /// The last signed note; none before anything is signed.
    public Optional<SignedCheckpoint> signed() {
        return ledger.checkpoint();
    }

    /// The last signed note.
    public SignedCheckpoint checkpoint() {
        return signed().orElseThrow(() ->
                new Refusal(
                        Refusal.Kind.CLOSED,
                        "no-checkpoint",
                        "The ledger has not published yet. Try again after the beat."));
    }

    /// The same as text: as long as it is this one, so is all that is published.
    public String note() {
        return checkpoint().note();
    }

    public List<Sha256> consistency(long from, long to) {
        long size = checkpoint().checkpoint().size();
        if (from < 1 || from > to || to > size) {
            throw new Refusal(
                    Refusal.Kind.MALFORMED,
                    "sizes",
                    "A consistency proof leads from 1 or more to at most " + size + ".");
        }
        return ledger.published().consistency(from, to);
    }

    public OfPeople ofPeople() {
        SignedCheckpoint checkpoint = checkpoint();
        long size = checkpoint.checkpoint().size();
        List<Proven> entries = new ArrayList<>();
        entries.add(proven(0, size));
        for (Recorded recorded : ledger.ofTypes(People.eventsAnd())) {
            if (recorded.index().isPresent() && recorded.index().getAsLong() < size) {
                entries.add(proven(recorded.index().getAsLong(), size));
            }
        }
        return new OfPeople(checkpoint.note(), entries);
    }

    /// Enters which programs sources' browsers are given from now on, where they are others than before.
    public void serves(Sha256 page, Sha256 worker) {
        try {
            ledger.holds(new CustodyEvent.ScriptServed(page, worker));
        } catch (BrokenEvidenceException e) {
            ledger.report(e);
        }
    }

    /// The rules in force.
    public Rules rules() {
        return ledger.rules();
    }

    /// Sources' events that have no entry yet.
    public long waitingOfSources() {
        return ledger.waitingOfSources();
    }

    /// What each witness and authority said last, and what has been missing since when.
    public Answers witnesses() {
        return ledger.witnesses();
    }

    /// Whether the ledger's tables are guarded against their owner.
    public boolean guarded() {
        return ledger.guarded();
    }

    /// The last check that found everything whole.
    public Optional<Ledger.Checked> lastChecked() {
        return ledger.lastChecked();
    }

    /// What is known to be broken.
    public Optional<BrokenEvidenceException> broken() {
        return ledger.broken();
    }

    /// Takes note of what was found broken while it was used.
    public void report(BrokenEvidenceException found) {
        ledger.report(found);
    }

    /// Re-reads everything now.
    public Optional<BrokenEvidenceException> check() {
        return ledger.check();
    }

    private Proven proven(long index, long size) {
        return new Proven(
                index,
                ledger.published().entry(index).orElseThrow(),
                ledger.published().inclusion(index, size));
    }
}
