package org.sigillo.sending;

import java.util.ArrayList;
import java.util.List;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Entry;

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

    /// The entry, once it is shown to stand in this newsroom's ledger, or in one that was closed before it.
    Entry entryIn(Ledgers ledgers, String where) {
        Entry read = Entry.parse(entry);
        Newsroom.same(where + ", index", "" + read.n(), "" + index);
        Newsroom.included(read, hashes, ledgers.signed(checkpoint), where);
        return read;
    }
}
