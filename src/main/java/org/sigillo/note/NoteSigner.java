package org.sigillo.note;

import org.sigillo.bytes.Base64;
import org.sigillo.bytes.Hex;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.SecretBytes;

/// Signs notes with an Ed25519 key. Close it when done: the seed is zeroed.
public final class NoteSigner implements AutoCloseable {
    private static final String PREFIX = "PRIVATE+KEY+";

    private final NoteVerifier verifier;
    private final SecretBytes seed;

    private NoteSigner(NoteVerifier verifier, SecretBytes seed) {
        this.verifier = verifier;
        this.seed = seed;
    }

    /// Takes over the 32-byte seed.
    public static NoteSigner ed25519(String name, SecretBytes seed) {
        return new NoteSigner(NoteVerifier.ed25519(name, Ed25519.publicKey(seed)), seed);
    }

    /// Reads `PRIVATE+KEY+<name>+<id>+<base64 of type and seed>`, the form of Go's note package.
    public static NoteSigner parse(String text) {
        String[] parts = text.strip().split("\\+", 5);
        if (!text.startsWith(PREFIX) || parts.length != 5) {
            throw new NoteException("a private key is PRIVATE+KEY+name+id+key");
        }
        try {
            byte[] typed = Base64.parse(parts[4]);
            if (typed.length != 1 + Ed25519.KEY || typed[0] != NoteVerifier.ED25519) {
                throw new NoteException("only Ed25519 private keys (type 0x01) are known");
            }
            NoteSigner signer =
                    ed25519(
                            parts[2],
                            SecretBytes.takeOwnership(
                                    java.util.Arrays.copyOfRange(typed, 1, typed.length)));
            if (!Hex.of(signer.verifier.keyId()).equals(parts[3])) {
                throw new NoteException("the private key's id is not that of its key");
            }
            return signer;
        } catch (MalformedException e) {
            throw new NoteException("malformed private key", e);
        }
    }

    public NoteVerifier verifier() {
        return verifier;
    }

    /// The private key's text form, for the one file it is kept in.
    public String revealText() {
        byte[] raw = seed.bytes();
        byte[] typed = new byte[1 + raw.length];
        typed[0] = NoteVerifier.ED25519;
        System.arraycopy(raw, 0, typed, 1, raw.length);
        return PREFIX + verifier.name() + "+" + Hex.of(verifier.keyId()) + "+" + Base64.of(typed);
    }

    /// Signs what a COSE_Sign1 object signs, and nothing else.
    public byte[] signCose(byte[] protectedHeader, byte[] payload) {
        return Ed25519.sign(seed, CoseSign1.toBeSigned(protectedHeader, payload));
    }

    byte[] sign(byte[] text) {
        return Ed25519.sign(seed, text);
    }

    @Override
    public void close() {
        seed.close();
    }
}
