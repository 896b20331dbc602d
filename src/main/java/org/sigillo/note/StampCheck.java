package org.sigillo.note;

import java.io.IOException;
import java.math.BigInteger;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.tsp.TimeStampResp;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.tsp.TSPException;
import org.bouncycastle.tsp.TimeStampResponse;
import org.bouncycastle.tsp.TimeStampToken;
import org.bouncycastle.tsp.TimeStampTokenInfo;
import org.bouncycastle.util.encoders.Hex;

/// What must hold for a time stamp token (RFC 3161 §2.4.2, RFC 5816), one check a method; each failure
/// names what was expected and what was found.
final class StampCheck {
    private static final String TIME_STAMPING = "1.3.6.1.5.5.7.3.8";
    private static final String EXTENDED_KEY_USAGE = "2.5.29.37";

    /// Digests that a signature or an imprint may be over, by their names. SHA-1 is not among them.
    static final Map<String, ASN1ObjectIdentifier> DIGESTS =
            Map.of(
                    "SHA-256", NISTObjectIdentifiers.id_sha256,
                    "SHA-384", NISTObjectIdentifiers.id_sha384,
                    "SHA-512", NISTObjectIdentifiers.id_sha512,
                    "SHA3-256", NISTObjectIdentifiers.id_sha3_256,
                    "SHA3-384", NISTObjectIdentifiers.id_sha3_384,
                    "SHA3-512", NISTObjectIdentifiers.id_sha3_512);

    private final TimeStampToken token;

    private StampCheck(TimeStampToken token) {
        this.token = token;
    }

    /// What was stamped: a digest and its algorithm.
    record Imprint(ASN1ObjectIdentifier algorithm, byte[] digest) {
        @Override
        public String toString() {
            return algorithm + " " + Hex.toHexString(digest);
        }
    }

    /// An answer's token, if the authority granted one.
    static StampCheck granted(byte[] reply) {
        TimeStampResponse response = response(reply);
        if (response.getStatus() != 0 && response.getStatus() != 1) {
            throw failed("status", "0 or 1", String.valueOf(response.getStatus()));
        }
        return new StampCheck(response.getTimeStampToken());
    }

    /// A token as it stands in an evidence record.
    static StampCheck of(ContentInfo token) {
        try {
            return new StampCheck(new TimeStampToken(token));
        } catch (TSPException | IOException e) {
            throw malformed(e);
        }
    }

    static TimeStampResponse response(byte[] reply) {
        try {
            return new TimeStampResponse(
                    TimeStampResp.getInstance(ASN1Primitive.fromByteArray(reply)));
        } catch (TSPException | IOException e) {
            throw malformed(e);
        }
    }

    TimeStampToken token() {
        return token;
    }

    Instant time() {
        return token.getTimeStampInfo().getGenTime().toInstant();
    }

    Imprint imprint() {
        TimeStampTokenInfo info = token.getTimeStampInfo();
        return new Imprint(info.getMessageImprintAlgOID(), info.getMessageImprintDigest());
    }

    void covers(Imprint expected) {
        Imprint found = imprint();
        if (!found.algorithm().equals(expected.algorithm())
                || !Arrays.equals(found.digest(), expected.digest())) {
            throw failed("imprint", expected.toString(), found.toString());
        }
    }

    void answers(BigInteger nonce) {
        BigInteger found = token.getTimeStampInfo().getNonce();
        if (!nonce.equals(found)) {
            throw failed("nonce", nonce.toString(), String.valueOf(found));
        }
    }

    /// Checks the signature, that its certificate is for nothing but time stamps, and that it leads to
    /// an anchor, when the stamp was made and at the later time given.
    void signed(TimeStamp.Anchors anchors, Instant until) {
        X509CertificateHolder holder = signer();
        X509Certificate signer = certificate(holder);
        purpose(signer);
        digests();
        anchors.require(signer, enclosed(), time());
        anchors.require(signer, enclosed(), until);
        signed(holder);
    }

    /// The same without an anchor: that the stamp holds if its certificate does.
    void signed() {
        X509CertificateHolder holder = signer();
        purpose(certificate(holder));
        digests();
        signed(holder);
    }

    /// Whether any of its certificates is one of the anchors, or was issued by one.
    boolean isOf(TimeStamp.Anchors anchors) {
        return enclosed().stream().anyMatch(anchors::vouchFor);
    }

    private X509CertificateHolder signer() {
        return holders().stream()
                .filter(token.getSID()::match)
                .findFirst()
                .orElseThrow(() -> failed("certificate", "the signer's in the answer", "none"));
    }

    private List<X509Certificate> enclosed() {
        return holders().stream().map(StampCheck::certificate).toList();
    }

    private List<X509CertificateHolder> holders() {
        return List.copyOf(token.getCertificates().getMatches(null));
    }

    private void signed(X509CertificateHolder holder) {
        try {
            // Also compares the certificate with ESSCertID or ESSCertIDv2 in what is signed.
            token.validate(new JcaSimpleSignerInfoVerifierBuilder().build(holder));
        } catch (TSPException | OperatorCreationException | CertificateException e) {
            throw failed("signature", "one that holds", String.valueOf(e.getMessage()));
        }
    }

    private void digests() {
        for (SignerInformation signer : token.toCMSSignedData().getSignerInfos()) {
            require(new ASN1ObjectIdentifier(signer.getDigestAlgOID()));
        }
        require(imprint().algorithm());
    }

    static void require(ASN1ObjectIdentifier digest) {
        if (!DIGESTS.containsValue(digest)) {
            throw failed("digest", "SHA-2 or SHA-3", digest.toString());
        }
    }

    /// RFC 3161 §2.3: this purpose alone, and critical.
    private static void purpose(X509Certificate signer) {
        String found;
        try {
            List<String> purposes = signer.getExtendedKeyUsage();
            Set<String> critical = signer.getCriticalExtensionOIDs();
            if (purposes == null) {
                found = "none";
            } else if (!purposes.equals(List.of(TIME_STAMPING))) {
                found = purposes.toString();
            } else if (critical == null || !critical.contains(EXTENDED_KEY_USAGE)) {
                found = "timeStamping, not critical";
            } else {
                return;
            }
        } catch (CertificateException e) {
            throw malformed(e);
        }
        throw failed("extended key usage", "timeStamping alone, critical", found);
    }

    private static X509Certificate certificate(X509CertificateHolder holder) {
        try {
            return new JcaX509CertificateConverter().getCertificate(holder);
        } catch (CertificateException e) {
            throw malformed(e);
        }
    }

    static NoteException failed(String what, String expected, String found) {
        return new NoteException(
                "time stamp, " + what + ": expected " + expected + ", found " + found);
    }

    /// Runs a check of bytes that somebody else wrote. Bouncy Castle reads lazily and throws whatever it
    /// stumbles over, so what is caught here is wide: to whoever asked, it is all malformed.
    static <T> T reading(Supplier<T> check) {
        try {
            return check.get();
        } catch (NoteException e) {
            throw e;
        } catch (RuntimeException e) {
            throw malformed(e);
        }
    }

    private static NoteException malformed(Exception cause) {
        return new NoteException("time stamp: not in the form of RFC 3161 or RFC 4998", cause);
    }
}
