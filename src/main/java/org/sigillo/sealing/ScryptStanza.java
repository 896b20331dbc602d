package org.sigillo.sealing;

import com.exceptionfactory.jagged.FileKey;
import com.exceptionfactory.jagged.RecipientStanza;
import com.exceptionfactory.jagged.RecipientStanzaReader;
import com.exceptionfactory.jagged.RecipientStanzaWriter;
import com.exceptionfactory.jagged.UnsupportedRecipientStanzaException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.generators.SCrypt;
import org.sigillo.bytes.SecretBytes;

/// The `scrypt` stanza (C2SP age, RFC 7914): the file key, wrapped under a passphrase.
final class ScryptStanza {
    static final String TYPE = "scrypt";

    /// log2 of scrypt's cost; beyond this a hostile file could ask for gigabytes.
    static final int MAX_WORK_FACTOR = 20;

    private static final String LABEL = "age-encryption.org/v1/scrypt";
    private static final int SALT = 16;
    private static final int BLOCK = 8;
    private static final int KEY = 32;

    private ScryptStanza() {}

    static RecipientStanzaWriter writer(
            SecretBytes passphrase, int workFactor, SecureRandom random) {
        if (workFactor < 1 || workFactor > MAX_WORK_FACTOR) {
            throw new IllegalArgumentException("work factor must be 1 to " + MAX_WORK_FACTOR);
        }
        byte[] salt = new byte[SALT];
        random.nextBytes(salt);
        return fileKey -> {
            byte[] key = fileKey.getEncoded();
            try {
                byte[] body =
                        cipher(Cipher.ENCRYPT_MODE, passphrase, salt, workFactor).doFinal(key);
                return List.of(
                        new Stanza(
                                TYPE,
                                List.of(Stanza.encode(salt), Integer.toString(workFactor)),
                                body));
            } finally {
                Arrays.fill(key, (byte) 0);
            }
        };
    }

    static RecipientStanzaReader reader(SecretBytes passphrase) {
        return stanzas -> unwrap(stanzas, passphrase);
    }

    private static FileKey unwrap(Iterable<RecipientStanza> stanzas, SecretBytes passphrase)
            throws GeneralSecurityException {
        List<RecipientStanza> all = new ArrayList<>();
        stanzas.forEach(all::add);
        if (all.stream().noneMatch(stanza -> stanza.getType().equals(TYPE))) {
            throw new UnsupportedRecipientStanzaException("not sealed under a passphrase");
        }
        if (all.size() != 1) {
            throw new InvalidKeyException("a passphrase stanza must stand alone");
        }
        RecipientStanza stanza = all.getFirst();
        if (stanza.getArguments().size() != 2) {
            throw new InvalidKeyException("a passphrase stanza has exactly two arguments");
        }
        byte[] salt = Stanza.decode(stanza.getArguments().get(0), SALT);
        int workFactor = workFactor(stanza.getArguments().get(1));
        Stanza.checkBody(stanza);
        try {
            return new FileKey(
                    cipher(Cipher.DECRYPT_MODE, passphrase, salt, workFactor)
                            .doFinal(stanza.getBody()));
        } catch (AEADBadTagException e) {
            throw new UnsupportedRecipientStanzaException("another passphrase");
        }
    }

    private static int workFactor(String argument) throws InvalidKeyException {
        if (!argument.matches("[1-9][0-9]?")) {
            throw new InvalidKeyException("a work factor is a number without leading zeros");
        }
        int workFactor = Integer.parseInt(argument);
        if (workFactor > MAX_WORK_FACTOR) {
            throw new InvalidKeyException("a work factor above " + MAX_WORK_FACTOR);
        }
        return workFactor;
    }

    private static Cipher cipher(int mode, SecretBytes passphrase, byte[] salt, int workFactor)
            throws GeneralSecurityException {
        byte[] label = LABEL.getBytes(StandardCharsets.US_ASCII);
        byte[] labelled = Arrays.copyOf(label, label.length + salt.length);
        System.arraycopy(salt, 0, labelled, label.length, salt.length);
        byte[] secret = passphrase.bytes();
        byte[] key = SCrypt.generate(secret, labelled, 1 << workFactor, BLOCK, 1, KEY);
        try {
            Cipher cipher = Cipher.getInstance("ChaCha20-Poly1305");
            // The key is used once: its salt is fresh. age fixes the nonce at zero.
            cipher.init(
                    mode, new SecretKeySpec(key, "ChaCha20"), new IvParameterSpec(new byte[12]));
            return cipher;
        } finally {
            Arrays.fill(secret, (byte) 0);
            Arrays.fill(key, (byte) 0);
        }
    }
}
