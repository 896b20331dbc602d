package org.sigillo.sending;

import java.util.ArrayList;
import java.util.List;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.Refusal;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Entry;
import org.sigillo.note.Checkpoint;
import org.sigillo.note.NoteException;
import org.sigillo.note.SignedNote;

/// An entry with its inclusion proof and the signed checkpoint, as the server gives them.
record Proof(String checkpoint, byte[] entry, long index, List<Sha256> hashes) {
    static Proof parse(Json.Obj json) {
        List<Sha256> hashes = new ArrayList<>();
        for (Json value : json.array("proof")) {
            if (!(value instanceof Json.Text(String hex))) {
                throw Answer.malformed("proof");
            }
            hashes.add(Sha256.parse(hex));
        }
        return new Proof(
                json.text("checkpoint"),
                Base64.parse(json.text("entry")),
                json.number("index"),
                hashes);
    }

    /// The entry, once it is shown to stand in this newsroom's ledger.
    Entry entryIn(Newsroom newsroom, String where) {
        requireOpen(newsroom, where);
        Entry read = Entry.parse(entry);
        Newsroom.same(where + ", index", "" + read.n(), "" + index);
        Newsroom.included(read, hashes, Newsroom.checkpoint(checkpoint, newsroom.genesis()), where);
        return read;
    }

    /// What stands in a ledger that was closed is proven by that one's genesis alone.
    private void requireOpen(Newsroom newsroom, String where) {
        String origin;
        try {
            origin = Checkpoint.parse(SignedNote.parse(checkpoint).text()).origin();
        } catch (NoteException e) {
            return;
        }
        if (!origin.equals(newsroom.genesis().opened().origin())
                && newsroom.origins().contains(origin)) {
            throw new Refusal(
                    Refusal.Kind.GONE,
                    "closed-ledger",
                    "What proves "
                            + where
                            + " stands in the ledger "
                            + origin
                            + ", which was closed since: this program cannot check it. The pages"
                            + " still do all there is to do.");
        }
    }
}
