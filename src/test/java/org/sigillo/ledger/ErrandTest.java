package org.sigillo.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.sigillo.bytes.BrokenEvidenceException;

class ErrandTest {
    private static final Duration NEVER = Duration.ofDays(1);
    private static final long PATIENCE = 20;

    @RegisterExtension static final Scene scene = Scene.ofClass();

    private final Semaphore done = new Semaphore(0);
    private final AtomicInteger times = new AtomicInteger();
    private Alarm alarm;
    private Errand errand;

    @BeforeEach
    void an_alarm() throws Exception {
        scene.clear();
        alarm = new Alarm(scene.app, RowSeal.of(scene.newsroom.logKeys.getFirst()), Runnable::run);
    }

    @AfterEach
    void end() throws InterruptedException {
        errand.stop();
        errand.join(System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE));
    }

    @Test
    void is_done_when_it_begins_and_whenever_it_is_called_for() throws Exception {
        begin(NEVER, () -> {});
        isDone();
        assertThat(done.tryAcquire(300, TimeUnit.MILLISECONDS)).as("nobody called").isFalse();
        errand.call();
        isDone();
    }

    @Test
    void is_done_again_after_its_pause() throws Exception {
        begin(Duration.ofMillis(10), () -> {});
        for (int i = 0; i < 4; i++) {
            isDone();
        }
    }

    @Test
    void goes_on_after_whatever_failed() throws Exception {
        begin(
                NEVER,
                () -> {
                    switch (times.get()) {
                        case 1 -> throw new IOException("the vault is away");
                        case 2 -> throw new IllegalStateException("the database is away");
                        case 3 -> throw new OutOfMemoryError("for a moment");
                        default -> {}
                    }
                });
        isDone();
        for (int i = 0; i < 3; i++) {
            errand.call();
            isDone();
        }
        assertThat(alarm.broken()).isEmpty();
    }

    @Test
    void what_it_finds_broken_is_an_alarm_and_the_first_stays() throws Exception {
        begin(
                NEVER,
                () -> {
                    throw new BrokenEvidenceException("finding " + times.get(), "a", "b");
                });
        isDone();
        errand.call();
        isDone();
        errand.stop();
        errand.join(System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE));
        assertThat(alarm.broken().orElseThrow().where()).isEqualTo("finding 1");
    }

    @Test
    void is_not_begun_after_it_was_stopped_and_what_was_begun_is_waited_for() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        begin(NEVER, go::await);
        isDone();
        errand.call();
        errand.stop();
        errand.join(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(50));
        go.countDown();
        errand.join(System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE));
        errand.call();
        assertThat(done.tryAcquire(300, TimeUnit.MILLISECONDS)).isFalse();
        assertThat(times).hasValue(1);
    }

    private void begin(Duration pause, Errand.Step step) {
        errand =
                new Errand(
                        "trying",
                        () -> {
                            times.incrementAndGet();
                            done.release();
                            step.take();
                        },
                        () -> pause,
                        alarm);
        errand.start();
    }

    private void isDone() throws InterruptedException {
        assertThat(done.tryAcquire(PATIENCE, TimeUnit.SECONDS)).isTrue();
    }
}
