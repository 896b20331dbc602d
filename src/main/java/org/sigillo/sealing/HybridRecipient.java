package org.sigillo.sealing;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;

/// The public half of a hybrid (ML-KEM-768 and X25519) age key: `age1pq1…`. Whoever has it can seal
/// and cannot open.
public final class HybridRecipient {
    static final String PREFIX = "age1pq";
    static final int LENGTH = 1216;

    private static final int ML_KEM_VECTORS = 1152;
    private static final int ML_KEM_KEY = 1184;
    private static final int ML_KEM_MODULUS = 3329;

    private final byte[] key;
    private final String text;

    private HybridRecipient(byte[] key, String text) {
        this.key = key;
        this.text = text;
    }

    /// Reads `age1pq1…`, lower case, 1,959 characters.
    ///
    /// @throws MalformedException on anything that age itself would not seal to
    public static HybridRecipient parse(String text) {
        byte[] key = Bech32.decode(PREFIX, text);
        if (key.length != LENGTH) {
            throw new MalformedException(
                    "a hybrid recipient has " + LENGTH + " bytes, this has " + key.length);
        }
        checkMlKem(key);
        checkX25519(key);
        return new HybridRecipient(key, text);
    }

    static HybridRecipient ofKey(byte[] key) {
        return new HybridRecipient(key.clone(), Bech32.encode(PREFIX, key));
    }

    byte[] key() {
        return key.clone();
    }

    /// `age1pq1…`
    public String text() {
        return text;
    }

    /// SHA-256 of the ASCII text: how the ledger names a recipient.
    public Sha256 fingerprint() {
        return Sha256.of(text.getBytes(StandardCharsets.US_ASCII));
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

    @Override
    public boolean equals(Object other) {
        return other instanceof HybridRecipient that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text.substring(0, 24) + "…";
    }
}
