package org.sigillo.custody;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.CanonicalJson;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;
import org.sigillo.note.Checkpoint;
import org.sigillo.note.NoteException;
import org.sigillo.note.NoteVerifier;

/// `release.json`: the entries that made a release ready and the way of their signers' keys and roles
/// back to the genesis, each with its proof (`docs/spec/release.md` §2).
///
/// @param checkpoint the signed note that covers all of them
public record ReleaseProof(
        Id release, Sha256 manifest, String checkpoint, List<ProvenEntry> entries) {
    public ReleaseProof {
        entries = List.copyOf(entries);
        if (entries.isEmpty()) {
            throw new MalformedException("a release's proof begins with entry 0");
        }
    }

    /// Where the release stands after these entries, and who counts.
    record Followed(Genesis genesis, Checkpoint checkpoint, Trust trust, Releases releases) {}

    /// Which of these entries (of people and releases, with entry 0) such a proof needs, in order.
    public static List<Entry> needed(Id release, List<Entry> known) {
        Set<Long> needed = new HashSet<>();
        Set<Id> seen = new HashSet<>();
        Deque<Id> signers = new ArrayDeque<>();
        long proposed = Long.MAX_VALUE;
        for (Entry entry : known) {
            if (entry.event().fact() instanceof ReleaseEvent.Proposed fact
                    && fact.release().equals(release)) {
                proposed = entry.n();
            }
        }
        for (Entry entry : known) {
            boolean ruling =
                    entry.event().fact() instanceof CustodyEvent.RulesChanged
                            && entry.n() < proposed;
            boolean ofRelease =
                    entry.event().fact() instanceof ReleaseEvent fact
                            && fact.release().equals(release)
                            && preparing(fact);
            if (entry.n() == 0 || ruling || ofRelease) {
                needed.add(entry.n());
                entry.event().person().ifPresent(signers::add);
            }
        }
        while (!signers.isEmpty()) {
            Id signer = signers.remove();
            if (!seen.add(signer)) {
                continue;
            }
            for (Entry entry : known) {
                if (entry.event().fact() instanceof CustodyEvent.OfPeople fact
                        && !(fact instanceof CustodyEvent.PersonAccount)
                        && fact.person().equals(signer)) {
                    needed.add(entry.n());
                    entry.event().person().ifPresent(signers::add);
                }
            }
        }
        return known.stream().filter(entry -> needed.contains(entry.n())).toList();
    }

    private static boolean preparing(ReleaseEvent fact) {
        return switch (fact) {
            case ReleaseEvent.Proposed ignored -> true;
            case ReleaseEvent.ApprovalGiven ignored -> true;
            case ReleaseEvent.Approved ignored -> true;
            case ReleaseEvent.Ready ignored -> true;
            case ReleaseEvent.PackageSealed ignored -> false;
            case ReleaseEvent.Released ignored -> false;
            case ReleaseEvent.Fetched ignored -> false;
            case ReleaseEvent.Refused ignored -> false;
        };
    }

    static ReleaseProof parse(byte[] bytes) {
        Json.Obj json = CanonicalJson.parseObject(bytes);
        json.only("v", "origin", "genesis", "release", "manifest", "checkpoint", "entries");
        if (json.number("v") != 1) {
            throw new MalformedException("only proofs of version 1 are known");
        }
        List<ProvenEntry> entries = new ArrayList<>();
        for (Json value : json.array("entries")) {
            if (!(value instanceof Json.Obj proven)) {
                throw new MalformedException("a proven entry is an object");
            }
            proven.only("index", "entry", "proof");
            Entry entry = Entry.parse(Base64.parse(proven.text("entry")));
            if (entry.n() != proven.number("index")) {
                throw new MalformedException("a proven entry's index is another");
            }
            entries.add(
                    new ProvenEntry(
                            entry,
                            Events.texts(proven, "proof").stream().map(Sha256::parse).toList()));
        }
        ReleaseProof proof =
                new ReleaseProof(
                        Id.parse(json.text("release")),
                        json.digest("manifest"),
                        json.text("checkpoint"),
                        entries);
        Genesis genesis = proof.genesis();
        Expected.same("release.json, origin", genesis.opened().origin(), json.text("origin"));
        Expected.same("release.json, genesis", genesis.hash(), json.digest("genesis"));
        return proof;
    }

    byte[] bytes() {
        Genesis genesis = genesis();
        return CanonicalJson.encode(
                Json.object()
                        .with("v", 1)
                        .with("origin", genesis.opened().origin())
                        .with("genesis", genesis.hash())
                        .with("release", release.hex())
                        .with("manifest", manifest)
                        .with("checkpoint", checkpoint)
                        .with(
                                "entries",
                                Json.array(entries.stream().map(ProvenEntry::json).toList())));
    }

    Genesis genesis() {
        return Genesis.ofEntry(entries.getFirst().entry());
    }

    /// The day of `release.ready`.
    String day() {
        return entries.stream()
                .map(ProvenEntry::entry)
                .filter(it -> it.event().fact() instanceof ReleaseEvent.Ready)
                .map(it -> it.event().at().substring(0, 10))
                .findFirst()
                .orElseThrow(() -> new MalformedException("a release's proof has release.ready"));
    }

    /// Checks every proof and statement.
    ///
    /// @throws BrokenEvidenceException naming what does not hold
    Followed follow() {
        Genesis genesis = genesis();
        Checkpoint covering = checkpoint(checkpoint, genesis, "release.json, checkpoint");
        Trust trust = Trust.of(genesis);
        Releases releases = new Releases();
        long last = -1;
        for (ProvenEntry proven : entries) {
            Entry entry = proven.entry();
            String where = "release.json, entry " + entry.n();
            if (entry.n() <= last) {
                throw new BrokenEvidenceException(where, "entries in order", "after " + last);
            }
            last = entry.n();
            proven.verify(covering, where);
            if (entry.n() > 0) {
                trust = trust.with(entry.event(), entry.n());
            }
            if (entry.event().fact() instanceof ReleaseEvent fact) {
                releases.follow(fact, entry.event(), trust.rules(), where);
            }
        }
        Expected.same(
                "release.json, state",
                Optional.of(Releases.State.READY),
                releases.find(release).map(Releases.Release::state));
        Expected.same(
                "release.json, manifest",
                Optional.of(manifest),
                releases.find(release).map(it -> it.proposal().manifest()));
        return new Followed(genesis, covering, trust, releases);
    }

    static Checkpoint checkpoint(String note, Genesis genesis, String where) {
        try {
            return Checkpoint.verified(
                    note,
                    genesis.opened().origin(),
                    genesis.opened().keys().stream().map(NoteVerifier::parse).toList());
        } catch (NoteException e) {
            throw new BrokenEvidenceException(
                    where, "a checkpoint signed by the log", String.valueOf(e.getMessage()));
        }
    }
}
