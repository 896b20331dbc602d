package org.sigillo.docket;

import io.quarkus.arc.All;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.MalformedException;
import org.sigillo.ledger.Ledger;
import org.sigillo.vault.Holdings;
import org.sigillo.vault.Scrub;
import org.sigillo.vault.Vault;

/// Reads everything again that a register holds, and notes what is not as it was. What cannot be read is noted at the second pass in
/// a row: until then it is only counted, since a network or a disk may be back soon.
///
/// A pass may take days: where a restart cuts it short, it goes on.
@ApplicationScoped
class VaultScrub {
    private static final Logger LOG = Logger.getLogger(VaultScrub.class);

    /// What was read since a pass was kept is read again after a crash.
    private static final Duration KEPT_EVERY = Duration.ofMinutes(1);

    /// For whoever stops the application.
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Vault vault;
    private final List<Holdings> registers;
    private final SealedSegments segments;
    private final Damage damage;
    private final Ledger ledger;
    private final InstantSource clock;
    private final ScrubProgress progress;
    private Optional<Thread> running = Optional.empty();
    private volatile boolean stopped;
    private volatile Optional<VaultRounds.Scrubbed> last = Optional.empty();
    private volatile Optional<VaultRounds.Scrubbed> lastWhole = Optional.empty();
    private volatile Optional<Instant> since = Optional.empty();

    VaultScrub(
            Vault vault,
            @All List<Holdings> registers,
            SealedSegments segments,
            Damage damage,
            Ledger ledger,
            DocketRows rows,
            Transactions transactions,
            InstantSource clock) {
        this.vault = vault;
        this.registers = registers.stream().sorted(Comparator.comparing(Holdings::prefix)).toList();
        this.segments = segments;
        this.damage = damage;
        this.ledger = ledger;
        this.clock = clock;
        this.progress = new ScrubProgress(rows, transactions);
    }

    void start(@Observes StartupEvent begin) {
        recall();
    }

    /// Learns what another process has kept of its passes.
    synchronized void recall() {
        if (!isRunning()) {
            show(progress.known());
        }
    }

    private void show(ScrubProgress.Known known) {
        last = known.running().or(known::ended).map(ScrubProgress.State::counts);
        lastWhole = known.ended().map(ScrubProgress.State::counts);
        since = known.since();
    }

    /// The pass that runs or was cut short, or else the last one.
    Optional<VaultRounds.Scrubbed> last() {
        return last;
    }

    /// The last pass that ended: what it found stands while the next one has not come so far.
    Optional<VaultRounds.Scrubbed> lastWhole() {
        return lastWhole;
    }

    /// Since when no pass has ended; nothing if none has begun yet.
    Optional<Instant> since() {
        return since;
    }

    /// Goes on with a pass that was cut short, or begins one, in a thread of its own; as long as this replica leads.
    ///
    /// @return whether it does: not while one runs
    boolean goOn(Scrub.Pace pace) {
        return launch(pace, false, ledger::leads);
    }

    /// Begins a pass in a thread of its own, whatever one that was cut short has read.
    ///
    /// @return whether it begins: not while one runs
    boolean beginAnew(Scrub.Pace pace) {
        return launch(pace, true, () -> true);
    }

    private synchronized boolean launch(Scrub.Pace pace, boolean anew, BooleanSupplier goOn) {
        if (stopped || isRunning()) {
            return false;
        }
        running =
                Optional.of(
                        Thread.ofVirtual().name("vault-scrub").start(() -> run(pace, anew, goOn)));
        return true;
    }

    private boolean isRunning() {
        return running.filter(Thread::isAlive).isPresent();
    }

    /// Ends the pass that runs; where it came to is kept when this returns.
    synchronized void stop() {
        stopped = true;
        running.ifPresent(it -> {
            it.interrupt();
            try {
                it.join(PATIENCE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void run(Scrub.Pace pace, boolean anew, BooleanSupplier goOn) {
        try {
            pass(pace, anew, () -> !stopped && goOn.getAsBoolean());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (BrokenEvidenceException e) {
            ledger.report(e);
        } catch (RuntimeException e) {
            LOG.errorf("the scrub will go on: %s", e.getClass().getName());
        }
    }

    /// One whole pass, in this thread.
    void pass(Scrub.Pace pace) throws InterruptedException {
        pass(pace, true, () -> !stopped);
    }

    private void pass(Scrub.Pace pace, boolean anew, BooleanSupplier goOn)
            throws InterruptedException {
        ScrubProgress.Known known = progress.known();
        Optional<ScrubProgress.State> left = known.running().filter(it -> !anew);
        ScrubProgress.State from =
                left.orElseGet(
                        () -> ScrubPass.first(clock.instant().truncatedTo(ChronoUnit.MICROS)));
        if (left.isEmpty()) {
            progress.begin(from);
            show(progress.known());
        }
        ScrubPass pass = new ScrubPass(from, vault, pace, segments, damage, ledger, goOn);
        try {
            over(pass);
            if (!pass.wasCut()) {
                noteUnreadable(pass, known);
                progress.end(pass.state(Optional.of(clock.instant())));
                show(progress.known());
            }
        } finally {
            // An interrupted thread gets no connection.
            boolean interrupted = Thread.interrupted();
            // Does nothing to one that has ended.
            progress.keep(pass.state(Optional.empty()));
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void noteUnreadable(ScrubPass pass, ScrubProgress.Known known)
            throws InterruptedException {
        try {
            pass.noteUnreadable(
                    known.ended().map(ScrubProgress.State::unreadable).orElse(Set.of()));
        } catch (MalformedException e) {
            LOG.errorf("what could not be read is not told apart: %s", e);
            pass.cannotBeTold();
        }
    }

    private void over(ScrubPass pass) {
        for (Holdings register : registers) {
            if (!pass.hasBefore(register) || pass.wasCut()) {
                continue;
            }
            Optional<String> after = pass.lastOf(register);
            if (!over(register, pass, after) && after.isPresent()) {
                // The object that was looked at last is not held any more, or cannot be told.
                over(register, pass, Optional.empty());
            }
        }
    }

    /// @param after where it goes on
    /// @return whether that was there
    private boolean over(Holdings register, ScrubPass pass, Optional<String> after) {
        Instant[] kept = {clock.instant()};
        boolean[] there = {after.isEmpty()};
        try {
            register.forEach(it -> {
                if (!there[0]) {
                    there[0] = it.address().equals(after.orElseThrow());
                    return;
                }
                pass.look(it, register);
                last = Optional.of(pass.view(Optional.empty()));
                Instant now = clock.instant();
                if (!Duration.between(kept[0], now).abs().minus(KEPT_EVERY).isNegative()) {
                    progress.keep(pass.state(Optional.empty()));
                    kept[0] = now;
                }
            });
        } catch (BrokenEvidenceException e) {
            ledger.report(e);
            notAll(register, pass, there[0], e);
        } catch (UncheckedIOException | MalformedException e) {
            notAll(register, pass, there[0], e);
        }
        return there[0];
    }

    /// The vault does not say now what some of it is, or a row does that somebody altered.
    ///
    /// @param there whether the pass had come to where it was to go on; else it is counted when it begins at the front
    private static void notAll(
            Holdings register, ScrubPass pass, boolean there, RuntimeException why) {
        if (there) {
            LOG.errorf("not all that is held at %s can be told: %s", register.prefix(), why);
            pass.cannotBeTold();
        }
    }

    /// Looks at these at once.
    void look(List<Holdings.Held> held) {
        ScrubPass pass =
                new ScrubPass(
                        ScrubPass.first(clock.instant()),
                        vault,
                        Scrub.Pace.FULL,
                        segments,
                        damage,
                        ledger,
                        () -> !stopped);
        held.forEach(it -> pass.look(it, segments));
    }
}
