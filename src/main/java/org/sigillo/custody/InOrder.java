package org.sigillo.custody;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Work that is done on all processors and handed back in the order in which it was given, a few pieces
/// ahead and no more.
final class InOrder<T> implements AutoCloseable {
    private static final int AHEAD = 4;

    private final int processors = Runtime.getRuntime().availableProcessors();
    private final ExecutorService workers =
            Executors.newFixedThreadPool(
                    processors, Thread.ofPlatform().name("check-", 0).daemon().factory());
    private final Queue<Future<T>> pieces = new ArrayDeque<>();

    void add(Callable<T> piece) {
        pieces.add(workers.submit(piece));
    }

    boolean full() {
        return pieces.size() >= AHEAD * processors;
    }

    boolean isEmpty() {
        return pieces.isEmpty();
    }

    /// The next piece, or what it threw.
    T next() {
        Future<T> next = pieces.remove();
        try {
            return next.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        workers.shutdownNow();
    }
}
