package org.sigillo.custody;

import java.util.List;
import java.util.Optional;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Cbor;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;
import org.sigillo.merkle.MerkleHash;
import org.sigillo.merkle.ProofCheck;
import org.sigillo.merkle.ProofException;
import org.sigillo.note.Checkpoint;
import org.sigillo.note.NoteSigner;
import org.sigillo.note.NoteVerifier;

/// A receipt as a COSE_Sign1 object (RFC 9942, RFC9162_SHA256): that an entry is in the tree, or that
/// one tree continues another. The payload, left out of the object, is the root; whoever checks it
/// computes it from the proof.
///
/// RFC 9942 signs the root alone, and one path fits several sizes. Ours have the size in the protected
/// header as well.
///
/// @param header the protected header's bytes, verbatim: they are what is signed
/// @param alg the COSE algorithm
/// @param issuer CWT claim `iss`
/// @param size our own header, the size of the tree whose root is signed
public record CoseReceipt(
        byte[] header,
        long alg,
        Optional<String> issuer,
        Optional<Long> size,
        Proof proof,
        byte[] signature) {
    private static final int SIGN1 = 18;
    private static final long ALG = 1;
    private static final long KID = 4;
    private static final long CWT_CLAIMS = 15;
    private static final long ISS = 1;
    private static final long VDS = 395;
    private static final long VDP = 396;
    private static final long INCLUSION = -1;
    private static final long CONSISTENCY = -2;
    private static final long EDDSA = -8;
    private static final long RFC9162_SHA256 = 1;

    /// Of the range that the registry of COSE headers leaves for private use.
    private static final long TREE_SIZE = -65537;

    public CoseReceipt {
        header = header.clone();
        signature = signature.clone();
    }

    /// What is proven.
    public sealed interface Proof {
        List<Sha256> path();
    }

    /// That some entry has this index.
    public record Inclusion(long size, long index, List<Sha256> path) implements Proof {
        public Inclusion {
            path = List.copyOf(path);
        }
    }

    /// That the tree of `size` entries begins with the one of `earlier`.
    public record Consistency(long earlier, long size, List<Sha256> path) implements Proof {
        public Consistency {
            path = List.copyOf(path);
        }
    }

    /// Makes the receipt of an entry in a published tree.
    public static byte[] ofInclusion(
            Checkpoint in, long index, List<Sha256> path, NoteSigner signer) {
        return sign(in, INCLUSION, Cbor.of(in.size()), Cbor.of(index), path, signer);
    }

    /// Makes the receipt that one published tree continues another.
    public static byte[] ofConsistency(
            Checkpoint earlier, Checkpoint in, List<Sha256> path, NoteSigner signer) {
        return sign(in, CONSISTENCY, Cbor.of(earlier.size()), Cbor.of(in.size()), path, signer);
    }

    private static byte[] sign(
            Checkpoint in, long kind, Cbor one, Cbor two, List<Sha256> path, NoteSigner signer) {
        if (path.isEmpty()) {
            throw new MalformedException(
                    "a COSE receipt has a path: there is none in a tree of one entry, or between"
                            + " equal sizes");
        }
        byte[] header =
                Cbor.encode(
                        Cbor.object()
                                .with(ALG, Cbor.of(EDDSA))
                                .with(KID, Cbor.of(signer.verifier().keyId()))
                                .with(CWT_CLAIMS, Cbor.object().with(ISS, Cbor.of(in.origin())))
                                .with(VDS, Cbor.of(RFC9162_SHA256))
                                .with(TREE_SIZE, Cbor.of(in.size())));
        Cbor hashes = new Cbor.Arr(path.stream().map(h -> Cbor.of(h.bytes())).toList());
        byte[] proof = Cbor.encode(Cbor.array(one, two, hashes));
        return Cbor.encode(
                new Cbor.Tagged(
                        SIGN1,
                        Cbor.array(
                                Cbor.of(header),
                                Cbor.object()
                                        .with(
                                                VDP,
                                                Cbor.object()
                                                        .with(kind, Cbor.array(Cbor.of(proof)))),
                                new Cbor.Null(),
                                Cbor.of(signer.signCose(header, in.root().bytes())))));
    }

    /// Reads a receipt of any issuer with exactly one proof.
    public static CoseReceipt parse(byte[] bytes) {
        if (!(Cbor.parse(bytes) instanceof Cbor.Tagged(int tag, Cbor.Arr(List<Cbor> parts)))
                || tag != SIGN1
                || parts.size() != 4
                || !(parts.get(0) instanceof Cbor.Bytes header)
                || !(parts.get(1) instanceof Cbor.Obj unprotected)
                || !(parts.get(2) instanceof Cbor.Null)
                || !(parts.get(3) instanceof Cbor.Bytes signature)
                || !(Cbor.parse(header.value()) instanceof Cbor.Obj signed)) {
            throw new MalformedException("a receipt is a COSE_Sign1 object without its payload");
        }
        if (!signed.find(VDS).equals(Optional.of(Cbor.of(RFC9162_SHA256)))) {
            throw new MalformedException("only receipts of RFC9162_SHA256 trees are known");
        }
        return new CoseReceipt(
                header.value(),
                signed.find(ALG)
                        .flatMap(CoseReceipt::number)
                        .orElseThrow(() -> new MalformedException("a receipt names its algorithm")),
                signed.find(CWT_CLAIMS).flatMap(CoseReceipt::issuer),
                signed.find(TREE_SIZE).flatMap(CoseReceipt::number),
                proof(unprotected),
                signature.value());
    }

    private static Proof proof(Cbor.Obj unprotected) {
        if (unprotected.members().size() != 1
                || !(unprotected.find(VDP).orElse(new Cbor.Null()) instanceof Cbor.Obj proofs)
                || proofs.members().size() != 1) {
            throw new MalformedException("a receipt has one proof and no other header");
        }
        Optional<Cbor> inclusion = proofs.find(INCLUSION);
        Cbor found =
                inclusion
                        .or(() -> proofs.find(CONSISTENCY))
                        .orElseThrow(() ->
                                new MalformedException("a proof of inclusion or consistency"));
        if (!(found instanceof Cbor.Arr(List<Cbor> wrapped))
                || wrapped.size() != 1
                || !(wrapped.getFirst() instanceof Cbor.Bytes inner)
                || !(Cbor.parse(inner.value()) instanceof Cbor.Arr(List<Cbor> parts))
                || parts.size() != 3
                || !(parts.get(0) instanceof Cbor.Int(long one))
                || !(parts.get(1) instanceof Cbor.Int(long two))
                || !(parts.get(2) instanceof Cbor.Arr(List<Cbor> hashes))
                || hashes.isEmpty()
                || hashes.size() > 63) {
            throw new MalformedException("a proof is two numbers and a path of 1 to 63 hashes");
        }
        List<Sha256> path = hashes.stream().map(CoseReceipt::hash).toList();
        return inclusion.isPresent()
                ? new Inclusion(one, two, path)
                : new Consistency(one, two, path);
    }

    private static Optional<Long> number(Cbor value) {
        return value instanceof Cbor.Int(long number) ? Optional.of(number) : Optional.empty();
    }

    private static Optional<String> issuer(Cbor claims) {
        return claims instanceof Cbor.Obj obj
                ? obj.find(ISS)
                        .filter(Cbor.Text.class::isInstance)
                        .map(it -> ((Cbor.Text) it).value())
                : Optional.empty();
    }

    private static Sha256 hash(Cbor value) {
        if (value instanceof Cbor.Bytes bytes) {
            return Sha256.copyOf(bytes.value());
        }
        throw new MalformedException("a hash is a byte string");
    }

    /// Checks that one of the log's keys signed a tree that holds these bytes as an entry.
    ///
    /// @return where in which tree
    /// @throws BrokenEvidenceException naming what does not hold
    public Inclusion verifyInclusion(byte[] entry, String origin, List<NoteVerifier> logKeys) {
        if (!(proof instanceof Inclusion inclusion)) {
            throw new BrokenEvidenceException(
                    "COSE receipt", "a proof of inclusion", "one of consistency");
        }
        Sha256 root =
                root(() ->
                        ProofCheck.rootByInclusion(
                                MerkleHash.leaf(entry),
                                inclusion.index(),
                                inclusion.size(),
                                inclusion.path()));
        signature(inclusion.size(), root, origin, logKeys);
        Expected.same("COSE receipt, index", Entry.parse(entry).n(), inclusion.index());
        return inclusion;
    }

    /// Checks that one of the log's keys signed a tree that continues this checkpoint's.
    ///
    /// @return the later checkpoint
    /// @throws BrokenEvidenceException naming what does not hold
    public Checkpoint verifyConsistency(Checkpoint earlier, List<NoteVerifier> logKeys) {
        if (!(proof instanceof Consistency consistency)) {
            throw new BrokenEvidenceException(
                    "COSE receipt", "a proof of consistency", "one of inclusion");
        }
        Expected.same("COSE receipt, earlier size", earlier.size(), consistency.earlier());
        Sha256 root =
                root(() ->
                        ProofCheck.rootByConsistency(
                                earlier.size(),
                                earlier.root(),
                                consistency.size(),
                                consistency.path()));
        signature(consistency.size(), root, earlier.origin(), logKeys);
        return new Checkpoint(earlier.origin(), consistency.size(), root);
    }

    private static Sha256 root(java.util.function.Supplier<Sha256> computed) {
        try {
            return computed.get();
        } catch (ProofException e) {
            throw new BrokenEvidenceException(
                    "COSE receipt", "a proof that holds", String.valueOf(e.getMessage()));
        }
    }

    private void signature(long proven, Sha256 root, String origin, List<NoteVerifier> logKeys) {
        Expected.same("COSE receipt, algorithm", EDDSA, alg);
        Expected.same("COSE receipt, issuer", Optional.of(origin), issuer);
        Expected.same("COSE receipt, tree size", Optional.of(proven), size);
        boolean holds =
                logKeys.stream()
                        .anyMatch(key ->
                                key.name().equals(origin)
                                        && key.verifyCose(header, root.bytes(), signature));
        if (!holds) {
            throw new BrokenEvidenceException(
                    "COSE receipt, signature",
                    "by a key of " + origin + " over " + root,
                    "another");
        }
    }
}
