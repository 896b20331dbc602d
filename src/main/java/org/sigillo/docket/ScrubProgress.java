package org.sigillo.docket;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What is kept of passes: how far the one that runs has come, and what the last whole one found. A restart, or the
/// replica that leads from then on, goes on there.
final class ScrubProgress {
    /// More segments than that cannot be read where a whole vault is away, and then none is noted.
    private static final int NAMED = 1000;

    private final DocketRows rows;
    private final Transactions transactions;

    ScrubProgress(DocketRows rows, Transactions transactions) {
        this.rows = rows;
        this.transactions = transactions;
    }

    /// The object that was looked at last; nothing of either before the first one.
    record Place(String register, String address) {
        static final Place FIRST = new Place("", "");
    }

    /// A pass so far.
    ///
    /// @param unreadable addresses of segments that could not be read
    record State(VaultRounds.Scrubbed counts, Place place, Set<String> unreadable) {
        State {
            unreadable = Set.copyOf(unreadable);
        }
    }

    /// @param since since when no pass has ended
    record Known(Optional<State> running, Optional<State> ended, Optional<Instant> since) {
        static final Known NOTHING =
                new Known(Optional.empty(), Optional.empty(), Optional.empty());
    }

    Known known() {
        return transactions.call(() -> {
            Optional<ScrubRow> running = rows.scrub(ScrubRow.RUNNING);
            Optional<State> ended = rows.scrub(ScrubRow.ENDED).map(ScrubProgress::state);
            Optional<Instant> since = ended.flatMap(it -> it.counts().ended());
            return new Known(
                    running.map(ScrubProgress::state),
                    ended,
                    since.or(() -> running.map(it -> it.since)));
        });
    }

    /// Keeps a pass that begins. One that had not ended is given up; since when none has stays.
    void begin(State first) {
        transactions.call(() -> {
            Optional<ScrubRow> before = rows.scrub(ScrubRow.RUNNING);
            ScrubRow row = before.orElseGet(() -> added(ScrubRow.RUNNING));
            if (before.isEmpty()) {
                row.since = first.counts().begun();
            }
            write(row, first);
            return row;
        });
    }

    /// Keeps how far a pass has come, unless another has begun meanwhile.
    void keep(State now) {
        transactions.call(() -> running(now).map(row -> write(row, now)));
    }

    /// Keeps what a whole pass found.
    void end(State whole) {
        transactions.call(() -> {
            running(whole).ifPresent(rows::remove);
            ScrubRow row = rows.scrub(ScrubRow.ENDED).orElseGet(() -> added(ScrubRow.ENDED));
            row.since = whole.counts().begun();
            return write(row, whole);
        });
    }

    private Optional<ScrubRow> running(State state) {
        return rows.scrub(ScrubRow.RUNNING).filter(it -> it.begun.equals(state.counts().begun()));
    }

    private ScrubRow added(String pass) {
        ScrubRow row = new ScrubRow(pass);
        rows.add(row);
        return row;
    }

    private static ScrubRow write(ScrubRow row, State state) {
        VaultRounds.Scrubbed counts = state.counts();
        row.begun = counts.begun();
        row.ended = counts.ended().orElse(null);
        row.register = state.place().register();
        row.address = state.place().address();
        row.objects = counts.objects();
        row.bytes = counts.bytes();
        row.damaged = counts.damaged();
        row.unread = counts.unread();
        row.unreadable =
                state.unreadable().stream().sorted().limit(NAMED).collect(Collectors.joining("\n"));
        return row;
    }

    private static State state(ScrubRow row) {
        return new State(
                new VaultRounds.Scrubbed(
                        row.begun,
                        Optional.ofNullable(row.ended),
                        row.objects,
                        row.bytes,
                        row.damaged,
                        row.unread),
                new Place(row.register, row.address),
                row.unreadable.lines().collect(Collectors.toSet()));
    }
}
