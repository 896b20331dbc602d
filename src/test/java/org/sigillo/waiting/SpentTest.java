package org.sigillo.waiting;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Compared with a map that keeps its order, which says the same in many more bytes.
class SpentTest {
    private static void same(int most, int steps, long mask, Random random) {
        Spent spent = new Spent(most);
        Map<Long, Integer> expected = new LinkedHashMap<>();
        List<Long> drawn = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            long mark =
                    !drawn.isEmpty() && random.nextInt(3) == 0
                            ? drawn.get(random.nextInt(drawn.size()))
                            : random.nextLong() & mask;
            drawn.add(mark);
            int time = random.nextInt(5);
            spent.put(mark, time);
            expected.put(mark, time);
            if (expected.size() > most) {
                Iterator<Long> first = expected.keySet().iterator();
                first.next();
                first.remove();
            }
            long asked = drawn.get(random.nextInt(drawn.size()));
            assertThat(spent.has(asked)).isEqualTo(expected.containsKey(asked));
            if (expected.containsKey(asked)) {
                assertThat(spent.time(asked)).isEqualTo(expected.get(asked));
            }
        }
        for (long mark : drawn) {
            assertThat(spent.has(mark)).isEqualTo(expected.containsKey(mark));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 63, 64, 65, 100, 128, 129, 1_000})
    void holds_the_last_that_came_and_their_times(int most) {
        long seed = new Random().nextLong();
        try {
            // Spread as they are, and crowded into a few slots.
            same(most, 5_000, -1, new Random(seed));
            same(most, 5_000, 0xff00000000000003L, new Random(seed));
            same(most, 5_000, 0xff000000000000ffL, new Random(seed));
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("seed " + seed, e);
        }
    }

    @Test
    void takes_next_to_nothing_for_none_and_little_for_a_hundred_thousand() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        Spent empty = new Spent(100_000);
        assertThat(empty.has(1)).isFalse();
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(10_000);
        Spent spent = new Spent(100_000);
        Random random = new Random(1);
        for (int i = 0; i < 300_000; i++) {
            spent.put(random.nextLong(), Spent.NONE);
        }
        // All that it grew out of on the way counted in; a third of it stays.
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(5_500_000);
    }
}
