package org.sigillo.note;

/// Compares signatures under one key: what can be prepared of the key is prepared once. A ledger of many years has a hundred
/// thousand checkpoints by the same key.
@FunctionalInterface
interface SignatureCheck {
    /// Whether the key signed this.
    boolean holds(byte[] message, byte[] signature);
}
