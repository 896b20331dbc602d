package org.sigillo.sealing;

import java.io.ByteArrayOutputStream;
import java.util.Locale;
import org.sigillo.bytes.MalformedException;

/// Bech32 (BIP 173) without its length limit, as age uses it for keys.
final class Bech32 {
    private static final String CHARSET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    private static final int[] GENERATOR = {
        0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3
    };
    private static final int CHECKSUM = 6;

    private Bech32() {}

    /// Lower-case Bech32; `prefix` is lower case and without the separator.
    static String encode(String prefix, byte[] data) {
        StringBuilder text = new StringBuilder(prefix).append('1');
        int sum = expand(prefix);
        int bits = 0;
        int held = 0;
        for (byte b : data) {
            held = ((held << 8) | (b & 0xff)) & 0xfff;
            bits += 8;
            while (bits >= 5) {
                bits -= 5;
                sum = append(text, sum, (held >>> bits) & 31);
            }
        }
        if (bits > 0) {
            sum = append(text, sum, (held << (5 - bits)) & 31);
        }
        for (int i = 0; i < CHECKSUM; i++) {
            sum = step(sum, 0);
        }
        sum ^= 1;
        for (int i = 0; i < CHECKSUM; i++) {
            text.append(CHARSET.charAt((sum >>> (5 * (CHECKSUM - 1 - i))) & 31));
        }
        return text.toString();
    }

    /// The data behind exactly this prefix, in exactly this prefix's case.
    ///
    /// @throws MalformedException on another prefix or case, a wrong checksum, or stray padding bits
    static byte[] decode(String prefix, String text) {
        int separator = text.lastIndexOf('1');
        if (separator != prefix.length() || !text.startsWith(prefix)) {
            throw new MalformedException("expected a key that starts with " + prefix + "1");
        }
        boolean upper = prefix.equals(prefix.toUpperCase(Locale.ROOT));
        int end = text.length() - CHECKSUM;
        if (end <= separator) {
            throw new MalformedException("the key ends too early");
        }
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        int sum = expand(prefix.toLowerCase(Locale.ROOT));
        int bits = 0;
        int held = 0;
        for (int i = separator + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (upper ? (c >= 'a' && c <= 'z') : (c >= 'A' && c <= 'Z')) {
                throw new MalformedException("the key mixes upper and lower case");
            }
            int value = CHARSET.indexOf(c >= 'A' && c <= 'Z' ? (char) (c + 32) : c);
            if (value < 0) {
                throw new MalformedException("the key has a character that Bech32 does not have");
            }
            sum = step(sum, value);
            if (i < end) {
                held = ((held << 5) | value) & 0xfff;
                bits += 5;
                if (bits >= 8) {
                    bits -= 8;
                    data.write(held >>> bits);
                }
            }
        }
        if (sum != 1) {
            throw new MalformedException("the key's checksum is wrong: a character was changed");
        }
        if (bits >= 5 || (held & ((1 << bits) - 1)) != 0) {
            throw new MalformedException("the key has stray padding bits");
        }
        return data.toByteArray();
    }

    private static int append(StringBuilder text, int sum, int value) {
        text.append(CHARSET.charAt(value));
        return step(sum, value);
    }

    private static int expand(String prefix) {
        int sum = 1;
        for (int i = 0; i < prefix.length(); i++) {
            sum = step(sum, prefix.charAt(i) >>> 5);
        }
        sum = step(sum, 0);
        for (int i = 0; i < prefix.length(); i++) {
            sum = step(sum, prefix.charAt(i) & 31);
        }
        return sum;
    }

    private static int step(int sum, int value) {
        int top = sum >>> 25;
        int next = ((sum & 0x1ffffff) << 5) ^ value;
        for (int i = 0; i < GENERATOR.length; i++) {
            if (((top >>> i) & 1) == 1) {
                next ^= GENERATOR[i];
            }
        }
        return next;
    }
}
