package org.sigillo.custody;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;
import org.sigillo.merkle.CompactRange;
import org.sigillo.merkle.EntryBundle;
import org.sigillo.merkle.HashReader;
import org.sigillo.merkle.Proofs;
import org.sigillo.merkle.TileCoordinate;
import org.sigillo.note.Checkpoint;

/// A tree's hashes above the leaves, and the leaves of its last tile if that is partial, once all of them
/// agree with each other and with the checkpoint's root. Full tiles of leaves are read when they are
/// asked for, and compared each time.
final class CheckedLevels implements HashReader {
    private final LedgerCheck.Files files;

    /// From level 1 up.
    private final List<List<Sha256>> above;

    private final long fullTiles;
    private final List<Sha256> partial;
    private long held = -1;
    private List<Sha256> tile = List.of();

    private CheckedLevels(
            LedgerCheck.Files files,
            List<List<Sha256>> above,
            long fullTiles,
            List<Sha256> partial) {
        this.files = files;
        this.above = above;
        this.fullTiles = fullTiles;
        this.partial = partial;
    }

    static CheckedLevels read(Checkpoint last, LedgerCheck.Files files) {
        List<List<Sha256>> above = new ArrayList<>();
        for (int level = 1; last.size() >> 8 * level > 0; level++) {
            List<Sha256> hashes = new ArrayList<>();
            for (TileCoordinate tile : TileCoordinate.ofLevel(level, last.size())) {
                hashes.addAll(hashes(tile, files.get(tile.path())));
            }
            above.add(hashes);
        }
        for (int level = 2; level <= above.size(); level++) {
            List<Sha256> below = above.get(level - 2);
            List<Sha256> hashes = above.get(level - 1);
            for (int i = 0; i < hashes.size(); i++) {
                Expected.same(
                        "tile level " + level + ", hash " + i,
                        root(below.subList(i * TileCoordinate.FULL, (i + 1) * TileCoordinate.FULL)),
                        hashes.get(i));
            }
        }
        long fullTiles = last.size() / TileCoordinate.FULL;
        int rest = Math.toIntExact(last.size() % TileCoordinate.FULL);
        List<Sha256> partial = List.of();
        if (rest > 0) {
            TileCoordinate tile = new TileCoordinate(0, fullTiles, rest);
            partial = hashes(tile, files.get(tile.path()));
        }
        CheckedLevels levels = new CheckedLevels(files, above, fullTiles, partial);
        Expected.same("root at size " + last.size(), Proofs.root(last.size(), levels), last.root());
        return levels;
    }

    /// What a full tile's hashes come to.
    Sha256 node(long tile) {
        return above.getFirst().get(Math.toIntExact(tile));
    }

    /// The leaves of the last tile, if that is partial.
    List<Sha256> partial() {
        return partial;
    }

    @Override
    public Sha256 hash(int level, long index) {
        return level == 0
                ? leaves(index / TileCoordinate.FULL).get((int) (index % TileCoordinate.FULL))
                : above.get(level - 1).get(Math.toIntExact(index));
    }

    private List<Sha256> leaves(long number) {
        if (number == fullTiles) {
            return partial;
        }
        if (number != held) {
            TileCoordinate at = new TileCoordinate(0, number, TileCoordinate.FULL);
            List<Sha256> read = hashes(at, files.get(at.path()));
            Expected.same(at.path(), node(number), root(read));
            tile = read;
            held = number;
        }
        return tile;
    }

    static Sha256 root(List<Sha256> hashes) {
        CompactRange range = CompactRange.empty();
        hashes.forEach(range::append);
        return range.root();
    }

    static List<Sha256> hashes(TileCoordinate tile, byte[] bytes) {
        if (bytes.length != tile.width() * Sha256.LENGTH) {
            throw new BrokenEvidenceException(
                    tile.path(), tile.width() * Sha256.LENGTH + " bytes", bytes.length + " bytes");
        }
        List<Sha256> hashes = new ArrayList<>(tile.width());
        for (int i = 0; i < tile.width(); i++) {
            hashes.add(Sha256.copyOf(bytes, i * Sha256.LENGTH));
        }
        return hashes;
    }

    /// One tile of leaf hashes and the bundle of entries behind it: what can be checked of them without the
    /// groups before.
    ///
    /// @param tile its bytes; none where the leaves were checked with the root
    /// @param bundle its bytes; none where the entries are not at hand
    record GroupCheck(
            TileCoordinate at,
            CheckedLevels levels,
            Optional<byte[]> tile,
            Optional<byte[]> bundle) {

        /// What was found to hold within the group.
        ///
        /// @param entries none where they are not at hand
        record Group(Sha256 root, List<Sha256> leaves, List<LedgerFold.InPlace> entries) {}

        /// Reads the files of a group.
        static GroupCheck of(
                long group,
                long size,
                CheckedLevels levels,
                LedgerCheck.Files files,
                boolean entries) {
            int width = (int) Math.min(TileCoordinate.FULL, size - group * TileCoordinate.FULL);
            TileCoordinate at = new TileCoordinate(0, group, width);
            TileCoordinate bundle = new TileCoordinate(TileCoordinate.ENTRIES, group, width);
            return new GroupCheck(
                    at,
                    levels,
                    width == TileCoordinate.FULL
                            ? Optional.of(files.get(at.path()))
                            : Optional.empty(),
                    entries ? Optional.of(files.get(bundle.path())) : Optional.empty());
        }

        /// @throws BrokenEvidenceException naming the tile, the bundle or the entry that does not hold
        Group run() {
            List<Sha256> leaves = tile.map(bytes -> hashes(at, bytes)).orElseGet(levels::partial);
            Sha256 root = root(leaves);
            if (tile.isPresent()) {
                Expected.same(at.path(), levels.node(at.index()), root);
            }
            List<LedgerFold.InPlace> inPlace = new ArrayList<>(leaves.size());
            if (bundle.isPresent()) {
                List<byte[]> entries = decoded(bundle.get());
                long from = at.index() * TileCoordinate.FULL;
                for (int i = 0; i < entries.size(); i++) {
                    inPlace.add(LedgerFold.inPlace(from + i, entries.get(i), leaves.get(i)));
                }
            }
            return new Group(root, leaves, inPlace);
        }

        private List<byte[]> decoded(byte[] bytes) {
            String path = new TileCoordinate(TileCoordinate.ENTRIES, at.index(), at.width()).path();
            try {
                List<byte[]> entries = EntryBundle.decode(bytes);
                Expected.same(path + ", entries", (long) at.width(), (long) entries.size());
                return entries;
            } catch (MalformedException e) {
                throw new BrokenEvidenceException(path, "a bundle", String.valueOf(e.getMessage()));
            }
        }
    }
}
