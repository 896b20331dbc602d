package org.sigillo.sending;

import java.util.ArrayList;
import java.util.List;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Json;
import org.sigillo.custody.CustodyEvent;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Genesis;
import org.sigillo.note.Checkpoint;
import org.sigillo.note.NoteException;
import org.sigillo.note.NoteVerifier;
import org.sigillo.note.SignedNote;

/// The ledger that is written, and those that its genesis names as closed before it: each is known by its
/// entry 0 (`docs/spec/ledger.md` §13).
///
/// @param closed in the order in which they are named
record Ledgers(Genesis open, List<Genesis> closed) {
    /// @param zeros what the server says is entry 0 of each closed ledger
    static Ledgers of(Genesis open, List<Json> zeros) {
        List<CustodyEvent.Closed> named = open.opened().before();
        Newsroom.same("the closed ledgers, number", "" + named.size(), "" + zeros.size());
        List<Genesis> closed = new ArrayList<>();
        for (int n = 0; n < zeros.size(); n++) {
            if (!(zeros.get(n) instanceof Json.Text(String zero))) {
                throw Answer.malformed("closed ledger");
            }
            Entry entry = Entry.parse(Base64.parse(zero));
            String where = "the closed ledger " + named.get(n).origin();
            Newsroom.same(where + ", genesis", named.get(n).genesis().hex(), entry.leaf().hex());
            Genesis genesis = Genesis.ofEntry(entry);
            Newsroom.same(where + ", origin", named.get(n).origin(), genesis.opened().origin());
            closed.add(genesis);
        }
        return new Ledgers(open, List.copyOf(closed));
    }

    /// The ledger that a checkpoint says it is of; the one that is written, where it is of none of these.
    Genesis of(String note) {
        String origin;
        try {
            origin = Checkpoint.parse(SignedNote.parse(note).text()).origin();
        } catch (NoteException e) {
            return open;
        }
        return closed.stream()
                .filter(it -> it.opened().origin().equals(origin))
                .findFirst()
                .orElse(open);
    }

    /// A checkpoint, if the log of its ledger signed it. One of a closed ledger is no larger than what the
    /// witnesses saw last: a log key that somebody has kept proves nothing new.
    Checkpoint signed(String note) {
        Genesis ledger = of(note);
        Checkpoint checkpoint = signedBy(ledger, note);
        for (CustodyEvent.Closed it : open.opened().before()) {
            if (it.origin().equals(checkpoint.origin())) {
                requireWithin(it, checkpoint);
            }
        }
        return checkpoint;
    }

    /// A checkpoint of this very ledger, if its log signed it.
    static Checkpoint signedBy(Genesis ledger, String note) {
        try {
            return Checkpoint.verified(note, ledger.opened().origin(), keys(ledger));
        } catch (NoteException e) {
            throw new BrokenEvidenceException(
                    "the newsroom's checkpoint",
                    "signed by the ledger that its genesis founds",
                    String.valueOf(e.getMessage()));
        }
    }

    private static void requireWithin(CustodyEvent.Closed closed, Checkpoint found) {
        String where = "the tree of " + closed.origin() + ", as it was closed";
        if (found.size() > closed.size()) {
            throw new BrokenEvidenceException(
                    where, closed.size() + " entries at most", found.size() + " entries");
        }
        if (found.size() == closed.size()) {
            Newsroom.same(where, closed.root().hex(), found.root().hex());
        }
    }

    static List<NoteVerifier> keys(Genesis ledger) {
        return ledger.opened().keys().stream().map(NoteVerifier::parse).toList();
    }
}
