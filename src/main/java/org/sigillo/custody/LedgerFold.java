package org.sigillo.custody;

import java.util.Optional;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;
import org.sigillo.merkle.HashReader;
import org.sigillo.merkle.MerkleHash;
import org.sigillo.merkle.Proofs;

/// Follows a ledger from entry to entry, as every verifier does: the bytes, the chain, the statements
/// and what they say about the tree, trust, and the order of releases.
public final class LedgerFold {
    private final Genesis genesis;
    private final HashReader hashes;
    private final Releases releases = new Releases();
    private Trust trust;
    private Sha256 prev = Sha256.ZERO;
    private long next;
    private long seenSize = -1;
    private Sha256 seenRoot = Sha256.ZERO;

    /// @param hashes of the tree that the entries are said to be in
    public LedgerFold(Genesis genesis, HashReader hashes) {
        this.genesis = genesis;
        this.hashes = hashes;
        this.trust = Trust.of(genesis);
    }

    /// An entry whose bytes are well formed, have the leaf hash that the tree has in its place, and name
    /// that place.
    ///
    /// @param entry nothing where all that follows from it follows from its bytes alone
    record InPlace(long n, Sha256 leaf, Sha256 prev, Optional<Entry> entry) {}

    /// What of an entry can be checked without those before it.
    ///
    /// @param leaf what the tree has in its place
    /// @throws BrokenEvidenceException naming the entry and what does not hold
    static InPlace inPlace(long n, byte[] bytes, Sha256 leaf) {
        Optional<Sha256> plain = PlainEntry.prev(n, bytes);
        if (plain.isPresent()) {
            require(n, "leaf", MerkleHash.leaf(bytes), leaf);
            return new InPlace(n, leaf, plain.get(), Optional.empty());
        }
        Entry entry = parse(n, bytes);
        require(n, "leaf", MerkleHash.leaf(bytes), leaf);
        require(n, "index", n, entry.n());
        return new InPlace(n, leaf, entry.prev(), Optional.of(entry));
    }

    /// Takes in the next entry.
    ///
    /// @param leaf what the tree has in its place
    /// @throws BrokenEvidenceException naming the entry and what does not hold
    public Entry next(byte[] bytes, Sha256 leaf) {
        Entry entry = parse(next, bytes);
        next(inPlace(next, bytes, leaf));
        return entry;
    }

    /// Takes in the next entry, which is in its place.
    void next(InPlace in) {
        long n = next++;
        require(n, "index", n, in.n());
        require(n, "prev", prev, in.prev());
        prev = in.leaf();
        if (n == 0) {
            require(n, "the genesis", genesis.hash(), in.leaf());
        } else {
            in.entry().ifPresent(this::follow);
        }
    }

    private static Entry parse(long n, byte[] bytes) {
        try {
            return Entry.parse(bytes);
        } catch (MalformedException e) {
            throw new BrokenEvidenceException(
                    where(n), "a well-formed entry", String.valueOf(e.getMessage()));
        }
    }

    private void follow(Entry entry) {
        CustodyEvent fact = entry.event().fact();
        Optional<Statement> signed = fact.signed();
        trust = trust.with(entry.event(), entry.n());
        // Whoever signed was shown this very history, not another one.
        signed.ifPresent(s ->
                root(
                        s.claims().seenSize(),
                        s.claims().seenRoot(),
                        where(entry.n()) + ", seen root"));
        switch (fact) {
            case ReleaseEvent release ->
                    releases.follow(release, entry.event(), trust.rules(), where(entry.n()));
            case CustodyEvent.LogChecked checked -> {
                if (checked.size() > entry.n()) {
                    throw new BrokenEvidenceException(
                            where(entry.n()) + ", size",
                            "at most " + entry.n(),
                            "" + checked.size());
                }
                root(checked.size(), checked.root(), where(entry.n()) + ", root");
            }
            default -> {}
        }
    }

    private void root(long size, Sha256 root, String where) {
        if (size != seenSize) {
            seenRoot = Proofs.root(size, hashes);
            seenSize = size;
        }
        Expected.same(where + " at size " + size, seenRoot, root);
    }

    private static void require(long n, String what, Object expected, Object found) {
        if (!expected.equals(found)) {
            Expected.same(where(n) + ", " + what, expected, found);
        }
    }

    private static String where(long n) {
        return "entry " + n;
    }

    /// The leaf hash of the last entry.
    public Sha256 last() {
        return prev;
    }

    /// How many entries were taken in.
    public long size() {
        return next;
    }

    public Trust trust() {
        return trust;
    }
}
