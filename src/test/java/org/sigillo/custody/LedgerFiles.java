package org.sigillo.custody;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sigillo.bytes.Sha256;
import org.sigillo.merkle.CompactRange;
import org.sigillo.merkle.EntryBundle;
import org.sigillo.merkle.MerkleHash;
import org.sigillo.merkle.TileCoordinate;
import org.sigillo.note.Checkpoint;
import org.sigillo.note.SignedNote;

/// The files of an export around any bytes whatever: tree, tiles and signatures are right.
final class LedgerFiles {
    private LedgerFiles() {}

    static Map<String, byte[]> around(Newsroom newsroom, List<byte[]> entries, Set<Long> sizes) {
        Map<String, byte[]> files = new HashMap<>();
        CompactRange range = CompactRange.empty();
        List<Sha256> level = new ArrayList<>();
        for (byte[] entry : entries) {
            level.add(MerkleHash.leaf(entry));
            range.append(level.getLast());
            if (sizes.contains(range.size()) || range.size() == entries.size()) {
                byte[] note =
                        SignedNote.sign(
                                        new Checkpoint(Newsroom.ORIGIN, range.size(), range.root())
                                                .text(),
                                        newsroom.logKeys)
                                .getBytes(StandardCharsets.UTF_8);
                files.put("checkpoints/" + range.size(), note);
                files.put("checkpoint", note);
            }
        }
        bundles(entries, files);
        for (int height = 0; !level.isEmpty(); height++) {
            level = tiles(height, level, files);
        }
        return files;
    }

    private static void bundles(List<byte[]> entries, Map<String, byte[]> files) {
        for (TileCoordinate at : TileCoordinate.ofLevel(TileCoordinate.ENTRIES, entries.size())) {
            int from = Math.toIntExact(at.index() * TileCoordinate.FULL);
            files.put(at.path(), EntryBundle.encode(entries.subList(from, from + at.width())));
        }
    }

    /// @return the level above
    private static List<Sha256> tiles(int height, List<Sha256> level, Map<String, byte[]> files) {
        List<Sha256> above = new ArrayList<>();
        for (int from = 0; from < level.size(); from += TileCoordinate.FULL) {
            List<Sha256> hashes =
                    level.subList(from, Math.min(level.size(), from + TileCoordinate.FULL));
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            CompactRange group = CompactRange.empty();
            for (Sha256 hash : hashes) {
                out.writeBytes(hash.bytes());
                group.append(hash);
            }
            files.put(
                    new TileCoordinate(height, from / TileCoordinate.FULL, hashes.size()).path(),
                    out.toByteArray());
            if (hashes.size() == TileCoordinate.FULL) {
                above.add(group.root());
            }
        }
        return above;
    }
}
