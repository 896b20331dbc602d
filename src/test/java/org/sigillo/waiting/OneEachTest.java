package org.sigillo.waiting;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sigillo.bytes.Sha256;

@Timeout(30)
class OneEachTest {
    private static final Sha256 ONE = Sha256.of(new byte[] {1});
    private static final Sha256 OTHER = Sha256.of(new byte[] {2});
    private static final Duration SOON = Duration.ofMillis(50);

    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);

    private String held() {
        begun.countDown();
        try {
            goOn.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return "held";
    }

    @Test
    void whoever_is_served_waits_for_themselves_and_holds_up_nobody_else() throws Exception {
        OneEach two = new OneEach(2);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Optional<String>> first =
                    threads.submit(() -> two.of(ONE, Duration.ofSeconds(9), this::held));
            begun.await();
            assertThat(two.of(ONE, SOON, () -> "again")).isEmpty();
            // However often they ask.
            List<Future<Optional<String>>> more = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                more.add(threads.submit(() -> two.of(ONE, Duration.ofSeconds(9), () -> "again")));
            }
            assertThat(two.of(OTHER, SOON, () -> "other")).hasValue("other");
            goOn.countDown();
            assertThat(first.get()).hasValue("held");
            for (Future<Optional<String>> one : more) {
                assertThat(one.get()).hasValue("again");
            }
        }
    }

    @Test
    void no_more_are_served_at_once_than_there_are_places() throws Exception {
        OneEach one = new OneEach(1);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Optional<String>> first =
                    threads.submit(() -> one.of(ONE, Duration.ofSeconds(9), this::held));
            begun.await();
            assertThat(one.of(OTHER, SOON, () -> "other")).isEmpty();
            goOn.countDown();
            first.get();
            assertThat(one.of(OTHER, SOON, () -> "other")).hasValue("other");
        }
    }

    @Test
    void what_fails_gives_its_turn_back() {
        OneEach one = new OneEach(1);
        for (int i = 0; i < 3; i++) {
            try {
                one.of(
                        ONE,
                        SOON,
                        () -> {
                            throw new IllegalStateException("fault");
                        });
            } catch (IllegalStateException expected) {
                assertThat(expected).hasMessage("fault");
            }
        }
        assertThat(one.of(ONE, SOON, () -> "well")).hasValue("well");
    }
}
