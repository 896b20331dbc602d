package org.sigillo.merkle;

import java.util.ArrayList;
import java.util.List;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;

/// The roots of the perfect subtrees that a tree of a given size falls into, largest first: all that
/// is needed to append and to know the root. Mutable, not thread safe.
public final class CompactRange {
    private long size;
    private final List<Sha256> peaks;

    private CompactRange(long size, List<Sha256> peaks) {
        this.size = size;
        this.peaks = peaks;
    }

    public static CompactRange empty() {
        return new CompactRange(0, new ArrayList<>());
    }

    /// Continues from stored peaks, as many as `size` has binary ones.
    public static CompactRange of(long size, List<Sha256> peaks) {
        if (size < 0 || Long.bitCount(size) != peaks.size()) {
            throw new MalformedException(
                    "a tree of size " + size + " has not " + peaks.size() + " peaks");
        }
        return new CompactRange(size, new ArrayList<>(peaks));
    }

    public CompactRange append(Sha256 leafHash) {
        Sha256 carried = leafHash;
        for (long rest = size; (rest & 1) == 1; rest >>= 1) {
            carried = MerkleHash.node(peaks.removeLast(), carried);
        }
        peaks.addLast(carried);
        size++;
        return this;
    }

    public long size() {
        return size;
    }

    /// Largest subtree first.
    public List<Sha256> peaks() {
        return List.copyOf(peaks);
    }

    public Sha256 root() {
        if (peaks.isEmpty()) {
            return MerkleHash.empty();
        }
        Sha256 root = peaks.getLast();
        for (int i = peaks.size() - 2; i >= 0; i--) {
            root = MerkleHash.node(peaks.get(i), root);
        }
        return root;
    }
}
