package org.sigillo.sealing;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.sigillo.bytes.SecretBytes;

/// The intake's cookie: AES-256-GCM under the key of the hour, kept by the source's browser alone.
///
/// `1` and then base64url, unpadded, of nonce (12 bytes), ciphertext and tag (16 bytes). What it is
/// for (its context) is authenticated with it. A key seals far fewer than 2^32 cookies in its hour,
/// so that random nonces do not meet (NIST SP 800-38D §8.3).
public final class SealedCookie {
    private static final String VERSION = "1";
    private static final String DOMAIN = "sigillo/cookie/v1\n";
    private static final int KEY = 32;
    private static final int NONCE = 12;
    private static final int TAG = 16;

    private SealedCookie() {}

    /// Seals what the browser is to keep.
    ///
    /// @param context what the cookie is for; it opens only for the same
    public static String seal(
            SecretBytes key, byte[] plaintext, String context, SecureRandom random) {
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        byte[] sealed = new byte[NONCE + plaintext.length + TAG];
        System.arraycopy(nonce, 0, sealed, 0, NONCE);
        try {
            cipher(Cipher.ENCRYPT_MODE, key, nonce, context)
                    .doFinal(plaintext, 0, plaintext.length, sealed, NONCE);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES-256-GCM", e);
        }
        return VERSION + Base64.getUrlEncoder().withoutPadding().encodeToString(sealed);
    }

    /// What was sealed, or nothing if the cookie is not ours, not for this context, or not of this
    /// hour.
    public static Optional<byte[]> open(SecretBytes key, String cookie, String context) {
        if (!cookie.startsWith(VERSION)) {
            return Optional.empty();
        }
        byte[] sealed;
        try {
            sealed = Base64.getUrlDecoder().decode(cookie.substring(VERSION.length()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        String again = Base64.getUrlEncoder().withoutPadding().encodeToString(sealed);
        if (sealed.length < NONCE + TAG || !cookie.equals(VERSION + again)) {
            return Optional.empty();
        }
        byte[] nonce = Arrays.copyOf(sealed, NONCE);
        try {
            return Optional.of(
                    cipher(Cipher.DECRYPT_MODE, key, nonce, context)
                            .doFinal(sealed, NONCE, sealed.length - NONCE));
        } catch (AEADBadTagException e) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES-256-GCM", e);
        }
    }

    private static Cipher cipher(int mode, SecretBytes key, byte[] nonce, String context)
            throws GeneralSecurityException {
        if (key.length() != KEY) {
            throw new IllegalArgumentException("a cookie key has 32 bytes");
        }
        byte[] secret = key.bytes();
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(
                    mode, new SecretKeySpec(secret, "AES"), new GCMParameterSpec(8 * TAG, nonce));
            ByteBuffer bound = StandardCharsets.UTF_8.encode(DOMAIN + context);
            cipher.updateAAD(bound);
            return cipher;
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }
}
