package org.sigillo.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.CanonicalJson;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Id;

/// Rows of `ledger_pending`: every event that was ever queued. One is done when an entry refers to it.
final class QueueRows {
    private static final String COLUMNS =
            "p.id, p.key, p.facts, p.nonce, p.by_source, p.case_id, p.position, p.beat, p.type,"
                    + " p.event";
    private static final String UNDONE =
            " NOT EXISTS (SELECT 1 FROM ledger_entry e WHERE e.pending = p.id)";

    /// With places for position and beat.
    private static final String INSERT =
            "INSERT INTO ledger_pending (id, key, facts, nonce, by_source, case_id, position, beat,"
                    + " type, event, seal) SELECT ?, ?, ?, ?, ?, ?::bytea,"
                    + " CASE WHEN t.id IS NOT NULL THEN %s END,"
                    + " CASE WHEN t.id IS NOT NULL THEN %s END, ?, ?, ?"
                    + " FROM (SELECT pg_current_xact_id() AS id OFFSET 0) t"
                    + " ON CONFLICT (key) DO NOTHING";

    private final Rows rows;

    QueueRows(Rows rows) {
        this.rows = rows;
    }

    /// @param position among the staff's events, or among those of the source's case; the database finds
    ///     it
    /// @param beat in which a source's event came, by the second since the epoch at which it began; 0 for
    ///     others; the database finds it
    record Pending(
            long id,
            String key,
            Sha256 facts,
            byte[] nonce,
            boolean bySource,
            Optional<Id> caseId,
            long position,
            long beat,
            String type,
            byte[] event) {}

    Optional<Sha256> factsOf(String key) throws SQLException {
        return rows
                .list(
                        "SELECT facts FROM ledger_pending WHERE key = ?",
                        r -> Sha256.copyOf(r.getBytes(1)),
                        key)
                .stream()
                .findFirst();
    }

    /// Queues an event, whose place and beat the database finds. The transaction has its id before it has
    /// its position: a position that is missing and older than every running transaction will never come
    /// (see [StaffQueue]).
    ///
    /// @return false if the key is there already
    boolean insert(Pending p, long beatSeconds, Sha256 seal) throws SQLException {
        byte @Nullable [] caseId = p.caseId().map(Id::bytes).orElse(null);
        long length = Math.max(1, beatSeconds);
        return p.bySource()
                ? rows.update(
                                INSERT.formatted(
                                        "(SELECT count(*) FROM ledger_pending WHERE case_id = ? AND"
                                                + " by_source)",
                                        "floor(extract(epoch FROM clock_timestamp()) / ?) * ?"),
                                p.id(),
                                p.key(),
                                p.facts().bytes(),
                                p.nonce(),
                                true,
                                caseId,
                                caseId,
                                length,
                                length,
                                p.type(),
                                p.event(),
                                seal.bytes())
                        == 1
                : rows.update(
                                INSERT.formatted("nextval('ledger_staff_position')", "0"),
                                p.id(),
                                p.key(),
                                p.facts().bytes(),
                                p.nonce(),
                                false,
                                caseId,
                                p.type(),
                                p.event(),
                                seal.bytes())
                        == 1;
    }

    /// Staff events behind a position, done or not, in their order.
    List<Pending> staffAfter(long position, int most) throws SQLException {
        return rows.list(
                "SELECT "
                        + COLUMNS
                        + " FROM ledger_pending p WHERE NOT by_source AND position > ?"
                        + " ORDER BY position LIMIT ?",
                QueueRows::pending,
                position,
                most);
    }

    List<Pending> staffAt(long[] positions) throws SQLException {
        return rows.list(
                "SELECT "
                        + COLUMNS
                        + " FROM ledger_pending p WHERE NOT by_source AND position = ANY (?)"
                        + " ORDER BY position",
                QueueRows::pending,
                positions);
    }

    /// Staff events to which no entry refers, in their order.
    List<Pending> staffUndone() throws SQLException {
        return rows.list(
                "SELECT "
                        + COLUMNS
                        + " FROM ledger_pending p WHERE NOT by_source AND"
                        + UNDONE
                        + " ORDER BY position",
                QueueRows::pending);
    }

    /// Sources' events that came in this beat or later and to which no entry refers, each case's in
    /// its order.
    List<Pending> sourcesUndone(long fromBeat) throws SQLException {
        return rows.list(
                "SELECT "
                        + COLUMNS
                        + " FROM ledger_pending p WHERE by_source AND beat >= ? AND"
                        + UNDONE
                        + " ORDER BY p.case_id, p.position, p.id",
                QueueRows::pending,
                fromBeat);
    }

    long sourcesWaiting() throws SQLException {
        return rows.number("SELECT count(*) FROM ledger_pending p WHERE by_source AND" + UNDONE);
    }

    /// Rows with their seals, by id; for the check.
    List<Sealed> sealed(long[] ids) throws SQLException {
        return rows.list(
                "SELECT " + COLUMNS + ", p.seal FROM ledger_pending p WHERE p.id = ANY (?)",
                QueueRows::withSeal,
                ids);
    }

    /// Rows that wait, with their seals.
    ///
    /// @param and a further condition, or nothing
    List<Sealed> sealedUndone(String and) throws SQLException {
        return rows.list(
                "SELECT " + COLUMNS + ", p.seal FROM ledger_pending p WHERE" + UNDONE + and,
                QueueRows::withSeal);
    }

    record Sealed(Pending pending, Sha256 seal) {}

    /// Events with their entries' indexes: entries in their order, then what waits.
    List<Recorded> recorded(String where, Object... arguments) throws SQLException {
        return rows.list(
                "SELECT p.event, p.nonce, e.n, coalesce(e.n < (SELECT max(size) FROM"
                        + " ledger_checkpoint), false), e.bytes FROM ledger_pending p LEFT JOIN"
                        + " ledger_entry e ON e.pending = p.id WHERE "
                        + where
                        + " ORDER BY e.n NULLS LAST, p.by_source DESC, p.position",
                QueueRows::recorded,
                arguments);
    }

    private static Recorded recorded(ResultSet r) throws SQLException {
        byte[] event = r.getBytes(1);
        byte[] nonce = r.getBytes(2);
        long n = r.getLong(3);
        OptionalLong index = r.wasNull() ? OptionalLong.empty() : OptionalLong.of(n);
        // Where there is an entry, it is what counts.
        byte[] entry = r.getBytes(5);
        if (entry != null && !Entry.isAround(entry, n, nonce, event)) {
            throw new BrokenEvidenceException("entry " + n, "the event that was queued", "another");
        }
        return new Recorded(
                Entry.Event.parse(CanonicalJson.parseObject(event)),
                nonce,
                index,
                r.getBoolean(4),
                false);
    }

    private static Sealed withSeal(ResultSet r) throws SQLException {
        return new Sealed(pending(r), Sha256.copyOf(r.getBytes(11)));
    }

    private static Pending pending(ResultSet r) throws SQLException {
        byte[] caseId = r.getBytes(6);
        return new Pending(
                r.getLong(1),
                r.getString(2),
                Sha256.copyOf(r.getBytes(3)),
                r.getBytes(4),
                r.getBoolean(5),
                caseId == null ? Optional.empty() : Optional.of(Id.copyOf(caseId)),
                r.getLong(7),
                r.getLong(8),
                r.getString(9),
                r.getBytes(10));
    }
}
