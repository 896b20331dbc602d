package org.sigillo.ledger;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Refusal;
import org.sigillo.custody.CustodyEvent;
import org.sigillo.custody.Genesis;
import org.sigillo.custody.Id;
import org.sigillo.custody.Rules;
import org.sigillo.merkle.ProofException;
import org.sigillo.note.NoteException;
import org.sigillo.note.NoteSigner;
import org.sigillo.note.WitnessPolicy;
import org.sigillo.testimony.Answers;
import org.sigillo.testimony.StampClient;
import org.sigillo.vault.Vault;

/// The ledger as the registers and doors see it.
///
/// Appending only queues, in the caller's transaction; a sequencer numbers later. What is read is
/// what is committed. Once the evidence is found broken, appending is refused.
public final class Ledger {
    /// Facts that guards read and transitions are ordered by this lock.
    private static final long GUARDS = 0x7369_6769_6c6c_6f02L;

    private final Genesis genesis;
    private final RowSeal seal;
    private final Queueing queueing;
    private final Sequencer sequencer;
    private final Publication publication;
    private final Published published;
    private final InstantSource clock;
    private final Turns turns;
    private final Pulse pulse;
    private final Fsck fsck;
    private final Waiters waiters;
    private final Surroundings surroundings;
    private final Volume own;
    private volatile List<Volume> closed = List.of();
    private final Alarm alarm;

    /// @param database takes part in the caller's transaction where there is one
    /// @param signers the log's, in the order of its keys in the genesis
    public Ledger(
            DataSource database,
            Genesis genesis,
            List<NoteSigner> signers,
            InstantSource clock,
            SecureRandom random,
            Surroundings surroundings) {
        this.genesis = genesis;
        this.seal = RowSeal.of(signers.getFirst());
        this.alarm = new Alarm(database, seal, surroundings.afterCommit());
        this.sequencer = new Sequencer(database, genesis, signers, clock, random);
        this.own = Volume.open(database, genesis, seal, this::report);
        Tiles tiles = new Tiles(surroundings.vault(), own.folder());
        this.publication =
                new Publication(sequencer, own, signers, surroundings, tiles, random, clock, alarm);
        this.published =
                new Published(own, tiles, signers.getFirst(), clock, publication::witnessed);
        this.surroundings = surroundings;
        this.clock = clock;
        this.queueing = new Queueing(database, seal, clock, random, surroundings.hidesNothing());
        this.waiters = new Waiters();
        this.fsck = new Fsck(this, clock);
        this.turns = new Turns(genesis, alarm, sequencer, publication, waiters, clock);
        this.pulse = new Pulse(turns, new Pulse.Leadership(database), clock);
    }

    /// What a ledger has around it.
    ///
    /// @param vault takes full tiles and the last checkpoint
    /// @param witnesses who is asked to cosign, and how many of them a release needs
    /// @param authorities who stamps checkpoints
    /// @param closedKeys of each ledger that was closed before this one, the log's; the oldest first
    /// @param hidesNothing whether rules without beats may be followed: for tests and measurements
    /// @param afterCommit runs something once the caller's transaction has committed, at once without one
    public record Surroundings(
            Optional<Vault> vault,
            Optional<WitnessPolicy> witnesses,
            List<StampClient.Authority> authorities,
            List<List<NoteSigner>> closedKeys,
            boolean hidesNothing,
            Consumer<Runnable> afterCommit) {
        /// None was closed before.
        public Surroundings(
                Optional<Vault> vault,
                Optional<WitnessPolicy> witnesses,
                List<StampClient.Authority> authorities,
                boolean hidesNothing,
                Consumer<Runnable> afterCommit) {
            this(vault, witnesses, authorities, List.of(), hidesNothing, afterCommit);
        }

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
    ///
    /// @throws BrokenEvidenceException if the database has closed another ledger than the genesis says
    void begin() {
        closed = own.closedBefore(surroundings.closedKeys());
        surroundings.vault().ifPresent(own::mark);
        sequencer.found();
        if (check().isEmpty()) {
            alarm.end(surroundings.witnesses().map(WitnessPolicy::asked).orElse(Set.of()));
            closed.forEach(it -> queueing.takeOver(it, rules().beat()));
        }
        turns.begin();
        Optional<Vault> vault = surroundings.vault();
        vault.ifPresent(it -> holds(new CustodyEvent.VaultOpened(it.protection().word())));
    }

    /// Says what holds of the machine from now on, where the last entry of this type says something else.
    public void holds(CustodyEvent.OfLog now) {
        if (alarm.broken().isEmpty()) {
            List<Recorded> before = own.ofTypes(now.type());
            if (before.isEmpty() || !before.getLast().event().fact().equals(now)) {
                appendFirst(Draft.byServer(now.type() + "/" + before.size(), now));
            }
        }
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

    /// Those of the ledgers that were closed before this one, the oldest first.
    public List<Genesis> closed() {
        return closed.stream().map(Volume::genesis).toList();
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
        alarm.refuse();
        queueing.queue(drafts, rules().beat());
        surroundings.afterCommit().accept(pulse::wake);
    }

    /// Queues an event of the ledger's own, unless another replica did so before with other facts.
    void appendFirst(Draft draft) {
        alarm.refuse();
        queueing.first(draft, rules().beat());
        pulse.wake();
    }

    /// Whether beats have not been filled for a while, or this replica can number or sign nothing: nobody leads, the database is
    /// away, or vault or witnesses are, with which it must be compared first.
    public boolean overdue() {
        return leads() && broken().isEmpty() && turns.held()
                || turns.overdue(
                        own.read("reading the last beat", r -> r.notes(own.seal()).lastBeat()));
    }

    /// Takes the lock that orders transitions and what their guards read, to the transaction's end.
    public void lockGuards() {
        own.read("taking the guards' lock", rows -> rows.locked(GUARDS));
    }

    /// An event of this ledger, or of one that was closed before it.
    public Optional<Recorded> find(String key) {
        return Optional.ofNullable(find(List.of(key)).get(key));
    }

    /// Those of these events that are there, by their keys.
    public Map<String, Recorded> find(Collection<String> keys) {
        return inOrder(it -> it.find(keys)).stream()
                .collect(Collectors.toMap(Recorded::key, it -> it, (_, later) -> later));
    }

    /// Events of these types in this ledger: entries in their order, then what waits.
    public List<Recorded> ofTypes(String... types) {
        return own.ofTypes(types);
    }

    /// The same, after those of closed ledgers.
    public List<Recorded> everOfTypes(String... types) {
        return inOrder(it -> it.ofTypes(types));
    }

    /// A case's events, but of these types, in their order: those of closed ledgers, the oldest first, then this one's.
    public List<Recorded> ofCase(Id caseId, String... butTypes) {
        return inOrder(it -> it.ofCase(caseId, butTypes));
    }

    private <T> List<T> inOrder(Function<Volume, List<T>> read) {
        Stream<Volume> all = Stream.concat(closed.stream(), Stream.of(own));
        return all.flatMap(it -> read.apply(it).stream()).toList();
    }

    /// Every case that was opened, here or in a closed ledger, and how many exhibits it has.
    public Map<Id, Long> cases() {
        return volumes(it -> it.cases().entrySet())
                .flatMap(Set::stream)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, Long::sum));
    }

    /// How many exhibits one case has by its events.
    public long exhibits(Id caseId) {
        return volumes(it -> it.exhibits(caseId)).mapToLong(it -> it).sum();
    }

    /// An event's entry, in this ledger or in one that was closed before it, with its proof in the first checkpoint that is
    /// witnessed, or in the first one as long as none is: so that it does not say when it was asked for. Nothing before its beat.
    public Optional<Published.Proven> proven(String key) {
        Stream<Optional<Published.Proven>> all =
                volumes(it -> it.proven(key, publication::witnessed));
        return all.flatMap(Optional::stream).findFirst();
    }

    /// The same in the checkpoint of this size, or in the last one of the closed ledger that has it.
    public Optional<Published.Proven> proven(String key, long size) {
        return volumes(it -> it.proven(key, size)).flatMap(Optional::stream).findFirst();
    }

    private <T> Stream<T> volumes(Function<Volume, T> read) {
        return Stream.concat(Stream.of(own), closed.reversed().stream()).map(read);
    }

    /// Waits for an event's index.
    ///
    /// @return nothing if the deadline passed first
    public OptionalLong awaitIndex(String key, Duration deadline) {
        return waiters.index(key, deadline, own::find);
    }

    /// Waits for the first checkpoint over an event.
    ///
    /// @return nothing if the deadline passed first
    public Optional<SignedCheckpoint> awaitCheckpoint(String key, Duration deadline) {
        return waiters.published(key, deadline, own::find)
                .flatMap(it -> own.covering(it.index().orElseThrow()));
    }

    /// How many events of sources wait; more than the rules' k are more than one beat takes.
    public long waitingOfSources() {
        return own.read("counting what waits", r -> r.queue().sourcesWaiting());
    }

    public Optional<SignedCheckpoint> checkpoint() {
        return own.read("reading the checkpoint", r -> r.notes(own.seal()).last());
    }

    /// The witness policy's file, for whoever may want to ask the same witnesses.
    public Optional<String> witnessPolicy() {
        return surroundings.witnesses().map(WitnessPolicy::text);
    }

    /// Whether the database's superuser keeps the tables' owner from altering them.
    public boolean guarded() {
        return own.read("looking for the guard", Rows::guarded);
    }

    /// When a check of everything last found it whole, and how many entries it had read.
    public Optional<Checked> lastChecked() {
        return fsck.last();
    }

    /// A check that found everything as it should be.
    ///
    /// @param again after how long all should have been read again
    public record Checked(Instant at, long size, Duration again) {}

    /// What each witness and authority said last, and what has been missing since when.
    public Answers witnesses() {
        return publication.answers();
    }

    /// What is under a checkpoint.
    public Published published() {
        return published;
    }

    /// The same of the ledger that holds this event: this one, or one that was closed before it.
    public Optional<Published> holding(String key) {
        return volumes(it -> it)
                .filter(it -> it.find(key).isPresent())
                .findFirst()
                .map(it -> it == own ? published : ofClosed(it));
    }

    private Published ofClosed(Volume volume) {
        List<NoteSigner> keys = surroundings.closedKeys().get(closed.indexOf(volume));
        Tiles tiles = new Tiles(surroundings.vault(), volume.folder());
        return new Published(volume, tiles, keys.getFirst(), clock, publication::witnessed);
    }

    /// Runs an extra beat soon, at whichever replica numbers.
    public void callBeat() {
        pulse.callBeat();
    }

    /// Re-reads and rebuilds everything.
    ///
    /// @return what is broken, if anything
    public Optional<BrokenEvidenceException> check() {
        try {
            fsck.passed(checked(FullCheck.Pace.FULL));
        } catch (BrokenEvidenceException e) {
            report(e);
        }
        return alarm.broken();
    }

    FullCheck.Intact checked(FullCheck.Pace pace) {
        try {
            long read = 0;
            for (Volume volume : closed) {
                read += FullCheck.ofClosed(volume, surroundings, pace).run().read();
            }
            FullCheck.Intact intact = FullCheck.of(own, surroundings, pace).run().and(read);
            publication.compareAgain();
            return intact;
        } catch (MalformedException | NoteException | ProofException e) {
            throw new BrokenEvidenceException(
                    "a row of the ledger", "well formed", String.valueOf(e.getMessage()));
        }
    }

    /// Whether this replica numbers; what only one of them should do is done here.
    public boolean leads() {
        return pulse.leads();
    }

    /// Whether nothing is known to be broken, and vault and witnesses know of nothing that the database
    /// does not.
    public boolean certain() {
        return broken().isEmpty() && publication.compared();
    }

    /// Takes note of evidence that somebody found broken while using it. The first finding stays.
    public void report(BrokenEvidenceException found) {
        alarm.raise(found);
    }

    /// What is broken, if anything is known to be.
    public Optional<BrokenEvidenceException> broken() {
        return alarm.broken();
    }

    /// A turn by hand, with an extra beat or none.
    boolean turn(boolean beat) {
        return turn(beat ? new Sequencer.ExtraBeat(clock.instant()) : new Sequencer.NoBeat());
    }

    boolean turn(Sequencer.Call call) {
        return turns.turn(call) == Turns.Did.SOME;
    }

    /// Publishes by hand what was signed.
    void publish() {
        publication.once();
    }
}
