package org.sigillo.custody;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;
import org.sigillo.note.Checkpoint;
import org.sigillo.note.NoteVerifier;

/// Verifies a published package from itself and the genesis hash alone (`docs/spec/release.md` §4).
public final class ReleaseCheck {

    private final Map<String, byte[]> texts;
    private final Map<String, Payload> payload;

    /// @param texts every file of the bag outside `data/`, by its path in the bag
    /// @param payload every file below `data/`
    public ReleaseCheck(Map<String, byte[]> texts, Map<String, Payload> payload) {
        this.texts = Map.copyOf(texts);
        this.payload = Map.copyOf(payload);
    }

    /// What was found of a released file.
    public record Payload(long size, Sha256 sha256) {}

    /// What was verified.
    ///
    /// @param released RFC 3339
    /// @param size of the ledger that the last proofs are in
    /// @param note the checkpoint that they lead to, of whose lines only the log's were checked
    /// @param logKeys the log's
    public record Report(
            Manifest manifest,
            Id proposer,
            List<Id> approvers,
            Sha256 packageDigest,
            String released,
            long index,
            long size,
            String note,
            List<NoteVerifier> logKeys) {
        public Report {
            approvers = List.copyOf(approvers);
            logKeys = List.copyOf(logKeys);
        }
    }

    /// Checks everything, back to this genesis hash.
    ///
    /// @throws BrokenEvidenceException naming the first thing that does not hold
    public Report against(Sha256 genesisHash) {
        try {
            Sha256 digest = tags();
            Manifest manifest = Manifest.parse(read(ReleasePackage.MANIFEST));
            items(manifest);
            return ledger(genesisHash, manifest, digest);
        } catch (MalformedException e) {
            throw new BrokenEvidenceException(
                    "the package", "well-formed files", String.valueOf(e.getMessage()));
        }
    }

    private Sha256 tags() {
        Map<String, Sha256> listed = lines(ReleasePackage.TAG_MANIFEST);
        Set<String> there = new TreeSet<>(texts.keySet());
        there.remove(ReleasePackage.TAG_MANIFEST);
        // Written after the tag manifest; nothing else lies beside it unlisted.
        there.removeAll(ReleasePackage.LAST);
        Expected.same("files listed in " + ReleasePackage.TAG_MANIFEST, there, listed.keySet());
        listed.forEach((path, digest) -> Expected.same(path, digest, Sha256.of(read(path))));
        return Sha256.of(read(ReleasePackage.TAG_MANIFEST));
    }

    private void items(Manifest manifest) {
        Map<String, Sha256> expected = new TreeMap<>();
        int number = 0;
        for (Manifest.Item item : manifest.items()) {
            String path = ReleasePackage.path(++number, item);
            expected.put(path, item.sha256());
            Payload found = payload.get(path);
            if (found == null) {
                throw new BrokenEvidenceException(path, "a file", "nothing");
            }
            Expected.same(path + ", size", item.size(), found.size());
            Expected.same(path + ", SHA-256", item.sha256(), found.sha256());
        }
        Expected.same("files below data/", expected.keySet(), new TreeSet<>(payload.keySet()));
        Expected.same(
                ReleasePackage.PAYLOAD_MANIFEST, expected, lines(ReleasePackage.PAYLOAD_MANIFEST));
    }

    private Report ledger(Sha256 genesisHash, Manifest manifest, Sha256 digest) {
        ReleaseProof proof = ReleaseProof.parse(read(ReleasePackage.PROOF));
        Expected.same("genesis hash", genesisHash, proof.genesis().hash());
        Expected.same("release.json, release", manifest.release(), proof.release());
        Expected.same("release.json, manifest", manifest.digest(), proof.manifest());
        ReleaseProof.Followed ready = proof.follow();
        Checkpoint later =
                Consistency.verified(
                        text(ReleasePackage.CONSISTENCY),
                        ready.checkpoint(),
                        ready.genesis(),
                        ReleasePackage.CONSISTENCY);
        Entry sealed = last(ReleasePackage.SEALED_PROOF, ready.genesis(), later);
        Entry released = last(ReleasePackage.RELEASED_PROOF, ready.genesis(), later);
        follow(sealed, ready, ReleasePackage.SEALED_PROOF);
        follow(released, ready, ReleasePackage.RELEASED_PROOF);
        Releases.Release done = ready.releases().find(manifest.release()).orElseThrow();
        Expected.same("state", Releases.State.RELEASED, done.state());
        Expected.same("package digest", Optional.of(digest), done.packageDigest());
        if (sealed.n() >= released.n() || released.n() >= later.size()) {
            throw new BrokenEvidenceException(
                    ReleasePackage.CONSISTENCY,
                    "a checkpoint over entries " + sealed.n() + " and " + released.n(),
                    "size " + later.size());
        }
        return new Report(
                manifest,
                done.proposer(),
                List.copyOf(done.approvals().keySet()),
                digest,
                released.event().at(),
                released.n(),
                later.size(),
                Consistency.note(text(ReleasePackage.CONSISTENCY)),
                ready.genesis().opened().keys().stream().map(NoteVerifier::parse).toList());
    }

    /// A last proof must lead to the very checkpoint that was shown to continue that of
    /// `release.json`: one of another history would be as well signed.
    private Entry last(String path, Genesis genesis, Checkpoint later) {
        ProvenEntry.Standing standing = ProvenEntry.standing(text(path), genesis, path);
        Expected.same(path + ", checkpoint", later, standing.in());
        return standing.entry();
    }

    private static void follow(Entry entry, ReleaseProof.Followed ready, String where) {
        ready.trust().with(entry.event(), entry.n());
        if (!(entry.event().fact() instanceof ReleaseEvent fact)) {
            throw new BrokenEvidenceException(where, "a release's event", "another");
        }
        ready.releases().follow(fact, entry.event(), ready.trust().rules(), where);
    }

    private Map<String, Sha256> lines(String path) {
        return ReleasePackage.listed(path, read(path));
    }

    private String text(String path) {
        return SignedText.utf8(read(path));
    }

    private byte[] read(String path) {
        byte[] bytes = texts.get(path);
        if (bytes == null) {
            throw new BrokenEvidenceException(path, "a file", "nothing");
        }
        return bytes;
    }
}
