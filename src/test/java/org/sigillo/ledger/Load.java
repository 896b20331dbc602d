package org.sigillo.ledger;

import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/// Callers that do the same thing again and again.
final class Load {
    private Load() {}

    @FunctionalInterface
    interface Task {
        void run(int caller) throws Exception;
    }

    /// What was done in which time.
    record Done(long times, double seconds) {
        double rate() {
            return times / seconds;
        }
    }

    /// So many callers without a pause, for so long.
    static Done run(int callers, double seconds, Task task) throws InterruptedException {
        AtomicLong done = new AtomicLong();
        CountDownLatch ended = new CountDownLatch(callers);
        AtomicReference<Exception> failed = new AtomicReference<>();
        long from = System.nanoTime();
        long until = from + (long) (seconds * 1e9);
        for (int i = 0; i < callers; i++) {
            int caller = i;
            Thread.ofPlatform()
                    .start(() -> {
                        try {
                            while (System.nanoTime() < until) {
                                task.run(caller);
                                done.incrementAndGet();
                            }
                        } catch (Exception e) {
                            failed.set(e);
                        } finally {
                            ended.countDown();
                        }
                    });
        }
        ended.await();
        require(failed);
        return new Done(done.get(), (System.nanoTime() - from) / 1e9);
    }

    /// A task that says how long it took, in nanoseconds since it was due.
    @FunctionalInterface
    interface Timed {
        void run(int number) throws Exception;
    }

    /// So many a second, each at its time whether the ones before have ended or not.
    static Latencies paced(int perSecond, double seconds, Timed task) throws InterruptedException {
        int times = (int) (perSecond * seconds);
        long[] nanos = new long[times];
        CountDownLatch ended = new CountDownLatch(times);
        AtomicReference<Exception> failed = new AtomicReference<>();
        long from = System.nanoTime();
        for (int i = 0; i < times; i++) {
            int number = i;
            long due = from + i * 1_000_000_000L / perSecond;
            long wait = due - System.nanoTime();
            if (wait > 0) {
                Thread.sleep(wait / 1_000_000, (int) (wait % 1_000_000));
            }
            Thread.ofVirtual()
                    .start(() -> {
                        try {
                            task.run(number);
                            nanos[number] = System.nanoTime() - due;
                        } catch (Exception e) {
                            failed.set(e);
                        } finally {
                            ended.countDown();
                        }
                    });
        }
        ended.await();
        require(failed);
        return new Latencies(nanos);
    }

    private static void require(AtomicReference<Exception> failed) {
        if (failed.get() != null) {
            throw new IllegalStateException(
                    "a call failed: there is nothing to measure", failed.get());
        }
    }

    /// Times in nanoseconds.
    record Latencies(long[] nanos) {
        Latencies {
            nanos = nanos.clone();
            Arrays.sort(nanos);
        }

        /// The time in milliseconds that this part of all stayed below.
        double at(double part) {
            return nanos[Math.min(nanos.length - 1, (int) (nanos.length * part))] / 1e6;
        }

        @Override
        public String toString() {
            return "p50 %.2f ms, p99 %.2f ms, most %.2f ms".formatted(at(0.5), at(0.99), at(1));
        }
    }
}
