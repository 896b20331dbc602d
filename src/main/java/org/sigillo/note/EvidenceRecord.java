package org.sigillo.note;

import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Object;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.tsp.ArchiveTimeStamp;
import org.bouncycastle.asn1.tsp.ArchiveTimeStampChain;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.operator.DigestCalculator;
import org.bouncycastle.operator.DigestCalculatorProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.tsp.TSPException;
import org.bouncycastle.tsp.TimeStampRequest;
import org.bouncycastle.tsp.TimeStampRequestGenerator;
import org.bouncycastle.tsp.TimeStampResponse;
import org.bouncycastle.tsp.ers.ERSArchiveTimeStamp;
import org.bouncycastle.tsp.ers.ERSByteData;
import org.bouncycastle.tsp.ers.ERSEvidenceRecord;
import org.bouncycastle.tsp.ers.ERSException;
import org.sigillo.bytes.Hex;

/// Time stamps that renew one another (RFC 4998), so that the first outlives its certificate and its
/// digest. The data is one object: the bytes of a checkpoint that were stamped.
///
/// Bouncy Castle's own record checks only the last stamp's signature and only the last chain's hold on
/// the data; here every stamp and every chain is checked, as §5.3 says.
public final class EvidenceRecord {
    private static final DigestCalculatorProvider DIGESTS = digests();

    /// How far an authority's clock may be ahead of ours.
    private static final Duration AHEAD = Duration.ofMinutes(2);

    private final org.bouncycastle.asn1.tsp.EvidenceRecord record;

    private EvidenceRecord(org.bouncycastle.asn1.tsp.EvidenceRecord record) {
        this.record = record;
    }

    /// What verification found.
    ///
    /// @param first when the data existed at the latest
    /// @param last when the record was renewed last
    public record Held(Instant first, Instant last, int stamps, int chains) {}

    /// Begins a record with a stamp that was got already; nobody needs to be asked.
    public static EvidenceRecord beginning(TimeStamp stamp) {
        return new EvidenceRecord(
                new org.bouncycastle.asn1.tsp.EvidenceRecord(
                        null,
                        null,
                        new ArchiveTimeStamp(
                                StampCheck.granted(stamp.reply())
                                        .token()
                                        .toCMSSignedData()
                                        .toASN1Structure())));
    }

    /// Reads DER.
    public static EvidenceRecord parse(byte[] der) {
        return StampCheck.reading(() -> {
            EvidenceRecord parsed =
                    new EvidenceRecord(
                            org.bouncycastle.asn1.tsp.EvidenceRecord.getInstance(primitive(der)));
            if (!Arrays.equals(parsed.bytes(), der)) {
                throw new NoteException("evidence record: expected DER, found another encoding");
            }
            return parsed;
        });
    }

    /// DER.
    public byte[] bytes() {
        return der(record);
    }

    /// What to ask for before the certificate of the last stamp ends (§5.2, time stamp renewal).
    public Renewal renewal(RandomGenerator random) {
        return asking(
                random,
                (ers, generator, nonce) -> ers.generateTimeStampRenewalRequest(generator, nonce),
                ERSEvidenceRecord::renewTimeStamp);
    }

    /// What to ask for before the digest of the last stamps grows weak (§5.2, hash-tree renewal).
    ///
    /// @param digest `SHA-256`, `-384`, `-512`, or `SHA3-` of these lengths
    public Renewal renewal(String digest, byte[] data, RandomGenerator random) {
        AlgorithmIdentifier algorithm = named(digest);
        ERSByteData object = new ERSByteData(data);
        return asking(
                random,
                (ers, generator, nonce) ->
                        ers.generateHashRenewalRequest(
                                DIGESTS.get(algorithm), object, generator, nonce),
                (ers, response) -> ers.renewHash(DIGESTS.get(algorithm), object, response));
    }

    private Renewal asking(RandomGenerator random, Asking asking, Adding adding) {
        BigInteger nonce = BigInteger.valueOf(random.nextLong(1, Long.MAX_VALUE));
        try {
            ERSEvidenceRecord ers = new ERSEvidenceRecord(record, DIGESTS);
            TimeStampRequest request = asking.ask(ers, new TimeStampRequestGenerator(), nonce);
            return new Renewal(
                    new TimeStamp.Query(
                            request.getMessageImprintAlgOID(),
                            request.getMessageImprintDigest(),
                            nonce),
                    ers,
                    adding);
        } catch (TSPException | ERSException | IOException | OperatorCreationException e) {
            throw new NoteException("evidence record: cannot be renewed: " + e.getMessage(), e);
        }
    }

    private interface Asking {
        TimeStampRequest ask(ERSEvidenceRecord ers, TimeStampRequestGenerator gen, BigInteger nonce)
                throws TSPException, ERSException, IOException, OperatorCreationException;
    }

    private interface Adding {
        ERSEvidenceRecord add(ERSEvidenceRecord ers, TimeStampResponse response)
                throws TSPException, ERSException, OperatorCreationException;
    }

    /// A record that waits for a stamp.
    public static final class Renewal {
        private final TimeStamp.Query query;
        private final ERSEvidenceRecord ers;
        private final Adding adding;

        private Renewal(TimeStamp.Query query, ERSEvidenceRecord ers, Adding adding) {
            this.query = query;
            this.ers = ers;
            this.adding = adding;
        }

        /// To be sent to an authority.
        public byte[] query() {
            return query.bytes();
        }

        /// The longer record, once the answer is found right.
        public EvidenceRecord answered(byte[] reply, TimeStamp.Anchors anchors) {
            query.answered(reply, anchors);
            try {
                return new EvidenceRecord(
                        adding.add(ers, StampCheck.response(reply)).toASN1Structure());
            } catch (TSPException | ERSException | OperatorCreationException e) {
                throw new NoteException("evidence record: cannot be renewed: " + e.getMessage(), e);
            }
        }
    }

    /// Checks every stamp: that it covers what it should, that its signature holds, and that its
    /// certificate still led to an anchor when the next stamp was made; the last one's, now.
    ///
    /// @param data the bytes of the checkpoint that were stamped
    /// @throws NoteException naming the stamp, what was expected and what was found
    public Held verify(byte[] data, TimeStamp.Anchors anchors, Instant now) {
        return StampCheck.reading(() -> verified(data, anchors, now));
    }

    private Held verified(byte[] data, TimeStamp.Anchors anchors, Instant now) {
        List<ArchiveTimeStamp> all = new ArrayList<>();
        ArchiveTimeStampChain[] chains = chains();
        for (int chain = 0; chain < chains.length; chain++) {
            ArchiveTimeStamp[] stamps = stamps(chains[chain]);
            AlgorithmIdentifier algorithm = stamps[0].getDigestAlgorithmIdentifier();
            StampCheck.require(algorithm.getAlgorithm());
            byte[] covered = covered(data, chain, algorithm);
            for (ArchiveTimeStamp stamp : stamps) {
                covers(stamp, covered, algorithm, all.size());
                all.add(stamp);
                covered = digest(algorithm, der(stamp.getTimeStamp()));
            }
        }
        List<StampCheck> checks = all.stream().map(it -> StampCheck.of(it.getTimeStamp())).toList();
        Instant last = checks.getLast().time();
        if (last.isAfter(now.plus(AHEAD))) {
            throw failed(checks.size() - 1, "expected a time before " + now + ", found " + last);
        }
        for (int i = 0; i < checks.size(); i++) {
            Instant time = checks.get(i).time();
            Instant next = i + 1 < checks.size() ? checks.get(i + 1).time() : later(now, last);
            if (next.isBefore(time)) {
                throw failed(i, "expected a time before " + next + ", found " + time);
            }
            try {
                checks.get(i).signed(anchors, next);
            } catch (NoteException e) {
                throw failed(i, String.valueOf(e.getMessage()));
            }
        }
        return new Held(checks.getFirst().time(), last, all.size(), chains.length);
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private static void covers(
            ArchiveTimeStamp stamp, byte[] digest, AlgorithmIdentifier algorithm, int number) {
        StampCheck.Imprint imprint = StampCheck.of(stamp.getTimeStamp()).imprint();
        if (!AlgorithmIdentifier.areEquivalent(stamp.getDigestAlgorithmIdentifier(), algorithm)
                || !imprint.algorithm().equals(algorithm.getAlgorithm())) {
            throw failed(number, "expected one digest in a chain, found two");
        }
        try {
            ERSArchiveTimeStamp ers = new ERSArchiveTimeStamp(stamp, DIGESTS);
            ers.validatePresent(false, digest, ers.getGenTime());
        } catch (TSPException | ERSException e) {
            throw failed(number, "expected to cover " + Hex.of(digest) + ", found " + imprint);
        }
    }

    /// What the first stamp of a chain covers: the data, and from the second chain on also all the
    /// chains before (§5.2).
    private byte[] covered(byte[] data, int chain, AlgorithmIdentifier algorithm) {
        byte[] digest = digest(algorithm, data);
        if (chain == 0) {
            return digest;
        }
        byte[] before = digest(algorithm, der(new DERSequence(Arrays.copyOf(chains(), chain))));
        byte[] both = Arrays.copyOf(digest, digest.length + before.length);
        System.arraycopy(before, 0, both, digest.length, before.length);
        return digest(algorithm, both);
    }

    private ArchiveTimeStampChain[] chains() {
        ArchiveTimeStampChain[] chains =
                record.getArchiveTimeStampSequence().getArchiveTimeStampChains();
        if (chains.length == 0) {
            throw new NoteException("evidence record: expected a time stamp, found none");
        }
        return chains;
    }

    private static ArchiveTimeStamp[] stamps(ArchiveTimeStampChain chain) {
        ArchiveTimeStamp[] stamps = chain.getArchiveTimestamps();
        if (stamps.length == 0) {
            throw new NoteException("evidence record: expected a time stamp, found an empty chain");
        }
        return stamps;
    }

    private static AlgorithmIdentifier named(String digest) {
        ASN1ObjectIdentifier known = StampCheck.DIGESTS.get(digest);
        if (known == null) {
            throw new NoteException(
                    "digest: expected one of "
                            + new TreeSet<>(StampCheck.DIGESTS.keySet())
                            + ", found "
                            + digest);
        }
        return new AlgorithmIdentifier(known);
    }

    private static byte[] digest(AlgorithmIdentifier algorithm, byte[] bytes) {
        try {
            DigestCalculator calculator = DIGESTS.get(algorithm);
            try (OutputStream out = calculator.getOutputStream()) {
                out.write(bytes);
            }
            return calculator.getDigest();
        } catch (OperatorCreationException | IOException e) {
            throw new IllegalStateException("every Java platform has SHA-2 and SHA-3", e);
        }
    }

    private static ASN1Primitive primitive(byte[] der) {
        try {
            return ASN1Primitive.fromByteArray(der);
        } catch (IOException e) {
            throw new NoteException("evidence record: not DER", e);
        }
    }

    private static byte[] der(ASN1Object object) {
        try {
            return object.getEncoded(ASN1Encoding.DER);
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory does not fail", e);
        }
    }

    private static NoteException failed(int number, String what) {
        return new NoteException("evidence record, stamp " + (number + 1) + ": " + what);
    }

    private static DigestCalculatorProvider digests() {
        try {
            return new JcaDigestCalculatorProviderBuilder().build();
        } catch (OperatorCreationException e) {
            throw new IllegalStateException("every Java platform has digests", e);
        }
    }
}
