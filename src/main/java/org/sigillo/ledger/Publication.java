package org.sigillo.ledger;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.custody.Genesis;
import org.sigillo.merkle.Proofs;
import org.sigillo.merkle.TileCoordinate;
import org.sigillo.note.Checkpoint;
import org.sigillo.note.Cosignature;
import org.sigillo.note.NoteSigner;
import org.sigillo.note.NoteVerifier;
import org.sigillo.note.SignedNote;
import org.sigillo.note.TimeStamp;
import org.sigillo.note.WitnessPolicy;
import org.sigillo.vault.Vault;

/// What follows a signature, at its own pace: full tiles and the checkpoint go to the vault, witnesses
/// cosign it, authorities stamp it.
///
/// Vault and witnesses are also a memory that the database has not. At the start, and whenever another
/// replica has numbered, nothing is signed until they were compared: a database that went back in time
/// would begin a second history.
final class Publication {
    private static final Logger LOG = Logger.getLogger(Publication.class);
    private static final int KEPT = 2;
    private static final Duration AGAIN = Duration.ofSeconds(5);

    private final Sequencer database;
    private final Volume own;
    private final Optional<Vault> vault;
    private final Tiles tiles;
    private final String checkpoints;
    private final Optional<Witnesses> witnesses;

    /// The genesis alone: what every history of this ledger begins with.
    private final SignedCheckpoint beginning;

    private final StampClient authorities;
    private final Alarm alarm;
    private final Semaphore woken = new Semaphore(0);
    private volatile boolean stopped;
    private final AtomicLong doubts = new AtomicLong(1);
    private volatile long compared;
    private volatile Map<String, String> answers = Map.of();
    private @Nullable Thread thread;
    private long written = -1;

    Publication(
            Sequencer database,
            Volume own,
            List<NoteSigner> signers,
            Ledger.Surroundings surroundings,
            Tiles tiles,
            SecureRandom random,
            Alarm alarm) {
        this.database = database;
        this.own = own;
        this.vault = surroundings.vault();
        this.tiles = tiles;
        this.checkpoints = own.checkpoints();
        List<NoteVerifier> keys = signers.stream().map(NoteSigner::verifier).toList();
        this.witnesses =
                surroundings
                        .witnesses()
                        .map(policy -> new Witnesses(policy, keys, Witnesses.Limits.USUAL));
        Genesis genesis = own.genesis();
        Checkpoint first = new Checkpoint(genesis.opened().origin(), 1, genesis.hash());
        String note = SignedNote.sign(first.text(), signers);
        this.beginning = new SignedCheckpoint(first, note, note);
        this.authorities =
                new StampClient(surroundings.authorities(), StampClient.Patience.USUAL, random);
        this.alarm = alarm;
    }

    /// Whether vault and witnesses know of nothing that the database does not.
    boolean compared() {
        return compared == doubts.get() || vault.isEmpty() && witnesses.isEmpty();
    }

    /// Somebody else has numbered, or the database is another: compares again.
    void doubt() {
        doubts.incrementAndGet();
        signed();
    }

    /// What each witness and authority said last: `cosigned`, `stamped`, or why not.
    Map<String, String> answers() {
        return answers;
    }

    /// Whether a checkpoint of this ledger or a closed one, whose log's lines the check has verified, carries
    /// the cosignatures that the policy asks for.
    boolean witnessed(SignedCheckpoint checkpoint) {
        SignedNote note = SignedNote.parse(checkpoint.note());
        return witnesses.map(w -> w.policy().forAnyLog().check(note).quorum()).orElse(true);
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
                woken.tryAcquire(
                        compared() ? Duration.ofMinutes(1).toMillis() : AGAIN.toMillis(),
                        TimeUnit.MILLISECONDS);
                woken.drainPermits();
                try {
                    turn();
                } catch (RuntimeException | Error e) {
                    // The thread must outlive whatever goes wrong while an alarm is told.
                    LOG.errorf("publishing will be tried again: %s", e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void turn() {
        try {
            long doubt = doubts.get();
            if (!compared()) {
                compare();
                if (cosign(true)) {
                    // A doubt that came meanwhile stays one.
                    compared = doubt;
                }
            }
            Optional<SignedCheckpoint> last = last();
            if (last.isPresent()) {
                // Each by itself: witnesses are asked also while the vault is full.
                step("keeping tiles in the vault", () -> publish(last.get()));
                step("asking witnesses", () -> cosign(last.get(), false, true));
                step("asking time stamp authorities", () -> stamp(last.get()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (BrokenEvidenceException e) {
            if (alarm.broken().isEmpty()) {
                alarm.raise(e);
            }
        } catch (IOException | RuntimeException | Error e) {
            // Vault or database may be away for a while, or a heap full; all of it is done again.
            LOG.warnf("publishing will be tried again: %s", e.getClass().getName());
        }
    }

    @FunctionalInterface
    private interface Step {
        void take() throws IOException, InterruptedException;
    }

    /// Vault, witnesses or database may be away for a while; all of it is done again.
    private static void step(String doing, Step step) throws InterruptedException {
        try {
            step.take();
        } catch (BrokenEvidenceException e) {
            throw e;
        } catch (IOException | RuntimeException | Error e) {
            LOG.warnf("%s will be tried again: %s", doing, e.getClass().getName());
        }
    }

    private Optional<SignedCheckpoint> last() {
        return database.inTransaction(
                "reading the checkpoint", rows -> rows.notes(own.seal()).last());
    }

    /// Has the last checkpoint cosigned by those who have not yet. A database that has none may have lost them: then the beginning
    /// is shown, and no line below it kept.
    ///
    /// @param again whether those who have are asked, too: they may have seen more since
    /// @return whether the policy's quorum has (now, where all are asked), or nobody is asked
    private boolean cosign(boolean again) {
        Optional<SignedCheckpoint> last = last();
        return cosign(last.orElse(beginning), again, last.isPresent());
    }

    private boolean cosign(SignedCheckpoint checkpoint, boolean again, boolean kept) {
        if (witnesses.isEmpty()) {
            return true;
        }
        WitnessPolicy policy = witnesses.get().policy();
        SignedNote note = SignedNote.parse(checkpoint.note());
        Set<String> before = policy.check(note).cosigned().keySet();
        if (!again
                && policy.witnesses().stream()
                        .allMatch(it -> it.url().isEmpty() || before.contains(it.name()))) {
            return policy.reached(before);
        }
        Witnesses.Outcome outcome =
                witnesses
                        .get()
                        .ask(
                                checkpoint.checkpoint(),
                                checkpoint.signed(),
                                (from, to) ->
                                        database.inTransaction(
                                                "proving",
                                                rows ->
                                                        Proofs.consistency(
                                                                from, to, rows.tree().hashes())),
                                (name, line) -> {
                                    // A witness that is asked again signs again, with another time:
                                    // the first line stays the one.
                                    if (kept && !before.contains(name)) {
                                        store(checkpoint.checkpoint().size(), line);
                                    }
                                });
        remember(outcome);
        contradicted(checkpoint.checkpoint().size(), outcome);
        return again
                ? policy.reached(outcome.cosigned().keySet())
                : policy.check(note.with(outcome.cosigned().values())).quorum();
    }

    private void store(long size, Cosignature line) {
        database.inTransaction(
                "storing a cosignature",
                rows -> {
                    rows.notes(own.seal()).cosigned(size, line.line());
                    return true;
                });
    }

    /// Has a checkpoint stamped by every authority that has not yet.
    private void stamp(SignedCheckpoint last) throws InterruptedException {
        if (authorities.none()) {
            return;
        }
        long size = last.checkpoint().size();
        List<String> have =
                database.inTransaction(
                        "reading time stamps",
                        rows ->
                                rows.notes(own.seal()).stamps(size, size).stream()
                                        .map(NoteRows.Stamp::authority)
                                        .toList());
        byte[] stamped = TimeStamp.stamped(last.signed());
        for (StampClient.Answer answer : authorities.stamp(stamped, have)) {
            String name = answer.authority().name();
            switch (answer) {
                case StampClient.Stamped(var _, TimeStamp stamp) -> {
                    database.inTransaction(
                            "storing a time stamp",
                            rows -> {
                                rows.notes(own.seal())
                                        .stamped(new NoteRows.Stamp(size, name, stamp.reply()));
                                return true;
                            });
                    said(Map.of(name, "stamped"));
                }
                case StampClient.Failed(var _, StampClient.Reason reason, String _) ->
                        said(Map.of(name, reason.word()));
            }
        }
    }

    private void remember(Witnesses.Outcome outcome) {
        said(outcome.failures());
        outcome.cosigned().keySet().forEach(name -> said(Map.of(name, "cosigned")));
    }

    private void said(Map<String, String> words) {
        Map<String, String> said = new TreeMap<>(answers);
        said.putAll(words);
        answers = Map.copyOf(said);
    }

    /// A witness that has seen more, or another tree, is free proof of what no backup shows.
    private void contradicted(long asked, Witnesses.Outcome outcome) {
        for (Witnesses.Contradiction witness : outcome.ahead()) {
            // Another replica may have signed more while we asked; that one commits before it asks.
            // What was only numbered counts for
            // nothing: a ledger that was put back grows while it waits for an answer.
            long signed = last().map(it -> it.checkpoint().size()).orElse(0L);
            if (witness.size().orElse(0L) <= signed) {
                continue;
            }
            throw contradiction(
                    witness,
                    new BrokenEvidenceException(
                            "the database, compared with witness "
                                    + String.join(", ", witness.witness()),
                            "at least " + witness.size().orElse(0L) + " entries under a checkpoint",
                            signed + ": it has gone back in time"));
        }
        for (Witnesses.Contradiction witness : outcome.disputed()) {
            throw contradiction(
                    witness,
                    new BrokenEvidenceException(
                            "the tree at size " + asked,
                            "a continuation of what witness "
                                    + String.join(", ", witness.witness())
                                    + " has seen",
                            "another history"));
        }
        alarm.agreed(outcome.cosigned().keySet());
    }

    private BrokenEvidenceException contradiction(
            Witnesses.Contradiction witness, BrokenEvidenceException found) {
        alarm.raise(found, witness.witness());
        return found;
    }

    /// Brings the vault up to this checkpoint.
    private void publish(SignedCheckpoint last) throws IOException {
        if (vault.isEmpty()) {
            return;
        }
        if (written < 0) {
            written = tiles.written();
        }
        long groups = last.checkpoint().size() / TileCoordinate.FULL;
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
        keep(vault.get(), last);
    }

    private void keep(Vault vault, SignedCheckpoint checkpoint) throws IOException {
        String address = "%s/%020d".formatted(checkpoints, checkpoint.checkpoint().size());
        List<String> kept = vault.list(checkpoints);
        if (kept.contains(address)) {
            return;
        }
        byte[] note = checkpoint.signed().getBytes(StandardCharsets.UTF_8);
        vault.put(address, note);
        for (String old : kept.subList(0, Math.max(0, kept.size() - KEPT + 1))) {
            vault.remove(old);
        }
    }

    /// Compares the database with the vault's last checkpoints.
    ///
    /// @throws BrokenEvidenceException if one of them is of a later or of another history
    private void compare() throws IOException {
        if (vault.isPresent()) {
            own.compare(vault.get());
        }
    }

    /// The same for a check of everything; a vault that is away is compared when it is back.
    void compareAgain() {
        try {
            compare();
        } catch (IOException away) {
            LOG.warnf("the vault was not compared: %s", away.getClass().getName());
        }
    }
}
