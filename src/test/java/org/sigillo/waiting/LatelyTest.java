package org.sigillo.waiting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LatelyTest {
    private final AtomicInteger found = new AtomicInteger();
    private Instant now = Instant.parse("2026-11-27T10:00:00Z");
    private boolean fails;

    private final Lately<Integer> lately =
            new Lately<>(
                    () -> {
                        int count = found.incrementAndGet();
                        if (fails) {
                            throw new IllegalStateException("not found: " + count);
                        }
                        return count;
                    },
                    Duration.ofSeconds(1),
                    () -> now);

    @Test
    void is_found_once_for_a_while_and_then_anew() {
        assertThat(lately.get()).isEqualTo(1);
        now = now.plusMillis(999);
        assertThat(lately.get()).isEqualTo(1);
        now = now.plusMillis(1);
        assertThat(lately.get()).isEqualTo(2);
        now = now.minusSeconds(60);
        assertThat(lately.get()).as("a clock that was set back").isEqualTo(3);
    }

    @Test
    void that_it_was_not_found_is_told_to_all_who_ask_then_and_it_is_looked_for_again() {
        fails = true;
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(lately::get).hasMessage("not found: 1");
        }
        now = now.plusMillis(100);
        fails = false;
        assertThat(lately.get()).isEqualTo(2);
    }

    @Test
    void of_many_who_ask_at_once_one_looks() throws Exception {
        CountDownLatch all = new CountDownLatch(100);
        List<Future<Integer>> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 100; i++) {
                answers.add(
                        threads.submit(() -> {
                            all.countDown();
                            all.await();
                            return lately.get();
                        }));
            }
            for (Future<Integer> answer : answers) {
                assertThat(answer.get()).isEqualTo(1);
            }
        }
        assertThat(found).hasValue(1);
    }
}
