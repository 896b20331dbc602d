package org.sigillo.note;

import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.params.MLDSAParameters;
import org.bouncycastle.crypto.params.MLDSAPrivateKeyParameters;
import org.bouncycastle.crypto.params.MLDSAPublicKeyParameters;
import org.bouncycastle.crypto.signers.MLDSASigner;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.SecretBytes;

/// ML-DSA-44 (FIPS 204) on Bouncy Castle: pure, with the empty context, in the deterministic variant,
/// so that one checkpoint has one signature however often it is signed.
final class MlDsa44 {
    /// Bytes in the seed that a key pair is made from.
    static final int SEED = 32;

    /// Bytes in a public key.
    static final int KEY = 1312;

    /// Bytes in a signature.
    static final int SIGNATURE = 2420;

    private MlDsa44() {}

    static byte[] publicKey(SecretBytes seed) {
        return privateKey(seed).getPublicKey();
    }

    static byte[] sign(SecretBytes seed, byte[] message) {
        MLDSASigner signer = new MLDSASigner();
        signer.init(true, privateKey(seed));
        signer.update(message, 0, message.length);
        try {
            return signer.generateSignature();
        } catch (CryptoException e) {
            throw new IllegalStateException("a key made from a seed signs", e);
        }
    }

    static boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
        if (publicKey.length != KEY || signature.length != SIGNATURE) {
            return false;
        }
        MLDSASigner verifier = new MLDSASigner();
        verifier.init(false, new MLDSAPublicKeyParameters(MLDSAParameters.ml_dsa_44, publicKey));
        verifier.update(message, 0, message.length);
        return verifier.verifySignature(signature);
    }

    private static MLDSAPrivateKeyParameters privateKey(SecretBytes seed) {
        if (seed.length() != SEED) {
            throw new MalformedException("an ML-DSA seed has 32 bytes");
        }
        return new MLDSAPrivateKeyParameters(MLDSAParameters.ml_dsa_44, seed.bytes());
    }
}
