package org.sigillo.ledger;

import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Refusal;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Genesis;
import org.sigillo.custody.Id;
import org.sigillo.custody.Rules;
import org.sigillo.merkle.ProofException;
import org.sigillo.merkle.Proofs;
import org.sigillo.merkle.TileCoordinate;
import org.sigillo.note.NoteException;
import org.sigillo.note.NoteSigner;
import org.sigillo.note.WitnessPolicy;
import org.sigillo.vault.Vault;

/// The ledger as the registers and doors see it.
///
/// Appending only queues, in the caller's transaction; a sequencer numbers later. What is read is
/// what is committed. Once the evidence is found broken, appending is refused.
public final class Ledger {
    /// Facts that guards read and transitions are ordered by this lock.
    private static final long GUARDS = 0x7369_6769_6c6c_6f02L;

    private final DataSource database;
    private final Genesis genesis;
    private final RowSeal seal;
    private final Queueing queueing;
    private final Sequencer sequencer;
    private final Tiles tiles;
    private final Publication publication;
    private final CoseReceipts receipts;
    private final InstantSource clock;
    private final Turns turns;
    private final Pulse pulse;
    private final Fsck fsck;
    private final Waiters waiters;
    private final Surroundings surroundings;
    private volatile Optional<BrokenEvidenceException> broken = Optional.empty();

    /// A ledger without a vault, whose caller's transactions are committed one by one.
    ///
    /// @param database takes part in the caller's transaction where there is one
    /// @param signers the log's, in the order of its keys in the genesis
    public Ledger(
            DataSource database,
            Genesis genesis,
            List<NoteSigner> signers,
            InstantSource clock,
            SecureRandom random) {
        this(database, genesis, signers, clock, random, Surroundings.NONE);
    }

    public Ledger(
            DataSource database,
            Genesis genesis,
            List<NoteSigner> signers,
            InstantSource clock,
            SecureRandom random,
            Surroundings surroundings) {
        this.database = database;
        this.genesis = genesis;
        this.seal = RowSeal.of(signers.getFirst());
        this.sequencer = new Sequencer(database, genesis, signers, clock, random);
        this.tiles = new Tiles(surroundings.vault());
        this.receipts = new CoseReceipts(genesis, signers.getFirst());
        this.publication =
                new Publication(
                        sequencer, genesis, signers, surroundings, tiles, random, this::report);
        this.surroundings = surroundings;
        this.clock = clock;
        this.queueing = new Queueing(database, seal, clock, random, surroundings.hidesNothing());
        this.waiters = new Waiters(clock);
        this.fsck = new Fsck(this, clock);
        this.turns = new Turns(this, sequencer, publication, waiters, clock);
        this.pulse = new Pulse(turns, new Leadership(database, clock), clock);
    }

    /// What a ledger has around it.
    ///
    /// @param vault takes full tiles and the last checkpoint
    /// @param witnesses who is asked to cosign, and how many of them a release needs
    /// @param authorities who stamps checkpoints
    /// @param hidesNothing whether rules without beats may be followed: for tests and measurements
    /// @param afterCommit runs something once the caller's transaction has committed, at once if there
    ///     is none
    public record Surroundings(
            Optional<Vault> vault,
            Optional<WitnessPolicy> witnesses,
            List<StampClient.Authority> authorities,
            boolean hidesNothing,
            Consumer<Runnable> afterCommit) {
        /// Nothing around it; every transaction is committed at once.
        public static final Surroundings NONE =
                new Surroundings(
                        Optional.empty(), Optional.empty(), List.of(), true, Runnable::run);
    }

    /// Enters the genesis where there is none, checks everything, and starts the beat.
    public void start() {
        begin();
        publication.start();
        pulse.start();
        fsck.start();
    }

    /// All of a start but the threads.
    void begin() {
        sequencer.found();
        check();
        turns.begin();
    }

    public void stop() {
        fsck.stop();
        pulse.stop();
        publication.stop();
    }

    /// The rules in force.
    public Rules rules() {
        return turns.rules();
    }

    public Genesis genesis() {
        return genesis;
    }

    /// Queues an event in the caller's transaction. The same key with the same facts changes nothing.
    ///
    /// @throws Refusal if its statement refers to a state of the ledger that is not one of ours
    /// @throws BrokenEvidenceException if the key was used for other facts, or the ledger is broken
    public void append(Draft draft) {
        append(List.of(draft));
    }

    /// Queues events in the caller's transaction, in this order: as one after the other, but in one
    /// statement. Where one of them is refused, none is queued.
    public void append(List<Draft> drafts) {
        refuseIfBroken();
        queueing.queue(drafts, rules().beat());
        surroundings.afterCommit().accept(this::wake);
    }

    /// Queues an event of the ledger's own, unless another replica did so before with other facts.
    void appendFirst(Draft draft) {
        refuseIfBroken();
        queueing.first(draft, rules().beat());
        wake();
    }

    /// Whether beats have not been filled for a while: nobody leads, or the database is away.
    public boolean overdue() {
        return turns.overdue(read("reading the last beat", r -> r.notes().lastBeat()));
    }

    /// Tells the sequencer that something may be waiting. Appending does so after the commit.
    private void wake() {
        pulse.wake();
    }

    /// Takes the lock that orders all transitions and the facts their guards read; held to the end of
    /// the caller's transaction.
    public void lockGuards() {
        try (Connection connection = database.getConnection()) {
            new Rows(connection).lock(GUARDS);
        } catch (SQLException e) {
            throw new LedgerFault("taking the guards' lock", e);
        }
    }

    public Optional<Recorded> find(String key) {
        List<Recorded> found = read("finding an event", r -> r.queue().recorded("p.key = ?", key));
        return found.isEmpty() ? Optional.empty() : Optional.of(found.getFirst());
    }

    /// Events of these types: entries in their order, then what waits.
    public List<Recorded> ofTypes(String... types) {
        return read(
                "reading events",
                r ->
                        r.queue()
                                .recorded(
                                        "p.type = ANY (string_to_array(?, ','))",
                                        String.join(",", types)));
    }

    public List<Recorded> ofCase(Id caseId) {
        return read("reading a case", r -> r.queue().recorded("p.case_id = ?", caseId.bytes()));
    }

    /// Waits for an event's index.
    ///
    /// @return nothing if the deadline passed first
    public OptionalLong awaitIndex(String key, Duration deadline) {
        return waiters.index(key, deadline, this::find);
    }

    /// Waits for the first checkpoint over an event.
    ///
    /// @return nothing if the deadline passed first
    public Optional<SignedCheckpoint> awaitCheckpoint(String key, Duration deadline) {
        return waiters.published(key, deadline, this::find)
                .flatMap(it -> covering(it.index().orElseThrow()));
    }

    /// How many events of sources wait; more than the rules' k are more than one beat takes.
    public long waitingOfSources() {
        return read("counting what waits", r -> r.queue().sourcesWaiting());
    }

    public Optional<SignedCheckpoint> checkpoint() {
        return read("reading the checkpoint", r -> r.notes().last());
    }

    /// The witness policy's file, for whoever may want to ask the same witnesses.
    public Optional<String> witnessPolicy() {
        return surroundings.witnesses().map(WitnessPolicy::text);
    }

    /// Every time stamp of a checkpoint, as it came.
    public List<Stamped> stamps() {
        return read("reading time stamps", r -> r.notes().stamps()).stream()
                .map(stamp -> new Stamped(stamp.size(), stamp.authority(), stamp.reply()))
                .toList();
    }

    /// An authority's answer about the checkpoint of this size.
    public record Stamped(long size, String authority, byte[] reply) {
        public Stamped {
            reply = reply.clone();
        }
    }

    public List<SignedCheckpoint> checkpoints() {
        return read("reading checkpoints", r -> r.notes().all());
    }

    /// The first checkpoint that covers this entry.
    public Optional<SignedCheckpoint> covering(long index) {
        return read("reading a checkpoint", r -> r.notes().over(index));
    }

    /// The first checkpoint that covers this entry and carries the cosignatures that the witness policy
    /// asks for.
    public Optional<SignedCheckpoint> witnessed(long index) {
        return publication.firstWitnessed(index, this::covering);
    }

    /// Whether the database's superuser keeps the tables' owner from altering them.
    public boolean guarded() {
        return read("looking for the guard", Rows::guarded);
    }

    /// When the continuous check last came to an end, and how many entries it had read.
    public Optional<Checked> lastChecked() {
        return fsck.last().map(passed -> new Checked(passed.at(), passed.size()));
    }

    /// A check that found everything as it should be.
    public record Checked(Instant at, long size) {}

    /// What each witness and authority said last: `cosigned`, `stamped`, or why not.
    public Map<String, String> witnesses() {
        return publication.answers();
    }

    /// An entry's bytes, once published.
    public Optional<byte[]> entry(long n) {
        return n >= published()
                ? Optional.empty()
                : read("reading an entry", r -> r.tree().entry(n).map(TreeRows.Stored::bytes));
    }

    public List<Sha256> inclusion(long index, long size) {
        return read("proving", r -> Proofs.inclusion(index, size, r.tree().hashes()));
    }

    public List<Sha256> consistency(long from, long to) {
        return read("proving", r -> Proofs.consistency(from, to, r.tree().hashes()));
    }

    /// That an entry is in the last checkpoint's tree (RFC 9942); nothing if it is not.
    public Optional<byte[]> coseReceipt(long index) {
        return read("proving", r -> receipts.inclusion(r, index));
    }

    /// That one checkpoint's tree continues another's (RFC 9942); nothing if there are no such two.
    public Optional<byte[]> coseReceipt(long from, long to) {
        return read("proving", r -> receipts.consistency(r, from, to));
    }

    /// A tile or a bundle of the published tree, full or partial; nothing beyond it.
    public Optional<byte[]> tile(TileCoordinate tile) {
        if (!tile.within(published())) {
            return Optional.empty();
        }
        return Optional.of(read("reading a tile", r -> tiles.read(r, tile)));
    }

    /// Runs an extra beat soon.
    public void callBeat() {
        pulse.callBeat();
    }

    /// When the next beat falls.
    public Instant nextBeat() {
        return Pulse.next(clock.instant(), rules());
    }

    /// Re-reads and rebuilds everything.
    ///
    /// @return what is broken, if anything
    public Optional<BrokenEvidenceException> check() {
        try {
            checked(FullCheck.Pace.FULL);
        } catch (BrokenEvidenceException e) {
            report(e);
        }
        return broken;
    }

    FullCheck.Intact checked(FullCheck.Pace pace) {
        FullCheck.Reader reader =
                new FullCheck.Reader() {
                    @Override
                    public <T> T read(Sequencer.Work<T> work) {
                        return Ledger.this.read("checking", work);
                    }
                };
        try {
            return new FullCheck(genesis, seal, tiles, surroundings, reader, pace).run();
        } catch (MalformedException | NoteException | ProofException e) {
            throw new BrokenEvidenceException(
                    "a row of the ledger", "well formed", String.valueOf(e.getMessage()));
        }
    }

    /// Takes note of evidence that somebody found broken while using it. The first finding stays.
    public void report(BrokenEvidenceException found) {
        if (broken.isEmpty()) {
            broken = Optional.of(found);
        }
    }

    /// What is broken, if anything is known to be.
    public Optional<BrokenEvidenceException> broken() {
        return broken;
    }

    /// A turn by hand, with an extra beat or none.
    boolean turn(boolean beat) {
        return turn(beat ? new Sequencer.ExtraBeat(clock.instant()) : new Sequencer.NoBeat());
    }

    boolean turn(Sequencer.Call call) {
        return turns.turn(call);
    }

    /// Publishes by hand what was signed.
    void publish() {
        publication.turn();
    }

    private long published() {
        return checkpoint().map(c -> c.checkpoint().size()).orElse(0L);
    }

    private void refuseIfBroken() {
        if (broken.isPresent()) {
            BrokenEvidenceException e = broken.get();
            throw new BrokenEvidenceException(e.where(), e.expected(), e.found());
        }
    }

    private <T> T read(String doing, Sequencer.Work<T> work) {
        try (Connection connection = database.getConnection()) {
            return work.on(new Rows(connection));
        } catch (BrokenEvidenceException e) {
            report(e);
            throw e;
        } catch (SQLException e) {
            throw new LedgerFault(doing, e);
        }
    }
}
