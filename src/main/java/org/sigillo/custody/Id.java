package org.sigillo.custody;

import java.security.SecureRandom;
import org.sigillo.bytes.Hex;

/// The id of a person, a case, an exhibit or a release: 16 random bytes, never ordered by time.
public record Id(String hex) {
    /// Bytes in an id.
    public static final int LENGTH = 16;

    public Id {
        Hex.parse(hex, LENGTH);
    }

    /// Reads 32 lower-case hex digits.
    public static Id parse(String hex) {
        return new Id(hex);
    }

    public static Id copyOf(byte[] bytes) {
        return new Id(Hex.of(bytes));
    }

    public static Id random(SecureRandom random) {
        byte[] bytes = new byte[LENGTH];
        random.nextBytes(bytes);
        return copyOf(bytes);
    }

    public byte[] bytes() {
        return Hex.parse(hex, LENGTH);
    }

    @Override
    public String toString() {
        return hex;
    }
}
