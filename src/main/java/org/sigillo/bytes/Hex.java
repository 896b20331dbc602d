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
        for (int i = 0; i < hex.length(); i++) {
            char c = hex.charAt(i);
            if (!(c >= '0' && c <= '9' || c >= 'a' && c <= 'f')) {
                throw new MalformedException("expected lower-case hex digits only");
            }
        }
        return HexFormat.of().parseHex(hex);
    }
}
