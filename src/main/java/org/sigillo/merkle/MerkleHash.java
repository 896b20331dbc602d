package org.sigillo.merkle;

import org.sigillo.bytes.Sha256;

/// The three hashes of RFC 6962 §2.1.
public final class MerkleHash {
    private static final byte[] LEAF = {0x00};
    private static final byte NODE = 0x01;

    private MerkleHash() {}

    /// The root of a tree without leaves: SHA-256 of nothing.
    public static Sha256 empty() {
        return Sha256.of();
    }

    /// SHA-256(0x00 ‖ entry).
    public static Sha256 leaf(byte[] entry) {
        return Sha256.of(LEAF, entry);
    }

    /// SHA-256(0x01 ‖ left ‖ right).
    public static Sha256 node(Sha256 left, Sha256 right) {
        return Sha256.of(NODE, left, right);
    }
}
