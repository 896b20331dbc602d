package org.sigillo.sealing;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Locale;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.hpke.HPKE;
import org.sigillo.bytes.AgeKeys;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.SecretBytes;

/// The secret half of a hybrid age key, a 32-byte seed: `AGE-SECRET-KEY-PQ-1…`. Opens what was
/// sealed to its [HybridRecipient].
///
/// Zeroed on close; Bouncy Castle's working copies, and any text given out, are left to the
/// collector.
public final class HybridIdentity implements AutoCloseable {
    private static final String PREFIX = "AGE-SECRET-KEY-PQ-";
    private static final int LENGTH = 32;

    private final SecretBytes seed;
    private final HybridRecipient recipient;

    private HybridIdentity(SecretBytes seed) {
        this.seed = seed;
        HPKE hpke = HybridStanza.hpke();
        this.recipient = HybridRecipient.ofKey(hpke.serializePublicKey(keyPair(hpke).getPublic()));
    }

    /// A fresh key.
    public static HybridIdentity generate(SecureRandom random) {
        byte[] seed = new byte[LENGTH];
        random.nextBytes(seed);
        return new HybridIdentity(SecretBytes.takeOwnership(seed));
    }

    /// Reads `AGE-SECRET-KEY-PQ-1…`, upper case.
    public static HybridIdentity parse(String text) {
        return new HybridIdentity(checked(SecretBytes.takeOwnership(AgeKeys.decode(PREFIX, text))));
    }

    /// The key of this 32-byte seed, which is copied.
    public static HybridIdentity ofSeed(SecretBytes seed) {
        return new HybridIdentity(checked(SecretBytes.takeOwnership(seed.bytes())));
    }

    private static SecretBytes checked(SecretBytes seed) {
        if (seed.length() != LENGTH) {
            throw new MalformedException(
                    "a hybrid identity has " + LENGTH + " bytes, this has " + seed.length());
        }
        return seed;
    }

    /// The public half.
    public HybridRecipient recipient() {
        return recipient;
    }

    /// The identity line: whoever reads it opens everything. To be sealed, never to be shown,
    /// logged or stored plain.
    public String revealText() {
        byte[] bytes = seed.bytes();
        try {
            return AgeKeys.encode(PREFIX.toLowerCase(Locale.ROOT), bytes).toUpperCase(Locale.ROOT);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /// The 32 bytes, which the caller closes.
    public SecretBytes revealSeed() {
        return SecretBytes.takeOwnership(seed.bytes());
    }

    AsymmetricCipherKeyPair keyPair(HPKE hpke) {
        byte[] bytes = seed.bytes();
        try {
            return hpke.deserializePrivateKey(bytes, null);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    @Override
    public void close() {
        seed.close();
    }

    @Override
    public String toString() {
        return "HybridIdentity[of " + recipient + "]";
    }
}
