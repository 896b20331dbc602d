package org.sigillo.custody;

import java.util.List;
import java.util.Optional;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.CanonicalJson;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;
import org.sigillo.merkle.MerkleHash;
import org.sigillo.merkle.ProofCheck;
import org.sigillo.merkle.ProofException;
import org.sigillo.note.Checkpoint;
import org.sigillo.note.NoteException;
import org.sigillo.note.SignedNote;
import org.sigillo.note.TlogProof;

/// An entry and its inclusion proof in some checkpoint. As a file: a `c2sp.org/tlog-proof@v1` whose
/// `extra` is base64 of `{"entry":<base64>,"v":1}`.
public record ProvenEntry(Entry entry, List<Sha256> proof) {
    public ProvenEntry {
        proof = List.copyOf(proof);
    }

    /// The text of such a file.
    ///
    /// @param note the signed checkpoint
    public String tlogProof(String note) {
        Json.Obj extra = Json.object().with("v", 1).with("entry", Base64.of(entry.bytes()));
        return new TlogProof(
                        Optional.of(Base64.of(CanonicalJson.encode(extra))), entry.n(), proof, note)
                .text();
    }

    /// An entry that stands in a checkpoint of the log.
    record Standing(Entry entry, Checkpoint in) {}

    /// An entry, and the beginning of the ledger that holds it.
    public record InLedger(Entry entry, Genesis genesis) {}

    /// Reads such a file and gives the entry, once signature and proof hold.
    ///
    /// @param known the ledgers of which it may be
    /// @throws BrokenEvidenceException naming what does not hold
    public static InLedger verified(String text, List<Genesis> known, String where) {
        String origin;
        try {
            origin =
                    Checkpoint.parse(SignedNote.parse(TlogProof.parse(text).note()).text())
                            .origin();
        } catch (NoteException e) {
            throw new BrokenEvidenceException(
                    where, "a tlog-proof", String.valueOf(e.getMessage()));
        }
        Genesis genesis =
                known.stream()
                        .filter(it -> it.opened().origin().equals(origin))
                        .findFirst()
                        .orElseThrow(() ->
                                new BrokenEvidenceException(
                                        where + ", origin",
                                        String.join(
                                                " or ",
                                                known.stream()
                                                        .map(it -> it.opened().origin())
                                                        .toList()),
                                        origin));
        return new InLedger(standing(text, genesis, where).entry(), genesis);
    }

    /// The same with the checkpoint that the proof leads to.
    static Standing standing(String text, Genesis genesis, String where) {
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
            new ProvenEntry(entry, proof.hashes()).verify(in, where);
            return new Standing(entry, in);
        } catch (NoteException | MalformedException e) {
            throw new BrokenEvidenceException(
                    where, "a tlog-proof", String.valueOf(e.getMessage()));
        }
    }

    void verify(Checkpoint in, String where) {
        try {
            ProofCheck.inclusion(
                    MerkleHash.leaf(entry.bytes()), entry.n(), in.size(), proof, in.root());
        } catch (ProofException e) {
            throw new BrokenEvidenceException(
                    where, "an inclusion proof that holds", String.valueOf(e.getMessage()));
        }
    }

    Json.Obj json() {
        return Json.object()
                .with("index", entry.n())
                .with("entry", Base64.of(entry.bytes()))
                .with("proof", Json.texts(proof.stream().map(Sha256::hex).toList()));
    }
}
