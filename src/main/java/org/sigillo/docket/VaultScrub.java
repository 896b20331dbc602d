package org.sigillo.docket;

import io.quarkus.arc.All;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.MalformedException;
import org.sigillo.ledger.Ledger;
import org.sigillo.vault.Holdings;
import org.sigillo.vault.Scrub;
import org.sigillo.vault.Vault;

/// Reads everything again that a register holds, and notes what is not as it was. What cannot be read is noted at the second pass in
/// a row: until then it is only counted, since a network or a disk may be back soon.
@ApplicationScoped
class VaultScrub {
    private static final Logger LOG = Logger.getLogger(VaultScrub.class);

    private final Vault vault;
    private final List<Holdings> registers;
    private final SealedSegments segments;
    private final Damage damage;
    private final Ledger ledger;
    private final InstantSource clock;
    private Optional<Thread> running = Optional.empty();

    /// Addresses of segments that the last pass could not read; none after a start.
    private Set<String> unread = Set.of();

    private volatile Optional<VaultRounds.Scrubbed> last = Optional.empty();
    private volatile Optional<VaultRounds.Scrubbed> lastWhole = Optional.empty();

    VaultScrub(
            Vault vault,
            @All List<Holdings> registers,
            SealedSegments segments,
            Damage damage,
            Ledger ledger,
            InstantSource clock) {
        this.vault = vault;
        this.registers = List.copyOf(registers);
        this.segments = segments;
        this.damage = damage;
        this.ledger = ledger;
        this.clock = clock;
    }

    Optional<VaultRounds.Scrubbed> last() {
        return last;
    }

    /// The last pass that ended here: what it found stands while the next one has not come so far.
    Optional<VaultRounds.Scrubbed> lastWhole() {
        return lastWhole;
    }

    /// Begins a pass in a thread of its own.
    ///
    /// @return whether it begins: not while one runs
    synchronized boolean begin(Scrub.Pace pace) {
        if (running.filter(Thread::isAlive).isPresent()) {
            return false;
        }
        running = Optional.of(Thread.ofVirtual().name("vault-scrub").start(() -> run(pace)));
        return true;
    }

    synchronized void stop() {
        running.ifPresent(Thread::interrupt);
    }

    private void run(Scrub.Pace pace) {
        try {
            pass(pace);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (BrokenEvidenceException e) {
            ledger.report(e);
        } catch (RuntimeException e) {
            LOG.errorf("the scrub will begin again: %s", e.getClass().getName());
        }
    }

    /// One pass. One that fails leaves the last one as it was.
    void pass(Scrub.Pace pace) throws InterruptedException {
        Optional<VaultRounds.Scrubbed> before = last;
        boolean ended = false;
        try {
            Pass pass = new Pass(clock.instant(), new Scrub(vault, pace));
            last = Optional.of(pass.view(Optional.empty()));
            for (Holdings register : registers) {
                try {
                    register.forEach(it -> {
                        pass.look(it, register);
                        last = Optional.of(pass.view(Optional.empty()));
                    });
                } catch (UncheckedIOException | MalformedException e) {
                    // What this register holds cannot be told now, or by a row that somebody
                    // altered.
                    LOG.errorf("what is held at %s cannot be told: %s", register.prefix(), e);
                    pass.unread++;
                }
                if (pass.interrupted) {
                    throw new InterruptedException();
                }
            }
            pass.noteUnreadable(unread);
            unread = Set.copyOf(pass.unreadSegments.keySet());
            last = Optional.of(pass.view(Optional.of(clock.instant())));
            lastWhole = last;
            ended = true;
        } finally {
            if (!ended) {
                last = before;
            }
        }
    }

    /// Looks at these at once.
    void look(List<Holdings.Held> held) {
        Pass pass = new Pass(clock.instant(), new Scrub(vault, Scrub.Pace.FULL));
        held.forEach(it -> pass.look(it, segments));
    }

    private final class Pass {
        private final Instant begun;
        private final Scrub scrub;

        /// Whether a segment may have to be entered as mended. Each note reads the whole case: for whole
        /// segments that would be done for nothing.
        private final boolean someDamaged = damage.count() > 0;

        private final Map<String, Holdings.Held> unreadSegments = new HashMap<>();

        /// The last one that was what it should be.
        private Optional<String> whole = Optional.empty();

        private long objects;
        private long bytes;
        private long damaged;
        private long unread;
        private boolean interrupted;

        private Pass(Instant begun, Scrub scrub) {
            this.begun = begun;
            this.scrub = scrub;
        }

        private void look(Holdings.Held it, Holdings register) {
            if (interrupted) {
                return;
            }
            try {
                Scrub.Found found = scrub.look(it.address(), it.digest());
                if (found instanceof Scrub.Missing && !ledger.published().isIn(vault)) {
                    throw new IOException("the vault is another one than the ledger's");
                }
                objects++;
                if (found instanceof Scrub.Whole(long size)) {
                    bytes += size;
                    whole = Optional.of(it.address());
                } else if (found instanceof Scrub.Missing && register.restore(it.address())) {
                    LOG.warnf("%s was missing from the vault and is written again", it.address());
                } else {
                    damaged++;
                    LOG.errorf("the vault has not what is held at %s", it.address());
                }
                if (isSegments(register) && (someDamaged || !(found instanceof Scrub.Whole))) {
                    segments.segment(it.address()).ifPresent(at -> damage.note(at, found));
                }
            } catch (IOException e) {
                unread++;
                if (isSegments(register)) {
                    unreadSegments.put(it.address(), it);
                }
                LOG.errorf("%s cannot be read: %s", it.address(), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                interrupted = true;
            }
        }

        private boolean isSegments(Holdings register) {
            return register.prefix().equals(segments.prefix());
        }

        /// Notes as damaged what neither the pass before nor this one could read, and what cannot be read even
        /// now, while something else can: a vault that is away has lost nothing.
        private void noteUnreadable(Set<String> before) throws InterruptedException {
            for (Holdings.Held it : unreadSegments.values()) {
                if (before.contains(it.address()) && !canBeRead(it) && another()) {
                    segments.segment(it.address()).ifPresent(damage::noteUnreadable);
                }
            }
        }

        private boolean canBeRead(Holdings.Held it) throws InterruptedException {
            try {
                scrub.look(it.address(), it.digest());
                return true;
            } catch (IOException e) {
                return false;
            }
        }

        /// Whether something else can be read.
        private boolean another() {
            if (whole.isEmpty()) {
                return false;
            }
            try (InputStream in = vault.open(whole.get(), 0, 1)) {
                in.readAllBytes();
                return true;
            } catch (IOException e) {
                return false;
            }
        }

        private VaultRounds.Scrubbed view(Optional<Instant> ended) {
            return new VaultRounds.Scrubbed(begun, ended, objects, bytes, damaged, unread);
        }
    }
}
