package org.sigillo.release;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Refusal;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Id;
import org.sigillo.custody.Manifest;
import org.sigillo.custody.ReleasePackage;
import org.sigillo.custody.Releases;
import org.sigillo.ledger.Ledger;
import org.sigillo.sealing.HybridIdentity;
import org.sigillo.vault.Vault;

/// Brings what was released to the public: writes the package, forgets the reading key, adds the last
/// proofs, shows the page. Every step can be done again; whatever was begun is finished after a
/// restart. Sleeps until it is woken, looks by itself once a minute, and every second while a
/// release is under way.
@ApplicationScoped
class Publisher {
    private static final Logger LOG = Logger.getLogger(Publisher.class);

    private final Ledger ledger;
    private final Vault vault;
    private final ReleaseRows rows;
    private final Standing standing;
    private final Opening opening;
    private final Packages packages;
    private final LastProofs lastProofs;
    private final Reading reading;
    private final Semaphore woken = new Semaphore(0);
    private volatile boolean stopped;
    private volatile @Nullable Thread thread;

    Publisher(
            Ledger ledger,
            Vault vault,
            ReleaseRows rows,
            Standing standing,
            Opening opening,
            Packages packages,
            LastProofs lastProofs,
            Reading reading) {
        this.ledger = ledger;
        this.vault = vault;
        this.rows = rows;
        this.standing = standing;
        this.opening = opening;
        this.packages = packages;
        this.lastProofs = lastProofs;
        this.reading = reading;
    }

    void start(@Observes StartupEvent begin) {
        thread = Thread.ofPlatform().name("publisher").start(this::run);
    }

    void stop(@Observes ShutdownEvent end) throws InterruptedException {
        stopped = true;
        woken.release();
        Thread running = thread;
        if (running != null) {
            running.join(10_000);
        }
    }

    void wake() {
        woken.release();
    }

    private void run() {
        while (!stopped) {
            boolean unfinished = turn();
            try {
                if (woken.tryAcquire(unfinished ? 1 : 60, TimeUnit.SECONDS)) {
                    woken.drainPermits();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /// @return whether something is left to do
    private boolean turn() {
        boolean left = false;
        try {
            for (Id id : unfinished()) {
                // One that a closed ledger released may never get its proofs: it is proposed again.
                left |= !finished(id) && standing.of(id).isPresent();
            }
        } catch (BrokenEvidenceException e) {
            ledger.report(e);
            LOG.errorf("the publisher found broken evidence at %s", e.where());
        } catch (RuntimeException | Error e) {
            // Out of memory, too: this thread is the only one that publishes.
            LOG.errorf("the publisher will try again: %s", e.getClass().getName());
            left = true;
        }
        return left;
    }

    /// By the rows, or by the ledger: rows that were deleted unpublish nothing.
    private Set<Id> unfinished() {
        List<String> shown = QuarkusTransaction.requiringNew().call(rows::shown);
        Set<Id> unfinished = new LinkedHashSet<>();
        QuarkusTransaction.requiringNew()
                .call(rows::unfinished)
                .forEach(it -> unfinished.add(Id.parse(it)));
        for (Releases.Release it : standing.all()) {
            if (it.state() == Releases.State.RELEASED && !shown.contains(it.id().hex())) {
                unfinished.add(it.id());
            }
        }
        standing.releasedBefore().stream()
                .filter(it -> !shown.contains(it.hex()))
                .forEach(unfinished::add);
        return unfinished;
    }

    private boolean finished(Id release) {
        try {
            boolean open = standing.of(release).isPresent();
            Optional<ReadingKeyRow> key =
                    open
                            ? QuarkusTransaction.requiringNew()
                                    .call(() -> rows.readingKey(release.hex()))
                            : Optional.empty();
            if (key.isPresent()) {
                write(release, key.get().identity);
                ledger.callBeat();
            } else if (!isWritten(release)) {
                if (open) {
                    LOG.errorf("the package of release %s is not in the vault", release);
                }
                // Nobody can write it again; a copy may be put back.
                return true;
            }
            Optional<SortedMap<String, byte[]>> proofs = lastProofs.of(release);
            if (proofs.isEmpty()) {
                return false;
            }
            for (var proof : proofs.get().entrySet()) {
                vault.put(tag(release, proof.getKey()), proof.getValue());
            }
            step(release, StepRow.SHOWN, false);
            return true;
        } catch (Refusal differs) {
            throw new BrokenEvidenceException(
                    "package of release " + release,
                    "the bytes that were opened when it was released",
                    differs.sentence());
        } catch (IOException | UncheckedIOException e) {
            LOG.errorf(
                    "release %s could not be written and is tried again: %s",
                    release, e.getClass().getName());
            return false;
        }
    }

    private boolean isWritten(Id release) throws IOException {
        Optional<Sha256> sealed = standing.sealed(release).map(Standing.Sealed::packageDigest);
        try {
            return sealed.equals(
                    Optional.of(vault.digest(tag(release, ReleasePackage.TAG_MANIFEST))));
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private void write(Id release, String readingKey) throws IOException {
        Releases.Release known = standing.of(release).orElseThrow();
        try (HybridIdentity key = HybridIdentity.parse(readingKey)) {
            Manifest manifest =
                    opening.open(
                            release,
                            known.proposal(),
                            reading.segments(release, known.proposal()),
                            key,
                            (number, item) -> sink(vault.create(item(release, number))));
            ReleasePackage made = packages.of(release, manifest);
            Sha256 sealed = known.packageDigest().orElseThrow();
            if (!made.digest().equals(sealed)) {
                throw new BrokenEvidenceException(
                        "package of release " + release, sealed.hex(), made.digest().hex());
            }
            for (var file : made.tags().entrySet()) {
                vault.put(tag(release, file.getKey()), file.getValue());
            }
        }
        step(release, StepRow.WRITTEN, true);
    }

    private void step(Id release, String step, boolean forgetKey) {
        QuarkusTransaction.requiringNew()
                .run(() -> {
                    if (!rows.reached(release.hex(), step)) {
                        rows.add(new StepRow(release.hex(), step));
                    }
                    if (forgetKey) {
                        rows.forgetReadingKey(release.hex());
                    }
                });
    }

    static String item(Id release, int number) {
        return "packages/" + release + "/items/" + number;
    }

    static String tag(Id release, String path) {
        return "packages/" + release + "/tags/" + path;
    }

    private static Opening.Sink sink(Vault.Writer writer) {
        return new Opening.Sink() {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                writer.write(bytes, offset, length);
            }

            @Override
            public void whole() throws IOException {
                writer.commit();
            }

            @Override
            public void abort() throws IOException {
                writer.abort();
            }
        };
    }
}
