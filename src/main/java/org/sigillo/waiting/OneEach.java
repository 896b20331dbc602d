package org.sigillo.waiting;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.sigillo.bytes.Sha256;

/// Work of which a few things are done at once, in the order in which they came, and of one locator never two: whoever asks for much
/// at once waits for themselves, and everybody else for one thing of theirs.
public final class OneEach {
    /// Two locators of one remainder wait for one another, which nobody notices.
    private static final int LOCATORS = 1024;

    private final Semaphore places;
    private final Semaphore[] own = new Semaphore[LOCATORS];

    /// @param places things that are done at once
    public OneEach(int places) {
        this.places = new Semaphore(places, true);
        for (int i = 0; i < LOCATORS; i++) {
            own[i] = new Semaphore(1, true);
        }
    }

    /// Does it in its turn.
    ///
    /// @return nothing if that did not come in time
    public <T> Optional<T> of(Sha256 locator, Duration patience, Supplier<T> work) {
        long end = System.nanoTime() + patience.toNanos();
        Semaphore theirs = own[Math.floorMod(locator.hashCode(), LOCATORS)];
        return inTurn(theirs, end, () -> inTurn(places, end, () -> Optional.of(work.get())));
    }

    private static <T> Optional<T> inTurn(Semaphore turn, long end, Supplier<Optional<T>> work) {
        try {
            if (!turn.tryAcquire(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                return Optional.empty();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
        try {
            return work.get();
        } finally {
            turn.release();
        }
    }
}
