package org.sigillo.docket;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;
import org.sigillo.ledger.Ledger;
import org.sigillo.vault.Holdings;
import org.sigillo.vault.Scrub;
import org.sigillo.vault.Vault;

/// One pass over what the registers hold, from its beginning or from where another process left it.
final class ScrubPass {
    private static final Logger LOG = Logger.getLogger(ScrubPass.class);

    private final Vault vault;
    private final Scrub scrub;
    private final SealedSegments segments;
    private final Damage damage;
    private final Ledger ledger;
    private final BooleanSupplier goOn;
    private final Instant begun;

    /// Whether a segment may have to be entered as mended. Each note reads the whole case: for whole
    /// segments that would be done for nothing.
    private final boolean someDamaged;

    private final Set<String> unreadable;

    /// The last one that was what it should be.
    private Optional<String> whole = Optional.empty();

    private ScrubProgress.Place place;
    private long objects;
    private long bytes;
    private long damaged;
    private long unread;
    private boolean cut;

    /// @param from where it goes on
    /// @param goOn asked before each object
    ScrubPass(
            ScrubProgress.State from,
            Vault vault,
            Scrub.Pace pace,
            SealedSegments segments,
            Damage damage,
            Ledger ledger,
            BooleanSupplier goOn) {
        this.vault = vault;
        this.scrub = new Scrub(vault, pace);
        this.segments = segments;
        this.damage = damage;
        this.ledger = ledger;
        this.goOn = goOn;
        this.someDamaged = damage.count() > 0;
        this.begun = from.counts().begun();
        this.place = from.place();
        this.objects = from.counts().objects();
        this.bytes = from.counts().bytes();
        this.damaged = from.counts().damaged();
        this.unread = from.counts().unread();
        this.unreadable = new HashSet<>(from.unreadable());
    }

    /// One that has seen nothing yet.
    static ScrubProgress.State first(Instant now) {
        return new ScrubProgress.State(
                new VaultRounds.Scrubbed(now, Optional.empty(), 0, 0, 0, 0),
                ScrubProgress.Place.FIRST,
                Set.of());
    }

    ScrubProgress.State state(Optional<Instant> ended) {
        return new ScrubProgress.State(view(ended), place, unreadable);
    }

    VaultRounds.Scrubbed view(Optional<Instant> ended) {
        return new VaultRounds.Scrubbed(begun, ended, objects, bytes, damaged, unread);
    }

    /// Whether a register's objects come after the place, or around it. Registers come by the order of their prefixes.
    boolean hasBefore(Holdings register) {
        return register.prefix().compareTo(place.register()) >= 0;
    }

    /// The object that was looked at last, if it is this register's.
    Optional<String> lastOf(Holdings register) {
        return register.prefix().equals(place.register())
                ? Optional.of(place.address())
                : Optional.empty();
    }

    /// What a register holds cannot be told.
    void cannotBeTold() {
        unread++;
    }

    /// Whether it ended before it was over.
    boolean wasCut() {
        return cut;
    }

    void look(Holdings.Held it, Holdings register) {
        if (cut || !goOn.getAsBoolean()) {
            cut = true;
            return;
        }
        try {
            found(it, register, scrub.look(it.address(), it.digest()));
        } catch (IOException e) {
            // Whoever stops us breaks reading off, too: then nothing is known.
            if (Thread.currentThread().isInterrupted() || !goOn.getAsBoolean()) {
                cut = true;
                return;
            }
            unread++;
            if (isSegments(register)) {
                unreadable.add(it.address());
            }
            LOG.errorf("%s cannot be read: %s", it.address(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            cut = true;
            return;
        }
        place = new ScrubProgress.Place(register.prefix(), it.address());
    }

    private void found(Holdings.Held it, Holdings register, Scrub.Found found) throws IOException {
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
            keepOlder(it);
        }
        if (isSegments(register) && (someDamaged || !(found instanceof Scrub.Whole))) {
            segments.segment(it.address()).ifPresent(at -> damage.note(at, found));
        }
    }

    /// Whoever put something over it may have that kept: only who reads it finds out that the genuine one is not.
    private void keepOlder(Holdings.Held it) {
        try {
            if (it.settles() && vault.keepOlder(it.address(), it.digest(), it.kept())) {
                LOG.errorf("an older version of %s is what is held", it.address());
            }
        } catch (IOException e) {
            LOG.errorf("older versions of %s cannot be looked at: %s", it.address(), e);
        }
    }

    private boolean isSegments(Holdings register) {
        return register.prefix().equals(segments.prefix());
    }

    /// Notes as damaged what neither the pass before nor this one could read, and what cannot be read even
    /// now, while something else can: a vault that is away has lost nothing.
    void noteUnreadable(Set<String> before) throws InterruptedException {
        if (unreadable.stream().noneMatch(before::contains)) {
            return;
        }
        for (Holdings.Held it : segments.heldOf(List.copyOf(unreadable)).values()) {
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
            return in.read() >= 0 || vault.stat(whole.get()).isPresent();
        } catch (IOException e) {
            return false;
        }
    }
}
