package org.sigillo.ledger;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.BrokenEvidenceException;

/// Something that is done when it is called for and again after a while, by a thread of its own: whoever keeps it waiting keeps
/// nobody else. What fails is tried again, what is broken is an alarm.
final class Errand {
    private static final Logger LOG = Logger.getLogger(Errand.class);

    private final String doing;
    private final Step step;
    private final Supplier<Duration> pause;
    private final Alarm alarm;
    private final Semaphore called = new Semaphore(0);
    private volatile boolean stopped;
    private @Nullable Thread thread;

    /// Vault, witnesses, authorities or the database may be away for a while.
    @FunctionalInterface
    interface Step {
        void take() throws IOException, InterruptedException;
    }

    /// @param doing for the log: "asking a witness"
    /// @param pause after how long it is done again where nobody calls for it
    Errand(String doing, Step step, Supplier<Duration> pause, Alarm alarm) {
        this.doing = doing;
        this.step = step;
        this.pause = pause;
        this.alarm = alarm;
    }

    void start() {
        thread = Thread.ofVirtual().name("ledger-" + doing.replace(' ', '-')).start(this::run);
        call();
    }

    /// Calls for it; however often, it is begun once more.
    void call() {
        called.release();
    }

    /// It is not begun any more.
    void stop() {
        stopped = true;
        call();
    }

    /// Waits until what was begun has ended.
    ///
    /// @param end at the latest, as of [System#nanoTime]
    void join(long end) throws InterruptedException {
        Thread running = thread;
        long left = end - System.nanoTime();
        if (running != null && left > 0) {
            running.join(Duration.ofNanos(left));
        }
    }

    private void run() {
        try {
            while (!stopped) {
                called.tryAcquire(pause.get().toMillis(), TimeUnit.MILLISECONDS);
                called.drainPermits();
                if (!stopped) {
                    begin();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// The thread must outlive whatever goes wrong, also while an alarm is told or a line logged: where the heap is full, it is full for
    /// these, too.
    private void begin() throws InterruptedException {
        try {
            once();
        } catch (RuntimeException | Error e) {
            try {
                again(e);
            } catch (RuntimeException | Error told) {
                // Then it is told of at the next failure.
            }
        }
    }

    /// Does it now, by the caller's thread.
    void once() throws InterruptedException {
        try {
            step.take();
        } catch (BrokenEvidenceException e) {
            if (alarm.broken().isEmpty()) {
                alarm.raise(e);
            }
        } catch (IOException | RuntimeException | Error e) {
            // Somebody may be away for a while, or a heap full; all of it is done again.
            again(e);
        }
    }

    private void again(Throwable why) {
        if (!stopped) {
            LOG.warnf("%s will be tried again: %s", doing, why.getClass().getName());
        }
    }
}
