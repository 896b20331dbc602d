package org.sigillo.merkle;

import java.util.ArrayList;
import java.util.List;
import org.sigillo.bytes.Sha256;

/// Makes roots and proofs (RFC 6962 §2.1.1, §2.1.2) from the hashes that tiles hold.
public final class Proofs {
    private Proofs() {}

    /// The root of the first `size` leaves.
    public static Sha256 root(long size, HashReader reader) {
        return size == 0 ? MerkleHash.empty() : range(0, size, reader);
    }

    /// From the leaf's sibling up; 0 ≤ index < size.
    public static List<Sha256> inclusion(long index, long size, HashReader reader) {
        if (index < 0 || index >= size) {
            throw new ProofException("index " + index + " is not in a tree of size " + size);
        }
        List<Sha256> proof = new ArrayList<>();
        path(index, 0, size, reader, proof);
        return proof;
    }

    /// That a tree of `size1` leaves begins one of `size2`; 0 ≤ size1 ≤ size2.
    public static List<Sha256> consistency(long size1, long size2, HashReader reader) {
        if (size1 < 0 || size1 > size2) {
            throw new ProofException("sizes run from " + size1 + " back to " + size2);
        }
        List<Sha256> proof = new ArrayList<>();
        if (size1 > 0 && size1 < size2) {
            subproof(size1, 0, size2, true, reader, proof);
        }
        return proof;
    }

    private static void path(
            long index, long start, long end, HashReader reader, List<Sha256> proof) {
        if (end - start == 1) {
            return;
        }
        long middle = start + split(end - start);
        if (index < middle) {
            path(index, start, middle, reader, proof);
            proof.add(range(middle, end, reader));
        } else {
            path(index, middle, end, reader, proof);
            proof.add(range(start, middle, reader));
        }
    }

    private static void subproof(
            long size1,
            long start,
            long end,
            boolean whole,
            HashReader reader,
            List<Sha256> proof) {
        if (size1 == end) {
            if (!whole) {
                proof.add(range(start, end, reader));
            }
            return;
        }
        long middle = start + split(end - start);
        if (size1 <= middle) {
            subproof(size1, start, middle, whole, reader, proof);
            proof.add(range(middle, end, reader));
        } else {
            subproof(size1, middle, end, false, reader, proof);
            proof.add(range(start, middle, reader));
        }
    }

    private static Sha256 range(long start, long end, HashReader reader) {
        long width = end - start;
        int bits = Long.numberOfTrailingZeros(width);
        if (Long.bitCount(width) == 1 && bits % 8 == 0 && start % width == 0) {
            return reader.hash(bits / 8, start >> bits);
        }
        long middle = start + split(width);
        return MerkleHash.node(range(start, middle, reader), range(middle, end, reader));
    }

    private static long split(long width) {
        return Long.highestOneBit(width - 1);
    }
}
