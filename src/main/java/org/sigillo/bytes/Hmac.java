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

    private final SecretKeySpec key;

    private Hmac(byte[] key) {
        this.key = new SecretKeySpec(key, NAME);
    }

    /// Copies the key.
    public static Hmac of(SecretBytes key) {
        return new Hmac(key.bytes());
    }

    /// The code over these parts.
    ///
    /// @param parts in their order; an empty one counts as a part
    public Sha256 over(byte[]... parts) {
        try {
            Mac mac = Mac.getInstance(NAME);
            mac.init(key);
            for (byte[] part : parts) {
                mac.update(ByteBuffer.allocate(4).putInt(part.length).flip());
                mac.update(part);
            }
            return Sha256.copyOf(mac.doFinal());
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every Java platform has HMAC-SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "Hmac[key]";
    }
}
