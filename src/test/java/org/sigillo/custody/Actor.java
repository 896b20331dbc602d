package org.sigillo.custody;

import org.sigillo.bytes.Hex;
import org.sigillo.bytes.SecretBytes;
import org.sigillo.bytes.Sha256;
import org.sigillo.note.Ed25519;

/// A person of the tests, whose keys follow from one number.
public final class Actor {
    public final Id id;
    private final byte[] seed = new byte[32];

    private Actor(int number) {
        seed[0] = (byte) number;
        id = Id.copyOf(java.util.Arrays.copyOf(Sha256.of(seed).bytes(), Id.LENGTH));
    }

    public static Actor of(int number) {
        return new Actor(number);
    }

    public SecretBytes seed() {
        return SecretBytes.copyOf(seed);
    }

    public Statement.Key key() {
        return new Statement.Key(Hex.of(Ed25519.publicKey(seed())));
    }

    public String recipientText() {
        return "age1pq1" + Hex.of(seed);
    }

    public Sha256 recipient() {
        return Genesis.recipientHash(recipientText());
    }
}
