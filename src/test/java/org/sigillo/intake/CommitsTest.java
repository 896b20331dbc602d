package org.sigillo.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.Sha256;
import org.sigillo.docket.Cases;

class CommitsTest {
    private final Commits commits = new Commits();

    @Test
    void segments_come_out_in_their_order_and_one_at_a_time() throws IOException {
        AtomicInteger at = new AtomicInteger();
        for (int i = 0; i < 50; i++) {
            Cases.Segment segment = segment(i);
            commits.begin(() -> {
                assertThat(at.incrementAndGet()).isEqualTo(1);
                Thread.sleep(1);
                at.decrementAndGet();
                return segment;
            });
        }
        assertThat(commits.all())
                .isEqualTo(IntStream.range(0, 50).mapToObj(CommitsTest::segment).toList());
    }

    @Test
    void the_next_is_sealed_while_one_is_stored() throws Exception {
        CountDownLatch stored = new CountDownLatch(1);
        commits.begin(() -> {
            assertThat(stored.await(10, TimeUnit.SECONDS)).isTrue();
            return segment(0);
        });
        stored.countDown();
        assertThat(commits.all()).isEqualTo(List.of(segment(0)));
    }

    @Test
    void a_failure_is_told_to_whoever_asks_next_and_nothing_is_whole() throws IOException {
        commits.begin(() -> segment(0));
        commits.begin(() -> {
            throw new IOException("no space left");
        });
        assertThatThrownBy(() -> commits.begin(() -> segment(2)))
                .isInstanceOf(IOException.class)
                .hasRootCauseMessage("no space left");
        assertThat(commits.settled()).isEqualTo(2);
    }

    @Test
    void whoever_gives_up_waits_for_what_is_under_way() throws IOException {
        AtomicInteger ended = new AtomicInteger();
        commits.begin(() -> {
            Thread.sleep(50);
            ended.incrementAndGet();
            throw new IOException("no space left");
        });
        assertThat(commits.settled()).isEqualTo(1);
        assertThat(ended).hasValue(1);
    }

    private static Cases.Segment segment(int number) {
        return new Cases.Segment(number, Sha256.of(new byte[] {(byte) number}));
    }
}
