package org.sigillo.note;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.tsp.TimeStampRequestGenerator;
import org.sigillo.bytes.Sha256;

/// That some bytes existed at a time, by the word of an authority (RFC 3161). Checked already: there is
/// no way to one that does not hold.
public final class TimeStamp {
    /// Media type of a query.
    public static final String QUERY_TYPE = "application/timestamp-query";

    /// Media type of an answer.
    public static final String REPLY_TYPE = "application/timestamp-reply";

    /// More than any authority answers.
    public static final int LARGEST_REPLY = 1 << 16;

    private static final String DASH = "\u2014 ";

    private final byte[] reply;
    private final Instant time;

    private TimeStamp(byte[] reply, Instant time) {
        this.reply = reply.clone();
        this.time = time;
    }

    /// The authority's whole answer (`.tsr`), verbatim, as it is stored and as `openssl ts` takes it.
    public byte[] reply() {
        return reply.clone();
    }

    public Instant time() {
        return time;
    }

    /// What of a checkpoint is stamped: the note with the signature lines whose key has the origin's
    /// name, and no others, byte for byte and in their order. Cosignatures come and go; these stay.
    public static byte[] stamped(String checkpoint) {
        SignedNote.parse(checkpoint);
        String origin = checkpoint.substring(0, checkpoint.indexOf('\n'));
        int cut = checkpoint.lastIndexOf("\n\n") + 2;
        StringBuilder kept = new StringBuilder(checkpoint.substring(0, cut));
        for (String line : checkpoint.substring(cut).split("(?<=\n)", -1)) {
            if (line.startsWith(DASH + origin + " ")) {
                kept.append(line);
            }
        }
        if (kept.length() == cut) {
            throw new NoteException(
                    "time stamp: expected a line signed by " + origin + ", found none");
        }
        return kept.toString().getBytes(StandardCharsets.UTF_8);
    }

    /// A question to an authority about these bytes.
    public static Query query(byte[] stamped, RandomGenerator random) {
        return new Query(
                NISTObjectIdentifiers.id_sha256,
                Sha256.of(stamped).bytes(),
                BigInteger.valueOf(random.nextLong(1, Long.MAX_VALUE)));
    }

    /// Checks a stored answer whose question is gone.
    ///
    /// @throws NoteException naming what was expected and what was found
    public static TimeStamp verified(byte[] reply, byte[] stamped, Anchors anchors) {
        return checked(reply, imprint(stamped), Optional.empty(), anchors);
    }

    /// The same of an authority that may be none of those whose anchors these are.
    ///
    /// @return nothing if no anchor issued one of the answer's certificates: what can be checked without one holds
    /// @throws NoteException naming what was expected and what was found
    public static Optional<TimeStamp> verifiedIfKnown(
            byte[] reply, byte[] stamped, Anchors anchors) {
        return StampCheck.reading(() -> {
            StampCheck stamp = StampCheck.granted(reply);
            if (stamp.isOf(anchors)) {
                return Optional.of(verified(reply, stamped, anchors));
            }
            ownWord(stamp, stamped);
            return Optional.empty();
        });
    }

    /// What can be checked of a stored answer without believing anybody: it is of these bytes, and signed by the certificate in it.
    ///
    /// @throws NoteException naming what was expected and what was found
    public static void requireOf(byte[] reply, byte[] stamped) {
        StampCheck.reading(() -> {
            StampCheck stamp = StampCheck.granted(reply);
            ownWord(stamp, stamped);
            return stamp;
        });
    }

    private static void ownWord(StampCheck stamp, byte[] stamped) {
        stamp.covers(imprint(stamped));
        stamp.signed();
    }

    private static StampCheck.Imprint imprint(byte[] stamped) {
        return new StampCheck.Imprint(NISTObjectIdentifiers.id_sha256, Sha256.of(stamped).bytes());
    }

    private static TimeStamp checked(
            byte[] reply, StampCheck.Imprint imprint, Optional<BigInteger> nonce, Anchors anchors) {
        return StampCheck.reading(() -> {
            StampCheck stamp = StampCheck.granted(reply);
            stamp.covers(imprint);
            nonce.ifPresent(stamp::answers);
            stamp.signed(anchors, stamp.time());
            return new TimeStamp(reply, stamp.time());
        });
    }

    /// A question: what to stamp, and a number that the answer must repeat.
    public static final class Query {
        private final StampCheck.Imprint imprint;
        private final BigInteger nonce;

        Query(ASN1ObjectIdentifier algorithm, byte[] digest, BigInteger nonce) {
            this.imprint = new StampCheck.Imprint(algorithm, digest);
            this.nonce = nonce;
        }

        /// As it is sent; asks for the authority's certificates.
        public byte[] bytes() {
            TimeStampRequestGenerator generator = new TimeStampRequestGenerator();
            generator.setCertReq(true);
            try {
                return generator
                        .generate(imprint.algorithm(), imprint.digest(), nonce)
                        .getEncoded();
            } catch (IOException e) {
                throw new IllegalStateException("writing to memory does not fail", e);
            }
        }

        /// Checks an answer to this question.
        ///
        /// @throws NoteException naming what was expected and what was found
        public TimeStamp answered(byte[] reply, Anchors anchors) {
            return checked(reply, imprint, Optional.of(nonce), anchors);
        }
    }

    /// The certificates (RFC 5280) from which a time stamp authority's certificate must come. Their own
    /// validity is not looked at, and neither are revocations: both would need the network.
    public static final class Anchors {
        private static final String BEGIN = "-----BEGIN CERTIFICATE-----";

        private final Set<TrustAnchor> anchors;

        private Anchors(Set<TrustAnchor> anchors) {
            this.anchors = anchors;
        }

        /// Reads one or more PEM certificates.
        public static Anchors parse(String pem) {
            if (!pem.contains(BEGIN)) {
                throw new NoteException("trust anchors: expected PEM certificates, found none");
            }
            try {
                Collection<? extends Certificate> found =
                        CertificateFactory.getInstance("X.509")
                                .generateCertificates(
                                        new ByteArrayInputStream(
                                                pem.getBytes(StandardCharsets.US_ASCII)));
                return new Anchors(
                        found.stream()
                                .map(it -> new TrustAnchor((X509Certificate) it, null))
                                .collect(Collectors.toUnmodifiableSet()));
            } catch (CertificateException e) {
                throw new NoteException("trust anchors: not X.509 certificates", e);
            }
        }

        /// Whether this is one of them, or one of them signed it. A name alone says nothing: an authority's new root has the old
        /// one's.
        boolean vouchFor(X509Certificate certificate) {
            return anchors.stream()
                    .map(TrustAnchor::getTrustedCert)
                    .anyMatch(it ->
                            it.getPublicKey().equals(certificate.getPublicKey())
                                    || signed(it, certificate));
        }

        private static boolean signed(X509Certificate anchor, X509Certificate certificate) {
            try {
                certificate.verify(anchor.getPublicKey());
                return true;
            } catch (GeneralSecurityException e) {
                return false;
            }
        }

        /// Checks that this certificate leads to one of the anchors at this time.
        ///
        /// @param others certificates that may lie between
        void require(X509Certificate certificate, List<X509Certificate> others, Instant at) {
            X509CertSelector target = new X509CertSelector();
            target.setCertificate(certificate);
            try {
                PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, target);
                parameters.addCertStore(
                        CertStore.getInstance(
                                "Collection", new CollectionCertStoreParameters(others)));
                parameters.setDate(Date.from(at));
                parameters.setRevocationEnabled(false);
                CertPathBuilder.getInstance("PKIX").build(parameters);
            } catch (CertPathBuilderException e) {
                throw new NoteException(
                        "time stamp, certificate: expected one that leads to a trust anchor at "
                                + at
                                + ", found "
                                + certificate.getSubjectX500Principal(),
                        e);
            } catch (InvalidAlgorithmParameterException e) {
                throw new NoteException("trust anchors: there are none", e);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every Java platform has PKIX", e);
            }
        }
    }
}
