package org.sigillo.ledger;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.CanonicalJson;
import org.sigillo.bytes.Hex;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Genesis;
import org.sigillo.custody.ReleaseEvent;
import org.sigillo.custody.Releases;
import org.sigillo.custody.Trust;
import org.sigillo.merkle.CompactRange;
import org.sigillo.merkle.MerkleHash;
import org.sigillo.merkle.TileCoordinate;
import org.sigillo.note.Checkpoint;
import org.sigillo.note.NoteException;
import org.sigillo.note.NoteVerifier;

/// Re-reads every row of the ledger and rebuilds what follows from it.
final class FullCheck {
    private static final int BATCH = 1_000;

    private final Genesis genesis;
    private final Rows rows;

    FullCheck(Genesis genesis, Rows rows) {
        this.genesis = genesis;
        this.rows = rows;
    }

    /// @return the ledger's size
    /// @throws BrokenEvidenceException at the first row that is not what it should be
    long run() throws SQLException {
        TreeMap<Long, Sha256> roots = checkpoints();
        long size = rows.size();
        CompactRange range = CompactRange.empty();
        Sha256 prev = Sha256.ZERO;
        Trust trust = Trust.of(genesis);
        Releases releases = new Releases(genesis.opened().rules());
        for (long from = 0; from < size; from += BATCH) {
            List<Rows.Stored> batch = rows.entries(from, Math.min(size, from + BATCH));
            for (int i = 0; i < batch.size(); i++) {
                Rows.Stored stored = batch.get(i);
                String where = "entry " + (from + i);
                require(where + ", row", from + i, stored.n());
                Entry entry = parse(stored, where);
                require(where + ", leaf", MerkleHash.leaf(stored.bytes()), stored.leaf());
                require(where + ", index", stored.n(), entry.n());
                require(where + ", prev", prev, entry.prev());
                prev = stored.leaf();
                if (stored.n() == 0) {
                    require(where + ", the genesis", genesis.hash(), stored.leaf());
                } else {
                    pending(entry, stored.pending(), where);
                    trust = trust.with(entry.event(), stored.n());
                    if (entry.event().fact() instanceof ReleaseEvent fact) {
                        releases.follow(fact, entry.event(), where);
                    }
                }
                range.append(stored.leaf());
                Sha256 signed = roots.remove(range.size());
                if (signed != null) {
                    require("checkpoint " + range.size() + ", root", range.root(), signed);
                }
            }
            require("entries from " + from, (long) batch.size(), Math.min(size - from, BATCH));
        }
        if (!roots.isEmpty()) {
            throw new BrokenEvidenceException(
                    "entries", "as many as checkpoint " + roots.lastKey(), String.valueOf(size));
        }
        nodes(size);
        return size;
    }

    private TreeMap<Long, Sha256> checkpoints() throws SQLException {
        List<NoteVerifier> keys =
                genesis.opened().keys().stream().map(NoteVerifier::parse).toList();
        TreeMap<Long, Sha256> roots = new TreeMap<>();
        try (PreparedStatement q = rows.prepare("SELECT size, root, note FROM ledger_checkpoint");
                ResultSet r = q.executeQuery()) {
            while (r.next()) {
                String where = "checkpoint " + r.getLong(1);
                try {
                    Checkpoint checkpoint =
                            Checkpoint.verified(r.getString(3), genesis.opened().origin(), keys);
                    require(where + ", size", checkpoint.size(), r.getLong(1));
                    require(where + ", root", checkpoint.root(), Sha256.copyOf(r.getBytes(2)));
                    roots.put(checkpoint.size(), checkpoint.root());
                } catch (NoteException e) {
                    throw new BrokenEvidenceException(
                            where, "a note signed by the log", String.valueOf(e.getMessage()));
                }
            }
        }
        return roots;
    }

    private void pending(Entry entry, Optional<Long> id, String where) throws SQLException {
        try (PreparedStatement q =
                        rows.prepare(
                                "SELECT nonce, event, type, case_id FROM ledger_pending WHERE id = ?",
                                id.orElseThrow(() ->
                                        new BrokenEvidenceException(
                                                where, "a queued event", "none")));
                ResultSet r = q.executeQuery()) {
            if (!r.next()) {
                throw new BrokenEvidenceException(where, "a queued event", "none");
            }
            byte[] event = CanonicalJson.encode(entry.event().json());
            require(where + ", queued nonce", Hex.of(entry.nonce()), Hex.of(r.getBytes(1)));
            require(where + ", queued event", Sha256.of(event), Sha256.of(r.getBytes(2)));
            require(where + ", queued type", entry.event().fact().type(), r.getString(3));
            byte[] caseId = r.getBytes(4);
            Optional<Sha256> tag =
                    caseId == null
                            ? Optional.empty()
                            : Optional.of(
                                    Entry.caseTag(
                                            entry.nonce(), org.sigillo.custody.Id.copyOf(caseId)));
            require(where + ", queued case", entry.event().caseTag(), tag);
        }
    }

    private void nodes(long size) throws SQLException {
        long expected = 0;
        long below = size;
        for (int level = 1; below / TileCoordinate.FULL > 0; level++) {
            below /= TileCoordinate.FULL;
            expected += below;
            List<Sha256> nodes = rows.hashes(level, 0, below);
            require("nodes of level " + level, below, (long) nodes.size());
            for (int i = 0; i < nodes.size(); i++) {
                CompactRange group = CompactRange.empty();
                rows.hashes(
                                level - 1,
                                (long) i * TileCoordinate.FULL,
                                (i + 1L) * TileCoordinate.FULL)
                        .forEach(group::append);
                require("node " + i + " of level " + level, group.root(), nodes.get(i));
            }
        }
        require("nodes", expected, rows.number("SELECT count(*) FROM ledger_node"));
    }

    private static Entry parse(Rows.Stored stored, String where) {
        try {
            Entry entry = Entry.parse(stored.bytes());
            if (!Arrays.equals(entry.bytes(), stored.bytes())) {
                throw new IllegalStateException("parse keeps the bytes");
            }
            return entry;
        } catch (MalformedException e) {
            throw new BrokenEvidenceException(
                    where, "a well-formed entry", String.valueOf(e.getMessage()));
        }
    }

    private static void require(String where, Object expected, Object found) {
        if (!expected.equals(found)) {
            throw new BrokenEvidenceException(where, expected.toString(), found.toString());
        }
    }
}
