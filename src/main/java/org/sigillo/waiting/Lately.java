package org.sigillo.waiting;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What everybody asks for and costs something: found once for all who ask at about the same time, and so is that it could not be found.
public final class Lately<T> {
    private final Supplier<T> find;
    private final Duration fresh;

    /// How long a failure will do: for those who wait with whoever failed, and no longer than it takes to come back.
    private final Duration failed;

    private final InstantSource clock;
    private @Nullable Found<T> last;

    private record Found<T>(@Nullable T value, @Nullable RuntimeException failure, Instant at) {}

    /// @param fresh for how long what was found will do
    public Lately(Supplier<T> find, Duration fresh, InstantSource clock) {
        this.find = find;
        this.fresh = fresh;
        this.failed = fresh.dividedBy(10);
        this.clock = clock;
    }

    /// As it was found last, by whoever came first.
    public synchronized T get() {
        Found<T> known = last;
        if (known == null || !isFresh(known)) {
            known = found();
            last = known;
        }
        if (known.failure() != null) {
            throw known.failure();
        }
        T value = known.value();
        if (value == null) {
            throw new IllegalStateException("neither found nor failed");
        }
        return value;
    }

    private boolean isFresh(Found<T> it) {
        Instant now = clock.instant();
        Duration good = it.failure() == null ? fresh : failed;
        return !now.isBefore(it.at()) && now.isBefore(it.at().plus(good));
    }

    private Found<T> found() {
        try {
            return new Found<>(find.get(), null, clock.instant());
        } catch (RuntimeException e) {
            return new Found<>(null, e, clock.instant());
        }
    }
}
