package org.sigillo.intake;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.sigillo.docket.Cases;

/// Makes each segment durable while the next one is being sealed: a disk's `fsync` takes as long as
/// the sealing does. One at a time, in order; for one upload's thread.
final class Commits {
    private final List<Cases.Segment> done = new ArrayList<>();
    private @Nullable FutureTask<Cases.Segment> running;
    private int begun;

    /// Waits for the one before, then begins this one.
    ///
    /// @throws IOException if the one before failed
    void begin(Callable<Cases.Segment> commit) throws IOException {
        await();
        FutureTask<Cases.Segment> task = new FutureTask<>(commit);
        running = task;
        begun++;
        Thread.ofVirtual().name("segment-commit").start(task);
    }

    /// Every segment, once the last is durable.
    List<Cases.Segment> all() throws IOException {
        await();
        return List.copyOf(done);
    }

    /// How many may lie in the vault, none of them still under way.
    int settled() {
        try {
            await();
        } catch (IOException failed) {
            // Whoever gives up cares for what lies there, not for why.
        }
        return begun;
    }

    private void await() throws IOException {
        FutureTask<Cases.Segment> task = running;
        if (task == null) {
            return;
        }
        running = null;
        boolean interrupted = false;
        while (true) {
            try {
                done.add(task.get());
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            } catch (ExecutionException e) {
                throw new IOException("a segment was not stored", e.getCause());
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
