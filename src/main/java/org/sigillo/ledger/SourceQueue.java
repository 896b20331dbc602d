package org.sigillo.ledger;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
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

    /// What began the cases of these staff events and still waits, or where one of them makes somebody an administrator, every
    /// grant that does.
    List<Pending> followedBy(Rows rows, List<Pending> staff) throws SQLException {
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
        if (staff.stream().anyMatch(Beat::mayTakeAway)) {
            found.addAll(rows.queue().sourcesUndone(List.of(Beat.GRANT)));
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
        List<QueueRows.Waiting> waiting = rows.queue().waiting(from, k);
        over(waiting.stream().mapToLong(QueueRows.Waiting::earliest).min(), now);
        Map<Id, Integer> drawn = draw(waiting, k, random);
        return drawn.isEmpty()
                ? List.of()
                : rows.queue().sourcesUndone(drawn).stream().map(seal::checked).toList();
    }

    private static Map<Id, Integer> draw(
            List<QueueRows.Waiting> waiting, long k, RandomGenerator random) {
        Map<Id, Integer> drawn = new HashMap<>();
        List<QueueRows.Waiting> left = new ArrayList<>(waiting);
        for (long place = 0; place < k && !left.isEmpty(); place++) {
            int at = random.nextInt(left.size());
            QueueRows.Waiting one = left.get(at);
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
}
