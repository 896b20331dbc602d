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
            if ("0123456789abcdef".indexOf(hex.charAt(i)) < 0) {
                throw new MalformedException("expected lower-case hex digits only");
            }
        }
        return HexFormat.of().parseHex(hex);
    }
}
