package org.sigillo.ledger;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sigillo.ledger.QueueRows.Pending;

/// The staff's events that wait, as one sequencer knows them while nobody else numbers.
///
/// Positions come from a sequence, so whatever is behind the last one seen is new. A position that was
/// passed over belongs to a transaction that is still open, or to one that was rolled back: it is
/// looked for until every transaction that could hold it has ended. So a late commit is never lost,
/// and an open transaction holds up nobody else. Whoever begins catches up first, so many rows at a time
/// that a long queue neither fills the memory nor outlasts a transaction. Now and then some of the
/// positions that are over are looked at again, all of them in their turn: a sequence that somebody has
/// set back gives out places that nobody would look for any more.
final class StaffQueue {
    private static final int MOST = 4_000;
    private static final Duration SWEEP = Duration.ofSeconds(2);

    /// Between two looks at positions that are over.
    private static final Duration LOOK = Duration.ofSeconds(30);

    /// An id that no transaction has.
    private static final long UNKNOWN = Long.MAX_VALUE;

    private final InstantSource clock;
    private final RowSeal seal;
    private final SortedMap<Long, Pending> waiting = new TreeMap<>();

    /// By their first positions.
    private final SortedMap<Long, Gap> gaps = new TreeMap<>();

    private boolean loaded;
    private boolean settled;
    private boolean more;
    private long seen;

    /// The last position that there was at the beginning: up to it, only what is undone is read.
    private long first;

    private long loadHorizon;
    private Instant nextSweep = Instant.EPOCH;

    /// Up to here the positions were looked at again.
    private long again;

    private Instant nextLook = Instant.EPOCH;

    StaffQueue(InstantSource clock, RowSeal seal) {
        this.clock = clock;
        this.seal = seal;
    }

    /// Positions that were passed over, and when that was noticed.
    ///
    /// @param to the last of them
    /// @param horizon a transaction of ours that began later: whoever holds the position has a smaller
    ///     id. Not the end of a snapshot: that is behind the last transaction that has ended, and one
    ///     that still runs may be behind it
    private record Gap(long to, long horizon, Instant noticed) {
        Gap before(long position) {
            return new Gap(position - 1, horizon, noticed);
        }
    }

    /// Whether the next turn's transaction must have an id.
    boolean asksForId() {
        return loaded && !settled && loadHorizon == UNKNOWN
                || gaps.values().stream().anyMatch(gap -> gap.horizon() == UNKNOWN);
    }

    /// Forgets everything: somebody else has numbered.
    void reset() {
        loaded = false;
        settled = false;
        waiting.clear();
        gaps.clear();
    }

    /// What waits, in order.
    ///
    /// @param now of a transaction that has an id, if one was asked for
    List<Pending> waiting(Rows rows, Rows.Moment now) throws SQLException {
        if (now.own() > 0) {
            loadHorizon = Math.min(loadHorizon, now.own());
            gaps.replaceAll((_, gap) ->
                    gap.horizon() == UNKNOWN ? new Gap(gap.to(), now.own(), gap.noticed()) : gap);
        }
        if (!loaded) {
            first =
                    rows.number(
                            "SELECT coalesce(max(position), 0) FROM ledger_pending WHERE NOT by_source");
            seen = 0;
            again = 0;
            nextLook = clock.instant().plus(LOOK);
            loadHorizon = UNKNOWN;
            loaded = true;
        }
        if (seen < first) {
            catchUp(rows);
        }
        if (seen >= first) {
            later(rows);
            if (!settled || !gaps.isEmpty()) {
                late(rows, now.oldest());
            }
            lookAgain(rows);
        }
        return new ArrayList<>(waiting.values());
    }

    /// Whether more may be waiting than one turn takes.
    boolean more() {
        return more;
    }

    /// How many runs of positions are looked for.
    int gaps() {
        return gaps.size();
    }

    /// These have entries now.
    void entered(Collection<Pending> numbered) {
        numbered.forEach(p -> waiting.remove(p.position()));
    }

    private void catchUp(Rows rows) throws SQLException {
        List<Pending> next =
                rows.queue().staffUndone(seen, first, MOST).stream().map(seal::checked).toList();
        next.forEach(p -> waiting.put(p.position(), p));
        more = next.size() == MOST;
        seen = more ? next.getLast().position() : first;
    }

    private void later(Rows rows) throws SQLException {
        List<Pending> next =
                rows.queue().staffAfter(seen, MOST).stream().map(seal::checked).toList();
        more = next.size() == MOST;
        Instant now = clock.instant();
        for (Pending p : next) {
            if (p.position() > seen + 1) {
                gaps.put(seen + 1, new Gap(p.position() - 1, UNKNOWN, now));
            }
            seen = p.position();
            waiting.put(seen, p);
        }
    }

    /// @param oldest read before looking: what ends in between is looked for once more
    private void late(Rows rows, long oldest) throws SQLException {
        Instant now = clock.instant();
        boolean sweep = !now.isBefore(nextSweep);
        List<QueueRows.Range> looked =
                gaps.entrySet().stream()
                        .filter(g -> sweep || g.getValue().noticed().plus(SWEEP).isAfter(now))
                        .map(g -> new QueueRows.Range(g.getKey(), g.getValue().to()))
                        .toList();
        if (!looked.isEmpty()) {
            List<QueueRows.Sealed> found = rows.queue().staffIn(looked, MOST);
            more |= found.size() == MOST;
            for (QueueRows.Sealed row : found) {
                Pending p = seal.checked(row);
                waiting.put(p.position(), p);
                closed(p.position());
            }
        }
        if (sweep) {
            gaps.values().removeIf(gap -> gap.horizon() <= oldest);
            if (!settled) {
                rows.queue().staffUndone(0, seen, Integer.MAX_VALUE).stream()
                        .map(seal::checked)
                        .forEach(p -> waiting.putIfAbsent(p.position(), p));
                settled = loadHorizon <= oldest;
            }
            nextSweep = clock.instant().plus(SWEEP);
        }
    }

    /// Takes a position out of the gap that it was in.
    private void closed(long position) {
        long from = gaps.headMap(position + 1).lastKey();
        Gap gap = Objects.requireNonNull(gaps.remove(from));
        if (from < position) {
            gaps.put(from, gap.before(position));
        }
        if (position < gap.to()) {
            gaps.put(position + 1, gap);
        }
    }

    private void lookAgain(Rows rows) throws SQLException {
        if (clock.instant().isBefore(nextLook)) {
            return;
        }
        long to = Math.min(again + MOST, seen);
        rows.queue().staffUndone(again, to, MOST).stream()
                .map(seal::checked)
                .forEach(p -> waiting.putIfAbsent(p.position(), p));
        again = to < seen ? to : 0;
        nextLook = clock.instant().plus(LOOK);
    }
}
