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
        return Claim.parse(text).checkpoint();
    }

    /// What a checkpoint's text says, before anybody asked whether there can be such a tree.
    record Claim(String origin, long size, Sha256 root) {
        static Claim parse(String text) {
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
                return new Claim(
                        NoteVerifier.checkedName(lines[0]),
                        decimal(lines[1]),
                        Sha256.copyOf(Base64.parse(lines[2])));
            } catch (MalformedException e) {
                throw new NoteException("malformed checkpoint", e);
            }
        }

        Checkpoint checkpoint() {
            return new Checkpoint(origin, size, root);
        }
    }

    /// Reads a checkpoint of the log of this origin, which each of the log's keys must have signed.
    ///
    /// A witness's line stands in for none of them. The second key's line carries no time.
    public static Checkpoint verified(String note, String origin, List<NoteVerifier> logKeys) {
        LogKeys.check(origin, logKeys);
        SignedNote signed = SignedNote.parse(note);
        List<NoteVerifier> signers = signed.verify(logKeys);
        for (NoteVerifier key : logKeys) {
            if (!signers.contains(key)) {
                throw new NoteException("no signature by " + key);
            }
        }
        if (signed.timed(logKeys)) {
            throw new NoteException("the log's own line carries a time");
        }
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
