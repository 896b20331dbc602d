package org.sigillo.sealing;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.KDF;
import javax.crypto.Mac;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.sigillo.bytes.SecretBytes;
import org.sigillo.bytes.Sha256;

/// By what a source's program knows again what it left with the server (`docs/spec/envelope.md`
/// §14): codes under a key that follows from the source's identity and that the server never has.
final class SenderKey implements AutoCloseable {
    private static final String INFO = "sigillo/sender/v1";
    private static final String KEEPSAKE = "sigillo/keepsake/v1";
    private static final String MARK = "sigillo/mark/v1";
    private static final String HMAC = "HmacSHA256";
    private static final int LENGTH = 32;
    private static final int EXHIBIT = 16;

    private final SecretBytes key;

    private SenderKey(SecretBytes key) {
        this.key = key;
    }

    /// @param seed of the source's identity; stays the caller's
    static SenderKey of(SecretBytes seed, byte[] instanceId) {
        byte[] secret = seed.bytes();
        try {
            return new SenderKey(
                    SecretBytes.takeOwnership(
                            KDF.getInstance("HKDF-SHA256")
                                    .deriveData(
                                            HKDFParameterSpec.ofExtract()
                                                    .addIKM(secret)
                                                    .addSalt(instanceId)
                                                    .thenExpand(
                                                            INFO.getBytes(
                                                                    StandardCharsets.US_ASCII),
                                                            LENGTH))));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java platform has HKDF-SHA-256", e);
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    Sha256 keepsake(HybridRecipient first) {
        return code(KEEPSAKE, first.fingerprint().bytes());
    }

    Sha256 mark(byte[] exhibit, int number, Sha256 cut, Sha256 sealed) {
        if (exhibit.length != EXHIBIT || number < 0) {
            throw new IllegalArgumentException("an exhibit's id has 16 bytes, a number is from 0");
        }
        return code(
                MARK,
                exhibit,
                ByteBuffer.allocate(Integer.BYTES).putInt(number).array(),
                cut.bytes(),
                sealed.bytes());
    }

    private Sha256 code(String domain, byte[]... parts) {
        byte[] secret = key.bytes();
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(secret, HMAC));
            mac.update(domain.getBytes(StandardCharsets.US_ASCII));
            for (byte[] part : parts) {
                mac.update(part);
            }
            return Sha256.copyOf(mac.doFinal());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HMAC-SHA-256", e);
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    @Override
    public void close() {
        key.close();
    }

    @Override
    public String toString() {
        return "SenderKey[32 bytes]";
    }
}
