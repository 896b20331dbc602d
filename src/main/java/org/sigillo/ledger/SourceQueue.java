package org.sigillo.ledger;

import java.sql.SQLException;
import java.util.List;
import org.sigillo.ledger.QueueRows.Pending;

/// The sources' events that wait, found by the beat in which they came: a finer order is not kept.
///
/// A beat that is long over, and whose every transaction has ended, is not looked at again once nothing
/// in it waits. A replica that has not yet heard of a change of rules counts by the beat before: so
/// "long" is measured by the longest beat that this sequencer has known.
final class SourceQueue {
    private long from;
    private long closing = -1;
    private long horizon;
    private long longest = 1;

    /// Forgets everything: somebody else has numbered.
    void reset() {
        from = 0;
        closing = -1;
    }

    /// What waits, each case's in its order.
    ///
    /// @param beatSeconds the length of a beat
    List<Pending> waiting(Rows rows, long beatSeconds) throws SQLException {
        longest = Math.max(longest, beatSeconds);
        long oldest = rows.number("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint");
        List<Pending> waiting = rows.queue().sourcesUndone(from);
        if (closing >= 0 && horizon <= oldest) {
            from =
                    waiting.stream()
                            .mapToLong(Pending::beat)
                            .reduce(closing + 1, (a, b) -> Math.min(a, b));
            closing = -1;
        }
        if (closing < 0) {
            // The beat before the last: a clock that is set back a little does no harm.
            closing =
                    rows.number("SELECT floor(extract(epoch FROM clock_timestamp()))::bigint")
                            - 3 * longest;
            horizon = rows.number("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint");
        }
        return waiting;
    }
}
