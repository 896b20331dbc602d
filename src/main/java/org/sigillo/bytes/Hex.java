package org.sigillo.bytes;

import java.util.HexFormat;

/// Lower-case hex, and nothing but lower case: two spellings of one value would be two values.
public final class Hex {
    private Hex() {}

    /// The bytes in lower-case hex.
    public static String of(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    /// Reads exactly `length` bytes.
    public static byte[] parse(String hex, int length) {
        if (hex.length() != 2 * length) {
            throw new MalformedException(
                    "expected " + 2 * length + " hex digits, found " + hex.length());
        }
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (digit(hex.charAt(2 * i)) << 4 | digit(hex.charAt(2 * i + 1)));
        }
        return bytes;
    }

    private static int digit(char c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        if (c >= 'a' && c <= 'f') {
            return c - 'a' + 10;
        }
        throw new MalformedException("expected lower-case hex digits only");
    }
}
