package org.sigillo.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.custody.Id;
import org.sigillo.ledger.QueueRows.Pending;

/// The sources' events that wait, found by the beat in which they came: a finer order is not kept.
///
/// A beat that is long over, and whose every transaction has ended, is not looked at again once nothing
/// in it waits. A replica that has not yet heard of a change of rules counts by the beat before: so
/// "long" is measured by the longest beat that this sequencer has known. Once a day everything is looked at again: a row
/// that somebody put back among what is over waits no longer.
///
/// However much waits, no more is read than a beat takes.
final class SourceQueue {
    private static final long UNKNOWN = Long.MAX_VALUE;
    private static final long DAY = 86_400;

    /// Without beats, at once.
    private static final int MOST = 4_000;

    private final RowSeal seal;
    private long from;
    private long closing = -1;
    private long horizon = UNKNOWN;
    private long longest = 1;
    private long day;

    SourceQueue(RowSeal seal) {
        this.seal = seal;
    }

    /// Forgets everything: somebody else has numbered.
    void reset() {
        from = 0;
        closing = -1;
    }

    /// Whether the next turn's transaction must have an id.
    boolean asksForId() {
        return closing >= 0 && horizon == UNKNOWN;
    }

    /// What began the cases of these staff events and still waits, and where one of them makes somebody an administrator, sources'
    /// grants to them: more than one turn can number.
    ///
    /// @param k how many of the sources' events a turn numbers
    List<Pending> followedBy(Rows rows, List<Pending> staff, long k) throws SQLException {
        List<Id> cases =
                staff.stream()
                        .filter(Beat::mayFollow)
                        .flatMap(it -> it.caseId().stream())
                        .distinct()
                        .toList();
        List<QueueRows.Sealed> found = new ArrayList<>();
        if (!cases.isEmpty()) {
            found.addAll(rows.queue().sourcesUndone(Beat.OPENING, cases));
        }
        for (Pending one : staff) {
            Optional<Id> administrator = Beat.newAdministrator(one);
            if (administrator.isPresent()) {
                found.addAll(grants(rows, from, administrator.get(), k + 1));
            }
        }
        return found.stream().map(seal::checked).toList();
    }

    /// All that waits, each case's in its order, or the first of it.
    List<Pending> all(Rows rows) throws SQLException {
        return rows.queue().sourcesUndone(MOST).stream().map(seal::checked).toList();
    }

    /// As many as a beat takes, or all there are: each drawn from a case at random, and each case's in its order.
    ///
    /// @param beatSeconds the length of a beat
    /// @param now of a transaction that has an id, if one was asked for
    List<Pending> drawn(
            Rows rows, long k, long beatSeconds, Rows.Moment now, RandomGenerator random)
            throws SQLException {
        longest = Math.max(longest, beatSeconds);
        if (now.seconds() < from || now.seconds() / DAY != day) {
            // The database's clock was ahead, and is right again; or it is another day.
            reset();
            day = now.seconds() / DAY;
        }
        List<Waiting> waiting = waiting(rows, from, k);
        over(waiting.stream().mapToLong(Waiting::earliest).min(), now);
        Map<Id, Integer> drawn = draw(waiting, k, random);
        return drawn.isEmpty()
                ? List.of()
                : first(rows, drawn, from).stream().map(seal::checked).toList();
    }

    private static Map<Id, Integer> draw(List<Waiting> waiting, long k, RandomGenerator random) {
        Map<Id, Integer> drawn = new HashMap<>();
        List<Waiting> left = new ArrayList<>(waiting);
        for (long place = 0; place < k && !left.isEmpty(); place++) {
            int at = random.nextInt(left.size());
            Waiting one = left.get(at);
            if (drawn.merge(one.caseId(), 1, Integer::sum) == one.events()) {
                left.set(at, left.getLast());
                left.removeLast();
            }
        }
        return drawn;
    }

    /// @param earliest the beat of the first that waits
    private void over(OptionalLong earliest, Rows.Moment now) {
        if (closing >= 0 && now.own() > 0) {
            // Ours began after the beat was over: whoever queued in it has a smaller id.
            horizon = Math.min(horizon, now.own());
        }
        if (closing >= 0 && horizon <= now.oldest()) {
            from = Math.min(closing + 1, earliest.orElse(UNKNOWN));
            closing = -1;
        }
        if (closing < 0) {
            // The beat before the last: a clock that is set back a little does no harm.
            closing = now.seconds() - 3 * longest;
            horizon = UNKNOWN;
        }
    }

    /// A case of which something of its source waits.
    ///
    /// @param earliest the beat in which the first of all that waits came, of whichever case
    private record Waiting(Id caseId, long events, long earliest) {}

    /// Cases of which something waits that came in this beat or later: so many of them, drawn at random.
    private static List<Waiting> waiting(Rows rows, long fromBeat, long most) throws SQLException {
        return rows.list(
                "SELECT p.case_id, count(*), min(min(beat)) OVER () FROM ledger_pending p WHERE"
                        + " by_source AND beat >= ? AND"
                        + QueueRows.UNDONE
                        + " GROUP BY p.case_id ORDER BY random() LIMIT ?",
                SourceQueue::waiting,
                fromBeat,
                most);
    }

    private static Waiting waiting(ResultSet r) throws SQLException {
        byte[] caseId = r.getBytes(1);
        if (caseId == null) {
            throw new BrokenEvidenceException("a source's waiting event", "a case", "none");
        }
        return new Waiting(Id.copyOf(caseId), r.getLong(2), r.getLong(3));
    }

    /// The first events of each of these cases that wait, each case's in its order.
    ///
    /// @param drawn how many of each
    /// @param fromBeat they came in this beat or later
    private static List<QueueRows.Sealed> first(Rows rows, Map<Id, Integer> drawn, long fromBeat)
            throws SQLException {
        List<Map.Entry<Id, Integer>> each = List.copyOf(drawn.entrySet());
        return rows.list(
                "SELECT "
                        + QueueRows.COLUMNS
                        + ", p.seal FROM unnest(?::bytea[], ?::bigint[]) d (case_id, events), LATERAL"
                        + " (SELECT * FROM ledger_pending p WHERE by_source AND p.case_id = d.case_id AND"
                        + " p.beat >= ? AND"
                        + QueueRows.UNDONE
                        + " ORDER BY p.position, p.id LIMIT d.events) p ORDER BY p.case_id,"
                        + " p.position, p.id",
                QueueRows::withSeal,
                each.stream().map(it -> it.getKey().bytes()).toArray(byte[][]::new),
                each.stream().mapToLong(Map.Entry::getValue).toArray(),
                fromBeat);
    }

    /// Sources' grants to this person that came in this beat or later and wait; no more than so many.
    private static List<QueueRows.Sealed> grants(Rows rows, long fromBeat, Id person, long most)
            throws SQLException {
        return rows.list(
                "SELECT "
                        + QueueRows.COLUMNS
                        + ", p.seal FROM ledger_pending p WHERE by_source AND beat >= ? AND"
                        + " starts_with(key, 'grant.given/') AND right(key, 33) = ? AND"
                        + QueueRows.UNDONE
                        + " LIMIT ?",
                QueueRows::withSeal,
                fromBeat,
                "/" + person.hex(),
                most);
    }
}
