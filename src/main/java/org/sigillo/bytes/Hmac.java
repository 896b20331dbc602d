package org.sigillo.bytes;

import java.nio.ByteBuffer;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// HMAC-SHA-256 (RFC 2104) over parts, each after its length in four bytes, under one key. Thread
/// safe.
public final class Hmac {
    private static final String NAME = "HmacSHA256";

    /// Only ever copied: looking up the algorithm costs more than what it does.
    private final Mac keyed;

    private Hmac(byte[] key) {
        try {
            keyed = Mac.getInstance(NAME);
            keyed.init(new SecretKeySpec(key, NAME));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every Java platform has HMAC-SHA-256", e);
        }
    }

    /// Copies the key.
    public static Hmac of(SecretBytes key) {
        return new Hmac(key.bytes());
    }

    /// The code over these parts.
    ///
    /// @param parts in their order; an empty one counts as a part
    public Sha256 over(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += Integer.BYTES + part.length;
        }
        ByteBuffer all = ByteBuffer.allocate(length);
        for (byte[] part : parts) {
            all.putInt(part.length).put(part);
        }
        try {
            return Sha256.copyOf(((Mac) keyed.clone()).doFinal(all.array()));
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the JDK's own can be copied", e);
        }
    }

    @Override
    public String toString() {
        return "Hmac[key]";
    }
}
