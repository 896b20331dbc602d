package org.sigillo.custody;

import java.util.List;
import java.util.Optional;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.CanonicalJson;
import org.sigillo.bytes.Hex;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;
import org.sigillo.merkle.MerkleHash;
import org.sigillo.merkle.ProofCheck;
import org.sigillo.merkle.ProofException;
import org.sigillo.note.Checkpoint;
import org.sigillo.note.NoteException;
import org.sigillo.note.NoteVerifier;
import org.sigillo.note.TlogProof;

/// What a source may keep: that an exhibit entered the ledger, checkable offline and without us
/// (`docs/spec/ledger.md` §7). It convicts whoever is found with it.
public record Receipt(Id caseId, Id exhibit, byte[] salt, Entry entry, TlogProof proof) {
    public Receipt {
        salt = salt.clone();
    }

    /// Makes the text of a receipt.
    public static String text(
            Id caseId,
            Id exhibit,
            byte[] salt,
            byte[] entry,
            long index,
            List<Sha256> hashes,
            String note) {
        Json.Obj extra =
                Json.object()
                        .with("v", 1)
                        .with("case", caseId.hex())
                        .with("exhibit", exhibit.hex())
                        .with("salt", Hex.of(salt))
                        .with("entry", Base64.of(entry));
        return new TlogProof(
                        Optional.of(Base64.of(CanonicalJson.encode(extra))), index, hashes, note)
                .text();
    }

    /// Whether a proof is a source's receipt, and not one of any entry that an auditor was given.
    public static boolean isOfSource(String text) {
        return extra(TlogProof.parse(text)).members().containsKey("case");
    }

    private static Json.Obj extra(TlogProof proof) {
        return CanonicalJson.parseObject(
                Base64.parse(
                        proof.extra()
                                .orElseThrow(() ->
                                        new MalformedException("a receipt has an extra line"))));
    }

    public static Receipt parse(String text) {
        TlogProof proof = TlogProof.parse(text);
        Json.Obj extra = extra(proof);
        extra.only("v", "case", "exhibit", "salt", "entry");
        if (extra.number("v") != 1) {
            throw new MalformedException("only receipts of version 1 are known");
        }
        return new Receipt(
                Id.parse(extra.text("case")),
                Id.parse(extra.text("exhibit")),
                Hex.parse(extra.text("salt"), 32),
                Entry.parse(Base64.parse(extra.text("entry"))),
                proof);
    }

    /// Checks signature, inclusion, and that the entry is about this case and this exhibit.
    ///
    /// @throws BrokenEvidenceException naming what does not hold
    public void verify(String origin, List<NoteVerifier> logKeys) {
        try {
            Checkpoint checkpoint = Checkpoint.verified(proof.note(), origin, logKeys);
            if (entry.n() != proof.index()) {
                throw new BrokenEvidenceException(
                        "receipt, index", "" + entry.n(), "" + proof.index());
            }
            ProofCheck.inclusion(
                    MerkleHash.leaf(entry.bytes()),
                    proof.index(),
                    checkpoint.size(),
                    proof.hashes(),
                    checkpoint.root());
        } catch (NoteException | ProofException e) {
            throw new BrokenEvidenceException(
                    "receipt", "a proof that holds", String.valueOf(e.getMessage()));
        }
        CaseEvent.ExhibitSealed fact = fact();
        require(
                "receipt, case",
                Entry.caseTag(entry.nonce(), caseId),
                entry.event().caseTag().orElse(Sha256.ZERO));
        require("receipt, exhibit", Entry.exhibitTag(entry.nonce(), exhibit), fact.exhibit());
    }

    /// Checks that the entry commits to a plaintext with this digest.
    public void verifyContent(Sha256 plaintext) {
        require("receipt, content", Entry.content(salt, plaintext), fact().content());
    }

    private CaseEvent.ExhibitSealed fact() {
        if (entry.event().fact() instanceof CaseEvent.ExhibitSealed fact) {
            return fact;
        }
        throw new BrokenEvidenceException("receipt", "exhibit.sealed", entry.event().fact().type());
    }

    private static void require(String where, Sha256 expected, Sha256 found) {
        if (!expected.equals(found)) {
            throw new BrokenEvidenceException(where, expected.hex(), found.hex());
        }
    }
}
