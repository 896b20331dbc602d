package org.sigillo.custody;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.CanonicalJson;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;
import org.sigillo.merkle.ProofCheck;
import org.sigillo.merkle.ProofException;
import org.sigillo.note.Checkpoint;
import org.sigillo.note.NoteException;
import org.sigillo.note.TlogProof;

/// What is added to a package after its entry was made: that it was (`docs/spec/release.md` §3).
final class LastProofs {
    private LastProofs() {}

    static String text(ReleaseProof.Proven proven, String note) {
        Json.Obj extra =
                Json.object().with("v", 1).with("entry", Base64.of(proven.entry().bytes()));
        return new TlogProof(
                        Optional.of(Base64.of(CanonicalJson.encode(extra))),
                        proven.entry().n(),
                        proven.proof(),
                        note)
                .text();
    }

    /// The body of a C2SP tlog-witness `add-checkpoint` request.
    static String consistency(long old, List<Sha256> hashes, String note) {
        StringBuilder text = new StringBuilder("old ").append(old).append('\n');
        hashes.forEach(hash -> text.append(Base64.of(hash.bytes())).append('\n'));
        return text.append('\n').append(note).toString();
    }

    /// The entry, once its proof and the checkpoint hold.
    static Entry entry(String text, Genesis genesis, String where) {
        try {
            TlogProof proof = TlogProof.parse(text);
            Json.Obj extra =
                    CanonicalJson.parseObject(
                            Base64.parse(
                                    proof.extra()
                                            .orElseThrow(() ->
                                                    new MalformedException("no extra line"))));
            extra.only("v", "entry");
            Entry entry = Entry.parse(Base64.parse(extra.text("entry")));
            Expected.same(where + ", version", 1L, extra.number("v"));
            Expected.same(where + ", index", entry.n(), proof.index());
            Checkpoint in = ReleaseProof.checkpoint(proof.note(), genesis, where);
            ReleaseProof.included(entry, proof.hashes(), in, where);
            return entry;
        } catch (NoteException | MalformedException e) {
            throw new BrokenEvidenceException(
                    where, "a tlog-proof", String.valueOf(e.getMessage()));
        }
    }

    /// The later checkpoint, once it is shown to continue the earlier one.
    static Checkpoint continues(String text, Checkpoint earlier, Genesis genesis, String where) {
        int cut = text.indexOf("\n\n");
        if (cut < 0) {
            throw new BrokenEvidenceException(where, "a consistency proof", "another text");
        }
        List<String> lines = new ArrayList<>(List.of(text.substring(0, cut).split("\n", -1)));
        Expected.same(where, "old " + earlier.size(), lines.removeFirst());
        Checkpoint later = ReleaseProof.checkpoint(text.substring(cut + 2), genesis, where);
        try {
            ProofCheck.consistency(
                    earlier.size(),
                    earlier.root(),
                    later.size(),
                    later.root(),
                    lines.stream().map(it -> Sha256.copyOf(Base64.parse(it))).toList());
        } catch (ProofException | MalformedException e) {
            throw new BrokenEvidenceException(
                    where, "a consistency proof that holds", String.valueOf(e.getMessage()));
        }
        return later;
    }
}
