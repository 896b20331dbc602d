package org.sigillo.custody;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Sha256;

/// Follows releases through the ledger: that each was proposed, approved by a quorum of others,
/// sealed and released by one who approved, in this order. The statements themselves are [Trust]'s.
final class Releases {
    private final long quorum;
    private final Map<Id, State> states = new HashMap<>();

    Releases(Rules rules) {
        this.quorum = rules.quorum();
    }

    private static final class State {
        final Id proposer;
        final long round;
        final Sha256 manifest;
        final Set<Id> approvers = new HashSet<>();
        String reached = "proposed";
        Sha256 sealed = Sha256.ZERO;

        State(Id proposer, long round, Sha256 manifest) {
            this.proposer = proposer;
            this.round = round;
            this.manifest = manifest;
        }
    }

    void follow(CustodyEvent.OfRelease fact, Entry.Event event, String where) {
        switch (fact) {
            case CustodyEvent.ReleaseProposed p -> {
                State known = states.get(p.release());
                require(known == null, where, "a first proposal", "a second");
                states.put(
                        p.release(),
                        new State(event.person().orElseThrow(), p.round(), p.manifest()));
            }
            case CustodyEvent.ApprovalGiven a -> {
                State state = at(a.release(), a.round(), a.manifest(), "proposed", where);
                Id editor = event.person().orElseThrow();
                require(!editor.equals(state.proposer), where, "another than the proposer", "them");
                require(state.approvers.add(editor), where, "a first approval", "a second");
            }
            case CustodyEvent.ReleaseApproved a -> {
                State state = at(a.release(), a.round(), a.manifest(), "proposed", where);
                require(
                        state.approvers.size() >= quorum,
                        where,
                        quorum + " approvals",
                        String.valueOf(state.approvers.size()));
                state.reached = "approved";
            }
            case CustodyEvent.ReleaseReady r ->
                    at(r.release(), r.round(), r.manifest(), "approved", where).reached = "ready";
            case CustodyEvent.PackageSealed s -> {
                State state = at(s.release(), s.round(), s.manifest(), "ready", where);
                state.reached = "sealed";
                state.sealed = s.packageDigest();
            }
            case CustodyEvent.Released r -> {
                State state = at(r.release(), r.round(), r.manifest(), "sealed", where);
                require(
                        state.approvers.contains(event.person().orElseThrow()),
                        where,
                        "one who approved",
                        "another");
                require(
                        state.sealed.equals(r.packageDigest()),
                        where,
                        state.sealed.hex(),
                        r.packageDigest().hex());
                state.reached = "released";
            }
            case CustodyEvent.ReleaseRefused ignored -> {}
        }
    }

    /// Whether the ledger followed so far released this package of this manifest.
    boolean released(Id release, Sha256 manifest, Sha256 packageDigest) {
        State state = states.get(release);
        return state != null
                && state.reached.equals("released")
                && state.manifest.equals(manifest)
                && state.sealed.equals(packageDigest);
    }

    private State at(Id release, long round, Sha256 manifest, String reached, String where) {
        State state = states.get(release);
        if (state == null) {
            throw new BrokenEvidenceException(where, "a proposal of " + release, "none");
        }
        require(state.reached.equals(reached), where, "a release " + reached, state.reached);
        require(
                state.round == round && state.manifest.equals(manifest),
                where,
                "round " + state.round + " of manifest " + state.manifest,
                "round " + round + " of manifest " + manifest);
        return state;
    }

    private static void require(boolean holds, String where, String expected, String found) {
        if (!holds) {
            throw new BrokenEvidenceException(where, expected, found);
        }
    }
}
