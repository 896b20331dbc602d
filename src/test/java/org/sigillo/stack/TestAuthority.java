package org.sigillo.stack;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.Hashtable;
import java.util.List;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.cmp.PKIFreeText;
import org.bouncycastle.asn1.cmp.PKIStatus;
import org.bouncycastle.asn1.cmp.PKIStatusInfo;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.asn1.ess.ESSCertIDv2;
import org.bouncycastle.asn1.ess.SigningCertificateV2;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.tsp.MessageImprint;
import org.bouncycastle.asn1.tsp.TSTInfo;
import org.bouncycastle.asn1.tsp.TimeStampReq;
import org.bouncycastle.asn1.tsp.TimeStampResp;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.DefaultSignedAttributeTableGenerator;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoGeneratorBuilder;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.CollectionStore;
import org.bouncycastle.util.io.pem.PemObject;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.Sha256;

/// A time stamp authority (RFC 3161) with a root of its own, for the demo and for tests: it tells the time
/// that its clock shows, and misbehaves when it is told to. Its key lies open in the demo's folder: what it
/// stamps proves nothing to anybody.
public final class TestAuthority {
    private static final ASN1ObjectIdentifier POLICY = new ASN1ObjectIdentifier("1.2.3.4.1");
    private static final Duration TEN_YEARS = Duration.ofDays(3653);

    private final Signer root;
    private final Signer authority;
    private final InstantSource clock;
    private final SecureRandom random;
    private volatile Misdeed misdeed = Misdeed.NONE;

    private TestAuthority(Signer root, Signer authority, InstantSource clock, SecureRandom random) {
        this.root = root;
        this.authority = authority;
        this.clock = clock;
        this.random = random;
    }

    /// What it may do wrong.
    public enum Misdeed {
        NONE,
        /// Status 2.
        REFUSES,
        /// Status 1, and a good token: this one is no misdeed.
        GRANTS_WITH_CHANGES,
        OTHER_IMPRINT,
        OTHER_DIGEST,
        OTHER_NONCE,
        NO_NONCE,
        NO_PURPOSE,
        PURPOSE_NOT_CRITICAL,
        TWO_PURPOSES,
        EXPIRED_CERTIFICATE,
        OTHER_ROOT,
        NO_CERTIFICATE,
        /// The signed attributes name another certificate than the one that signed.
        OTHER_CERTIFICATE_NAMED,
        /// Signs with a key that is not the certificate's.
        OTHER_KEY
    }

    private record Signer(X509CertificateHolder certificate, PrivateKey key) {}

    /// An authority that is made new; its certificates hold for ten years from now.
    public static TestAuthority of(InstantSource clock, SecureRandom random) {
        return named("the test authority", clock, random);
    }

    /// The same under a root of another name.
    public static TestAuthority named(String name, InstantSource clock, SecureRandom random) {
        Instant from = clock.instant().minus(Duration.ofDays(1));
        Signer root = root("Root of " + name, from, random);
        return new TestAuthority(
                root,
                signed(root, from, from.plus(TEN_YEARS), Purpose.STAMPS_ALONE, random),
                clock,
                random);
    }

    /// The authority whose keys lie in this folder; made at the first call.
    public static TestAuthority in(Path folder, InstantSource clock, SecureRandom random)
            throws IOException {
        Path file = folder.resolve("test-authority.pem");
        if (!Files.exists(file)) {
            TestAuthority made = of(clock, random);
            Files.createDirectories(folder);
            Path fresh = folder.resolve("test-authority.pem.new");
            Files.writeString(
                    fresh,
                    pem(
                            made.root.certificate(),
                            new PemObject("PRIVATE KEY", made.root.key().getEncoded()),
                            made.authority.certificate(),
                            new PemObject("PRIVATE KEY", made.authority.key().getEncoded())));
            Files.move(fresh, file);
        }
        try (PEMParser parser = new PEMParser(new StringReader(Files.readString(file)))) {
            return new TestAuthority(signer(parser), signer(parser), clock, random);
        }
    }

    /// The root's certificate: what whoever checks a stamp must be given.
    public String anchorPem() {
        return pem(root.certificate());
    }

    public void misbehave(Misdeed next) {
        misdeed = next;
    }

    /// Answers a query as its bytes ask.
    public byte[] answer(byte[] query) {
        Misdeed wrong = misdeed;
        try {
            if (wrong == Misdeed.REFUSES) {
                return new TimeStampResp(
                                new PKIStatusInfo(
                                        PKIStatus.rejection,
                                        new PKIFreeText(new DERUTF8String("not today"))),
                                null)
                        .getEncoded();
            }
            TimeStampReq asked = TimeStampReq.getInstance(query);
            PKIStatus status =
                    wrong == Misdeed.GRANTS_WITH_CHANGES
                            ? PKIStatus.grantedWithMods
                            : PKIStatus.granted;
            return new TimeStampResp(
                            new PKIStatusInfo(status),
                            token(info(asked, wrong), signer(wrong), wrong).toASN1Structure())
                    .getEncoded();
        } catch (IOException | CMSException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    private TSTInfo info(TimeStampReq asked, Misdeed wrong) {
        MessageImprint imprint = asked.getMessageImprint();
        if (wrong == Misdeed.OTHER_IMPRINT) {
            byte[] digest = imprint.getHashedMessage();
            digest[0] ^= 1;
            imprint = new MessageImprint(imprint.getHashAlgorithm(), digest);
        }
        if (wrong == Misdeed.OTHER_DIGEST) {
            imprint =
                    new MessageImprint(
                            new org.bouncycastle.asn1.x509.AlgorithmIdentifier(
                                    org.bouncycastle.asn1.nist.NISTObjectIdentifiers.id_sha3_256),
                            imprint.getHashedMessage());
        }
        @Nullable ASN1Integer nonce = asked.getNonce();
        if (wrong == Misdeed.OTHER_NONCE && nonce != null) {
            nonce = new ASN1Integer(nonce.getValue().add(BigInteger.ONE));
        }
        return new TSTInfo(
                POLICY,
                imprint,
                new ASN1Integer(new BigInteger(63, random)),
                new ASN1GeneralizedTime(Date.from(clock.instant())),
                null,
                null,
                wrong == Misdeed.NO_NONCE ? null : nonce,
                null,
                null);
    }

    /// RFC 3161 §2.4.2 and RFC 5816: CMS signed data over TSTInfo, its certificate named in what is signed.
    private static CMSSignedData token(TSTInfo info, Signer signer, Misdeed wrong)
            throws IOException, CMSException, GeneralSecurityException, OperatorCreationException {
        byte[] named = Sha256.of(signer.certificate().getEncoded()).bytes();
        if (wrong == Misdeed.OTHER_CERTIFICATE_NAMED) {
            named[0] ^= 1;
        }
        Hashtable<ASN1ObjectIdentifier, Attribute> attributes = new Hashtable<>();
        attributes.put(
                PKCSObjectIdentifiers.id_aa_signingCertificateV2,
                new Attribute(
                        PKCSObjectIdentifiers.id_aa_signingCertificateV2,
                        new DERSet(new SigningCertificateV2(new ESSCertIDv2(named)))));
        // Without this one the library would add the machine's time.
        attributes.put(
                CMSAttributes.signingTime,
                new Attribute(CMSAttributes.signingTime, new DERSet(new Time(clock(info)))));
        CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
        generator.addSignerInfoGenerator(
                new JcaSimpleSignerInfoGeneratorBuilder()
                        .setSignedAttributeGenerator(
                                new DefaultSignedAttributeTableGenerator(
                                        new AttributeTable(attributes)))
                        .build("SHA256withECDSA", signer.key(), converted(signer.certificate())));
        if (wrong != Misdeed.NO_CERTIFICATE) {
            generator.addCertificates(new CollectionStore<>(List.of(signer.certificate())));
        }
        return generator.generate(
                new CMSProcessableByteArray(PKCSObjectIdentifiers.id_ct_TSTInfo, info.getEncoded()),
                true);
    }

    private static Date clock(TSTInfo info) {
        try {
            return info.getGenTime().getDate();
        } catch (java.text.ParseException e) {
            throw new IllegalStateException(e);
        }
    }

    private Signer signer(Misdeed wrong) {
        Instant now = clock.instant();
        Instant from = now.minus(Duration.ofDays(2));
        Instant to = now.plus(Duration.ofDays(2));
        return switch (wrong) {
            case NO_PURPOSE -> signed(root, from, to, Purpose.NONE, random);
            case PURPOSE_NOT_CRITICAL ->
                    signed(root, from, to, Purpose.STAMPS_NOT_CRITICAL, random);
            case TWO_PURPOSES -> signed(root, from, to, Purpose.STAMPS_AND_MORE, random);
            case EXPIRED_CERTIFICATE ->
                    signed(root, from, now.minus(Duration.ofDays(1)), Purpose.STAMPS_ALONE, random);
            case OTHER_ROOT ->
                    signed(
                            root("Root of the test authority", from, random),
                            from,
                            to,
                            Purpose.STAMPS_ALONE,
                            random);
            case OTHER_KEY -> new Signer(authority.certificate(), pair(random).getPrivate());
            case NONE,
                    REFUSES,
                    GRANTS_WITH_CHANGES,
                    OTHER_IMPRINT,
                    OTHER_DIGEST,
                    OTHER_NONCE,
                    NO_NONCE,
                    NO_CERTIFICATE,
                    OTHER_CERTIFICATE_NAMED ->
                    authority;
        };
    }

    private enum Purpose {
        NONE,
        STAMPS_ALONE,
        STAMPS_NOT_CRITICAL,
        STAMPS_AND_MORE
    }

    private static Signer root(String name, Instant from, SecureRandom random) {
        KeyPair pair = pair(random);
        X500Name self = new X500Name("CN=" + name);
        try {
            JcaX509v3CertificateBuilder builder =
                    builder(self, self, from, from.plus(TEN_YEARS), pair.getPublic(), random);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
            return new Signer(
                    builder.build(
                            new JcaContentSignerBuilder("SHA256withECDSA")
                                    .build(pair.getPrivate())),
                    pair.getPrivate());
        } catch (IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Signer signed(
            Signer root, Instant from, Instant to, Purpose purpose, SecureRandom random) {
        KeyPair pair = pair(random);
        try {
            JcaX509v3CertificateBuilder builder =
                    builder(
                            root.certificate().getSubject(),
                            new X500Name("CN=Test authority"),
                            from,
                            to,
                            pair.getPublic(),
                            random);
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            ASN1EncodableVector purposes = new ASN1EncodableVector();
            purposes.add(KeyPurposeId.id_kp_timeStamping);
            if (purpose == Purpose.STAMPS_AND_MORE) {
                purposes.add(KeyPurposeId.id_kp_codeSigning);
            }
            if (purpose != Purpose.NONE) {
                builder.addExtension(
                        Extension.extendedKeyUsage,
                        purpose != Purpose.STAMPS_NOT_CRITICAL,
                        ExtendedKeyUsage.getInstance(new DERSequence(purposes)));
            }
            return new Signer(
                    builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(root.key())),
                    pair.getPrivate());
        } catch (IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JcaX509v3CertificateBuilder builder(
            X500Name issuer,
            X500Name subject,
            Instant from,
            Instant to,
            PublicKey key,
            SecureRandom random) {
        return new JcaX509v3CertificateBuilder(
                issuer, new BigInteger(120, random), Date.from(from), Date.from(to), subject, key);
    }

    private static KeyPair pair(SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static java.security.cert.X509Certificate converted(X509CertificateHolder holder)
            throws GeneralSecurityException {
        return new org.bouncycastle.cert.jcajce.JcaX509CertificateConverter()
                .getCertificate(holder);
    }

    private static Signer signer(PEMParser parser) throws IOException {
        X509CertificateHolder certificate = (X509CertificateHolder) parser.readObject();
        PrivateKeyInfo key = (PrivateKeyInfo) parser.readObject();
        return new Signer(certificate, new JcaPEMKeyConverter().getPrivateKey(key));
    }

    private static String pem(Object... objects) {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            for (Object object : objects) {
                writer.writeObject(object);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return text.toString();
    }
}
