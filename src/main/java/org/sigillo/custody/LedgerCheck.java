package org.sigillo.custody;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;
import org.sigillo.merkle.CompactRange;
import org.sigillo.merkle.EntryBundle;
import org.sigillo.merkle.TileCoordinate;
import org.sigillo.note.Checkpoint;
import org.sigillo.note.NoteException;
import org.sigillo.note.NoteVerifier;

/// Verifies a ledger as it is served or exported: the checkpoint's signature, the tiles, and, where
/// the bundles are at hand, chain, entries, statements and trust.
///
/// Throws [BrokenEvidenceException] at the first thing that does not hold and names it.
public final class LedgerCheck {
    private static final int HASH = Sha256.LENGTH;

    private final Genesis genesis;
    private final List<NoteVerifier> keys;

    public LedgerCheck(Genesis genesis) {
        this.genesis = genesis;
        this.keys = genesis.opened().keys().stream().map(NoteVerifier::parse).toList();
    }

    /// Where a ledger's files are read from, by their path below the log's prefix.
    @FunctionalInterface
    public interface Files {
        Optional<byte[]> read(String path);
    }

    /// What was verified.
    ///
    /// @param checkpoints how many signed checkpoints, each with its root
    /// @param entriesSeen whether the entries were at hand or only their hashes
    /// @param note the last checkpoint with all its lines, of which only the log's were checked
    public record Report(
            long size, Sha256 root, int checkpoints, boolean entriesSeen, String note) {}

    /// Verifies signature, tree and tiles; the entries behind the hashes are not seen.
    ///
    /// @param kept an earlier checkpoint that this one must continue
    public Report tiles(Files files, Optional<String> kept) {
        Checkpoint last = checkpoint("checkpoint", files);
        TreeMap<Long, Checkpoint> earlier = new TreeMap<>();
        keep(kept, earlier);
        levels(last, files, earlier);
        return new Report(
                last.size(), last.root(), 1, false, SignedText.utf8(read("checkpoint", files)));
    }

    private void keep(Optional<String> kept, TreeMap<Long, Checkpoint> earlier) {
        if (kept.isEmpty()) {
            return;
        }
        Checkpoint checkpoint = verified("the kept checkpoint", kept.get());
        Checkpoint other = earlier.put(checkpoint.size(), checkpoint);
        if (other != null) {
            require("root of the kept checkpoint", checkpoint.root(), other.root());
        }
    }

    /// Verifies an export, entries, statements and trust included.
    ///
    /// @param sizes the sizes of the checkpoints in it
    /// @param kept an earlier checkpoint that it must continue
    public Report export(Files files, List<Long> sizes, Optional<String> kept) {
        Checkpoint last = checkpoint("checkpoint", files);
        TreeMap<Long, Checkpoint> earlier = new TreeMap<>();
        for (long size : sizes) {
            Checkpoint checkpoint = checkpoint("checkpoints/" + size, files);
            if (checkpoint.size() != size) {
                throw new BrokenEvidenceException(
                        "checkpoints/" + size, "size " + size, "size " + checkpoint.size());
            }
            earlier.put(size, checkpoint);
        }
        keep(kept, earlier);
        List<List<Sha256>> levels = levels(last, files, earlier);
        LedgerFold fold =
                new LedgerFold(
                        genesis, (level, index) -> levels.get(level).get(Math.toIntExact(index)));
        for (TileCoordinate bundle : TileCoordinate.ofLevel(TileCoordinate.ENTRIES, last.size())) {
            List<byte[]> entries = decode(bundle, read(bundle.path(), files));
            for (byte[] entry : entries) {
                fold.next(entry, levels.getFirst().get(Math.toIntExact(fold.size())));
            }
        }
        return new Report(
                last.size(),
                last.root(),
                sizes.size() + 1,
                true,
                SignedText.utf8(read("checkpoint", files)));
    }

    /// The hashes of every level of the tree, from the leaves up, once they agree with each other and
    /// with the checkpoints.
    private List<List<Sha256>> levels(
            Checkpoint last, Files files, TreeMap<Long, Checkpoint> earlier) {
        List<Sha256> below = level(0, last.size(), files);
        List<Sha256> leaves = below;
        List<List<Sha256>> levels = new ArrayList<>(List.of(leaves));
        if (leaves.isEmpty()) {
            throw new BrokenEvidenceException("checkpoint", "at least entry 0", "an empty log");
        }
        require("leaf 0, the genesis hash", genesis.hash(), leaves.getFirst());
        CompactRange range = CompactRange.empty();
        for (Sha256 leaf : leaves) {
            range.append(leaf);
            Checkpoint at = earlier.get(range.size());
            if (at != null) {
                require("root at size " + range.size(), range.root(), at.root());
            }
        }
        require("root at size " + last.size(), range.root(), last.root());
        if (!earlier.isEmpty() && earlier.lastKey() > last.size()) {
            throw new BrokenEvidenceException(
                    "checkpoints", "none beyond size " + last.size(), "" + earlier.lastKey());
        }
        for (int level = 1; last.size() >> (8 * level) > 0; level++) {
            List<Sha256> hashes = level(level, last.size(), files);
            for (int i = 0; i < hashes.size(); i++) {
                CompactRange group = CompactRange.empty();
                below.subList(i * TileCoordinate.FULL, (i + 1) * TileCoordinate.FULL)
                        .forEach(group::append);
                require("tile level " + level + ", hash " + i, group.root(), hashes.get(i));
            }
            below = hashes;
            levels.add(hashes);
        }
        return levels;
    }

    private static List<Sha256> level(int level, long size, Files files) {
        List<Sha256> hashes = new ArrayList<>();
        for (TileCoordinate tile : TileCoordinate.ofLevel(level, size)) {
            byte[] bytes = read(tile.path(), files);
            if (bytes.length != tile.width() * HASH) {
                throw new BrokenEvidenceException(
                        tile.path(), tile.width() * HASH + " bytes", bytes.length + " bytes");
            }
            for (int i = 0; i < tile.width(); i++) {
                hashes.add(Sha256.copyOf(Arrays.copyOfRange(bytes, i * HASH, (i + 1) * HASH)));
            }
        }
        return hashes;
    }

    private Checkpoint checkpoint(String path, Files files) {
        return verified(path, SignedText.utf8(read(path, files)));
    }

    private Checkpoint verified(String where, String note) {
        try {
            return Checkpoint.verified(note, genesis.opened().origin(), keys);
        } catch (NoteException | MalformedException e) {
            throw new BrokenEvidenceException(
                    where, "a checkpoint signed by the log", String.valueOf(e.getMessage()));
        }
    }

    private static List<byte[]> decode(TileCoordinate bundle, byte[] bytes) {
        try {
            List<byte[]> entries = EntryBundle.decode(bytes);
            require(bundle.path() + ", entries", (long) bundle.width(), (long) entries.size());
            return entries;
        } catch (MalformedException e) {
            throw new BrokenEvidenceException(
                    bundle.path(), "a bundle", String.valueOf(e.getMessage()));
        }
    }

    private static byte[] read(String path, Files files) {
        return files.read(path)
                .orElseThrow(() -> new BrokenEvidenceException(path, "a file", "nothing"));
    }

    private static void require(String where, Object expected, Object found) {
        if (!expected.equals(found)) {
            throw new BrokenEvidenceException(where, expected.toString(), found.toString());
        }
    }
}
