package org.sigillo.merkle;

import java.util.ArrayList;
import java.util.List;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;

/// The unfinished tile of each level at a tree's right edge: all that is needed to append leaves, to
/// know the root, and to tell which tiles have become full. Mutable, not thread safe.
public final class TreeEdge {
    private long size;
    private final List<List<Sha256>> levels = new ArrayList<>();

    private TreeEdge() {}

    /// A hash of a level above the leaves that has become final: the root of a full tile below.
    public record Node(int level, long index, Sha256 hash) {}

    public static TreeEdge empty() {
        return new TreeEdge();
    }

    /// Reads the edge of a tree of this size.
    public static TreeEdge of(long size, TileReader tiles) {
        TreeEdge edge = new TreeEdge();
        edge.size = size;
        int level = 0;
        for (long hashes = size; hashes > 0; hashes /= TileCoordinate.FULL, level++) {
            int width = Math.toIntExact(hashes % TileCoordinate.FULL);
            List<Sha256> tile = new ArrayList<>(TileCoordinate.FULL);
            if (width > 0) {
                tile.addAll(tiles.tile(level, hashes / TileCoordinate.FULL, width));
            }
            if (tile.size() != width) {
                throw new MalformedException(
                        "level " + level + " has not the hashes of a tree of size " + size);
            }
            edge.levels.add(tile);
        }
        return edge;
    }

    /// Adds a leaf and names the nodes that it completes, lowest level first.
    public List<Node> append(Sha256 leafHash) {
        List<Node> completed = new ArrayList<>(0);
        Sha256 hash = leafHash;
        long index = size++;
        for (int level = 0; ; level++) {
            if (level == levels.size()) {
                levels.add(new ArrayList<>(TileCoordinate.FULL));
            }
            List<Sha256> tile = levels.get(level);
            tile.add(hash);
            if (tile.size() < TileCoordinate.FULL) {
                return completed;
            }
            CompactRange group = CompactRange.empty();
            tile.forEach(group::append);
            tile.clear();
            hash = group.root();
            index /= TileCoordinate.FULL;
            completed.add(new Node(level + 1, index, hash));
        }
    }

    public long size() {
        return size;
    }

    public Sha256 root() {
        return Proofs.root(
                size, (level, index) -> levels.get(level).get((int) (index % TileCoordinate.FULL)));
    }
}
