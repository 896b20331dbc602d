package org.sigillo.sealing;

import com.exceptionfactory.jagged.FileKey;
import com.exceptionfactory.jagged.RecipientStanza;
import com.exceptionfactory.jagged.RecipientStanzaReader;
import com.exceptionfactory.jagged.RecipientStanzaWriter;
import com.exceptionfactory.jagged.UnsupportedRecipientStanzaException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.hpke.HPKE;
import org.jspecify.annotations.Nullable;

/// The `mlkem768x25519` stanza (C2SP age): the file key, sealed by HPKE (RFC 9180) over X-Wing.
final class HybridStanza {
    private static final String TYPE = "mlkem768x25519";
    private static final int ENCAPSULATED = 1120;

    private HybridStanza() {}

    static HPKE hpke() {
        return new HPKE(
                HPKE.mode_base, HPKE.kem_X_WING, HPKE.kdf_HKDF_SHA256, HPKE.aead_CHACHA20_POLY1305);
    }

    private static byte[] info() {
        return "age-encryption.org/mlkem768x25519".getBytes(StandardCharsets.US_ASCII);
    }

    static RecipientStanzaWriter writer(HybridRecipient recipient) {
        return fileKey -> List.of(wrap(fileKey, recipient));
    }

    static RecipientStanzaReader reader(HybridIdentity identity) {
        return stanzas -> unwrap(stanzas, identity);
    }

    private static RecipientStanza wrap(FileKey fileKey, HybridRecipient recipient)
            throws GeneralSecurityException {
        HPKE hpke = hpke();
        byte[] key = fileKey.getEncoded();
        try {
            byte[][] sealed =
                    hpke.seal(
                            hpke.deserializePublicKey(recipient.key()),
                            info(),
                            new byte[0],
                            key,
                            null,
                            null,
                            null);
            return new Stanza(TYPE, List.of(Stanza.encode(sealed[1])), sealed[0]);
        } catch (InvalidCipherTextException e) {
            throw new GeneralSecurityException("the file key could not be wrapped", e);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    private static FileKey unwrap(Iterable<RecipientStanza> stanzas, HybridIdentity identity)
            throws GeneralSecurityException {
        List<RecipientStanza> ours = new ArrayList<>();
        int all = 0;
        boolean passphrase = false;
        for (RecipientStanza stanza : stanzas) {
            all++;
            passphrase |= stanza.getType().equals(ScryptStanza.TYPE);
            if (stanza.getType().equals(TYPE)) {
                ours.add(stanza);
            }
        }
        if (passphrase && all > 1) {
            throw new InvalidKeyException("a passphrase stanza must stand alone");
        }
        for (RecipientStanza stanza : ours) {
            byte[] key = unwrap(stanza, identity);
            if (key != null) {
                return new FileKey(key);
            }
        }
        throw new UnsupportedRecipientStanzaException("no stanza opens with this identity");
    }

    private static byte @Nullable [] unwrap(RecipientStanza stanza, HybridIdentity identity)
            throws GeneralSecurityException {
        if (stanza.getArguments().size() != 1) {
            throw new InvalidKeyException("a hybrid stanza has exactly one argument");
        }
        byte[] encapsulated = Stanza.decode(stanza.getArguments().getFirst(), ENCAPSULATED);
        Stanza.checkBody(stanza);
        HPKE hpke = hpke();
        try {
            return hpke.open(
                    encapsulated,
                    identity.keyPair(hpke),
                    info(),
                    new byte[0],
                    stanza.getBody(),
                    null,
                    null,
                    null);
        } catch (InvalidCipherTextException e) {
            return null;
        } catch (IllegalStateException e) {
            // Bouncy Castle's word for an X25519 share of low order.
            throw new InvalidKeyException("a hybrid stanza's share is of low order", e);
        }
    }
}
