package org.sigillo.custody;

import org.sigillo.bytes.MalformedException;

/// 32 random bytes that make an entry's leaf unguessable; drawn by the signer where there is one.
public final class Nonce {
    private final byte[] bytes;

    private Nonce(byte[] bytes) {
        this.bytes = bytes;
    }

    public static Nonce copyOf(byte[] bytes) {
        if (bytes.length != Entry.NONCE) {
            throw new MalformedException("a nonce has 32 bytes");
        }
        return new Nonce(bytes.clone());
    }

    public byte[] bytes() {
        return bytes.clone();
    }
}
