package org.sigillo.bytes;

/// Standard base64 with padding (RFC 4648 §4), canonical: decoding refuses what encoding would not
/// have written.
public final class Base64 {
    private Base64() {}

    /// The bytes in padded base64.
    public static String of(byte[] bytes) {
        return java.util.Base64.getEncoder().encodeToString(bytes);
    }

    /// Reads padded base64 and refuses stray bits, line breaks and missing padding.
    public static byte[] parse(String text) {
        byte[] bytes;
        try {
            bytes = java.util.Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new MalformedException("not base64", e);
        }
        if (!of(bytes).equals(text)) {
            throw new MalformedException("not canonical base64");
        }
        return bytes;
    }
}
