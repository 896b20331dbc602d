package org.sigillo.tables;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.CustodyEvent;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Id;

/// What rows of a ledger say of other rows, so that one that was deleted is missed.
final class Tallies {
    private static final int MOST = 1_024;

    private final LedgerTables tables;

    Tallies(LedgerTables tables) {
        this.tables = tables;
    }

    /// Lines and stamps may have come after they were counted; beats and epochs are counted for good.
    void checkpoints() {
        tables.rows(
                "SELECT size, previous, cosignatures, (SELECT count(*) FROM ledger_cosignature s WHERE s.size ="
                        + " c.previous), stamps, (SELECT count(*) FROM ledger_stamp s WHERE s.size = c.previous), beats,"
                        + " (SELECT count(*) FROM ledger_beat b WHERE b.size > c.previous AND b.size <= c.size), epoch,"
                        + " (SELECT count(*) FROM ledger_epoch e WHERE e.epoch <= c.epoch), lag(epoch, 1, 0) OVER (ORDER BY size) FROM ledger_checkpoint c"
                        + " ORDER BY size",
                r -> {
                    String where = "checkpoint " + r.getLong(1);
                    String before = "checkpoint " + r.getLong(2);
                    atLeast(before + ", cosignatures", r.getLong(3), r.getLong(4));
                    atLeast(before + ", time stamps", r.getLong(5), r.getLong(6));
                    same(where + ", beats since the one before", r.getLong(7), r.getLong(8));
                    same(where + ", epochs until then", r.getLong(9), r.getLong(10));
                    atLeast(where + ", epoch", r.getLong(11), r.getLong(9));
                    return true;
                });
        tables.rows(
                "SELECT epoch, size, (SELECT c.size FROM ledger_checkpoint c WHERE c.epoch >= e.epoch ORDER BY c.size"
                        + " LIMIT 1) FROM ledger_epoch e ORDER BY epoch",
                r -> {
                    long counted = r.getLong(3);
                    if (!r.wasNull() && r.getLong(2) > counted) {
                        throw new BrokenEvidenceException(
                                "epoch " + r.getLong(1),
                                "begun before checkpoint " + counted + " counted it",
                                "begun at size " + r.getLong(2));
                    }
                    return true;
                });
    }

    /// Each entry with the one before it, and with the event that was queued for it: also those that no checkpoint covers yet.
    void entries() {
        FilledBeats beats =
                new FilledBeats(
                        tables.genesis(),
                        tables.rows(
                                "SELECT 'beat ' || beat || '.' || extra, size FROM ledger_beat ORDER BY size",
                                r -> new FilledBeats.Filled(r.getString(1), r.getLong(2))));
        Sha256 before = Sha256.ZERO;
        long size = 0;
        List<Entry> some;
        do {
            some =
                    tables.rows(
                            "SELECT e.n, e.bytes, e.pending, p.id, p.nonce, p.event, p.type, p.case_id, p.by_source,"
                                    + " e.leaf FROM ledger_entry e LEFT JOIN ledger_pending p ON p.id = e.pending"
                                    + " WHERE e.n >= ? ORDER BY e.n LIMIT "
                                    + MOST,
                            Tallies::queued,
                            size);
            for (Entry entry : some) {
                if (entry.n() != size) {
                    throw new BrokenEvidenceException("entry " + size, "a row", "none");
                }
                same("entry " + size + ", hash of the entry before", before, entry.prev());
                beats.next(entry);
                before = entry.leaf();
                size++;
            }
        } while (some.size() == MOST);
        beats.end(size);
    }

    private static Entry queued(ResultSet r) throws SQLException {
        long n = r.getLong(1);
        String where = "entry " + n;
        try {
            Entry entry = Entry.parse(r.getBytes(2));
            same(where + ", number", n, entry.n());
            same(where + ", leaf", entry.leaf(), Sha256.copyOf(r.getBytes(10)));
            boolean none = n == 0 || entry.event().fact() instanceof CustodyEvent.IntakeFiller;
            boolean named = r.getObject(3) != null;
            if (none) {
                same(where + ", queued event", "none", named ? "one" : "none");
                return entry;
            }
            same(where + ", queued event", "a row", r.getObject(4) == null ? "none" : "a row");
            if (!Entry.isAround(entry.bytes(), n, r.getBytes(5), r.getBytes(6))) {
                throw new BrokenEvidenceException(
                        where + ", queued event", "what the entry says", "another");
            }
            same(where + ", queued type", entry.event().fact().type(), r.getString(7));
            Optional<Id> caseId = Optional.ofNullable(r.getBytes(8)).map(Id::copyOf);
            same(
                    where + ", queued case",
                    entry.event().caseTag(),
                    caseId.map(it -> Entry.caseTag(entry.nonce(), it)));
            same(
                    where + ", whether a source caused it",
                    entry.event().actor().equals(Optional.of(Entry.Event.SOURCE)),
                    r.getBoolean(9));
            return entry;
        } catch (MalformedException e) {
            throw new BrokenEvidenceException(
                    where + " or its queued event", "well formed", String.valueOf(e.getMessage()));
        }
    }

    private static void atLeast(String where, long expected, long found) {
        if (found < expected) {
            throw new BrokenEvidenceException(where, "at least " + expected, "" + found);
        }
    }

    private static void same(String where, Object expected, Object found) {
        LedgerTables.same(where, expected.toString(), found.toString());
    }
}
