package org.sigillo.custody;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;
import org.sigillo.merkle.EntryBundle;
import org.sigillo.merkle.TileCoordinate;

/// One tile of leaf hashes and the bundle of entries behind it: what can be checked of them without the
/// groups before.
///
/// @param tile its bytes; none where the leaves were checked with the root
/// @param bundle its bytes; none where the entries are not at hand
record GroupCheck(
        TileCoordinate at, CheckedLevels levels, Optional<byte[]> tile, Optional<byte[]> bundle) {

    /// What was found to hold within the group.
    ///
    /// @param entries none where they are not at hand
    record Group(Sha256 root, List<Sha256> leaves, List<LedgerFold.InPlace> entries) {}

    /// Reads the files of a group.
    static GroupCheck of(
            long group, long size, CheckedLevels levels, LedgerCheck.Files files, boolean entries) {
        int width = (int) Math.min(TileCoordinate.FULL, size - group * TileCoordinate.FULL);
        TileCoordinate at = new TileCoordinate(0, group, width);
        TileCoordinate bundle = new TileCoordinate(TileCoordinate.ENTRIES, group, width);
        return new GroupCheck(
                at,
                levels,
                width == TileCoordinate.FULL ? Optional.of(files.get(at.path())) : Optional.empty(),
                entries ? Optional.of(files.get(bundle.path())) : Optional.empty());
    }

    /// @throws BrokenEvidenceException naming the tile, the bundle or the entry that does not hold
    Group run() {
        List<Sha256> leaves =
                tile.map(bytes -> CheckedLevels.hashes(at, bytes)).orElseGet(levels::partial);
        Sha256 root = CheckedLevels.root(leaves);
        if (tile.isPresent()) {
            require(at.path(), levels.node(at.index()), root);
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
            require(path + ", entries", (long) at.width(), (long) entries.size());
            return entries;
        } catch (MalformedException e) {
            throw new BrokenEvidenceException(path, "a bundle", String.valueOf(e.getMessage()));
        }
    }

    static void require(String where, Object expected, Object found) {
        if (!expected.equals(found)) {
            throw new BrokenEvidenceException(where, expected.toString(), found.toString());
        }
    }
}
