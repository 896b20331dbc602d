package org.sigillo.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.CanonicalJson;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Genesis;
import org.sigillo.merkle.CompactRange;
import org.sigillo.merkle.ProofCheck;
import org.sigillo.merkle.ProofException;
import org.sigillo.merkle.Proofs;
import org.sigillo.merkle.TileCoordinate;
import org.sigillo.note.Checkpoint;
import org.sigillo.note.NoteSigner;
import org.sigillo.note.SignedNote;

/// Numbers, chains and hashes what waits, and signs what it numbered. One at a time over all
/// replicas, by an advisory lock in the batch's own transaction.
final class Sequencer {
    private static final long LOCK = 0x7369_6769_6c6c_6f01L;

    private final DataSource database;
    private final Genesis genesis;
    private final List<NoteSigner> signers;
    private final RandomGenerator random;

    /// @param signers the log's, in the order of its keys in the genesis
    Sequencer(
            DataSource database,
            Genesis genesis,
            List<NoteSigner> signers,
            RandomGenerator random) {
        this.database = database;
        this.genesis = genesis;
        this.signers = List.copyOf(signers);
        this.random = random;
    }

    /// Enters the genesis into an empty ledger; refuses a ledger that began with another.
    void found() {
        inTransaction(
                "founding",
                rows -> {
                    rows.lock(LOCK);
                    Optional<Rows.Stored> first = rows.entry(0);
                    if (first.isEmpty()) {
                        rows.insertEntry(genesis.entry(), null);
                    } else if (!first.get().leaf().equals(genesis.hash())) {
                        throw new BrokenEvidenceException(
                                "entry 0, the genesis",
                                genesis.hash().hex(),
                                first.get().leaf().hex());
                    }
                    return true;
                });
    }

    /// Numbers what may be numbered now.
    ///
    /// @param beat whether sources' events may go in
    /// @return how many entries were added
    int number(boolean beat) {
        return inTransaction(
                "numbering",
                rows -> {
                    if (!rows.tryLock(LOCK)) {
                        return 0;
                    }
                    // Until the commit below nothing is durable: a crash leaves all of it waiting.
                    List<Rows.Pending> chosen =
                            Beat.choose(rows.waiting(), beat, genesis.opened().rules().k(), random);
                    long n = rows.size();
                    Sha256 prev = rows.entry(n - 1).orElseThrow().leaf();
                    for (Rows.Pending pending : chosen) {
                        Entry entry =
                                Entry.of(
                                        n,
                                        prev,
                                        pending.nonce(),
                                        Entry.Event.parse(
                                                CanonicalJson.parseObject(pending.event())));
                        rows.insertEntry(entry, pending.id());
                        prev = entry.leaf();
                        n++;
                        completeNodes(rows, n);
                    }
                    return chosen.size();
                });
    }

    /// Signs the tree as it stands if it grew since the last checkpoint, after making sure that it is
    /// a continuation of that one.
    Optional<SignedCheckpoint> sign() {
        return inTransaction(
                "signing",
                rows -> {
                    long size = rows.size();
                    Optional<SignedCheckpoint> last = rows.lastCheckpoint();
                    if (!rows.tryLock(LOCK)
                            || last.filter(l -> l.checkpoint().size() >= size).isPresent()) {
                        return Optional.empty();
                    }
                    Sha256 root = Proofs.root(size, rows.reader());
                    last.ifPresent(l -> continues(rows, l.checkpoint(), size, root));
                    Checkpoint checkpoint = new Checkpoint(genesis.opened().origin(), size, root);
                    String note = SignedNote.sign(checkpoint.text(), signers);
                    // The unique size keeps a second signer out: one of the two inserts fails.
                    rows.insertCheckpoint(checkpoint, note);
                    return Optional.of(new SignedCheckpoint(checkpoint, note));
                });
    }

    private static void continues(Rows rows, Checkpoint last, long size, Sha256 root) {
        try {
            ProofCheck.consistency(
                    last.size(),
                    last.root(),
                    size,
                    root,
                    Proofs.consistency(last.size(), size, rows.reader()));
        } catch (ProofException e) {
            throw new BrokenEvidenceException(
                    "tree at size " + size,
                    "a continuation of the checkpoint at size " + last.size(),
                    String.valueOf(e.getMessage()));
        }
    }

    private static void completeNodes(Rows rows, long size) throws SQLException {
        long done = size;
        for (int level = 1; done % TileCoordinate.FULL == 0; level++) {
            done /= TileCoordinate.FULL;
            CompactRange group = CompactRange.empty();
            rows.hashes(level - 1, (done - 1) * TileCoordinate.FULL, done * TileCoordinate.FULL)
                    .forEach(group::append);
            rows.insertNode(level, done - 1, group.root());
        }
    }

    /// Work on the ledger's rows in one transaction.
    @FunctionalInterface
    interface Work<T> {
        T on(Rows rows) throws SQLException;
    }

    <T> T inTransaction(String doing, Work<T> work) {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try {
                T result = work.on(new Rows(connection));
                connection.commit();
                return result;
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            throw new LedgerFault(doing, e);
        }
    }
}
