package org.sigillo.ledger;

import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Genesis;
import org.sigillo.custody.Id;
import org.sigillo.custody.Rules;
import org.sigillo.ledger.QueueRows.Pending;
import org.sigillo.merkle.MerkleHash;
import org.sigillo.merkle.TreeEdge;
import org.sigillo.note.Checkpoint;
import org.sigillo.note.NoteSigner;
import org.sigillo.note.NoteVerifier;
import org.sigillo.note.SignedNote;

/// Numbers, chains and hashes what waits, and signs what it numbered.
///
/// One at a time over all replicas: an advisory lock in the batch's own transaction keeps two apart, and
/// the newest epoch says whose picture of the queue and the tree's edge is good. Whoever is not it
/// begins a new epoch and reads both again. Used by one thread.
final class Sequencer {
    static final long LOCK = 0x7369_6769_6c6c_6f01L;

    private final DataSource database;
    private final Genesis genesis;
    private final List<NoteSigner> signers;
    private final RowSeal seal;
    private final InstantSource clock;
    private final SecureRandom random;
    private final Id replica;
    private final StaffQueue staff;
    private final SourceQueue sources;
    private final RulesInForce inForce;
    private final Alarm.Watch alarms;
    private @Nullable Edge edge;

    /// What this replica has committed last: a database that does not have it is another, or an older
    /// copy that was put back while the program ran.
    private long committed;

    private Sha256 committedLeaf = Sha256.ZERO;

    /// What this replica signed last.
    private Optional<Checkpoint> own = Optional.empty();

    /// The last epoch that this replica knows to be begun and its own.
    private Optional<NoteRows.Epoch> begun = Optional.empty();

    /// @param signers the log's, in the order of its keys in the genesis
    Sequencer(
            DataSource database,
            Genesis genesis,
            List<NoteSigner> signers,
            InstantSource clock,
            SecureRandom random) {
        this.database = database;
        this.genesis = genesis;
        this.signers = List.copyOf(signers);
        this.seal = RowSeal.of(signers.getFirst());
        this.clock = clock;
        this.random = random;
        this.replica = Id.random(random);
        this.staff = new StaffQueue(clock, seal);
        this.sources = new SourceQueue(seal);
        this.inForce = new RulesInForce(genesis, seal);
        this.alarms = new Alarm.Watch(seal);
    }

    /// @param taken whether it was read from the database: it may be another than before
    /// @param epoch in which this replica numbers
    private record Edge(TreeEdge tree, Sha256 last, boolean taken, NoteRows.Epoch epoch) {
        boolean stands(Rows rows, long size) throws SQLException {
            return tree.size() == size
                    && rows.tree().hashes(0, size - 1, size).equals(List.of(last));
        }
    }

    /// Which beat is to be filled.
    sealed interface Call {}

    record NoBeat() implements Call {}

    /// The one that this moment is in.
    record OnBeat(Instant at) implements Call {}

    /// One that a release asked for.
    record ExtraBeat(Instant at) implements Call {}

    /// What a turn did.
    ///
    /// @param entered the indexes of the events that were numbered, by their keys
    /// @param more whether there may be more to number at once
    /// @param tookOver whether another replica numbered before
    /// @param rules that hold after it; none where another replica is at it
    /// @param alarm what some replica found broken: then nothing was numbered
    record Turn(
            Map<String, Long> entered,
            boolean more,
            boolean tookOver,
            Optional<Rules> rules,
            Optional<String> alarm) {
        private static Turn without(Optional<String> alarm) {
            return new Turn(Map.of(), false, false, Optional.empty(), alarm);
        }
    }

    /// Enters the genesis into an empty ledger; refuses a ledger that began with another.
    void found() {
        inTransaction(
                "founding",
                rows -> {
                    rows.locked(LOCK);
                    Optional<TreeRows.Stored> first = rows.tree().entry(0);
                    if (first.isEmpty()) {
                        rows.tree().insert(genesis.entry(), seal.of(0, Optional.empty()));
                    } else if (!first.get().leaf().equals(genesis.hash())) {
                        throw new BrokenEvidenceException(
                                "entry 0, the genesis",
                                genesis.hash().hex(),
                                first.get().leaf().hex());
                    }
                    return true;
                });
    }

    private record Batch(Turn turn, @Nullable Edge edge, List<Pending> numbered) {}

    /// Numbers what may be numbered now; nothing while another replica is at it.
    Turn number(Call call) {
        Edge known = edge;
        // Unknown until the commit: what a failed batch appended is nowhere.
        edge = null;
        boolean own = staff.asksForId() || sources.asksForId();
        Batch batch =
                inTransaction(
                        "numbering",
                        rows -> {
                            Optional<Rows.Moment> now = rows.begin(LOCK, own, committed - 1);
                            Optional<String> alarm =
                                    now.isEmpty()
                                            ? Optional.empty()
                                            : alarms.standing(rows, now.get().alarms());
                            return now.isEmpty() || alarm.isPresent()
                                    ? new Batch(Turn.without(alarm), known, List.of())
                                    : batch(rows, now.get(), mine(rows, known, now.get()), call);
                        });
        edge = batch.edge();
        if (edge != null) {
            committed = edge.tree().size();
            committedLeaf = edge.last();
            begun = Optional.of(edge.epoch());
        }
        staff.entered(batch.numbered());
        return batch.turn();
    }

    /// Until the caller's commit nothing is durable: a crash leaves all of it waiting.
    private Batch batch(Rows rows, Rows.Moment moment, Edge now, Call call) throws SQLException {
        Rules rules = inForce.read(rows, moment.changes());
        Optional<NoteRows.Filled> beat =
                rules.beat() == 0 ? Optional.empty() : beat(rows, call, rules);
        List<Optional<Pending>> chosen = chosen(rows, moment, beat.isPresent(), rules);
        Map<String, Long> entered = new HashMap<>();
        List<Pending> numbered = new ArrayList<>(chosen.size());
        List<TreeRows.New> entries = new ArrayList<>(chosen.size());
        List<TreeEdge.Node> nodes = new ArrayList<>();
        Sha256 prev = now.last();
        for (Optional<Pending> one : chosen) {
            long n = now.tree().size();
            byte[] bytes =
                    one.isPresent()
                            ? Entry.around(n, prev, one.get().nonce(), one.get().event())
                            : Beat.filler(n, prev, clock.instant(), random);
            prev = MerkleHash.leaf(bytes);
            entries.add(
                    new TreeRows.New(
                            n, one.map(Pending::id).orElse(null), prev, bytes, seal.of(n, one)));
            nodes.addAll(now.tree().append(prev));
            one.ifPresent(p -> {
                entered.put(p.key(), n);
                numbered.add(p);
            });
        }
        if (!entries.isEmpty()) {
            rows.tree().insert(entries);
            rows.tree().insertNodes(nodes);
        }
        if (beat.isPresent()) {
            NoteRows.Filled filled = beat.get().at(now.tree().size());
            rows.notes(seal).insert(filled);
        }
        boolean changed = numbered.stream().anyMatch(p -> p.type().equals(RulesInForce.TYPE));
        Rules after = changed ? inForce.read(rows) : rules;
        return new Batch(
                new Turn(entered, staff.more(), now.taken(), Optional.of(after), Optional.empty()),
                new Edge(now.tree(), prev, false, now.epoch()),
                numbered);
    }

    /// The beat to be filled, unless it was filled before.
    private Optional<NoteRows.Filled> beat(Rows rows, Call call, Rules rules) throws SQLException {
        return switch (call) {
            case NoBeat() -> Optional.empty();
            case OnBeat(Instant at) -> {
                long beat = beat(at, rules);
                yield rows.notes(seal).filled(beat).isPresent()
                        ? Optional.empty()
                        : Optional.of(new NoteRows.Filled(beat, 0, 0));
            }
            case ExtraBeat(Instant at) -> {
                long beat = beat(at, rules);
                int last = rows.notes(seal).filled(beat).map(NoteRows.Filled::extra).orElse(0);
                yield Optional.of(new NoteRows.Filled(beat, last + 1, 0));
            }
        };
    }

    private List<Optional<Pending>> chosen(Rows rows, Rows.Moment moment, boolean beat, Rules rules)
            throws SQLException {
        List<Pending> waiting = staff.waiting(rows, moment);
        Beat.Share share =
                rules.beat() == 0
                        ? new Beat.AllAtOnce()
                        : beat ? new Beat.Filled(rules.k()) : new Beat.Nothing();
        List<Pending> ofSources =
                switch (share) {
                    case Beat.Nothing() -> List.of();
                    case Beat.AllAtOnce() -> sources.all(rows);
                    case Beat.Filled(long k) ->
                            sources.drawn(rows, k, rules.beat(), moment, random);
                };
        return Beat.choose(
                ofSources, sources.followedBy(rows, waiting, rules.k()), waiting, share, random);
    }

    /// The tree's edge as it is now. Where somebody else has numbered since, or may have, a new epoch
    /// begins and everything is read again.
    private Edge mine(Rows rows, @Nullable Edge known, Rows.Moment moment) throws SQLException {
        if (committed > 0 && !moment.leaf().equals(Optional.of(committedLeaf))) {
            throw new BrokenEvidenceException(
                    "the database, compared with what this replica numbered, entry "
                            + (committed - 1),
                    committedLeaf.hex(),
                    moment.leaf().map(Sha256::hex).orElse("none")
                            + ": it has gone back in time, or is another");
        }
        Optional<NoteRows.Epoch> newest = moment.newest().map(seal::epoch);
        if (begun.isPresent() && !newest.equals(begun)) {
            rows.notes(seal).stands(begun.get());
        }
        boolean still = newest.filter(e -> e.replica().equals(replica)).isPresent();
        if (still && known != null) {
            return known;
        }
        long size = rows.tree().size();
        NoteRows.Epoch epoch = still ? newest.get() : rows.notes(seal).begin(newest, replica, size);
        rows.tree().noneBeyond(size);
        staff.reset();
        sources.reset();
        return new Edge(
                TreeEdge.of(size, rows.tree()),
                behindCheckpoint(rows, size),
                // After a batch that failed, too: the database may have been changed for another.
                true,
                epoch);
    }

    /// Makes sure of every entry behind the last checkpoint: what gets under the next one can never be taken back, and whoever
    /// may insert rows may have put one there.
    ///
    /// @return the last entry's leaf hash
    private Sha256 behindCheckpoint(Rows rows, long size) throws SQLException {
        List<NoteVerifier> keys = signers.stream().map(NoteSigner::verifier).toList();
        Optional<SignedCheckpoint> last = rows.notes(seal).last();
        long n =
                last.isEmpty()
                        ? 0
                        : Checkpoint.verified(last.get().note(), genesis.opened().origin(), keys)
                                .size();
        return rows.tree().chained(n, size, seal);
    }

    /// Signs the tree as it stands, if a beat was filled since the last checkpoint (or the rules have no
    /// beats, or there is no checkpoint yet), after making sure that it continues that one.
    Turns.Signing sign(Rules rules) {
        Signed came = inTransaction("signing", rows -> sign(rows, rules));
        own = came.checkpoint().or(() -> own);
        return came.word();
    }

    /// @param checkpoint the one that was signed
    private record Signed(Turns.Signing word, Optional<Checkpoint> checkpoint) {
        Signed(Turns.Signing word) {
            this(word, Optional.empty());
        }
    }

    private Signed sign(Rows rows, Rules rules) throws SQLException {
        if (!rows.tryLock(LOCK)) {
            return new Signed(Turns.Signing.NOT_NOW);
        }
        long size = rows.tree().size();
        Optional<SignedCheckpoint> last = rows.notes(seal).last();
        long signed = last.map(l -> l.checkpoint().size()).orElse(0L);
        stands(rows, last);
        boolean due = signed == 0 || rules.beat() == 0 || rows.notes(seal).lastFilled() > signed;
        if (signed > size) {
            throw new BrokenEvidenceException(
                    "entries", "as many as checkpoint " + signed, "" + size);
        }
        if (!due || signed == size) {
            return new Signed(Turns.Signing.NOTHING_DUE);
        }
        Edge now = edge;
        if (now == null || !now.stands(rows, size)) {
            // The database failed, or somebody has numbered since: the next turn looks.
            mayHaveNumbered(rows, now);
            return new Signed(Turns.Signing.NOT_NOW);
        }
        Sha256 root = now.tree().root();
        if (last.isPresent()) {
            rows.tree().continues(last.get().checkpoint(), size, root);
        }
        Checkpoint checkpoint = new Checkpoint(genesis.opened().origin(), size, root);
        String note = SignedNote.sign(checkpoint.text(), signers);
        // The unique size keeps a second signer out: one of the two inserts fails.
        NoteRows.Tally tally = rows.notes(seal).tally(signed, size);
        if (tally.epoch() < now.epoch().epoch()) {
            rows.notes(seal).stands(now.epoch());
        }
        rows.notes(seal).insert(checkpoint, note, tally);
        return new Signed(Turns.Signing.SIGNED, Optional.of(checkpoint));
    }

    /// What this replica signed last must be there still: the next checkpoint would be signed as if it had never been.
    private void stands(Rows rows, Optional<SignedCheckpoint> last) throws SQLException {
        if (own.isEmpty() || last.map(SignedCheckpoint::checkpoint).equals(own)) {
            return;
        }
        long size = own.get().size();
        Optional<Checkpoint> found = rows.notes(seal).of(size).map(SignedCheckpoint::checkpoint);
        if (!found.equals(own)) {
            throw new BrokenEvidenceException(
                    "checkpoint " + size + ", as this replica signed it",
                    "root " + own.get().root(),
                    found.map(it -> "root " + it.root()).orElse("none"));
        }
    }

    /// Whoever numbers begins an epoch first: where none was begun since ours, an entry that we have not numbered is nobody's.
    private void mayHaveNumbered(Rows rows, @Nullable Edge known) throws SQLException {
        boolean ours =
                rows.notes(seal).epochs("ORDER BY epoch DESC LIMIT 1").stream()
                        .anyMatch(it -> it.replica().equals(replica));
        if (known != null && ours) {
            throw new BrokenEvidenceException(
                    "entry " + known.tree().size(), "none, or one that was numbered", "another");
        }
    }

    /// What some replica found broken.
    Optional<String> alarm() {
        return inTransaction(
                "looking for an alarm", rows -> alarms.standing(rows, rows.countAlarms()));
    }

    /// The rules by the entries that there are.
    Rules rules() {
        return inTransaction("reading the rules", inForce::read);
    }

    /// The beat that this moment is in, as the second since the epoch at which it began: so two beats of
    /// different lengths are never taken for one.
    private static long beat(Instant now, Rules rules) {
        long length = Math.max(1, rules.beat());
        return now.getEpochSecond() / length * length;
    }

    /// Work on the ledger's rows in one transaction.
    @FunctionalInterface
    interface Work<T> {
        T on(Rows rows) throws SQLException;
    }

    <T> T inTransaction(String doing, Work<T> work) {
        return Rows.inTransaction(database, doing, work);
    }
}
