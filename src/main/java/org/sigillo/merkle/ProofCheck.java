package org.sigillo.merkle;

import java.util.List;
import org.sigillo.bytes.Sha256;

/// Checks proofs, iteratively, as RFC 9162 §2.1.3.2 (inclusion) and §2.1.4.2 (consistency) say, and
/// their forms for a subtree `[start, end)` whose start is a multiple of a power of two not less than
/// its width.
public final class ProofCheck {
    private ProofCheck() {}

    /// That `leafHash` is leaf `index` of the tree of `size` leaves with `root`; 0 ≤ index < size.
    public static void inclusion(
            Sha256 leafHash, long index, long size, List<Sha256> proof, Sha256 root) {
        Sha256 found = rootByInclusion(leafHash, index, size, proof);
        if (!found.equals(root)) {
            throw new ProofException("root by inclusion", root, found);
        }
    }

    /// The root that the tree of `size` leaves has if `leafHash` is its leaf `index`; for who knows the
    /// root only from a signature over it.
    public static Sha256 rootByInclusion(
            Sha256 leafHash, long index, long size, List<Sha256> proof) {
        if (index < 0 || index >= size) {
            throw new ProofException("index " + index + " is not in a tree of size " + size);
        }
        long fn = index;
        long sn = size - 1;
        Sha256 r = leafHash;
        for (Sha256 p : proof) {
            if (sn == 0) {
                throw new ProofException("the inclusion proof is too long");
            }
            if ((fn & 1) == 1 || fn == sn) {
                r = MerkleHash.node(p, r);
                while ((fn & 1) == 0 && fn != 0) {
                    fn >>= 1;
                    sn >>= 1;
                }
            } else {
                r = MerkleHash.node(r, p);
            }
            fn >>= 1;
            sn >>= 1;
        }
        if (sn != 0) {
            throw new ProofException("the inclusion proof is too short");
        }
        return r;
    }

    /// That the tree of `size1` leaves with `root1` is the beginning of the one of `size2` leaves.
    public static void consistency(
            long size1, Sha256 root1, long size2, Sha256 root2, List<Sha256> proof) {
        if (size1 < 0 || size1 > size2) {
            throw new ProofException("sizes run from " + size1 + " back to " + size2);
        }
        if (size1 == 0 && size2 != 0) {
            throw new ProofException("every tree begins with the empty one: that proves nothing");
        }
        if (size1 == size2) {
            if (!proof.isEmpty()) {
                throw new ProofException("a proof between equal sizes must be empty");
            }
            Sha256 expected = size1 == 0 ? MerkleHash.empty() : root1;
            if (!root1.equals(expected) || !root2.equals(expected)) {
                throw new ProofException("second root", expected, root2);
            }
            return;
        }
        subtreeConsistency(0, size1, size2, proof, root1, root2);
    }

    /// The root that the tree of `size2` leaves has if the one of `size1` leaves with `root1` is its
    /// beginning; 0 < size1 < size2.
    public static Sha256 rootByConsistency(
            long size1, Sha256 root1, long size2, List<Sha256> proof) {
        if (size1 <= 0 || size1 >= size2) {
            throw new ProofException("sizes run from " + size1 + " to " + size2);
        }
        return rootAround(0, size1, size2, proof, root1);
    }

    /// That `subtree` is the root of leaves `[start, end)` of the tree of `size` leaves. A subtree
    /// without leaves has the root of nothing and an empty proof, and says nothing about the tree.
    public static void subtreeConsistency(
            long start, long end, long size, List<Sha256> proof, Sha256 subtree, Sha256 root) {
        if (start == end && start >= 0 && end <= size && proof.isEmpty()) {
            if (!subtree.equals(MerkleHash.empty())) {
                throw new ProofException("root of an empty subtree", MerkleHash.empty(), subtree);
            }
            return;
        }
        Sha256 found = rootAround(start, end, size, proof, subtree);
        if (!found.equals(root)) {
            throw new ProofException("second root by consistency", root, found);
        }
    }

    private static Sha256 rootAround(
            long start, long end, long size, List<Sha256> proof, Sha256 subtree) {
        subtreeBounds(start, end);
        if (end > size) {
            throw new ProofException("subtree ends at " + end + ", tree at " + size);
        }
        long fn = start;
        long sn = end - 1;
        long tn = size - 1;
        if (sn == tn) {
            while (fn != sn) {
                fn >>= 1;
                sn >>= 1;
                tn >>= 1;
            }
        } else {
            while (fn != sn && (sn & 1) == 1) {
                fn >>= 1;
                sn >>= 1;
                tn >>= 1;
            }
        }
        int next = 0;
        Sha256 fr = subtree;
        Sha256 sr = subtree;
        if (fn != sn) {
            if (proof.isEmpty()) {
                throw new ProofException("the consistency proof is too short");
            }
            fr = proof.getFirst();
            sr = fr;
            next = 1;
        }
        for (Sha256 c : proof.subList(next, proof.size())) {
            if (tn == 0) {
                throw new ProofException("the consistency proof is too long");
            }
            if ((sn & 1) == 1 || sn == tn) {
                if (fn < sn) {
                    fr = MerkleHash.node(c, fr);
                }
                sr = MerkleHash.node(c, sr);
                while ((sn & 1) == 0 && sn != 0) {
                    fn >>= 1;
                    sn >>= 1;
                    tn >>= 1;
                }
            } else {
                sr = MerkleHash.node(sr, c);
            }
            fn >>= 1;
            sn >>= 1;
            tn >>= 1;
        }
        if (tn != 0) {
            throw new ProofException("the consistency proof is too short");
        }
        if (!fr.equals(subtree)) {
            throw new ProofException("first root by consistency", subtree, fr);
        }
        return sr;
    }

    /// That `leafHash` is leaf `index` of the subtree `[start, end)`; start ≤ index < end.
    public static void subtreeInclusion(
            Sha256 leafHash, long index, long start, long end, List<Sha256> proof, Sha256 subtree) {
        subtreeBounds(start, end);
        if (index < start || index >= end) {
            throw new ProofException("index " + index + " is not in the subtree");
        }
        inclusion(leafHash, index - start, end - start, proof, subtree);
    }

    private static void subtreeBounds(long start, long end) {
        if (start < 0 || start >= end) {
            throw new ProofException("a subtree from " + start + " to " + end + " has no leaves");
        }
        long width = end - start;
        long power = width == 1 ? 1 : Long.highestOneBit(width - 1) << 1;
        if (start % power != 0) {
            throw new ProofException("a subtree of width " + width + " can't start at " + start);
        }
    }
}
