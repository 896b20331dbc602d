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

    /// Takes in the next entry.
    ///
    /// @param leaf what the tree has in its place
    /// @throws BrokenEvidenceException naming the entry and what does not hold
    public Entry next(byte[] bytes, Sha256 leaf) {
        long n = next++;
        String where = "entry " + n;
        Entry entry = parse(bytes, where);
        Expected.same(where + ", leaf", MerkleHash.leaf(bytes), leaf);
        Expected.same(where + ", index", n, entry.n());
        Expected.same(where + ", prev", prev, entry.prev());
        prev = leaf;
        if (n == 0) {
            Expected.same(where + ", the genesis", genesis.hash(), leaf);
            return entry;
        }
        follow(entry, where);
        return entry;
    }

    private void follow(Entry entry, String where) {
        CustodyEvent fact = entry.event().fact();
        Optional<Statement> signed = fact.signed();
        trust = trust.with(entry.event(), entry.n());
        // Whoever signed was shown this very history, not another one.
        signed.ifPresent(
                s -> root(s.claims().seenSize(), s.claims().seenRoot(), where + ", seen root"));
        switch (fact) {
            case ReleaseEvent release ->
                    releases.follow(release, entry.event(), trust.rules(), where);
            case CustodyEvent.LogChecked checked -> {
                if (checked.size() > entry.n()) {
                    throw new BrokenEvidenceException(
                            where + ", size", "at most " + entry.n(), "" + checked.size());
                }
                root(checked.size(), checked.root(), where + ", root");
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

    private static Entry parse(byte[] bytes, String where) {
        try {
            return Entry.parse(bytes);
        } catch (MalformedException e) {
            throw new BrokenEvidenceException(
                    where, "a well-formed entry", String.valueOf(e.getMessage()));
        }
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
