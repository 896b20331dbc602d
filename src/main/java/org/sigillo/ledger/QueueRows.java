package org.sigillo.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.CanonicalJson;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Id;

/// Rows of `ledger_pending`: every event that was ever queued. One is done when an entry refers to it.
final class QueueRows {
    static final String COLUMNS =
            "p.id, p.key, p.facts, p.nonce, p.by_source, p.case_id, p.position, p.beat, p.type,"
                    + " p.event";
    static final String UNDONE =
            " NOT EXISTS (SELECT 1 FROM ledger_entry e WHERE e.pending = p.id)";

    /// With places for by_source, position and beat, and for which rows. They are numbered in the order of
    /// the arrays.
    private static final String INSERT =
            "INSERT INTO ledger_pending (id, key, facts, nonce, by_source, case_id, position, beat,"
                    + " type, event, seal) SELECT u.id, u.key, u.facts, u.nonce, %s, u.case_id,"
                    + " CASE WHEN t.id IS NOT NULL THEN %s END,"
                    + " CASE WHEN t.id IS NOT NULL THEN %s END, u.type, u.event, u.seal"
                    + " FROM (SELECT pg_current_xact_id() AS id OFFSET 0) t,"
                    + " (SELECT * FROM unnest(?::bigint[], ?::text[], ?::bytea[], ?::bytea[],"
                    + " ?::bytea[], ?::text[], ?::bytea[], ?::bytea[]) WITH ORDINALITY"
                    + " v (id, key, facts, nonce, case_id, type, event, seal, place)"
                    + " %s ORDER BY place OFFSET 0) u ON CONFLICT (key) DO NOTHING";

    private static final String STAFF =
            INSERT.formatted("false", "nextval('ledger_staff_position')", "0", "");

    /// The same for one event. Without arrays the database need not plan anew each time: most events come alone.
    private static final String ONE_OF_STAFF =
            "INSERT INTO ledger_pending (id, key, facts, nonce, by_source, case_id, position, beat,"
                    + " type, event, seal) VALUES (?, ?, ?, ?, false, ?, CASE WHEN"
                    + " pg_current_xact_id() IS NOT NULL THEN nextval('ledger_staff_position') END,"
                    + " 0, ?, ?, ?) ON CONFLICT (key) DO NOTHING";

    /// A key that is known takes no number within its case.
    private static final String SOURCES =
            INSERT.formatted(
                    "true",
                    "coalesce((SELECT max(p.position) FROM ledger_pending p WHERE p.case_id ="
                            + " u.case_id AND p.by_source), -1) + row_number() OVER (PARTITION BY"
                            + " u.case_id ORDER BY u.place)",
                    "floor(extract(epoch FROM clock_timestamp()) / s.beat) * s.beat",
                    "WHERE NOT EXISTS (SELECT 1 FROM ledger_pending p WHERE p.key = v.key)");

    private static final Pattern TYPE = Pattern.compile("[a-z]+\\.[a-z-]+");

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

    /// The facts that were queued under these keys.
    Map<String, Sha256> factsOf(Collection<String> keys) throws SQLException {
        Map<String, Sha256> facts = new HashMap<>();
        rows.list(
                "SELECT key, facts FROM ledger_pending WHERE key = ANY (?)",
                r -> facts.put(r.getString(1), Sha256.copyOf(r.getBytes(2))),
                (Object) keys.toArray(String[]::new));
        return facts;
    }

    /// Queues staff's events in their order, whose positions the database finds. The transaction has its
    /// id before it has a position: one that is missing and older than every running transaction will
    /// never come (see [StaffQueue]).
    ///
    /// @return how many; the others' keys are there already
    int insertStaff(List<Sealed> events) throws SQLException {
        return events.size() == 1 ? insertStaff(events.getFirst()) : insert(STAFF, events);
    }

    private int insertStaff(Sealed one) throws SQLException {
        Pending event = one.pending();
        return rows.update(
                ONE_OF_STAFF,
                event.id(),
                event.key(),
                event.facts().bytes(),
                event.nonce(),
                event.caseId().map(Id::bytes).orElse(null),
                event.type(),
                event.event(),
                one.seal().bytes());
    }

    /// Queues sources' events, whose place within the case and beat the database finds.
    ///
    /// @return how many; the others' keys are there already
    int insertSources(List<Sealed> events, long beatSeconds) throws SQLException {
        return insert(SOURCES.replace("s.beat", "" + Math.max(1, beatSeconds)), events);
    }

    private int insert(String sql, List<Sealed> events) throws SQLException {
        if (events.isEmpty()) {
            return 0;
        }
        return rows.update(
                sql,
                events.stream().mapToLong(it -> it.pending().id()).toArray(),
                events.stream().map(it -> it.pending().key()).toArray(String[]::new),
                octets(events, it -> it.pending().facts().bytes()),
                octets(events, it -> it.pending().nonce()),
                octets(events, it -> it.pending().caseId().map(Id::bytes).orElse(null)),
                events.stream().map(it -> it.pending().type()).toArray(String[]::new),
                octets(events, it -> it.pending().event()),
                octets(events, it -> it.seal().bytes()));
    }

    private static byte[] @Nullable [] octets(
            List<Sealed> events, Function<Sealed, byte @Nullable []> column) {
        return events.stream().map(column).toArray(byte[][]::new);
    }

    /// Staff events behind a position, done or not, in their order.
    List<Sealed> staffAfter(long position, int most) throws SQLException {
        return rows.list(
                "SELECT "
                        + COLUMNS
                        + ", p.seal FROM ledger_pending p WHERE NOT by_source AND position > ?"
                        + " ORDER BY position LIMIT ?",
                QueueRows::withSeal,
                position,
                most);
    }

    /// Positions from the first to the last, both included.
    record Range(long from, long to) {}

    /// Staff events in these ranges, done or not, in their order.
    List<Sealed> staffIn(List<Range> ranges, int most) throws SQLException {
        return rows.list(
                // A join would read all rows for each range.
                "SELECT "
                        + COLUMNS
                        + ", p.seal FROM unnest(?::bigint[], ?::bigint[]) g (first, last), LATERAL"
                        + " (SELECT * FROM ledger_pending q WHERE NOT by_source AND position BETWEEN"
                        + " g.first AND g.last ORDER BY position LIMIT ?) p ORDER BY p.position",
                QueueRows::withSeal,
                ranges.stream().mapToLong(Range::from).toArray(),
                ranges.stream().mapToLong(Range::to).toArray(),
                most);
    }

    /// Staff events to which no entry refers, in their order.
    ///
    /// @param after their positions are behind this one
    /// @param to the last position
    List<Sealed> staffUndone(long after, long to, int most) throws SQLException {
        return rows.list(
                "SELECT "
                        + COLUMNS
                        + ", p.seal FROM ledger_pending p WHERE NOT by_source AND position > ? AND"
                        + " position <= ? AND"
                        + UNDONE
                        + " ORDER BY position LIMIT ?",
                QueueRows::withSeal,
                after,
                to,
                most);
    }

    /// Sources' events to which no entry refers, each case's in its order.
    List<Sealed> sourcesUndone(int most) throws SQLException {
        return rows.list(
                "SELECT "
                        + COLUMNS
                        + ", p.seal FROM ledger_pending p WHERE by_source AND"
                        + UNDONE
                        + " ORDER BY p.case_id, p.position, p.id LIMIT ?",
                QueueRows::withSeal,
                most);
    }

    /// Sources' events of these types, of these cases, that wait.
    List<Sealed> sourcesUndone(Collection<String> types, Collection<Id> cases) throws SQLException {
        return rows.list(
                "SELECT "
                        + COLUMNS
                        + ", p.seal FROM ledger_pending p WHERE by_source AND case_id = ANY (?) AND "
                        + ofTypes(List.copyOf(types))
                        + " AND"
                        + UNDONE,
                QueueRows::withSeal,
                (Object) cases.stream().map(Id::bytes).toArray(byte[][]::new));
    }

    long sourcesWaiting() throws SQLException {
        return rows.number("SELECT count(*) FROM ledger_pending p WHERE by_source AND" + UNDONE);
    }

    /// The rows that these entries name, by their ids.
    Map<Long, Sealed> entered(List<TreeRows.Stored> entries) throws SQLException {
        long[] ids =
                entries.stream()
                        .flatMap(stored -> stored.pending().stream())
                        .mapToLong(Long::longValue)
                        .toArray();
        Map<Long, Sealed> found = new HashMap<>();
        rows.list(
                        "SELECT " + COLUMNS + ", p.seal FROM ledger_pending p WHERE p.id = ANY (?)",
                        QueueRows::withSeal,
                        ids)
                .forEach(it -> found.put(it.pending().id(), it));
        return found;
    }

    /// Rows that wait, with their seals.
    ///
    /// @param and a further condition, or nothing
    List<Sealed> sealedUndone(String and) throws SQLException {
        return rows.list(
                "SELECT " + COLUMNS + ", p.seal FROM ledger_pending p WHERE" + UNDONE + and,
                QueueRows::withSeal);
    }

    /// The same in the order of their ids, so many at a time.
    List<Sealed> sealedUndone(long afterId, int most) throws SQLException {
        return rows.list(
                "SELECT "
                        + COLUMNS
                        + ", p.seal FROM ledger_pending p WHERE p.id > ? AND"
                        + UNDONE
                        + " ORDER BY p.id LIMIT ?",
                QueueRows::withSeal,
                afterId,
                most);
    }

    record Sealed(Pending pending, Sha256 seal) {}

    /// The condition that a row's event is of one of these types: as words of the statement, so that the database
    /// sees that its index has them.
    static String ofTypes(List<String> types) {
        return types.stream()
                .map(type -> {
                    if (!TYPE.matcher(type).matches()) {
                        throw new IllegalArgumentException("no type of an event: " + type);
                    }
                    return "'" + type + "'";
                })
                .collect(Collectors.joining(", ", "p.type IN (", ")"));
    }

    /// Events with their entries' indexes: entries in their order, then what waits.
    ///
    /// @param seal compares each row with what was queued and numbered: nothing that somebody changed is believed
    List<Recorded> recorded(RowSeal seal, String where, Object... arguments) throws SQLException {
        long signed = rows.notes(seal).size();
        return rows.list(
                "SELECT "
                        + COLUMNS
                        + ", p.seal, e.n, e.bytes, e.leaf, e.seal FROM ledger_pending p"
                        + " LEFT JOIN ledger_entry e ON e.pending = p.id WHERE "
                        + where
                        + " ORDER BY e.n NULLS LAST, p.by_source DESC, p.position",
                row -> recorded(seal, row, signed),
                arguments);
    }

    /// The cases of events, and how many exhibits each has by them.
    ///
    /// @param and a further condition, or nothing
    Map<Id, Long> cases(String and) throws SQLException {
        Map<Id, Long> cases = new HashMap<>();
        rows.list(
                "SELECT p.case_id, count(*) FILTER (WHERE p.type = 'exhibit.sealed') FROM"
                        + " ledger_pending p WHERE p.case_id IS NOT NULL"
                        + and
                        + " GROUP BY p.case_id",
                r -> cases.put(Id.copyOf(r.getBytes(1)), r.getLong(2)));
        return cases;
    }

    /// How many exhibits a case has by its events.
    ///
    /// @param and a further condition, or nothing
    long exhibits(Id caseId, String and) throws SQLException {
        return rows.number(
                "SELECT count(*) FROM ledger_pending p WHERE p.type = 'exhibit.sealed' AND p.case_id ="
                        + " ?"
                        + and,
                caseId.bytes());
    }

    private static Recorded recorded(RowSeal seal, ResultSet r, long signed) throws SQLException {
        long n = r.getLong(12);
        boolean entered = !r.wasNull();
        Pending queued =
                entered
                        ? seal.entered(
                                withSeal(r),
                                new TreeRows.Stored(
                                        n,
                                        Optional.of(r.getLong(1)),
                                        Sha256.copyOf(r.getBytes(14)),
                                        r.getBytes(13),
                                        Sha256.copyOf(r.getBytes(15))))
                        : seal.checked(withSeal(r));
        return new Recorded(
                queued.key(),
                Entry.Event.parse(CanonicalJson.parseObject(queued.event())),
                queued.nonce(),
                entered ? OptionalLong.of(n) : OptionalLong.empty(),
                entered && n < signed,
                false);
    }

    static Sealed withSeal(ResultSet r) throws SQLException {
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
