package org.sigillo.ledger;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Entry;
import org.sigillo.merkle.HashReader;
import org.sigillo.merkle.MerkleHash;
import org.sigillo.merkle.ProofCheck;
import org.sigillo.merkle.ProofException;
import org.sigillo.merkle.Proofs;
import org.sigillo.merkle.TileCache;
import org.sigillo.merkle.TileCoordinate;
import org.sigillo.merkle.TileReader;
import org.sigillo.merkle.TreeEdge;
import org.sigillo.note.Checkpoint;

/// Rows of `ledger_entry` and `ledger_node`: the entries, and the roots of full subtrees above them.
final class TreeRows implements TileReader {
    private final Rows rows;

    TreeRows(Rows rows) {
        this.rows = rows;
    }

    record Stored(long n, Optional<Long> pending, Sha256 leaf, byte[] bytes, Sha256 seal) {}

    /// An entry to be stored, and the queued event that it enters; fillers and entry 0 have none.
    record New(long n, @Nullable Long pending, Sha256 leaf, byte[] bytes, Sha256 seal) {}

    long size() throws SQLException {
        return rows.number("SELECT coalesce(max(n), -1) + 1 FROM ledger_entry");
    }

    Optional<Stored> entry(long n) throws SQLException {
        List<Stored> found = entries(n, n + 1);
        return found.isEmpty() ? Optional.empty() : Optional.of(found.getFirst());
    }

    List<Stored> entries(long from, long to) throws SQLException {
        return rows.list(
                "SELECT n, pending, leaf, bytes, seal FROM ledger_entry WHERE n >= ? AND n < ?"
                        + " ORDER BY n",
                r -> {
                    long pending = r.getLong(2);
                    boolean none = r.wasNull();
                    return new Stored(
                            r.getLong(1),
                            none ? Optional.empty() : Optional.of(pending),
                            Sha256.copyOf(r.getBytes(3)),
                            r.getBytes(4),
                            Sha256.copyOf(r.getBytes(5)));
                },
                from,
                to);
    }

    /// Makes sure that the tree of this size and root has grown out of the one that this checkpoint is of.
    void continues(Checkpoint last, long size, Sha256 root) {
        try {
            ProofCheck.consistency(
                    last.size(),
                    last.root(),
                    size,
                    root,
                    Proofs.consistency(last.size(), size, hashes()));
        } catch (ProofException e) {
            throw new BrokenEvidenceException(
                    "tree at size " + size,
                    "a continuation of the checkpoint at size " + last.size(),
                    String.valueOf(e.getMessage()));
        }
    }

    /// Makes sure of the entries of this range: bytes, chain and hashes, and that they and the events that they enter are as they
    /// were when they were numbered.
    ///
    /// @return the last one's leaf hash
    Sha256 chained(long from, long to, RowSeal seal) throws SQLException {
        Sha256 prev = from == 0 ? Sha256.ZERO : there(from - 1).leaf();
        for (long n = from; n < to; ) {
            List<Stored> some = entries(n, Math.min(to, n + TileCoordinate.FULL));
            if (some.isEmpty()) {
                throw new BrokenEvidenceException("entry " + n, "a row", "none");
            }
            Map<Long, QueueRows.Sealed> queued = rows.queue().entered(some);
            for (Stored row : some) {
                Entry entry = Entry.parse(row.bytes());
                String where = "entry " + n;
                RowSeal.same(where + ", row", n, row.n());
                RowSeal.same(where + ", index", n, entry.n());
                RowSeal.same(where + ", leaf", MerkleHash.leaf(row.bytes()), row.leaf());
                RowSeal.same(where + ", prev", prev, entry.prev());
                seal.check(entry, row, queued);
                prev = row.leaf();
                n++;
            }
        }
        return prev;
    }

    private Stored there(long n) throws SQLException {
        return entry(n).orElseThrow(
                        () -> new BrokenEvidenceException("entry " + n, "a row", "none"));
    }

    void insert(Entry genesis, Sha256 seal) throws SQLException {
        insert(List.of(new New(genesis.n(), null, genesis.leaf(), genesis.bytes(), seal)));
    }

    /// In one statement, however many.
    void insert(List<New> entries) throws SQLException {
        long[] numbers = new long[entries.size()];
        Long[] pending = new Long[entries.size()];
        byte[][] leaves = new byte[entries.size()][];
        byte[][] bytes = new byte[entries.size()][];
        byte[][] seals = new byte[entries.size()][];
        for (int i = 0; i < entries.size(); i++) {
            New entry = entries.get(i);
            numbers[i] = entry.n();
            pending[i] = entry.pending();
            leaves[i] = entry.leaf().bytes();
            bytes[i] = entry.bytes();
            seals[i] = entry.seal().bytes();
        }
        rows.update(
                "INSERT INTO ledger_entry (n, pending, leaf, bytes, seal) SELECT * FROM"
                        + " unnest(?::bigint[], ?::bigint[], ?::bytea[], ?::bytea[], ?::bytea[])",
                numbers,
                rows.connection().createArrayOf("bigint", pending),
                leaves,
                bytes,
                seals);
    }

    void insertNodes(List<TreeEdge.Node> nodes) throws SQLException {
        if (nodes.isEmpty()) {
            return;
        }
        rows.update(
                "INSERT INTO ledger_node (level, idx, hash) SELECT * FROM"
                        + " unnest(?::bigint[], ?::bigint[], ?::bytea[])",
                nodes.stream().mapToLong(TreeEdge.Node::level).toArray(),
                nodes.stream().mapToLong(TreeEdge.Node::index).toArray(),
                nodes.stream().map(node -> node.hash().bytes()).toArray(byte[][]::new));
    }

    /// How many nodes there are that a tree of this size has, and any that not even the ledger as it is
    /// now has.
    long nodes(long size) throws SQLException {
        return rows.number(
                "SELECT count(*) FROM ledger_node, (SELECT max(n) + 1 AS now FROM ledger_entry) t"
                        + " WHERE (idx + 1) * (256::numeric ^ level) <= ?"
                        + " OR (idx + 1) * (256::numeric ^ level) > now",
                size);
    }

    /// Makes sure that there is no node that a tree of this size has not: it would be in the way of the one to come.
    void noneBeyond(long size) throws SQLException {
        rows.list(
                        "SELECT idx, level FROM ledger_node WHERE (idx + 1) * (256::numeric ^ level) >"
                                + " ? LIMIT 1",
                        r -> "node " + r.getLong(1) + " of level " + r.getInt(2),
                        size)
                .forEach(node -> {
                    throw new BrokenEvidenceException(
                            node + ", in a tree of size " + size, "none", "a row");
                });
    }

    List<Sha256> hashes(int level, long from, long to) throws SQLException {
        String sql =
                level == 0
                        ? "SELECT leaf FROM ledger_entry WHERE n >= ? AND n < ? ORDER BY n"
                        : "SELECT hash FROM ledger_node WHERE idx >= ? AND idx < ? AND level = "
                                + level
                                + " ORDER BY idx";
        return rows.list(sql, r -> Sha256.copyOf(r.getBytes(1)), from, to);
    }

    /// A tile's hashes, as many as there are.
    List<Sha256> at(int level, long index) throws SQLException {
        return hashes(level, index * TileCoordinate.FULL, (index + 1) * TileCoordinate.FULL);
    }

    @Override
    public List<Sha256> tile(int level, long index, int width) {
        long from = index * TileCoordinate.FULL;
        try {
            return hashes(level, from, from + width);
        } catch (SQLException e) {
            throw new Rows.Fault("reading hashes of level " + level, e);
        }
    }

    @Override
    public HashReader hashes() {
        return hashes(new TileCache(KEPT));
    }

    /// Hashes from tiles that were kept, as far as they were.
    HashReader hashes(TileCache kept) {
        return required(kept.over((level, index, width) -> tile(level, index, width)));
    }

    /// Hashes whose absence is broken evidence.
    static HashReader required(HashReader reader) {
        return (level, index) -> {
            try {
                return reader.hash(level, index);
            } catch (ProofException e) {
                throw new BrokenEvidenceException(
                        "hash " + index + " of level " + level, "a row", "none");
            }
        };
    }
}
