package org.sigillo.ledger;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Hmac;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Id;
import org.sigillo.note.NoteSigner;

/// Seals the columns that no entry holds, so that whoever can write the tables, but has not the log's
/// key, cannot change them unnoticed. No evidence for others: what counts is in the entries.
final class RowSeal {
    private final Hmac hmac;

    private RowSeal(Hmac hmac) {
        this.hmac = hmac;
    }

    static RowSeal of(NoteSigner signer) {
        return new RowSeal(signer.derive("sigillo/rows/v1"));
    }

    Sha256 of(QueueRows.Pending p) {
        return hmac.over(
                text("pending"),
                number(p.id()),
                text(p.key()),
                p.facts().bytes(),
                p.nonce(),
                new byte[] {(byte) (p.bySource() ? 1 : 0)},
                p.caseId().map(Id::bytes).orElseGet(() -> new byte[0]),
                text(p.type()),
                p.event());
    }

    /// A queued row that is as it was queued. One that somebody without the key has put there, or changed,
    /// must not get a number: what has one can never be taken back.
    ///
    /// @throws BrokenEvidenceException if its seal is another
    QueueRows.Pending checked(QueueRows.Sealed row) {
        Sha256 expected = of(row.pending());
        if (!expected.equals(row.seal())) {
            throw new BrokenEvidenceException(
                    "waiting event " + row.pending().key() + ", seal",
                    expected.hex(),
                    row.seal().hex());
        }
        return row.pending();
    }

    /// Of an entry, and of the place that its event had in the queue.
    Sha256 of(long n, Optional<QueueRows.Pending> p) {
        return hmac.over(
                text("entry"),
                number(n),
                number(p.map(QueueRows.Pending::id).orElse(0L)),
                number(p.map(QueueRows.Pending::position).orElse(-1L)),
                number(p.map(QueueRows.Pending::beat).orElse(-1L)));
    }

    Sha256 of(NoteRows.Filled beat) {
        return hmac.over(
                text("beat"), number(beat.beat()), number(beat.extra()), number(beat.size()));
    }

    Sha256 of(NoteRows.Epoch epoch) {
        return hmac.over(
                text("epoch"),
                number(epoch.epoch()),
                epoch.replica().bytes(),
                number(epoch.size()));
    }

    Sha256 of(long size, NoteRows.Tally tally) {
        return hmac.over(
                text("checkpoint"),
                number(size),
                number(tally.previous()),
                number(tally.cosignatures()),
                number(tally.stamps()),
                number(tally.beats()),
                number(tally.epoch()));
    }

    private static byte[] number(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
