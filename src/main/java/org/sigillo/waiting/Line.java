package org.sigillo.waiting;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
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
    private final Map<Id, Instant> spent = new LinkedHashMap<>();

    /// @param most requests that wait here at once; others are told to come back, and lose no time by it
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
    /// @return none if there was none in this time, or the line is full
    public synchronized <T> Optional<T> await(
            Place given, Duration patience, Supplier<Optional<T>> seat) {
        // A place is for one turn: with the one of yesterday, everybody of today would be
        // overtaken.
        Place place =
                spent.containsKey(given.id()) ? new Place(given.id(), clock.instant()) : given;
        if (waiting.size() >= most || !waiting.add(place)) {
            return Optional.empty();
        }
        try {
            long end = System.nanoTime() + patience.toNanos();
            while (true) {
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

    private void spend(Place place) {
        spent.put(place.id(), place.since());
        if (spent.size() > SPENT) {
            spent.remove(spent.keySet().iterator().next());
        }
    }
}
