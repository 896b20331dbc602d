package org.sigillo.note;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.Hex;
import org.sigillo.bytes.Hmac;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.SecretBytes;

/// Signs notes with one key, kept as its 32-byte seed. Close it when done: the seed is zeroed.
public final class NoteSigner implements AutoCloseable {
    private static final String PREFIX = "PRIVATE+KEY+";
    private static final int SEED = 32;

    private final NoteVerifier verifier;
    private final SecretBytes seed;

    private NoteSigner(String name, SignatureType type, SecretBytes seed) {
        this.verifier = NoteVerifier.of(name, type, type.publicKey(seed));
        this.seed = seed;
    }

    /// A log's first key (type 0x01). Takes over the 32-byte seed.
    public static NoteSigner ed25519(String name, SecretBytes seed) {
        return new NoteSigner(name, SignatureType.ED25519, seed);
    }

    /// A witness's Ed25519 key (type 0x04). Takes over the 32-byte seed.
    public static NoteSigner cosigner(String name, SecretBytes seed) {
        return new NoteSigner(name, SignatureType.COSIGNATURE, seed);
    }

    /// A log's second key, or a witness's (type 0x06). Takes over the 32-byte seed.
    public static NoteSigner mlDsa44(String name, SecretBytes seed) {
        return new NoteSigner(name, SignatureType.ML_DSA_44, seed);
    }

    /// Reads `PRIVATE+KEY+<name>+<id>+<base64 of type and seed>`, the form of Go's note package, for
    /// each of the three types.
    public static NoteSigner parse(String text) {
        String[] parts = text.strip().split("\\+", 5);
        if (!text.startsWith(PREFIX) || parts.length != 5) {
            throw new NoteException("a private key is PRIVATE+KEY+name+id+key");
        }
        byte[] typed = new byte[0];
        try {
            typed = Base64.parse(parts[4]);
            SignatureType type = SignatureType.of(typed);
            if (typed.length != 1 + SEED) {
                throw new NoteException("a private key holds a type and a seed of 32 bytes");
            }
            NoteSigner signer =
                    new NoteSigner(
                            parts[2],
                            type,
                            SecretBytes.takeOwnership(Arrays.copyOfRange(typed, 1, typed.length)));
            if (!Hex.of(signer.verifier.keyId()).equals(parts[3])) {
                throw new NoteException("the private key's id is not that of its key");
            }
            return signer;
        } catch (MalformedException e) {
            throw new NoteException("malformed private key", e);
        } finally {
            Arrays.fill(typed, (byte) 0);
        }
    }

    /// Reads a key file: one private key a line.
    public static List<NoteSigner> parseAll(String file) {
        List<NoteSigner> signers =
                file.lines().filter(line -> !line.isBlank()).map(NoteSigner::parse).toList();
        if (signers.isEmpty()) {
            throw new NoteException("a key file has at least one private key");
        }
        return signers;
    }

    public NoteVerifier verifier() {
        return verifier;
    }

    /// The private key's text form, for the one file it is kept in.
    public String revealText() {
        byte[] raw = seed.bytes();
        byte[] typed = verifier.type().typed(raw);
        Arrays.fill(raw, (byte) 0);
        try {
            return PREFIX
                    + verifier.name()
                    + "+"
                    + Hex.of(verifier.keyId())
                    + "+"
                    + Base64.of(typed);
        } finally {
            Arrays.fill(typed, (byte) 0);
        }
    }

    /// A key for something else, which says nothing about this one.
    ///
    /// @param purpose a domain-separating word
    public Hmac derive(String purpose) {
        byte[] derived = Hmac.of(seed).over(purpose.getBytes(StandardCharsets.US_ASCII)).bytes();
        try (SecretBytes key = SecretBytes.takeOwnership(derived)) {
            return Hmac.of(key);
        }
    }

    /// Signs what a COSE_Sign1 object signs, and nothing else; for the log's Ed25519 key alone.
    public byte[] signCose(byte[] protectedHeader, byte[] payload) {
        if (verifier.type() != SignatureType.ED25519) {
            throw new NoteException("a COSE receipt is signed with a key of type 0x01");
        }
        return Ed25519.sign(seed, CoseSign1.toBeSigned(protectedHeader, payload));
    }

    /// Says that, as of this time, this is the largest consistent tree that the cosigner has seen.
    ///
    /// @param checkpoint the note's text
    /// @param time POSIX seconds
    public Cosignature cosign(String checkpoint, long time) {
        if (!verifier.cosigns() || time < 1) {
            throw new NoteException("a cosignature is by a cosigner's key, at a time");
        }
        return cosignature(checkpoint, time);
    }

    /// A log's own line below its text: an ML-DSA signature says nothing about a time.
    String line(String text) {
        if (!verifier.signsLogs()) {
            throw new NoteException("a key of type 0x04 signs at a time or not at all");
        }
        return cosignature(text, 0).line();
    }

    private Cosignature cosignature(String text, long time) {
        byte[] signature = verifier.type().sign(seed, verifier.name(), text, time);
        return new Cosignature(
                verifier.name(),
                Hex.of(verifier.keyId()),
                time,
                SignedNote.line(verifier.name(), verifier.keyId(), signature));
    }

    @Override
    public void close() {
        seed.close();
    }
}
