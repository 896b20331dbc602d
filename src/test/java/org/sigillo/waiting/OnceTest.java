package org.sigillo.waiting;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/// Whether a token counts.
class OnceTest {
    private final Once once = new Once();

    private boolean counts(String token) {
        try (Once.Claim claim = once.claim(token).orElse(null)) {
            if (claim != null) {
                claim.spend();
            }
            return claim != null;
        }
    }

    @Test
    void once_and_never_again() {
        assertThat(counts("a")).isTrue();
        assertThat(counts("a")).isFalse();
        assertThat(counts("b")).isTrue();
        assertThat(counts("a")).isFalse();
    }

    @Test
    void again_where_it_was_given_back() {
        try (Once.Claim claim = once.claim("a").orElseThrow()) {
            assertThat(claim).isNotNull();
            assertThat(once.claim("a")).as("in another's hands").isEmpty();
        }
        assertThat(counts("a")).isTrue();
    }

    @Test
    void for_one_of_all_that_come_at_once() throws Exception {
        int many = 8;
        CyclicBarrier together = new CyclicBarrier(many);
        try (ExecutorService threads = Executors.newFixedThreadPool(many)) {
            for (int round = 0; round < 500; round++) {
                String token = "token " + round;
                List<Future<Boolean>> asked = new ArrayList<>();
                for (int i = 0; i < many; i++) {
                    asked.add(
                            threads.submit(() -> {
                                together.await();
                                return counts(token);
                            }));
                }
                int counted = 0;
                for (Future<Boolean> it : asked) {
                    counted += it.get() ? 1 : 0;
                }
                assertThat(counted).isEqualTo(1);
            }
        }
    }

    @Test
    void of_many_each() {
        for (int i = 0; i < 100_000; i++) {
            assertThat(
                            once.claim("token " + i)
                                    .map(claim -> {
                                        try (claim) {
                                            claim.spend();
                                        }
                                        return true;
                                    }))
                    .isEqualTo(Optional.of(true));
        }
        for (int i = 0; i < 100_000; i++) {
            assertThat(once.claim("token " + i)).isEmpty();
        }
    }
}
