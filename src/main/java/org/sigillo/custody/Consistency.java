package org.sigillo.custody;

import java.util.ArrayList;
import java.util.List;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;
import org.sigillo.merkle.ProofCheck;
import org.sigillo.merkle.ProofException;
import org.sigillo.note.Checkpoint;

/// That one checkpoint continues another, in the form of a C2SP tlog-witness `add-checkpoint` request.
final class Consistency {
    private Consistency() {}

    static String text(long old, List<Sha256> hashes, String note) {
        StringBuilder text = new StringBuilder("old ").append(old).append('\n');
        hashes.forEach(hash -> text.append(Base64.of(hash.bytes())).append('\n'));
        return text.append('\n').append(note).toString();
    }

    /// The later checkpoint's note, as it stands there.
    static String note(String text) {
        return text.substring(text.indexOf("\n\n") + 2);
    }

    /// The later checkpoint, once it is shown to continue the earlier one.
    static Checkpoint verified(String text, Checkpoint earlier, Genesis genesis, String where) {
        int cut = text.indexOf("\n\n");
        if (cut < 0) {
            throw new BrokenEvidenceException(where, "a consistency proof", "another text");
        }
        List<String> lines = new ArrayList<>(List.of(text.substring(0, cut).split("\n", -1)));
        Expected.same(where, "old " + earlier.size(), lines.removeFirst());
        Checkpoint later = ReleaseProof.checkpoint(note(text), genesis, where);
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
