package org.sigillo.note;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.Hex;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;

/// A key that may sign notes (C2SP signed-note): `<name>+<key id>+<base64 of type and key>`, of type
/// 0x01 (Ed25519), 0x04 (timestamped Ed25519 cosignature) or 0x06 (ML-DSA-44 cosignature).
public final class NoteVerifier {
    private final String name;
    private final SignatureType type;
    private final byte[] key;
    private final SignatureCheck check;

    private NoteVerifier(String name, SignatureType type, byte[] key) {
        this.name = checkedName(name);
        this.type = type;
        this.key = key;
        this.check = type.under(key);
    }

    static NoteVerifier of(String name, SignatureType type, byte[] key) {
        return new NoteVerifier(name, type, key);
    }

    /// Reads a verifier key and refuses one whose id is not its own.
    public static NoteVerifier parse(String vkey) {
        String[] parts = vkey.split("\\+", 3);
        if (parts.length != 3) {
            throw new NoteException("a verifier key is name+id+key");
        }
        try {
            byte[] typed = Base64.parse(parts[2]);
            SignatureType type = SignatureType.of(typed);
            if (typed.length != 1 + type.keyLength()) {
                throw new NoteException("a verifier key of the wrong length");
            }
            NoteVerifier verifier =
                    new NoteVerifier(parts[0], type, Arrays.copyOfRange(typed, 1, typed.length));
            if (!Arrays.equals(verifier.keyId(), Hex.parse(parts[1], 4))) {
                throw new NoteException("the verifier key's id is not that of its key");
            }
            return verifier;
        } catch (MalformedException e) {
            throw new NoteException("malformed verifier key", e);
        }
    }

    public String name() {
        return name;
    }

    /// SHA-256(name ‖ LF ‖ type ‖ key), first four bytes.
    public byte[] keyId() {
        return Arrays.copyOf(
                Sha256.of((name + "\n").getBytes(StandardCharsets.UTF_8), type.typed(key)).bytes(),
                4);
    }

    public String vkey() {
        return name + "+" + Hex.of(keyId()) + "+" + Base64.of(type.typed(key));
    }

    /// Whether this key signed a COSE_Sign1 object with this protected header and this payload.
    public boolean verifyCose(byte[] protectedHeader, byte[] payload, byte[] signature) {
        return type == SignatureType.ED25519
                && check.holds(CoseSign1.toBeSigned(protectedHeader, payload), signature);
    }

    /// Whether its signatures carry a time: a cosigner's key, or the log's second one.
    public boolean cosigns() {
        return type.timed();
    }

    /// Whether a log may sign its checkpoints with it: any type but 0x04, which is for witnesses alone.
    public boolean signsLogs() {
        return type != SignatureType.COSIGNATURE;
    }

    /// Whether both wrap the same key, whatever the names and types around it.
    boolean sameKey(NoteVerifier other) {
        return Arrays.equals(key, other.key);
    }

    SignatureType type() {
        return type;
    }

    boolean verify(String text, byte[] signature) {
        return type.verify(check, name, text, signature);
    }

    @Override
    public String toString() {
        return name + "+" + Hex.of(keyId());
    }

    static String checkedName(String name) {
        boolean bad =
                name.isEmpty()
                        || name.contains("+")
                        || name.codePoints()
                                .anyMatch(c ->
                                        Character.isWhitespace(c)
                                                || Character.isSpaceChar(c)
                                                || c == 0x85
                                                || c < 0x20);
        if (bad) {
            throw new NoteException("a key name is not empty and has no spaces and no plus sign");
        }
        return name;
    }
}
