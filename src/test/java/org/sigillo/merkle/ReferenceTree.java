package org.sigillo.merkle;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sigillo.bytes.Sha256;

/// RFC 6962 §2.1 written out word for word: recursive, and not ours to optimise. It remembers the roots
/// that it has computed, so that all pairs of sizes can be compared.
record ReferenceTree(List<byte[]> entries, Map<Long, Sha256> known) {
    static ReferenceTree ofSize(int size) {
        List<byte[]> entries = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            entries.add(("entry " + i + " " + "x".repeat(i % 97)).getBytes());
        }
        return new ReferenceTree(entries, new HashMap<>());
    }

    Sha256 root(int from, int to) {
        long range = (long) from << 32 | to;
        Sha256 root = known.get(range);
        if (root == null) {
            root = hash(from, to);
            known.put(range, root);
        }
        return root;
    }

    private Sha256 hash(int from, int to) {
        int n = to - from;
        if (n == 0) {
            return MerkleHash.empty();
        }
        if (n == 1) {
            return MerkleHash.leaf(entries.get(from));
        }
        int k = split(n);
        return MerkleHash.node(root(from, from + k), root(from + k, to));
    }

    List<Sha256> path(int m, int from, int to) {
        int n = to - from;
        if (n == 1) {
            return List.of();
        }
        int k = split(n);
        if (m < k) {
            return plus(path(m, from, from + k), root(from + k, to));
        }
        return plus(path(m - k, from + k, to), root(from, from + k));
    }

    List<Sha256> subproof(int m, int from, int to, boolean whole) {
        int n = to - from;
        if (m == n) {
            return whole ? List.of() : List.of(root(from, to));
        }
        int k = split(n);
        if (m <= k) {
            return plus(subproof(m, from, from + k, whole), root(from + k, to));
        }
        return plus(subproof(m - k, from + k, to, false), root(from, from + k));
    }

    HashReader reader() {
        return (level, index) -> {
            int width = 1 << (8 * level);
            int start = Math.toIntExact(index) * width;
            return root(start, start + width);
        };
    }

    private static int split(int n) {
        int k = 1;
        while (k * 2 < n) {
            k *= 2;
        }
        return k;
    }

    private static List<Sha256> plus(List<Sha256> list, Sha256 last) {
        List<Sha256> longer = new ArrayList<>(list);
        longer.add(last);
        return longer;
    }
}
