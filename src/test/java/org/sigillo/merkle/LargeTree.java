package org.sigillo.merkle;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.sigillo.bytes.Sha256;

/// RFC 6962 §2.1 over a million leaves: every full subtree is kept, by its height and place.
///
/// @param full of each height, in order
record LargeTree(List<Sha256[]> full) {
    static final int MOST = 1 << 20;

    static LargeTree grow() {
        Sha256[] row = new Sha256[MOST];
        for (int i = 0; i < MOST; i++) {
            row[i] = MerkleHash.leaf(ByteBuffer.allocate(4).putInt(i).array());
        }
        List<Sha256[]> full = new ArrayList<>();
        full.add(row);
        while (row.length > 1) {
            Sha256[] above = new Sha256[row.length / 2];
            for (int i = 0; i < above.length; i++) {
                above[i] = MerkleHash.node(row[2 * i], row[2 * i + 1]);
            }
            full.add(above);
            row = above;
        }
        return new LargeTree(full);
    }

    Sha256 root(int from, int to) {
        int width = to - from;
        if (Integer.bitCount(width) == 1 && from % width == 0) {
            return full.get(Integer.numberOfTrailingZeros(width))[from / width];
        }
        int middle = from + split(width);
        return MerkleHash.node(root(from, middle), root(middle, to));
    }

    List<Sha256> path(int index, int from, int to) {
        if (to - from == 1) {
            return new ArrayList<>();
        }
        int middle = from + split(to - from);
        boolean left = index < middle;
        List<Sha256> path = left ? path(index, from, middle) : path(index, middle, to);
        path.add(left ? root(middle, to) : root(from, middle));
        return path;
    }

    List<Sha256> subproof(int first, int from, int to, boolean whole) {
        if (first == to) {
            return whole ? new ArrayList<>() : new ArrayList<>(List.of(root(from, to)));
        }
        int middle = from + split(to - from);
        boolean left = first <= middle;
        List<Sha256> proof =
                left ? subproof(first, from, middle, whole) : subproof(first, middle, to, false);
        proof.add(left ? root(middle, to) : root(from, middle));
        return proof;
    }

    HashReader reader() {
        return (level, index) -> full.get(8 * level)[Math.toIntExact(index)];
    }

    private static int split(int width) {
        return Integer.highestOneBit(width - 1);
    }
}
