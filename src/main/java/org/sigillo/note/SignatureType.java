package org.sigillo.note;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.sigillo.bytes.SecretBytes;

/// The signature types of C2SP signed-note that we know, and what each of them signs. Any other type
/// is not a key of ours, and its lines are passed over.
enum SignatureType {
    /// Signs the note's text.
    ED25519(0x01, Ed25519.KEY, Ed25519.SIGNATURE, false) {
        @Override
        byte[] message(String name, String text, long time) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
    },

    /// Signs a time and a checkpoint's whole text (tlog-cosignature, `cosignature/v1`).
    COSIGNATURE(0x04, Ed25519.KEY, Ed25519.SIGNATURE, true) {
        @Override
        byte[] message(String name, String text, long time) {
            // Whoever cosigns says something about a tree: a text that is none is not signed.
            Checkpoint.parse(text);
            return ("cosignature/v1\ntime " + time + "\n" + text).getBytes(StandardCharsets.UTF_8);
        }
    },

    /// Signs its own name, a time and a checkpoint's three first lines as a subtree from 0
    /// (tlog-cosignature, `subtree/v1`).
    ML_DSA_44(0x06, MlDsa44.KEY, MlDsa44.SIGNATURE, true) {
        @Override
        byte[] message(String name, String text, long time) {
            Checkpoint checkpoint = Checkpoint.parse(text);
            byte[] cosigner = shortText("a cosigner's name", name);
            byte[] origin = shortText("an origin", checkpoint.origin());
            return ByteBuffer.allocate(
                            LABEL.length + 1 + cosigner.length + 8 + 1 + origin.length + 16 + 32)
                    .put(LABEL)
                    .put((byte) cosigner.length)
                    .put(cosigner)
                    .putLong(time)
                    .put((byte) origin.length)
                    .put(origin)
                    .putLong(0)
                    .putLong(checkpoint.size())
                    .put(checkpoint.root().bytes())
                    .array();
        }
    };

    private static final byte[] LABEL = "subtree/v1\n\0".getBytes(StandardCharsets.US_ASCII);

    private final int code;
    private final int keyLength;
    private final int signatureLength;
    private final boolean timed;

    SignatureType(int code, int keyLength, int signatureLength, boolean timed) {
        this.code = code;
        this.keyLength = keyLength;
        this.signatureLength = signatureLength;
        this.timed = timed;
    }

    /// What is signed; throws where the text is not what this type signs.
    abstract byte[] message(String name, String text, long time);

    /// Reads the type byte before a key.
    static SignatureType of(byte[] typed) {
        for (SignatureType type : values()) {
            if (typed.length > 0 && typed[0] == type.code) {
                return type;
            }
        }
        throw new NoteException("only keys of type 0x01, 0x04 and 0x06 are known");
    }

    /// Whether a time stands before the signature.
    boolean timed() {
        return timed;
    }

    int keyLength() {
        return keyLength;
    }

    /// The key with its type byte before it.
    byte[] typed(byte[] key) {
        return ByteBuffer.allocate(1 + key.length).put((byte) code).put(key).array();
    }

    byte[] publicKey(SecretBytes seed) {
        return this == ML_DSA_44 ? MlDsa44.publicKey(seed) : Ed25519.publicKey(seed);
    }

    /// What stands in a signature line after the key id.
    byte[] sign(SecretBytes seed, String name, String text, long time) {
        byte[] message = message(name, text, time);
        byte[] signature =
                this == ML_DSA_44 ? MlDsa44.sign(seed, message) : Ed25519.sign(seed, message);
        return timed
                ? ByteBuffer.allocate(8 + signature.length).putLong(time).put(signature).array()
                : signature;
    }

    /// What compares signatures of this type under a key.
    SignatureCheck under(byte[] key) {
        return this == ML_DSA_44
                ? (message, signature) -> MlDsa44.verify(key, message, signature)
                : Ed25519.under(key);
    }

    /// @param key of this type
    boolean verify(SignatureCheck key, String name, String text, byte[] signature) {
        if (signature.length != signatureLength + (timed ? 8 : 0)) {
            return false;
        }
        long time = time(signature);
        if (time < 0) {
            return false;
        }
        byte[] message;
        try {
            message = message(name, text, time);
        } catch (NoteException e) {
            return false;
        }
        return key.holds(message, Arrays.copyOfRange(signature, timed ? 8 : 0, signature.length));
    }

    /// POSIX seconds before the signature; 0 where there are none.
    long time(byte[] signature) {
        return timed ? ByteBuffer.wrap(signature).getLong() : 0;
    }

    private static byte[] shortText(String what, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length < 1 || bytes.length > 255) {
            throw new NoteException(what + " has 1 to 255 bytes");
        }
        return bytes;
    }
}
