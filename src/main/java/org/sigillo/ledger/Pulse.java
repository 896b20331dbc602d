package org.sigillo.ledger;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.sigillo.custody.Rules;

/// The thread that turns the sequencer where this replica leads: at once when woken, on the beat, and
/// every quarter of a second in case another replica queued something. Sleeps in between.
final class Pulse {
    private static final Logger LOG = Logger.getLogger(Pulse.class);
    private static final Duration POLL = Duration.ofMillis(250);

    /// Between two turns, so that under load each takes many events.
    private static final Duration LINGER = Duration.ofMillis(8);

    private final Turns turns;
    private final Leadership leadership;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition woken = lock.newCondition();
    // All under the lock.
    private boolean work;
    private boolean extraBeat;
    private boolean stopped;
    private @Nullable Thread thread;

    Pulse(Turns turns, Leadership leadership, InstantSource clock) {
        this.turns = turns;
        this.leadership = leadership;
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
    static Instant next(Instant now, Rules rules) {
        long length = Math.max(1, rules.beat());
        return Instant.ofEpochSecond((now.getEpochSecond() / length + 1) * length);
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

    /// What a turn is to do, or nothing once stopped.
    private Sequencer.@Nullable Call await(Instant beat) throws InterruptedException {
        lock.lock();
        try {
            long end = System.nanoTime() + POLL.toNanos();
            while (!stopped && !work && !extraBeat && clock.instant().isBefore(beat)) {
                long left = Duration.between(clock.instant(), beat).toNanos();
                long nanos = Math.min(left, end - System.nanoTime());
                if (nanos <= 0) {
                    break;
                }
                woken.awaitNanos(nanos);
            }
            if (stopped) {
                return null;
            }
            work = false;
            Instant now = clock.instant();
            long number = Sequencer.beat(now, turns.rules());
            if (!now.isBefore(beat)) {
                return new Sequencer.OnBeat(number);
            }
            if (extraBeat) {
                extraBeat = false;
                return new Sequencer.ExtraBeat(number);
            }
            return new Sequencer.NoBeat();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        Instant beat = next(clock.instant(), turns.rules());
        try (leadership) {
            while (true) {
                Sequencer.Call call = await(beat);
                if (call == null) {
                    return;
                }
                boolean done = turn(call);
                Instant now = clock.instant();
                if (call instanceof Sequencer.OnBeat && done) {
                    beat = next(now, turns.rules());
                } else if (call instanceof Sequencer.ExtraBeat && !done) {
                    callBeat();
                }
                Thread.sleep(done ? LINGER : POLL);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean turn(Sequencer.Call call) {
        if (!leadership.mine()) {
            // The leader keeps the beat; what this replica queued is in the database.
            return !(call instanceof Sequencer.ExtraBeat);
        }
        try {
            if (turns.turn(call)) {
                wake();
            }
            return true;
        } catch (RuntimeException | Error e) {
            // The thread must outlive a database that is away for an hour, and a full heap.
            LOG.warnf("the sequencer will try again: %s", e);
            return false;
        }
    }
}
