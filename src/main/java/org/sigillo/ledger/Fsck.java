package org.sigillo.ledger;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.custody.CustodyEvent;

/// Re-reads the whole ledger again and again, never faster than it may, and enters once a day that all of
/// it was found as it should be.
final class Fsck {
    private static final Logger LOG = Logger.getLogger(Fsck.class);

    /// Entries a second: a million in under an hour, at a hundredth of one core.
    private static final int RATE = 400;

    private static final Duration BETWEEN = Duration.ofHours(1);

    private final Ledger ledger;
    private final InstantSource clock;
    private volatile Optional<Ledger.Checked> last = Optional.empty();
    private volatile @Nullable Thread thread;

    Fsck(Ledger ledger, InstantSource clock) {
        this.ledger = ledger;
        this.clock = clock;
    }

    void start() {
        thread = Thread.ofVirtual().name("ledger-fsck").start(this::run);
    }

    void stop() {
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
    }

    /// A day, and how long two passes over so much take at most.
    private static Duration again(long read) {
        return Duration.ofDays(1).plusSeconds(2 * read / RATE);
    }

    Optional<Ledger.Checked> last() {
        return last;
    }

    private void run() {
        try {
            while (true) {
                pass();
                Thread.sleep(BETWEEN);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void pass() throws InterruptedException {
        try {
            enter(ledger.checked(Fsck::rest));
        } catch (Stopped e) {
            throw new InterruptedException();
        } catch (BrokenEvidenceException e) {
            ledger.report(e);
        } catch (RuntimeException | Error e) {
            // The thread must outlive a full heap.
            LOG.warnf("the check of the ledger will begin again: %s", e.getClass().getName());
        }
    }

    /// Takes note of a pass, be it a continuous one or one that somebody asked for.
    void passed(FullCheck.Intact intact) {
        last =
                Optional.of(
                        new Ledger.Checked(clock.instant(), intact.size(), again(intact.read())));
    }

    /// Takes note of a pass, and enters the day's first, whichever replica made it.
    void enter(FullCheck.Intact intact) {
        passed(intact);
        String key = "log.checked/" + clock.instant().toString().substring(0, 10);
        if (ledger.find(key).isEmpty()) {
            ledger.appendFirst(
                    Draft.byServer(key, new CustodyEvent.LogChecked(intact.size(), intact.root())));
        }
    }

    private static void rest(int entries) {
        try {
            Thread.sleep(entries * 1000L / RATE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Stopped();
        }
    }

    private static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1;
    }
}
