package org.sigillo.ledger;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.custody.CoseReceipt;
import org.sigillo.custody.Genesis;
import org.sigillo.merkle.Proofs;
import org.sigillo.note.Checkpoint;
import org.sigillo.note.NoteException;
import org.sigillo.note.NoteSigner;
import org.sigillo.note.NoteVerifier;

/// Says of published checkpoints once more, as COSE receipts, what the log has signed in its notes, and
/// nothing else: whoever altered a row of theirs gets no signature over it.
final class CoseReceipts {
    private final String origin;
    private final List<NoteVerifier> keys;
    private final NoteSigner signer;

    CoseReceipts(Genesis genesis, NoteSigner signer) {
        this.origin = genesis.opened().origin();
        this.keys = genesis.opened().keys().stream().map(NoteVerifier::parse).toList();
        this.signer = signer;
    }

    /// That an entry is in the last checkpoint's tree; nothing while it is not, or is alone there.
    Optional<byte[]> inclusion(Rows rows, long index) throws SQLException {
        Optional<Checkpoint> last = signed(rows.notes().last());
        if (last.isEmpty() || index < 0 || index >= last.get().size() || last.get().size() == 1) {
            return Optional.empty();
        }
        return Optional.of(
                CoseReceipt.ofInclusion(
                        last.get(),
                        index,
                        Proofs.inclusion(index, last.get().size(), rows.tree().hashes()),
                        signer));
    }

    /// That the tree of one checkpoint begins that of a larger one; nothing if either is none.
    Optional<byte[]> consistency(Rows rows, long from, long to) throws SQLException {
        Optional<Checkpoint> earlier = signed(rows.notes().of(from));
        Optional<Checkpoint> later = signed(rows.notes().of(to));
        if (earlier.isEmpty() || later.isEmpty() || from >= to) {
            return Optional.empty();
        }
        return Optional.of(
                CoseReceipt.ofConsistency(
                        earlier.get(),
                        later.get(),
                        Proofs.consistency(from, to, rows.tree().hashes()),
                        signer));
    }

    private Optional<Checkpoint> signed(Optional<SignedCheckpoint> row) {
        return row.map(it -> {
            try {
                return Checkpoint.verified(it.signed(), origin, keys);
            } catch (NoteException e) {
                throw new BrokenEvidenceException(
                        "checkpoint " + it.checkpoint().size(),
                        "a note that the log signed",
                        String.valueOf(e.getMessage()));
            }
        });
    }
}
