package org.sigillo.vault;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// However much is asked of a store at once, so many requests wait for their answer and no more.
class ConnectionsTest extends FakeStore {
    @Override
    String patience() {
        return "10";
    }

    @Test
    void no_more_requests_than_the_settings_say_are_under_way() throws Exception {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        answer =
                exchange -> {
                    most.accumulateAndGet(now.incrementAndGet(), Math::max);
                    S3Server.sleep(50);
                    now.decrementAndGet();
                    exchange.sendResponseHeaders(404, -1);
                };
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> all = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                String address = "segments/a/" + i;
                all.add(threads.submit(() -> bucket.stat(address).isPresent()));
            }
            for (Future<Boolean> one : all) {
                assertThat(one.get()).isFalse();
            }
        }
        assertThat(most.get()).as("of 200, by the usual setting").isBetween(20, 32);
    }
}
