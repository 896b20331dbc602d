package org.sigillo.ledger;

import java.sql.SQLException;
import java.util.List;
import org.sigillo.custody.Id;
import org.sigillo.ledger.QueueRows.Pending;

/// The sources' events that wait, found by the beat in which they came: a finer order is not kept.
///
/// A beat that is long over, and whose every transaction has ended, is not looked at again once nothing
/// in it waits. A replica that has not yet heard of a change of rules counts by the beat before: so
/// "long" is measured by the longest beat that this sequencer has known.
final class SourceQueue {
    private static final long UNKNOWN = Long.MAX_VALUE;

    private final RowSeal seal;
    private long from;
    private long closing = -1;
    private long horizon = UNKNOWN;
    private long longest = 1;

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

    /// What these staff events may have to wait for: what sources sent to their cases, and where one makes somebody an administrator,
    /// everything. A flood of other sources does not slow a turn between two beats.
    List<Pending> followedBy(Rows rows, List<Pending> staff) throws SQLException {
        List<QueueRows.Sealed> found;
        if (staff.stream().anyMatch(Beat::mayTakeAway)) {
            found = rows.queue().sourcesUndone(from);
        } else {
            List<Id> cases = staff.stream().flatMap(it -> it.caseId().stream()).distinct().toList();
            found = cases.isEmpty() ? List.of() : rows.queue().sourcesUndone(cases);
        }
        return found.stream().map(seal::checked).toList();
    }

    /// What waits, each case's in its order.
    ///
    /// @param beatSeconds the length of a beat
    /// @param now of a transaction that has an id, if one was asked for
    List<Pending> waiting(Rows rows, long beatSeconds, Rows.Moment now) throws SQLException {
        longest = Math.max(longest, beatSeconds);
        if (now.seconds() < from) {
            // The database's clock was ahead, and is right again.
            reset();
        }
        List<Pending> waiting =
                rows.queue().sourcesUndone(from).stream().map(seal::checked).toList();
        if (closing >= 0 && now.own() > 0) {
            // Ours began after the beat was over: whoever queued in it has a smaller id.
            horizon = Math.min(horizon, now.own());
        }
        if (closing >= 0 && horizon <= now.oldest()) {
            from =
                    waiting.stream()
                            .mapToLong(Pending::beat)
                            .reduce(closing + 1, (a, b) -> Math.min(a, b));
            closing = -1;
        }
        if (closing < 0) {
            // The beat before the last: a clock that is set back a little does no harm.
            closing = now.seconds() - 3 * longest;
            horizon = UNKNOWN;
        }
        return waiting;
    }
}
