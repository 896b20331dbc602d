package org.sigillo.ledger;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;

/// Callers that wait for their event's entry, or for the checkpoint over it. Woken by this replica's
/// sequencer; what another one numbers or signs is noticed within a quarter of a second.
final class Waiters {
    private static final Duration LOOK = Duration.ofMillis(250);

    private final Map<String, Long> entered = new ConcurrentHashMap<>();
    private final Map<String, Integer> awaited = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // Under the lock.
    private long signatures;

    /// Tells that there is a new checkpoint.
    void signed() {
        lock.lock();
        try {
            signatures++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Tells what was numbered.
    void tell(Map<String, Long> indexes) {
        indexes.forEach((key, n) -> {
            if (awaited.containsKey(key)) {
                entered.put(key, n);
            }
        });
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// The index of the event with this key, which this replica's sequencer may just have given it.
    OptionalLong index(String key, Duration deadline, Function<String, Optional<Recorded>> find) {
        awaited.merge(key, 1, Integer::sum);
        try {
            Optional<Long> index =
                    until(
                            deadline,
                            () -> Optional.ofNullable(entered.get(key)),
                            () ->
                                    find.apply(key)
                                            .map(Recorded::index)
                                            .filter(OptionalLong::isPresent)
                                            .map(OptionalLong::getAsLong),
                            false);
            return index.map(OptionalLong::of).orElseGet(OptionalLong::empty);
        } finally {
            if (awaited.compute(key, (_, n) -> n == null || n == 1 ? null : n - 1) == null) {
                entered.remove(key);
            }
        }
    }

    /// The event with this key, once a checkpoint covers it.
    Optional<Recorded> published(
            String key, Duration deadline, Function<String, Optional<Recorded>> find) {
        return until(
                deadline, Optional::empty, () -> find.apply(key).filter(Recorded::published), true);
    }

    /// Waits until there is an answer or the deadline has passed.
    ///
    /// @param told looked at whenever something was told
    /// @param look asks the database; done at first and every quarter of a second
    /// @param ofSignatures whether it is done at every signature, too
    private <T> Optional<T> until(
            Duration deadline,
            Supplier<Optional<T>> told,
            Supplier<Optional<T>> look,
            boolean ofSignatures) {
        long end = System.nanoTime() + deadline.toNanos();
        while (true) {
            long before = signatures();
            Optional<T> found = look.get();
            long now = System.nanoTime();
            if (found.isPresent() || end - now <= 0) {
                return found;
            }
            long round = now + Math.min(LOOK.toNanos(), end - now);
            lock.lock();
            try {
                for (long nanos = round - System.nanoTime();
                        nanos > 0;
                        nanos = round - System.nanoTime()) {
                    Optional<T> heard = told.get();
                    if (heard.isPresent()) {
                        return heard;
                    }
                    if ((ofSignatures && signatures != before)
                            || !changed.await(nanos, TimeUnit.NANOSECONDS)) {
                        break;
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            } finally {
                lock.unlock();
            }
        }
    }

    private long signatures() {
        lock.lock();
        try {
            return signatures;
        } finally {
            lock.unlock();
        }
    }
}
