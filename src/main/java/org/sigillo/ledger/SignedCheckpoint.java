package org.sigillo.ledger;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.sigillo.note.Checkpoint;

/// A published state of the ledger.
///
/// @param signed the note with the log's own signatures, as they were made: what witnesses and stamp
///     authorities are asked about
/// @param note the same with the lines of the witnesses that have cosigned it so far
public record SignedCheckpoint(Checkpoint checkpoint, String signed, String note) {
    /// As it was when a note of it was made: more witnesses may have cosigned it since.
    ///
    /// @return nothing if that has other lines than this
    public Optional<SignedCheckpoint> asIn(String made) {
        if (!made.startsWith(signed)) {
            return Optional.empty();
        }
        List<String> lines = lines(made);
        boolean ours = lines(note).containsAll(lines) && Set.copyOf(lines).size() == lines.size();
        return ours
                ? Optional.of(new SignedCheckpoint(checkpoint, signed, made))
                : Optional.empty();
    }

    /// How many lines of witnesses it has.
    long cosignatures() {
        return lines(note).size();
    }

    private List<String> lines(String of) {
        return of.substring(signed.length()).lines().toList();
    }
}
