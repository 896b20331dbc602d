package org.sigillo.note;

import java.util.List;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;

/// A log's size and root as its origin signs them (C2SP tlog-checkpoint).
public record Checkpoint(String origin, long size, Sha256 root) {
    public Checkpoint {
        NoteVerifier.checkedName(origin);
        if (size < 0 || (size == 0 && !root.equals(Sha256.of()))) {
            throw new NoteException("an empty log has the root of nothing");
        }
    }

    /// The note's text: three lines.
    public String text() {
        return origin + "\n" + size + "\n" + Base64.of(root.bytes()) + "\n";
    }

    /// Reads a note's text; extension lines are allowed and passed over.
    public static Checkpoint parse(String text) {
        String[] lines = text.split("\n", -1);
        if (lines.length < 4 || !lines[lines.length - 1].isEmpty()) {
            throw new NoteException("a checkpoint has origin, size and root");
        }
        for (int i = 3; i < lines.length - 1; i++) {
            if (lines[i].isEmpty()) {
                throw new NoteException("an extension line is not empty");
            }
        }
        try {
            return new Checkpoint(
                    lines[0], decimal(lines[1]), Sha256.copyOf(Base64.parse(lines[2])));
        } catch (MalformedException e) {
            throw new NoteException("malformed checkpoint", e);
        }
    }

    /// Reads a signed checkpoint whose origin is the log's and which one of the log's keys signed.
    public static Checkpoint verified(String note, String origin, List<NoteVerifier> logKeys) {
        SignedNote signed = SignedNote.parse(note);
        signed.verify(logKeys);
        Checkpoint checkpoint = parse(signed.text());
        if (!checkpoint.origin().equals(origin)) {
            throw new NoteException("the checkpoint is of another log");
        }
        return checkpoint;
    }

    static long decimal(String text) {
        if (!text.matches("0|[1-9][0-9]{0,17}")) {
            throw new NoteException("a size is a decimal without leading zeros");
        }
        return Long.parseLong(text);
    }
}
