package org.sigillo.ledger;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.custody.Genesis;
import org.sigillo.merkle.Proofs;
import org.sigillo.merkle.TileCoordinate;
import org.sigillo.note.Checkpoint;
import org.sigillo.note.NoteException;
import org.sigillo.note.NoteVerifier;
import org.sigillo.vault.Vault;

/// What follows a signature, at its own pace: full tiles and the checkpoint go to the vault.
///
/// The vault's last checkpoint is also a memory that the database has not: at the start it tells a
/// database that went back in time.
final class Publication {
    private static final Logger LOG = Logger.getLogger(Publication.class);
    private static final String CHECKPOINTS = "checkpoints";
    private static final int KEPT = 2;

    private final Sequencer database;
    private final Genesis genesis;
    private final Optional<Vault> vault;
    private final Tiles tiles;
    private final Semaphore woken = new Semaphore(0);
    private volatile boolean stopped;
    private @Nullable Thread thread;
    private long written = -1;

    Publication(Sequencer database, Genesis genesis, Optional<Vault> vault, Tiles tiles) {
        this.database = database;
        this.genesis = genesis;
        this.vault = vault;
        this.tiles = tiles;
    }

    void start() {
        thread = Thread.ofVirtual().name("ledger-publication").start(this::run);
        signed();
    }

    void stop() {
        stopped = true;
        signed();
        Thread running = thread;
        if (running != null) {
            try {
                running.join(Duration.ofSeconds(10));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// Tells that there is a new checkpoint.
    void signed() {
        woken.release();
    }

    private void run() {
        try {
            while (!stopped) {
                woken.tryAcquire(1, TimeUnit.MINUTES);
                woken.drainPermits();
                turn();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void turn() {
        try {
            publish();
        } catch (IOException | RuntimeException e) {
            // The vault may be away for a while; everything is done again with the next checkpoint.
            LOG.warnf("publishing will be tried again: %s", e.getClass().getName());
        }
    }

    /// Brings the vault up to the last checkpoint.
    void publish() throws IOException {
        Optional<SignedCheckpoint> last =
                database.inTransaction("reading the checkpoint", rows -> rows.notes().last());
        if (last.isEmpty() || vault.isEmpty()) {
            return;
        }
        if (written < 0) {
            written = tiles.written();
        }
        long groups = last.get().checkpoint().size() / TileCoordinate.FULL;
        for (; written < groups && !stopped; written++) {
            long group = written;
            database.inTransaction(
                    "writing tiles",
                    rows -> {
                        try {
                            tiles.write(rows, group);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                        return true;
                    });
        }
        keep(vault.get(), last.get());
    }

    private static void keep(Vault vault, SignedCheckpoint checkpoint) throws IOException {
        String address = "%s/%020d".formatted(CHECKPOINTS, checkpoint.checkpoint().size());
        List<String> kept = vault.list(CHECKPOINTS);
        if (kept.contains(address)) {
            return;
        }
        byte[] note = checkpoint.signed().getBytes(StandardCharsets.UTF_8);
        Vault.Writer writer = vault.create(address);
        try {
            writer.write(note, 0, note.length);
            writer.commit();
        } finally {
            writer.abort();
        }
        for (String old : kept.subList(0, Math.max(0, kept.size() - KEPT + 1))) {
            vault.remove(old);
        }
    }

    /// Compares the database with the vault's last checkpoint.
    ///
    /// @throws BrokenEvidenceException if that one is of a later or of another history
    void compare() {
        if (vault.isEmpty()) {
            return;
        }
        try {
            for (String address : vault.get().list(CHECKPOINTS)) {
                compare(address, read(vault.get(), address));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void compare(String address, String note) {
        String where = "the vault's " + address;
        Checkpoint kept;
        try {
            kept =
                    Checkpoint.verified(
                            note,
                            genesis.opened().origin(),
                            genesis.opened().keys().stream().map(NoteVerifier::parse).toList());
        } catch (NoteException e) {
            throw new BrokenEvidenceException(
                    where, "a checkpoint signed by the log", String.valueOf(e.getMessage()));
        }
        database.inTransaction(
                "comparing with the vault",
                rows -> {
                    long size = rows.tree().size();
                    if (size < kept.size()) {
                        throw new BrokenEvidenceException(
                                "the database, compared with " + where,
                                "at least " + kept.size() + " entries",
                                size + ": it has gone back in time");
                    }
                    String found = Proofs.root(kept.size(), rows.tree().hashes()).hex();
                    if (!found.equals(kept.root().hex())) {
                        throw new BrokenEvidenceException(
                                "the tree at size " + kept.size() + ", compared with " + where,
                                kept.root().hex(),
                                found);
                    }
                    return true;
                });
    }

    private static String read(Vault vault, String address) throws IOException {
        try (InputStream in = vault.open(address)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
