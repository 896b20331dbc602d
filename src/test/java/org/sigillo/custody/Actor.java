package org.sigillo.custody;

import org.sigillo.bytes.Hex;
import org.sigillo.bytes.SecretBytes;
import org.sigillo.bytes.Sha256;
import org.sigillo.note.Ed25519;

/// A person of the tests, whose keys follow from one number.
public final class Actor {
    public final Id id;
    private final byte[] seed = new byte[32];
    private String recipientText;

    private Actor(int number) {
        seed[0] = (byte) number;
        recipientText = "age1pq1" + Hex.of(seed);
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
        return recipientText;
    }

    /// From now on this person's recipient is this one; the first is none that anything could be
    /// sealed to.
    public void take(String recipient) {
        recipientText = recipient;
    }

    public Sha256 recipient() {
        return Genesis.recipientHash(recipientText());
    }
}
