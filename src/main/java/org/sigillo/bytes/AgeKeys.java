package org.sigillo.bytes;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Locale;
import org.bouncycastle.math.ec.rfc7748.X25519;

/// Keys as age writes them: Bech32 (BIP 173) without its length limit, and what a hybrid recipient
/// must be for anything to be sealed to it.
///
/// The registers ask before they enter a recipient and `sealing` before it seals, and both must
/// answer alike: what was entered and cannot be sealed to would turn every source away.
public final class AgeKeys {
    /// Before a hybrid (ML-KEM-768 and X25519) recipient's `1`.
    public static final String RECIPIENT = "age1pq";

    private static final int RECIPIENT_LENGTH = 1216;
    private static final int ML_KEM_VECTORS = 1152;
    private static final int ML_KEM_KEY = 1184;
    private static final int ML_KEM_MODULUS = 3329;

    private static final String CHARSET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    private static final int[] GENERATOR = {
        0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3
    };
    private static final int CHECKSUM = 6;

    private AgeKeys() {}

    /// The 1,216 bytes behind `age1pq1…`, lower case, 1,959 characters.
    ///
    /// @throws MalformedException on anything that age itself would not seal to
    public static byte[] recipient(String text) {
        byte[] key = decode(RECIPIENT, text);
        if (key.length != RECIPIENT_LENGTH) {
            throw new MalformedException(
                    "a hybrid recipient has "
                            + RECIPIENT_LENGTH
                            + " bytes, this has "
                            + key.length);
        }
        checkMlKem(key);
        checkX25519(key);
        return key;
    }

    /// FIPS 203 §7.2: every 12-bit coefficient lies below the modulus.
    private static void checkMlKem(byte[] key) {
        for (int i = 0; i < ML_KEM_VECTORS; i += 3) {
            int low = (key[i] & 0xff) | ((key[i + 1] & 0x0f) << 8);
            int high = ((key[i + 1] & 0xff) >>> 4) | ((key[i + 2] & 0xff) << 4);
            if (low >= ML_KEM_MODULUS || high >= ML_KEM_MODULUS) {
                throw new MalformedException("the recipient's ML-KEM key is out of range");
            }
        }
    }

    /// A point of low order would give every sealer the same, known secret (RFC 7748 §6.1).
    private static void checkX25519(byte[] key) {
        byte[] scalar = new byte[X25519.SCALAR_SIZE];
        Arrays.fill(scalar, (byte) 7);
        if (!X25519.calculateAgreement(
                scalar, 0, key, ML_KEM_KEY, new byte[X25519.POINT_SIZE], 0)) {
            throw new MalformedException("the recipient's X25519 key is of low order");
        }
    }

    /// Lower-case Bech32; `prefix` is lower case and without the separator.
    public static String encode(String prefix, byte[] data) {
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
    public static byte[] decode(String prefix, String text) {
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
