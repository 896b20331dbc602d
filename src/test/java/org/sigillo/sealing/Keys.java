package org.sigillo.sealing;

import java.security.SecureRandom;
import java.util.Arrays;
import org.sigillo.bytes.SecretBytes;

/// Keys and randomness that are the same in every run.
final class Keys {
    private Keys() {}

    /// The identity whose seed is 32 times this byte.
    static HybridIdentity identity(int fill) {
        return HybridIdentity.ofSeed(secret(fill));
    }

    static SecretBytes secret(int fill) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) fill);
        return SecretBytes.takeOwnership(bytes);
    }

    /// Gives 00 01 02 … and so on.
    static SecureRandom counting() {
        return new SecureRandom() {
            private static final long serialVersionUID = 1;
            private int next;

            @Override
            public void nextBytes(byte[] bytes) {
                for (int i = 0; i < bytes.length; i++) {
                    bytes[i] = (byte) next++;
                }
            }
        };
    }

    /// Content that is the same for the same length, and not zeros.
    static byte[] content(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 31 + (i >>> 8) + 1);
        }
        return bytes;
    }
}
