package org.sigillo.ledger;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Sha256;
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
import org.sigillo.testimony.Answers;
import org.sigillo.testimony.Heard;
import org.sigillo.testimony.StampClient;
import org.sigillo.testimony.Witnesses;
import org.sigillo.vault.Vault;

/// What follows a signature: full tiles and the checkpoint go to the vault, witnesses cosign it, authorities stamp it. Each is an
/// errand of its own: a vault that is full, a witness or an authority that hangs keeps no other waiting.
///
/// Vault and witnesses are also a memory that the database has not. At the start, and whenever another
/// replica has numbered, nothing is signed or published until they were compared: a database that went back in time
/// would begin a second history.
final class Publication {
    private static final Logger LOG = Logger.getLogger(Publication.class);
    private static final Duration AGAIN = Duration.ofSeconds(5);
    private static final Duration IDLE = Duration.ofMinutes(1);
    private static final Duration PARTING = Duration.ofSeconds(10);

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
    private final AtomicLong doubts = new AtomicLong(1);
    private volatile long compared;
    private final Heard heard;
    private final Errand comparing;
    private final List<Errand> errands = new ArrayList<>();
    private volatile boolean stopped;
    private long written = -1;

    Publication(
            Sequencer database,
            Volume own,
            List<NoteSigner> signers,
            Ledger.Surroundings surroundings,
            Tiles tiles,
            SecureRandom random,
            InstantSource clock,
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
        this.heard = new Heard(clock);
        this.alarm = alarm;
        this.comparing =
                new Errand(
                        "comparing with vault and witnesses",
                        this::compare,
                        () -> compared() ? IDLE : AGAIN,
                        alarm);
        vault.ifPresent(_ -> follow("keeping tiles in the vault", this::publish, () -> {}));
        witnesses.ifPresent(all -> {
            heard.unasked(all.unasked());
            all.each()
                    .forEach(one ->
                            follow(
                                    "asking witness " + one.names().getFirst(),
                                    last -> cosign(all.policy(), one, last),
                                    () -> heard.fault(one.names())));
        });
        authorities
                .asked()
                .forEach(one ->
                        follow(
                                "asking time stamp authority " + one.name(),
                                last -> stamp(one, last),
                                () -> heard.unstamped(one.name(), "fault")));
    }

    @FunctionalInterface
    private interface Following {
        void of(SignedCheckpoint last) throws IOException, InterruptedException;
    }

    /// @param fault what is said of who could not be asked
    private void follow(String doing, Following following, Runnable fault) {
        errands.add(
                new Errand(
                        doing,
                        () -> {
                            Optional<SignedCheckpoint> last =
                                    compared() ? last() : Optional.empty();
                            if (last.isPresent()) {
                                follow(following, last.get(), fault);
                            }
                        },
                        () -> IDLE,
                        alarm));
    }

    private static void follow(Following following, SignedCheckpoint last, Runnable fault)
            throws IOException, InterruptedException {
        try {
            following.of(last);
        } catch (BrokenEvidenceException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            fault.run();
            throw e;
        }
    }

    /// Whether vault and witnesses know of nothing that the database does not.
    boolean compared() {
        return compared == doubts.get() || vault.isEmpty() && witnesses.isEmpty();
    }

    /// Somebody else has numbered, or the database is another: compares again.
    void doubt() {
        doubts.incrementAndGet();
        comparing.call();
    }

    /// What each witness and authority said last, and what has been missing since when.
    Answers answers() {
        return heard.answers();
    }

    /// Whether a checkpoint of this ledger or a closed one, whose log's lines the check has verified, carries
    /// the cosignatures that the policy asks for.
    boolean witnessed(SignedCheckpoint checkpoint) {
        SignedNote note = SignedNote.parse(checkpoint.note());
        return witnesses.map(w -> w.policy().forAnyLog().check(note).quorum()).orElse(true);
    }

    void start() {
        comparing.start();
        errands.forEach(Errand::start);
    }

    void stop() {
        stopped = true;
        long end = System.nanoTime() + PARTING.toNanos();
        comparing.stop();
        errands.forEach(Errand::stop);
        try {
            comparing.join(end);
            for (Errand errand : errands) {
                errand.join(end);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Tells that there is a new checkpoint.
    void signed() {
        errands.forEach(Errand::call);
    }

    /// Runs all of it once, one after the other, by the caller's thread.
    void once() {
        try {
            comparing.once();
            for (Errand errand : errands) {
                errand.once();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Optional<SignedCheckpoint> last() {
        return database.inTransaction(
                "reading the checkpoint", rows -> rows.notes(own.seal()).last());
    }

    /// Compares the database with the vault's last checkpoints, then with what witnesses have seen.
    ///
    /// @throws BrokenEvidenceException if one of them knows a later or another history
    private void compare() throws IOException {
        long doubt = doubts.get();
        if (compared()) {
            return;
        }
        if (vault.isPresent()) {
            try {
                own.compare(vault.get());
            } catch (IOException e) {
                heard.awaits("the vault");
                throw e;
            }
        }
        if (witnesses.isPresent() && !agree(witnesses.get())) {
            heard.awaits("a quorum of witnesses");
            return;
        }
        // A doubt that came meanwhile stays one.
        compared = doubt;
        heard.answered();
        signed();
    }

    /// Asks all witnesses about the last checkpoint, also those that have cosigned it: they may have seen more since. Of a database
    /// that has none, which may have lost them, the beginning is shown.
    ///
    /// @return whether the policy's quorum has cosigned it now
    private boolean agree(Witnesses all) {
        SignedCheckpoint shown = last().orElse(beginning);
        Witnesses.Outcome outcome =
                all.ask(shown.checkpoint(), shown.signed(), this::prove, all.policy()::reached);
        heard.of(outcome);
        contradicted(shown.checkpoint().size(), outcome);
        boolean reached = all.policy().reached(outcome.cosigned().keySet());
        heard.quorum(reached);
        return reached;
    }

    private List<Sha256> prove(long from, long to) {
        return database.inTransaction(
                "proving", rows -> Proofs.consistency(from, to, rows.tree().hashes()));
    }

    /// Has a checkpoint cosigned by a witness whose lines it lacks.
    private void cosign(WitnessPolicy policy, Witnesses.One witness, SignedCheckpoint last) {
        WitnessPolicy.Verdict found = policy.check(SignedNote.parse(last.note()));
        Set<String> before = found.cosigned().keySet();
        if (before.containsAll(witness.names()) && !alarm.contradicts(witness.names())) {
            // Another replica may have been the one that asked.
            heard.cosigned(witness.names());
            heard.quorum(found.quorum());
            return;
        }
        long size = last.checkpoint().size();
        Witnesses.Outcome outcome = witness.ask(last.checkpoint(), last.signed(), this::prove);
        // A witness that is asked again signs again, with another time: the first line stays the
        // one.
        outcome.cosigned()
                .forEach((name, line) -> {
                    if (!before.contains(name)) {
                        store(size, line);
                    }
                });
        heard.of(outcome);
        contradicted(size, outcome);
        // As it is now: others were asked meanwhile.
        heard.quorum(
                own.covering(size - 1)
                        .map(it -> policy.check(SignedNote.parse(it.note())).quorum())
                        .orElse(false));
    }

    private void store(long size, Cosignature line) {
        database.inTransaction(
                "storing a cosignature",
                rows -> {
                    rows.notes(own.seal()).cosigned(size, line.line());
                    return true;
                });
    }

    /// Has a checkpoint stamped by an authority that has not yet.
    private void stamp(StampClient.Authority authority, SignedCheckpoint last)
            throws InterruptedException {
        long size = last.checkpoint().size();
        String name = authority.name();
        boolean has =
                database.inTransaction(
                        "reading time stamps",
                        rows ->
                                rows.notes(own.seal()).stamps(size, size).stream()
                                        .anyMatch(it -> it.authority().equals(name)));
        if (has) {
            // Another replica may have been the one that asked.
            heard.stamped(name);
            return;
        }
        switch (authorities.stamp(authority, TimeStamp.stamped(last.signed()))) {
            case StampClient.Stamped(var _, TimeStamp stamp) -> {
                database.inTransaction(
                        "storing a time stamp",
                        rows -> {
                            rows.notes(own.seal())
                                    .stamped(new NoteRows.Stamp(size, name, stamp.reply()));
                            return true;
                        });
                heard.stamped(name);
            }
            case StampClient.Failed(var _, StampClient.Reason reason, String _) ->
                    heard.unstamped(name, reason.word());
        }
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
        tiles.keep(checkpoints, last);
    }

    /// Compares with the vault for a check of everything; one that is away is compared when it is back.
    void compareAgain() {
        try {
            if (vault.isPresent()) {
                own.compare(vault.get());
            }
        } catch (IOException away) {
            LOG.warnf("the vault was not compared: %s", away.getClass().getName());
        }
    }
}
