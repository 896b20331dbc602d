package org.sigillo.ledger;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// The thread that turns the sequencer: at once when woken, on the beat, and every second in case a
/// wake-up was lost or another replica queued something. Sleeps in between.
final class Pulse {
    private static final Logger LOG = Logger.getLogger(Pulse.class);
    private static final Duration POLL = Duration.ofSeconds(1);

    private final Ledger ledger;
    private final Duration beat;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition woken = lock.newCondition();
    // All under the lock.
    private boolean work;
    private boolean extraBeat;
    private boolean stopped;
    private @Nullable Thread thread;

    Pulse(Ledger ledger, Duration beat, InstantSource clock) {
        this.ledger = ledger;
        this.beat = beat;
        this.clock = clock;
    }

    void start() {
        thread = Thread.ofPlatform().name("ledger-pulse").start(this::run);
    }

    void stop() {
        signal(() -> stopped = true);
        Thread running = thread;
        if (running != null) {
            try {
                running.join(Duration.ofSeconds(10));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    void wake() {
        signal(() -> work = true);
    }

    void callBeat() {
        signal(() -> extraBeat = true);
    }

    /// Beats fall on multiples of their length since the epoch, so that replicas agree.
    Instant next() {
        long length = beat.toSeconds();
        return Instant.ofEpochSecond((clock.instant().getEpochSecond() / length + 1) * length);
    }

    private void signal(Runnable change) {
        lock.lock();
        try {
            change.run();
            woken.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        Instant next = next();
        boolean first = true;
        while (true) {
            boolean now;
            lock.lock();
            try {
                if (!stopped && !work && !extraBeat && !first && clock.instant().isBefore(next)) {
                    Duration left = Duration.between(clock.instant(), next);
                    woken.awaitNanos(
                            Math.max(1, (left.compareTo(POLL) < 0 ? left : POLL).toNanos()));
                }
                if (stopped) {
                    return;
                }
                now = first || extraBeat || !clock.instant().isBefore(next);
                work = false;
                extraBeat = false;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } finally {
                lock.unlock();
            }
            try {
                ledger.turn(now);
                first = false;
            } catch (LedgerFault e) {
                LOG.warnf("the sequencer will try again: %s", e.getMessage());
            }
            if (!clock.instant().isBefore(next)) {
                next = next();
            }
        }
    }
}
