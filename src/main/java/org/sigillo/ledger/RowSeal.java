package org.sigillo.ledger;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.CanonicalJson;
import org.sigillo.bytes.Hmac;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.CustodyEvent;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Genesis;
import org.sigillo.custody.Id;
import org.sigillo.merkle.MerkleHash;
import org.sigillo.note.NoteSigner;
import org.sigillo.note.NoteVerifier;

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

    /// The same of one that was numbered: where there is an entry, it is what counts.
    ///
    /// @throws BrokenEvidenceException if the entry says something else, or either row is another
    QueueRows.Pending entered(QueueRows.Sealed row, TreeRows.Stored entry) {
        QueueRows.Pending p = row.pending();
        String where = "entry " + entry.n();
        if (!Entry.isAround(entry.bytes(), entry.n(), p.nonce(), p.event())) {
            throw new BrokenEvidenceException(where, "the event that was queued", "another");
        }
        same(where + ", leaf", MerkleHash.leaf(entry.bytes()), entry.leaf());
        same(where + ", queued row, seal", of(p), row.seal());
        same(where + ", seal", of(entry.n(), Optional.of(p)), entry.seal());
        return p;
    }

    /// That an entry says what was queued, and that its row and the one that queued it are untouched.
    ///
    /// @param queued the rows that entries name, by their ids
    /// @throws BrokenEvidenceException naming what is not so
    void check(Entry entry, TreeRows.Stored stored, Map<Long, QueueRows.Sealed> queued) {
        String where = "entry " + entry.n();
        Optional<Long> id = stored.pending();
        boolean none = entry.n() == 0 || entry.event().fact() instanceof CustodyEvent.IntakeFiller;
        if (none) {
            same(where + ", queued event", Optional.empty(), id);
            same(where + ", seal", of(entry.n(), Optional.empty()), stored.seal());
            return;
        }
        QueueRows.Sealed row = id.map(queued::get).orElse(null);
        if (row == null) {
            throw new BrokenEvidenceException(where, "a queued event", "none");
        }
        QueueRows.Pending p = row.pending();
        if (!Entry.isAround(entry.bytes(), entry.n(), p.nonce(), p.event())) {
            boolean nonce = Arrays.equals(entry.nonce(), p.nonce());
            throw new BrokenEvidenceException(
                    where + (nonce ? ", queued event" : ", queued nonce"),
                    "what the entry says",
                    "another");
        }
        same(where + ", queued type", entry.event().fact().type(), p.type());
        same(
                where + ", queued case",
                entry.event().caseTag(),
                p.caseId().map(it -> Entry.caseTag(entry.nonce(), it)));
        check(row, where + ", queued row");
        same(where + ", seal", of(entry.n(), Optional.of(p)), stored.seal());
    }

    /// That a queued row is as it was queued, and can be read.
    void check(QueueRows.Sealed row, String where) {
        same(where + ", seal", of(row.pending()), row.seal());
        try {
            Entry.Event.parse(CanonicalJson.parseObject(row.pending().event()));
        } catch (MalformedException e) {
            throw new BrokenEvidenceException(
                    where, "a well-formed event", String.valueOf(e.getMessage()));
        }
    }

    /// @throws BrokenEvidenceException if they differ
    static void same(String where, Object expected, Object found) {
        if (!expected.equals(found)) {
            throw new BrokenEvidenceException(where, expected.toString(), found.toString());
        }
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

    /// A beat as it was filled.
    ///
    /// @throws BrokenEvidenceException if its seal is another
    NoteRows.Filled beat(NoteRows.Sealed<NoteRows.Filled> row) {
        NoteRows.Filled beat = row.row();
        same("beat " + beat.beat() + "." + beat.extra() + ", seal", of(beat), row.seal());
        return beat;
    }

    Sha256 of(NoteRows.Epoch epoch) {
        return hmac.over(
                text("epoch"),
                number(epoch.epoch()),
                epoch.replica().bytes(),
                number(epoch.size()));
    }

    /// An epoch as it was begun.
    ///
    /// @throws BrokenEvidenceException if its seal is another
    NoteRows.Epoch epoch(NoteRows.Sealed<NoteRows.Epoch> row) {
        same("epoch " + row.row().epoch() + ", seal", of(row.row()), row.seal());
        return row.row();
    }

    Sha256 of(long size, String note, NoteRows.Tally tally) {
        return of(size, Sha256.of(text(note)), tally);
    }

    /// @param note the SHA-256 of the signed note
    Sha256 of(long size, Sha256 note, NoteRows.Tally tally) {
        return hmac.over(
                text("checkpoint"),
                number(size),
                note.bytes(),
                number(tally.previous()),
                number(tally.cosignatures()),
                number(tally.stamps()),
                number(tally.beats()),
                number(tally.epoch()));
    }

    Sha256 of(NoteRows.Line line) {
        return hmac.over(text("cosignature"), number(line.size()), text(line.line()));
    }

    Sha256 of(NoteRows.Stamp stamp) {
        return hmac.over(
                text("stamp"), number(stamp.size()), text(stamp.authority()), stamp.reply());
    }

    Sha256 of(Alarm.Row alarm) {
        return hmac.over(
                text("alarm"),
                number(alarm.id()),
                text(alarm.finding()),
                text(alarm.witness().orElse("")),
                number(alarm.ends().orElse(-1)));
    }

    private static byte[] number(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// That these keys are those of the genesis.
    static void sameKeys(String where, Genesis genesis, List<NoteSigner> keys) {
        List<NoteVerifier> expected =
                genesis.opened().keys().stream().map(NoteVerifier::parse).toList();
        List<NoteVerifier> found = keys.stream().map(NoteSigner::verifier).toList();
        same(where, expected.toString(), found.toString());
    }
}
