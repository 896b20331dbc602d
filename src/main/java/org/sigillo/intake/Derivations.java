package org.sigillo.intake;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.sigillo.bytes.Hex;
import org.sigillo.bytes.Refusal;
import org.sigillo.bytes.SecretBytes;
import org.sigillo.docket.Cases;
import org.sigillo.sealing.Codename;

/// Argon2 work, 19 MiB each, a few at a time. Coming back and beginning have lanes of their own, so
/// that neither can crowd out the other.
@ApplicationScoped
class Derivations {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Semaphore beginning = new Semaphore(2, true);
    private final Semaphore returning = new Semaphore(2, true);
    private final Cases cases;

    Derivations(Cases cases) {
        this.cases = cases;
    }

    Session.Known begin(Codename codename, Instant now) {
        return derive(beginning, codename, true, now);
    }

    Session.Known comeBack(Codename codename, Instant now) {
        return derive(returning, codename, false, now);
    }

    private Session.Known derive(Semaphore lane, Codename codename, boolean mayBegin, Instant now) {
        try {
            if (!lane.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw busy();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw busy();
        }
        try (Codename.Derived derived = codename.derive(cases.instance());
                SecretBytes seed = derived.source().revealSeed()) {
            return new Session.Known(derived.locator(), Hex.of(seed.bytes()), mayBegin, now, now);
        } finally {
            lane.release();
        }
    }

    private static Refusal busy() {
        return new Refusal(
                Refusal.Kind.CLOSED,
                "busy",
                "Too many people are here at once. Try again shortly.");
    }
}
