package org.sigillo.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.sigillo.cli.Sigillo;

/// The whole story. Then everything that the server keeps is searched for what it must not keep.
///
/// After nearly all others: who came later would move its gigabyte along.
@Tag("stack")
@Order(Integer.MAX_VALUE - 1)
@ExtendWith(StackExtension.class)
class StoryIT {
    private static final long GIB = 1L << 30;

    private final Stack stack;
    private final String mark = Long.toHexString(new Random().nextLong());
    @TempDir Path folder;

    StoryIT(Stack stack) {
        this.stack = stack;
    }

    @Test
    void from_a_source_to_the_public_and_the_auditor() throws Exception {
        stack.restartAppForBulk();
        Story story = new Story(stack, folder, mark);
        Path tar = story.run(GIB, List.of("--policy", stack.witnessPolicy().toString()), 0);
        assertThat(
                        Sigillo.run(
                                "verify",
                                "--release",
                                tar.toString(),
                                "--genesis",
                                stack.genesis().toString()))
                .as("nobody is believed as a witness unless one says whom")
                .isEqualTo(4);
        nothingIsKept(story.traces());
    }

    private void nothingIsKept(List<String> traces) throws Exception {
        assertThat(Sweep.of(stack, traces.stream().map(Mark::text).toList())).isEmpty();
    }
}
