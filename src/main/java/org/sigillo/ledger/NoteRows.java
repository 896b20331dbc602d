package org.sigillo.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Id;
import org.sigillo.note.Checkpoint;
import org.sigillo.note.SignedNote;

/// Rows of what is signed and by whom: checkpoints, witnesses' lines, authorities' answers; and of the
/// beats and epochs that led to them. Each is compared with its seal as it is read.
final class NoteRows {
    private static final String TALLY =
            "previous, cosignatures, stamps, beats, epoch, seal, sha256(convert_to(note, 'UTF8'))";
    private static final String LAST = " FROM ledger_checkpoint ORDER BY size DESC LIMIT 1";

    private final Rows rows;
    private final RowSeal seal;

    NoteRows(Rows rows, RowSeal seal) {
        this.rows = rows;
        this.seal = seal;
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

    void insert(Checkpoint checkpoint, String note, Tally tally) throws SQLException {
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
                seal.of(checkpoint.size(), note, tally).bytes());
    }

    /// Of the last checkpoint; 0 if there is none.
    long size() throws SQLException {
        return rows.list("SELECT size, " + TALLY + LAST, r -> sealed(r, 2)).stream()
                .findFirst()
                .orElse(0L);
    }

    /// @param from the first column of the tally; the size is the first of all
    /// @return the size, whose row is as it was signed
    private long sealed(ResultSet r, int from) throws SQLException {
        long size = r.getLong(1);
        Sealed<Tally> tally = tally(r, from);
        Sha256 note = Sha256.copyOf(r.getBytes(from + 6));
        RowSeal.same(
                "checkpoint " + size + ", seal", seal.of(size, note, tally.row()), tally.seal());
        return size;
    }

    private static Sealed<Tally> tally(ResultSet r, int from) throws SQLException {
        return new Sealed<>(
                new Tally(
                        r.getLong(from),
                        r.getLong(from + 1),
                        r.getLong(from + 2),
                        r.getLong(from + 3),
                        r.getLong(from + 4)),
                Sha256.copyOf(r.getBytes(from + 5)));
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

    /// So many of those that are larger, in the order of their sizes.
    List<SignedCheckpoint> after(long size, int most) throws SQLException {
        return checkpoints("WHERE size > ? ORDER BY size LIMIT ?", size, most);
    }

    private Optional<SignedCheckpoint> one(String which, Object... arguments) throws SQLException {
        return checkpoints(which, arguments).stream().findFirst();
    }

    private List<SignedCheckpoint> checkpoints(String which, Object... arguments)
            throws SQLException {
        return rows.list(
                "SELECT size, root, note, "
                        + TALLY
                        + ", l.lines, l.seals FROM ledger_checkpoint c, LATERAL (SELECT"
                        + " array_agg(line ORDER BY line) AS lines, array_agg(s.seal ORDER BY line)"
                        + " AS seals FROM ledger_cosignature s WHERE s.size = c.size) l "
                        + which,
                this::checkpoint,
                arguments);
    }

    private SignedCheckpoint checkpoint(ResultSet r) throws SQLException {
        long size = sealed(r, 4);
        String note = r.getString(3);
        Checkpoint checkpoint = Checkpoint.parse(SignedNote.parse(note).text());
        RowSeal.same("checkpoint " + size + ", size", size, checkpoint.size());
        RowSeal.same(
                "checkpoint " + size + ", root", checkpoint.root(), Sha256.copyOf(r.getBytes(2)));
        StringBuilder cosigned = new StringBuilder(note);
        if (r.getArray(11) != null) {
            String[] lines = (String[]) r.getArray(11).getArray();
            byte[][] seals = (byte[][]) r.getArray(12).getArray();
            for (int i = 0; i < lines.length; i++) {
                cosigned.append(checked(new Line(size, lines[i]), seals[i]).line()).append('\n');
            }
        }
        return new SignedCheckpoint(checkpoint, note, cosigned.toString());
    }

    private Line checked(Line line, byte[] found) {
        String said = line.line();
        RowSeal.same(
                "checkpoint "
                        + line.size()
                        + ", cosignature "
                        + said.substring(0, Math.min(60, said.length()))
                        + ", seal",
                seal.of(line),
                Sha256.copyOf(found));
        return line;
    }

    /// As it is stored, for the check.
    ///
    /// @param tally what it counts of those before
    /// @param cosignatures that there are below the one before: read with what it counts of them, since more may come at any time
    /// @param stamps that there are of the one before
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
                "SELECT size, root, note, "
                        + TALLY
                        + ", "
                        + below("c.previous")
                        + ", "
                        + filled("c.previous", "c.size")
                        + " FROM ledger_checkpoint c WHERE (size <= ? OR size >"
                        + " (SELECT max(n) + 1 FROM ledger_entry)) AND size > ? ORDER BY size LIMIT ?",
                r ->
                        new StoredCheckpoint(
                                r.getLong(1),
                                Sha256.copyOf(r.getBytes(2)),
                                r.getString(3),
                                tally(r, 4),
                                r.getLong(11),
                                r.getLong(12),
                                r.getLong(13)),
                size,
                after,
                most);
    }

    void cosigned(long size, String line) throws SQLException {
        rows.update(
                "INSERT INTO ledger_cosignature (size, line, seal) VALUES (?, ?, ?) ON CONFLICT DO"
                        + " NOTHING",
                size,
                line,
                seal.of(new Line(size, line)).bytes());
    }

    void stamped(Stamp stamp) throws SQLException {
        rows.update(
                "INSERT INTO ledger_stamp (size, authority, reply, seal) VALUES (?, ?, ?, ?)"
                        + " ON CONFLICT DO NOTHING",
                stamp.size(),
                stamp.authority(),
                stamp.reply(),
                seal.of(stamp).bytes());
    }

    /// Those of checkpoints from one size to another, both included.
    List<Stamp> stamps(long from, long to) throws SQLException {
        return rows.list(
                "SELECT size, authority, reply, seal FROM ledger_stamp WHERE size BETWEEN ? AND ?"
                        + " ORDER BY size, authority",
                r -> {
                    Stamp stamp = new Stamp(r.getLong(1), r.getString(2), r.getBytes(3));
                    RowSeal.same(
                            "checkpoint "
                                    + stamp.size()
                                    + ", time stamp by "
                                    + stamp.authority()
                                    + ", seal",
                            seal.of(stamp),
                            Sha256.copyOf(r.getBytes(4)));
                    return stamp;
                },
                from,
                to);
    }

    /// A witness's line below the checkpoint of this size.
    record Line(long size, String line) {}

    List<Line> lines(long from, long to) throws SQLException {
        return rows.list(
                "SELECT size, line, seal FROM ledger_cosignature WHERE size BETWEEN ? AND ?"
                        + " ORDER BY size, line",
                r -> checked(new Line(r.getLong(1), r.getString(2)), r.getBytes(3)),
                from,
                to);
    }

    /// How many lines there are below the checkpoints from one size to another, both included.
    long cosignatures(long from, long to) throws SQLException {
        return rows.number(
                "SELECT count(*) FROM ledger_cosignature WHERE size BETWEEN ? AND ?", from, to);
    }

    /// This beat's last filling. Whoever may insert rows may have put one there, to have the beat left out.
    Optional<Filled> filled(long beat) throws SQLException {
        return beats("WHERE beat = ? ORDER BY extra DESC LIMIT 1", beat).stream().findFirst();
    }

    /// The newest beat.
    Optional<Filled> lastBeat() throws SQLException {
        return beats("ORDER BY beat DESC, extra DESC LIMIT 1").stream().findFirst();
    }

    /// The ledger's size at the last beat; 0 if there was none.
    long lastFilled() throws SQLException {
        return beats("ORDER BY size DESC LIMIT 1").stream()
                .mapToLong(Filled::size)
                .findFirst()
                .orElse(0);
    }

    void insert(Filled beat) throws SQLException {
        rows.update(
                "INSERT INTO ledger_beat (beat, extra, size, seal) VALUES (?, ?, ?, ?)",
                beat.beat(),
                beat.extra(),
                beat.size(),
                seal.of(beat).bytes());
    }

    record Sealed<T>(T row, Sha256 seal) {}

    List<Filled> beats() throws SQLException {
        return beats("ORDER BY beat, extra");
    }

    private List<Filled> beats(String which, Object... arguments) throws SQLException {
        return rows.list(
                "SELECT beat, extra, size, seal FROM ledger_beat " + which,
                r ->
                        seal.beat(
                                new Sealed<>(
                                        new Filled(r.getLong(1), r.getInt(2), r.getLong(3)),
                                        Sha256.copyOf(r.getBytes(4)))),
                arguments);
    }

    List<Epoch> epochs(String which) throws SQLException {
        return rows.list(
                "SELECT epoch, replica, size, seal FROM ledger_epoch " + which,
                r ->
                        seal.epoch(
                                new Sealed<>(
                                        new Epoch(
                                                r.getLong(1),
                                                Id.copyOf(r.getBytes(2)),
                                                r.getLong(3)),
                                        Sha256.copyOf(r.getBytes(4)))));
    }

    /// That a replica's own epoch has its row: nobody may take it away, and the next one that is begun has another number.
    void stands(Epoch own) throws SQLException {
        RowSeal.same(
                "epoch " + own.epoch() + ", as this replica began it",
                List.of(own),
                epochs("WHERE epoch = " + own.epoch()));
    }

    /// Lets a replica number from now on.
    ///
    /// @param newest the last one's epoch: no older than the one that the last checkpoint counts
    Epoch begin(Optional<Epoch> newest, Id replica, long size) throws SQLException {
        long before = newest.map(Epoch::epoch).orElse(0L);
        long counted =
                rows
                        .list(
                                "SELECT size, " + TALLY + LAST,
                                r -> {
                                    sealed(r, 2);
                                    return tally(r, 2).row().epoch();
                                })
                        .stream()
                        .findFirst()
                        .orElse(0L);
        if (before < counted) {
            throw new BrokenEvidenceException("epoch " + counted, "a row", "none");
        }
        Epoch begun = new Epoch(before + 1, replica, size);
        insert(begun);
        return begun;
    }

    void insert(Epoch epoch) throws SQLException {
        rows.update(
                "INSERT INTO ledger_epoch (epoch, replica, size, seal) VALUES (?, ?, ?, ?)",
                epoch.epoch(),
                epoch.replica().bytes(),
                epoch.size(),
                seal.of(epoch).bytes());
    }
}
