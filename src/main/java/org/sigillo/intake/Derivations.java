package org.sigillo.intake;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.sigillo.bytes.Hex;
import org.sigillo.bytes.SecretBytes;
import org.sigillo.docket.Cases;
import org.sigillo.sealing.Codename;
import org.sigillo.waiting.Line;

/// Argon2 work, 19 MiB each, a few at a time. Coming back and beginning have lanes of their own, so
/// that neither can crowd out the other; and threads of their own, which the machine shares out: a request's thread gives way to
/// nobody while it computes, and two of these would hold up all others.
@ApplicationScoped
class Derivations {
    private static final int SLOTS = 2;

    private final Codename.Memory memory = new Codename.Memory(SLOTS);
    private final Lane beginning;
    private final Lane returning;
    private final Cases cases;
    private final InstantSource clock;

    Derivations(Cases cases, InstantSource clock, MeterRegistry meters) {
        this.cases = cases;
        this.clock = clock;
        this.beginning = new Lane("beginning", clock);
        this.returning = new Lane("returning", clock);
        meters.gauge("sigillo.drop.waiting", Crowd.lane("beginning"), beginning, Lane::waiting);
        meters.gauge("sigillo.drop.waiting", Crowd.lane("returning"), returning, Lane::waiting);
    }

    @PreDestroy
    void stop() {
        beginning.threads.shutdownNow();
        returning.threads.shutdownNow();
    }

    private static final class Lane {
        private final Semaphore slots = new Semaphore(SLOTS);
        private final Line line;
        private final ExecutorService threads;

        Lane(String name, InstantSource clock) {
            this.line = new Line(Crowd.WAITING, clock);
            this.threads =
                    Executors.newFixedThreadPool(
                            SLOTS, Thread.ofPlatform().daemon().name(name + "-", 0).factory());
        }

        int waiting() {
            return line.waiting();
        }

        Optional<Semaphore> await(Line.Place place, Duration patience) {
            return line.await(
                    place,
                    patience,
                    () -> slots.tryAcquire() ? Optional.of(slots) : Optional.empty());
        }

        <T> T compute(Callable<T> work) {
            try {
                return threads.submit(work).get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while a codename was derived", e);
            } catch (ExecutionException e) {
                throw new IllegalStateException("a codename was not derived", e.getCause());
            }
        }

        void free(Semaphore slot) {
            slot.release();
            line.freed();
        }
    }

    /// What follows from a codename.
    ///
    /// @param begin whether it was made here, where a case may be begun; else it was typed
    /// @return none if there was no turn in this time
    Optional<Session.Known> of(
            Codename codename, Session.Begin begin, Line.Place place, Duration patience) {
        Lane lane = begin.may() ? beginning : returning;
        return lane.await(place, patience)
                .map(slot -> {
                    try {
                        return lane.compute(() -> derived(codename, begin));
                    } finally {
                        lane.free(slot);
                    }
                });
    }

    private Session.Known derived(Codename codename, Session.Begin begin) {
        try (Codename.Derived derived = codename.derive(cases.instance(), memory);
                SecretBytes seed = derived.source().revealSeed()) {
            return new Session.Known(
                    derived.locator(),
                    Hex.of(seed.bytes()),
                    Session.words(codename),
                    begin,
                    clock.instant(),
                    clock.instant());
        }
    }
}
