package org.sigillo.bytes;

import java.security.MessageDigest;
import java.util.Arrays;

/// Bytes that must not be printed, logged or kept longer than needed: zeroed on close, compared in
/// constant time, never shown by [#toString].
///
/// Not thread safe. After [#close] every use throws.
public final class SecretBytes implements AutoCloseable {
    private final byte[] value;
    private boolean closed;

    private SecretBytes(byte[] value) {
        this.value = value;
    }

    /// Copies; the caller still owns, and clears, what it passed.
    public static SecretBytes copyOf(byte[] secret) {
        return new SecretBytes(secret.clone());
    }

    /// Keeps this very array, which the caller must not touch again.
    public static SecretBytes takeOwnership(byte[] secret) {
        return new SecretBytes(secret);
    }

    /// A copy that the caller owns and clears.
    public byte[] bytes() {
        if (closed) {
            throw new IllegalStateException("this secret has been destroyed");
        }
        return value.clone();
    }

    public int length() {
        return value.length;
    }

    public boolean equalsSecret(SecretBytes other) {
        return MessageDigest.isEqual(bytes(), other.bytes());
    }

    @Override
    public void close() {
        Arrays.fill(value, (byte) 0);
        closed = true;
    }

    @Override
    public String toString() {
        return "SecretBytes[" + value.length + " bytes]";
    }
}
