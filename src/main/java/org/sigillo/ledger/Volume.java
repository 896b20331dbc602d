package org.sigillo.ledger;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.CustodyEvent;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Genesis;
import org.sigillo.custody.Id;
import org.sigillo.merkle.HashReader;
import org.sigillo.merkle.ProofCheck;
import org.sigillo.merkle.ProofException;
import org.sigillo.merkle.Proofs;
import org.sigillo.merkle.TileCache;
import org.sigillo.note.Checkpoint;
import org.sigillo.note.NoteException;
import org.sigillo.note.NoteSigner;
import org.sigillo.note.NoteVerifier;
import org.sigillo.vault.Vault;

/// One ledger of this instance as its tables have it: the one that is written, or one that was closed
/// before it and lies in a schema of its own (`infra/postgres/close.sql`).
final class Volume {
    /// More than a genesis of a large newsroom, or a checkpoint with every line that a witness may have added, has.
    private static final int LARGEST = 1 << 20;

    private static final String SCHEMA = "ledger_closed_";

    /// For proofs: of ten million entries all tiles above the leaves, and as many with leaves. Five megabytes.
    private static final int KEPT_TILES = 256;

    private final DataSource database;
    private final Genesis genesis;
    private final RowSeal seal;
    private final int closed;
    private final int ledgers;
    private final Consumer<BrokenEvidenceException> report;
    private final TileCache tiles = new TileCache(KEPT_TILES);
    private final Unwitnessed unwitnessed = new Unwitnessed();

    /// @param closed the number of its schema; 0 for the one that is written
    /// @param ledgers how many there are, this one and the one that is written included
    private Volume(
            DataSource database,
            Genesis genesis,
            RowSeal seal,
            int closed,
            int ledgers,
            Consumer<BrokenEvidenceException> report) {
        this.database = database;
        this.genesis = genesis;
        this.seal = seal;
        this.closed = closed;
        this.ledgers = ledgers;
        this.report = report;
    }

    /// The one that is written.
    ///
    /// @param report is told what is found broken
    static Volume open(
            DataSource database,
            Genesis genesis,
            RowSeal seal,
            Consumer<BrokenEvidenceException> report) {
        int ledgers = genesis.opened().before().size() + 1;
        return new Volume(database, genesis, seal, 0, ledgers, report);
    }

    /// Those that were closed before this one, the oldest first.
    ///
    /// @param keys their logs', whose first seals their rows
    /// @throws BrokenEvidenceException if the tables do not have exactly what the genesis names
    List<Volume> closedBefore(List<List<NoteSigner>> keys) {
        List<CustodyEvent.Closed> named = genesis.opened().before();
        long there =
                read(
                        "looking for closed ledgers",
                        rows ->
                                rows.number(
                                        "SELECT count(*) FROM pg_namespace WHERE"
                                                + " starts_with(nspname, ?)",
                                        SCHEMA));
        RowSeal.same("closed ledgers in the database", (long) named.size(), there);
        if (keys.size() != named.size()) {
            throw new IllegalStateException(
                    "sigillo.closed-log-keys must name the log keys of each closed ledger, the oldest"
                            + " first: "
                            + named.size());
        }
        List<Volume> volumes = new ArrayList<>();
        for (CustodyEvent.Closed one : named) {
            volumes.add(closed(one, keys.get(volumes.size()), volumes.size() + 1));
        }
        return volumes;
    }

    private Volume closed(CustodyEvent.Closed named, List<NoteSigner> keys, int number) {
        String where = "closed ledger " + named.origin();
        byte[] first =
                new Volume(database, genesis, seal, number, ledgers, report)
                        .read("reading a closed ledger", rows -> rows.tree().entry(0))
                        .map(TreeRows.Stored::bytes)
                        .orElseThrow(() ->
                                new BrokenEvidenceException(where + ", entry 0", "a row", "none"));
        Genesis its = Genesis.ofEntry(Entry.parse(first));
        RowSeal.same(where + ", genesis", named.genesis(), its.hash());
        RowSeal.same(where + ", origin", named.origin(), its.opened().origin());
        RowSeal.sameKeys(where + ", sigillo.closed-log-keys", its, keys);
        return new Volume(database, its, RowSeal.of(keys.getFirst()), number, ledgers, report);
    }

    Genesis genesis() {
        return genesis;
    }

    RowSeal seal() {
        return seal;
    }

    /// Where its last checkpoints lie in the vault.
    String checkpoints() {
        return folder() + "checkpoints";
    }

    private String mark() {
        return folder() + "ledger/genesis";
    }

    /// Leaves the genesis in the vault before anything of this ledger is: one without it, as a folder whose disk is not mounted, is
    /// another vault, and refused.
    void mark(Vault vault) {
        // First: another replica marks before it begins.
        Optional<TreeRows.Stored> first = read("reading entry 0", rows -> rows.tree().entry(0));
        try {
            // Of another ledger the sequencer says so.
            if (first.filter(it -> !it.leaf().equals(genesis.hash())).isPresent()) {
                return;
            }
            if (!isIn(vault)) {
                if (first.isPresent()) {
                    throw new BrokenEvidenceException(
                            "the vault",
                            "what was kept of ledger " + genesis.opened().origin(),
                            "nothing of it: is its disk mounted, and is it the right folder or bucket?");
                }
                vault.put(mark(), genesis.bytes());
            }
            vault.settle(mark(), Sha256.of(genesis.bytes()), Optional.empty());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Whether it is the vault that the ledger began with.
    ///
    /// @throws BrokenEvidenceException if it is another ledger's
    boolean isIn(Vault vault) throws IOException {
        try {
            String where = "the vault's " + mark() + " (is it the right folder or bucket?)";
            RowSeal.same(where, Sha256.of(genesis.bytes()), Sha256.of(vault.read(mark(), LARGEST)));
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /// Compares the database with the vault's last checkpoints.
    ///
    /// @throws BrokenEvidenceException if one of them is of a later or of another history
    void compare(Vault vault) throws IOException {
        for (String address : vault.list(checkpoints())) {
            compare(
                    "the vault's " + address,
                    new String(vault.read(address, LARGEST), StandardCharsets.UTF_8));
        }
    }

    private void compare(String where, String note) {
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
        long size = read("reading the size", rows -> rows.tree().size());
        if (size < kept.size()) {
            throw new BrokenEvidenceException(
                    "the database, compared with " + where,
                    "at least " + kept.size() + " entries",
                    size + ": it has gone back in time");
        }
        RowSeal.same(
                "the tree at size " + kept.size() + ", compared with " + where,
                kept.root(),
                read(
                        "comparing with the vault",
                        rows -> Proofs.root(kept.size(), rows.tree().hashes())));
        if (read("reading a checkpoint", rows -> rows.notes(seal).of(kept.size())).isEmpty()) {
            throw new BrokenEvidenceException(
                    "checkpoint " + kept.size() + ", compared with " + where, "a row", "none");
        }
    }

    /// Where its tiles and last checkpoints lie in the vault: several ledgers have one vault.
    String folder() {
        int before = genesis.opened().before().size();
        return before == 0 ? "" : "ledgers/" + before + "/";
    }

    <T> T read(String doing, Sequencer.Work<T> work) {
        try (Connection connection = database.getConnection()) {
            Rows rows = new Rows(connection);
            return closed == 0 ? work.on(rows) : elsewhere(rows, work);
        } catch (BrokenEvidenceException e) {
            report.accept(e);
            throw e;
        } catch (MalformedException | NoteException e) {
            // What is asked is ours: it is what lies there that cannot be read.
            BrokenEvidenceException found =
                    new BrokenEvidenceException(
                            "a row met while " + doing,
                            "well formed",
                            String.valueOf(e.getMessage()));
            report.accept(found);
            throw found;
        } catch (SQLException e) {
            throw new Rows.Fault(doing, e);
        }
    }

    /// Takes note of what was found broken elsewhere than in the rows.
    void report(BrokenEvidenceException found) {
        report.accept(found);
    }

    private <T> T elsewhere(Rows rows, Sequencer.Work<T> work) throws SQLException {
        rows.search(Optional.of(SCHEMA + closed));
        try {
            return work.on(rows);
        } finally {
            rows.search(Optional.empty());
        }
    }

    /// The proof that an entry is in a checkpoint's tree. Tiles that were read before are not read again; should
    /// one of them have been read while somebody had altered its rows, all are.
    ///
    /// @throws BrokenEvidenceException if the rows do not lead to the checkpoint
    List<Sha256> inclusion(Rows rows, long index, Checkpoint in) {
        Optional<List<Sha256>> proof = holding(index, in, rows.tree().hashes(tiles));
        if (proof.isEmpty()) {
            tiles.forget();
            proof = holding(index, in, rows.tree().hashes(tiles));
        }
        return proof.orElseThrow(() ->
                new BrokenEvidenceException(
                        "the proof of entry " + index + " in checkpoint " + in.size(),
                        "one that leads to its root",
                        "another"));
    }

    private static Optional<List<Sha256>> holding(long index, Checkpoint in, HashReader hashes) {
        List<Sha256> proof = Proofs.inclusion(index, in.size(), hashes);
        try {
            ProofCheck.inclusion(hashes.hash(0, index), index, in.size(), proof, in.root());
            return Optional.of(proof);
        } catch (ProofException e) {
            return Optional.empty();
        }
    }

    Optional<Recorded> find(String key) {
        return find(List.of(key)).stream().findFirst();
    }

    List<Recorded> find(Collection<String> keys) {
        return recorded("finding events", "p.key = ANY (?)", (Object) keys.toArray(String[]::new));
    }

    /// Events of these types: entries in their order, then what waits.
    List<Recorded> ofTypes(String... types) {
        return recorded("reading events", QueueRows.ofTypes(List.of(types)));
    }

    List<Recorded> ofCase(Id caseId, String... butTypes) {
        String but = butTypes.length == 0 ? "" : " AND NOT " + QueueRows.ofTypes(List.of(butTypes));
        return recorded("reading a case", "p.case_id = ?" + but, caseId.bytes());
    }

    long exhibits(Id caseId) {
        return read("counting exhibits", rows -> rows.queue().exhibits(caseId, notTakenOver()));
    }

    /// The cases of events that count here, and how many exhibits each has by them.
    Map<Id, Long> cases() {
        return read("counting exhibits", rows -> rows.queue().cases(notTakenOver()));
    }

    private List<Recorded> recorded(String doing, String which, Object... arguments) {
        List<Recorded> found =
                read(doing, rows -> rows.queue().recorded(seal, which + notTakenOver(), arguments));
        return closed == 0 ? found : found.stream().map(Recorded::ofClosed).toList();
    }

    /// An event of a closed ledger counts unless a later one has taken it over.
    private String notTakenOver() {
        // After the one that is written there is none.
        return IntStream.rangeClosed(closed == 0 ? ledgers + 1 : closed + 1, ledgers)
                .mapToObj(i -> i == ledgers ? "public" : SCHEMA + i)
                .map(schema ->
                        " AND NOT EXISTS (SELECT FROM "
                                + schema
                                + ".ledger_pending o WHERE o.key = p.key)")
                .collect(Collectors.joining());
    }

    /// An event's entry in the first checkpoint over it that is witnessed, or in the first one as long
    /// as none is; nothing before it is published.
    Optional<Published.Proven> proven(String key, Predicate<SignedCheckpoint> witnessed) {
        return find(key)
                .filter(Recorded::published)
                .map(it -> it.index().orElseThrow())
                .map(index -> proven(index, covering(index, witnessed)));
    }

    /// The same in the checkpoint of this size, or in the last one of a ledger that is closed.
    Optional<Published.Proven> proven(String key, long size) {
        return read(
                        "reading a checkpoint",
                        r -> closed == 0 ? r.notes(seal).of(size) : r.notes(seal).last())
                .flatMap(in ->
                        find(key)
                                .flatMap(it -> it.index().stream().boxed().findFirst())
                                .filter(index -> index < in.checkpoint().size())
                                .map(index -> proven(index, in)));
    }

    private Published.Proven proven(long index, SignedCheckpoint checkpoint) {
        return read(
                "proving",
                rows ->
                        new Published.Proven(
                                genesis,
                                rows.tree().entry(index).orElseThrow().bytes(),
                                index,
                                inclusion(rows, index, checkpoint.checkpoint()),
                                checkpoint));
    }

    private SignedCheckpoint covering(long index, Predicate<SignedCheckpoint> witnessed) {
        SignedCheckpoint first = covering(index).orElseThrow();
        return firstCovering(index, witnessed).orElse(first);
    }

    /// The first checkpoint over an entry that is witnessed.
    ///
    /// @param witnessed always the same question: what it said no to is remembered
    Optional<SignedCheckpoint> firstCovering(long index, Predicate<SignedCheckpoint> witnessed) {
        return unwitnessed.firstAfter(this, index, witnessed);
    }

    /// The first checkpoint that covers this entry.
    Optional<SignedCheckpoint> covering(long index) {
        return read("reading a checkpoint", rows -> rows.notes(seal).over(index));
    }

    /// What a closed ledger's sources were told is in, and what it never numbered.
    List<QueueRows.Sealed> sourcesLeft() {
        return read("reading what was left", rows -> rows.queue().sealedUndone(notTakenOver()))
                .stream()
                .filter(it -> it.pending().bySource())
                .sorted(Comparator.comparingLong(it -> it.pending().position()))
                .toList();
    }
}
