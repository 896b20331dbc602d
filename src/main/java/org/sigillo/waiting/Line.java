package org.sigillo.waiting;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.sigillo.custody.Id;

/// Those who wait for one of a few seats, whoever came first goes first.
///
/// Nothing of them is kept here: when somebody came stands in a place that they hold themselves, sealed, and bring again.
/// While a request waits, its place stands in the line; between two requests it does not, holds up nobody, and has its age when it
/// is back. So a line goes on at another replica and after a restart, and whoever leaves is not waited for.
public final class Line {
    /// How often whoever is first looks for a seat that nobody said is free: one that is taken from somebody slow.
    private static final Duration LOOK = Duration.ofMillis(250);

    /// Places that have had their turn and might be brought again.
    private static final int SPENT = 100_000;

    /// When somebody came.
    public record Place(Id id, Instant since) {
        private static final Comparator<Place> OLDEST =
                Comparator.comparing(Place::since).thenComparing(it -> it.id().hex());
    }

    private final int most;
    private final InstantSource clock;
    private final TreeSet<Place> waiting = new TreeSet<>(Place.OLDEST);

    /// What places count as that have had their turn: no time until they are brought again, from then on as of that time, or whoever
    /// lost the answer would be the youngest for ever.
    private final Spent spent = new Spent(SPENT);

    /// @param most requests that wait here at once; of more, the youngest are told to come back, and lose no time by it
    public Line(int most, InstantSource clock) {
        this.most = most;
        this.clock = clock;
    }

    /// How many requests wait.
    public synchronized int waiting() {
        return waiting.size();
    }

    /// A seat, once nobody who came before waits for one.
    ///
    /// @param seat one that is free at this moment
    /// @return none if there was none in this time, or the line is full of those who came before
    public <T> Optional<T> await(Place given, Duration patience, Supplier<Optional<T>> seat) {
        return await(given, patience, () -> true, seat);
    }

    /// The same for somebody who may go away while they wait.
    ///
    /// @param there whether they have not
    public synchronized <T> Optional<T> await(
            Place given, Duration patience, BooleanSupplier there, Supplier<Optional<T>> seat) {
        Place place = counted(given);
        if (waiting.contains(place) || !room(place)) {
            return Optional.empty();
        }
        waiting.add(place);
        try {
            long end = System.nanoTime() + patience.toNanos();
            while (waiting.contains(place) && there.getAsBoolean()) {
                if (waiting.first().equals(place)) {
                    Optional<T> taken = seat.get();
                    if (taken.isPresent()) {
                        spend(place);
                        return taken;
                    }
                }
                long left = Duration.ofNanos(end - System.nanoTime()).toMillis();
                if (left <= 0) {
                    return Optional.empty();
                }
                wait(Math.min(left, LOOK.toMillis()));
            }
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } finally {
            waiting.remove(place);
            notifyAll();
        }
    }

    /// Says that a seat may be free.
    public synchronized void freed() {
        notifyAll();
    }

    /// A place is for one turn: with the one of yesterday, everybody of today would be overtaken.
    private Place counted(Place given) {
        long mark = mark(given);
        if (!spent.has(mark)) {
            return given;
        }
        if (spent.time(mark) == Spent.NONE) {
            spent.put(mark, Math.toIntExact(clock.instant().getEpochSecond()));
        }
        return new Place(given.id(), Instant.ofEpochSecond(spent.time(mark)));
    }

    /// Of an id that was drawn here, and stands sealed in a place: nobody can choose it.
    private static long mark(Place place) {
        return Long.parseUnsignedLong(place.id().hex(), 16, 32, 16);
    }

    /// Of a full line the youngest goes: those who came late, however many, keep nobody out who came before them.
    private boolean room(Place place) {
        if (waiting.size() < most) {
            return true;
        }
        if (Place.OLDEST.compare(place, waiting.last()) > 0) {
            return false;
        }
        waiting.pollLast();
        notifyAll();
        return true;
    }

    private void spend(Place place) {
        spent.put(mark(place), Spent.NONE);
    }
}
