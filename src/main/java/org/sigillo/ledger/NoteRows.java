package org.sigillo.ledger;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Id;
import org.sigillo.note.Checkpoint;
import org.sigillo.note.SignedNote;

/// Rows of what is signed and by whom: checkpoints, witnesses' lines, authorities' answers; and of the
/// beats and epochs that led to them.
final class NoteRows {
    private final Rows rows;

    NoteRows(Rows rows) {
        this.rows = rows;
    }

    /// A beat that has been filled, by the second since the epoch at which it began, and the ledger's
    /// size then.
    record Filled(long beat, int extra, long size) {
        Filled at(long filledSize) {
            return new Filled(beat, extra, filledSize);
        }
    }

    /// Since when a replica numbers.
    record Epoch(long epoch, Id replica, long size) {}

    /// An authority's answer about a checkpoint.
    record Stamp(long size, String authority, byte[] reply) {}

    /// What a checkpoint's row counts, so that a row that is missing is missed.
    ///
    /// @param previous the size of the checkpoint before; 0 if there was none
    /// @param cosignatures below that one, by then
    /// @param stamps of that one, by then
    /// @param beats that were filled since
    /// @param epoch the newest
    record Tally(long previous, long cosignatures, long stamps, long beats, long epoch) {}

    /// Of a checkpoint that is about to be signed.
    Tally tally(long previous, long size) throws SQLException {
        return rows.list(
                        "SELECT "
                                + below("?")
                                + ", "
                                + filled("?", "?")
                                + ", (SELECT coalesce(max(epoch), 0) FROM ledger_epoch)",
                        r ->
                                new Tally(
                                        previous,
                                        r.getLong(1),
                                        r.getLong(2),
                                        r.getLong(3),
                                        r.getLong(4)),
                        previous,
                        previous,
                        previous,
                        size)
                .getFirst();
    }

    private static String below(String size) {
        return "(SELECT count(*) FROM ledger_cosignature WHERE size = %1$s), (SELECT count(*) FROM ledger_stamp WHERE size = %1$s)"
                .formatted(size);
    }

    private static String filled(String previous, String size) {
        return "(SELECT count(*) FROM ledger_beat WHERE size > %s AND size <= %s)"
                .formatted(previous, size);
    }

    void insert(Checkpoint checkpoint, String note, Tally tally, Sha256 seal) throws SQLException {
        rows.update(
                "INSERT INTO ledger_checkpoint (size, root, note, previous, cosignatures, stamps,"
                        + " beats, epoch, seal) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                checkpoint.size(),
                checkpoint.root().bytes(),
                note,
                tally.previous(),
                tally.cosignatures(),
                tally.stamps(),
                tally.beats(),
                tally.epoch(),
                seal.bytes());
    }

    Optional<SignedCheckpoint> last() throws SQLException {
        return one("ORDER BY size DESC LIMIT 1");
    }

    Optional<SignedCheckpoint> over(long index) throws SQLException {
        return one("WHERE size > ? ORDER BY size LIMIT 1", index);
    }

    /// The same of those that any witness has cosigned.
    Optional<SignedCheckpoint> cosignedOver(long index) throws SQLException {
        return one(
                "WHERE size > ? AND EXISTS (SELECT FROM ledger_cosignature s WHERE s.size = c.size)"
                        + " ORDER BY size LIMIT 1",
                index);
    }

    Optional<SignedCheckpoint> of(long size) throws SQLException {
        return one("WHERE size = ?", size);
    }

    List<SignedCheckpoint> all() throws SQLException {
        return checkpoints("ORDER BY size");
    }

    private Optional<SignedCheckpoint> one(String which, Object... arguments) throws SQLException {
        return checkpoints(which, arguments).stream().findFirst();
    }

    private List<SignedCheckpoint> checkpoints(String which, Object... arguments)
            throws SQLException {
        return rows.list(
                "SELECT note, coalesce((SELECT string_agg(line || E'\\n', '' ORDER BY line) FROM"
                        + " ledger_cosignature s WHERE s.size = c.size), '')"
                        + " FROM ledger_checkpoint c "
                        + which,
                r -> {
                    String note = r.getString(1);
                    return new SignedCheckpoint(
                            Checkpoint.parse(SignedNote.parse(note).text()),
                            note,
                            note + r.getString(2));
                },
                arguments);
    }

    /// As it is stored, for the check.
    ///
    /// @param tally what it counts of those before
    /// @param cosignatures that there are below this one
    /// @param stamps that there are of this one
    /// @param beats that there are since the one before
    record StoredCheckpoint(
            long size,
            Sha256 root,
            String note,
            Sealed<Tally> tally,
            long cosignatures,
            long stamps,
            long beats) {}

    /// Those that are not of a tree larger than the ledger was a moment ago, unless it is no larger now; so many at a time.
    ///
    /// @param after of larger trees than this
    List<StoredCheckpoint> stored(long size, long after, int most) throws SQLException {
        return rows.list(
                "SELECT size, root, note, previous, cosignatures, stamps, beats, epoch, seal, "
                        + below("c.size")
                        + ", "
                        + filled("c.previous", "c.size")
                        + " FROM ledger_checkpoint c WHERE (size <= ? OR size >"
                        + " (SELECT max(n) + 1 FROM ledger_entry)) AND size > ? ORDER BY size LIMIT ?",
                r ->
                        new StoredCheckpoint(
                                r.getLong(1),
                                Sha256.copyOf(r.getBytes(2)),
                                r.getString(3),
                                new Sealed<>(
                                        new Tally(
                                                r.getLong(4),
                                                r.getLong(5),
                                                r.getLong(6),
                                                r.getLong(7),
                                                r.getLong(8)),
                                        Sha256.copyOf(r.getBytes(9))),
                                r.getLong(10),
                                r.getLong(11),
                                r.getLong(12)),
                size,
                after,
                most);
    }

    void cosigned(long size, String line) throws SQLException {
        rows.update(
                "INSERT INTO ledger_cosignature (size, line) VALUES (?, ?) ON CONFLICT DO NOTHING",
                size,
                line);
    }

    void stamped(Stamp stamp) throws SQLException {
        rows.update(
                "INSERT INTO ledger_stamp (size, authority, reply) VALUES (?, ?, ?)"
                        + " ON CONFLICT DO NOTHING",
                stamp.size(),
                stamp.authority(),
                stamp.reply());
    }

    List<Stamp> stamps() throws SQLException {
        return stamps(0, Long.MAX_VALUE);
    }

    /// Those of checkpoints from one size to another, both included.
    List<Stamp> stamps(long from, long to) throws SQLException {
        return rows.list(
                "SELECT size, authority, reply FROM ledger_stamp WHERE size BETWEEN ? AND ?"
                        + " ORDER BY size, authority",
                r -> new Stamp(r.getLong(1), r.getString(2), r.getBytes(3)),
                from,
                to);
    }

    /// A witness's line below the checkpoint of this size.
    record Line(long size, String line) {}

    List<Line> lines(long from, long to) throws SQLException {
        return rows.list(
                "SELECT size, line FROM ledger_cosignature WHERE size BETWEEN ? AND ?"
                        + " ORDER BY size, line",
                r -> new Line(r.getLong(1), r.getString(2)),
                from,
                to);
    }

    /// This beat's last filling. Whoever may insert rows may have put one there, to have the beat left out.
    ///
    /// @throws BrokenEvidenceException if its seal is another
    Optional<Filled> filled(long beat, RowSeal seal) throws SQLException {
        return beats("WHERE beat = ? ORDER BY extra DESC LIMIT 1", beat).stream()
                .map(seal::beat)
                .findFirst();
    }

    /// The newest beat.
    ///
    /// @throws BrokenEvidenceException if its seal is another
    Optional<Filled> lastBeat(RowSeal seal) throws SQLException {
        return beats("ORDER BY beat DESC, extra DESC LIMIT 1").stream().map(seal::beat).findFirst();
    }

    /// The ledger's size at the last beat; 0 if there was none.
    ///
    /// @throws BrokenEvidenceException if its seal is another
    long lastFilled(RowSeal seal) throws SQLException {
        return beats("ORDER BY size DESC LIMIT 1").stream()
                .map(seal::beat)
                .mapToLong(Filled::size)
                .findFirst()
                .orElse(0);
    }

    void insert(Filled beat, Sha256 seal) throws SQLException {
        rows.update(
                "INSERT INTO ledger_beat (beat, extra, size, seal) VALUES (?, ?, ?, ?)",
                beat.beat(),
                beat.extra(),
                beat.size(),
                seal.bytes());
    }

    record Sealed<T>(T row, Sha256 seal) {}

    List<Sealed<Filled>> beats() throws SQLException {
        return beats("ORDER BY beat, extra");
    }

    private List<Sealed<Filled>> beats(String which, Object... arguments) throws SQLException {
        return rows.list(
                "SELECT beat, extra, size, seal FROM ledger_beat " + which,
                r ->
                        new Sealed<>(
                                new Filled(r.getLong(1), r.getInt(2), r.getLong(3)),
                                Sha256.copyOf(r.getBytes(4))),
                arguments);
    }

    List<Sealed<Epoch>> epochs(String which) throws SQLException {
        return rows.list(
                "SELECT epoch, replica, size, seal FROM ledger_epoch " + which,
                r ->
                        new Sealed<>(
                                new Epoch(r.getLong(1), Id.copyOf(r.getBytes(2)), r.getLong(3)),
                                Sha256.copyOf(r.getBytes(4))));
    }

    void insert(Epoch epoch, Sha256 seal) throws SQLException {
        rows.update(
                "INSERT INTO ledger_epoch (epoch, replica, size, seal) VALUES (?, ?, ?, ?)",
                epoch.epoch(),
                epoch.replica().bytes(),
                epoch.size(),
                seal.bytes());
    }
}
