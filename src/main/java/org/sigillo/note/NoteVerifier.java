package org.sigillo.note;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.Hex;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;

/// A key that may sign notes (C2SP signed-note): `<name>+<key id>+<base64 of type and key>`.
public final class NoteVerifier {
    /// Signature type of Ed25519.
    static final byte ED25519 = 0x01;

    private final String name;
    private final byte[] typed;

    private NoteVerifier(String name, byte[] typed) {
        this.name = name;
        this.typed = typed;
    }

    static NoteVerifier ed25519(String name, byte[] publicKey) {
        byte[] typed = new byte[1 + publicKey.length];
        typed[0] = ED25519;
        System.arraycopy(publicKey, 0, typed, 1, publicKey.length);
        return new NoteVerifier(checkedName(name), typed);
    }

    /// Reads a verifier key and refuses one whose id is not its own.
    public static NoteVerifier parse(String vkey) {
        String[] parts = vkey.split("\\+", 3);
        if (parts.length != 3) {
            throw new NoteException("a verifier key is name+id+key");
        }
        try {
            byte[] typed = Base64.parse(parts[2]);
            if (typed.length != 1 + Ed25519.KEY || typed[0] != ED25519) {
                throw new NoteException("only Ed25519 verifier keys (type 0x01) are known");
            }
            NoteVerifier verifier = new NoteVerifier(checkedName(parts[0]), typed);
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
                Sha256.of((name + "\n").getBytes(StandardCharsets.UTF_8), typed).bytes(), 4);
    }

    public String vkey() {
        return name + "+" + Hex.of(keyId()) + "+" + Base64.of(typed);
    }

    /// Whether this key signed a COSE_Sign1 object with this protected header and this payload.
    public boolean verifyCose(byte[] protectedHeader, byte[] payload, byte[] signature) {
        return typed[0] == ED25519
                && Ed25519.verify(
                        Arrays.copyOfRange(typed, 1, typed.length),
                        CoseSign1.toBeSigned(protectedHeader, payload),
                        signature);
    }

    boolean verify(byte[] text, byte[] signature) {
        return Ed25519.verify(Arrays.copyOfRange(typed, 1, typed.length), text, signature);
    }

    static String checkedName(String name) {
        boolean bad =
                name.isEmpty()
                        || name.contains("+")
                        || name.codePoints()
                                .anyMatch(c ->
                                        Character.isWhitespace(c)
                                                || Character.isSpaceChar(c)
                                                || c < 0x20);
        if (bad) {
            throw new NoteException("a key name is not empty and has no spaces and no plus sign");
        }
        return name;
    }
}
