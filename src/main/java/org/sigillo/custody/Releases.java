package org.sigillo.custody;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Sha256;

/// Follows releases through the ledger: that each was proposed, approved by a quorum of others,
/// sealed and released by one who approved, in this order. The statements themselves are [Trust]'s.
public final class Releases {
    private final Map<Id, Release> releases = new HashMap<>();

    /// How far a release is.
    public enum State {
        PROPOSED,
        APPROVED,
        READY,
        SEALED,
        RELEASED
    }

    /// A release as the ledger knows it.
    ///
    /// @param proposedAt RFC 3339
    /// @param rules in force when it was proposed; nothing counts for it under others
    /// @param approvals who approved, and when
    /// @param packageDigest once sealed
    public record Release(
            Id id,
            Id proposer,
            String proposedAt,
            Rules rules,
            ReleaseEvent.Proposed proposal,
            State state,
            Map<Id, String> approvals,
            Optional<Sha256> packageDigest) {

        private Release at(State next) {
            return new Release(
                    id, proposer, proposedAt, rules, proposal, next, approvals, packageDigest);
        }

        private Release sealed(Sha256 digest) {
            return new Release(
                    id,
                    proposer,
                    proposedAt,
                    rules,
                    proposal,
                    State.SEALED,
                    approvals,
                    Optional.of(digest));
        }

        private Release approvedBy(Id editor, String when) {
            Map<Id, String> next = new LinkedHashMap<>(approvals);
            next.put(editor, when);
            return new Release(
                    id, proposer, proposedAt, rules, proposal, state, next, packageDigest);
        }
    }

    public Optional<Release> find(Id release) {
        return Optional.ofNullable(releases.get(release));
    }

    /// Takes in the next event.
    ///
    /// @param rules in force at this event
    /// @throws BrokenEvidenceException if it breaks the order or the rules
    public void follow(ReleaseEvent fact, Entry.Event event, Rules rules, String where) {
        switch (fact) {
            case ReleaseEvent.Proposed p -> {
                require(!releases.containsKey(p.release()), where, "a first proposal", "a second");
                releases.put(
                        p.release(),
                        new Release(
                                p.release(),
                                person(event, where),
                                event.at(),
                                rules,
                                p,
                                State.PROPOSED,
                                Map.of(),
                                Optional.empty()));
            }
            case ReleaseEvent.ApprovalGiven a -> {
                Release known = at(a, a.round(), a.manifest(), State.PROPOSED, rules, where);
                Id editor = person(event, where);
                require(!editor.equals(known.proposer), where, "another than the proposer", "them");
                require(!known.approvals.containsKey(editor), where, "a first vote", "a second");
                releases.put(a.release(), known.approvedBy(editor, event.at()));
            }
            case ReleaseEvent.Approved a -> {
                Release known = at(a, a.round(), a.manifest(), State.PROPOSED, rules, where);
                int given = known.approvals.size();
                long quorum = rules.quorum();
                require(given >= quorum, where, quorum + " approvals", String.valueOf(given));
                releases.put(a.release(), known.at(State.APPROVED));
            }
            case ReleaseEvent.Ready r ->
                    releases.put(
                            r.release(),
                            at(r, r.round(), r.manifest(), State.APPROVED, rules, where)
                                    .at(State.READY));
            case ReleaseEvent.PackageSealed s ->
                    releases.put(
                            s.release(),
                            at(s, s.round(), s.manifest(), State.READY, rules, where)
                                    .sealed(s.packageDigest()));
            case ReleaseEvent.Released r -> {
                Release known = at(r, r.round(), r.manifest(), State.SEALED, rules, where);
                require(
                        known.approvals.containsKey(person(event, where)),
                        where,
                        "one who approved",
                        "another");
                Sha256 sealed = known.packageDigest.orElse(Sha256.ZERO);
                require(
                        sealed.equals(r.packageDigest()),
                        where,
                        sealed.hex(),
                        r.packageDigest().hex());
                releases.put(r.release(), known.at(State.RELEASED));
            }
            case ReleaseEvent.Fetched ignored -> {}
            case ReleaseEvent.Refused ignored -> {}
        }
    }

    private Release at(
            ReleaseEvent fact,
            long round,
            Sha256 manifest,
            State state,
            Rules rules,
            String where) {
        Release known = releases.get(fact.release());
        if (known == null) {
            throw new BrokenEvidenceException(where, "a proposal of " + fact.release(), "none");
        }
        require(
                known.rules.equals(rules),
                where,
                "rules of version " + known.rules.version() + ", as when it was proposed",
                "version " + rules.version());
        require(known.state == state, where, "a release " + state, known.state.toString());
        require(
                known.proposal.round() == round && known.proposal.manifest().equals(manifest),
                where,
                "round " + known.proposal.round() + " of manifest " + known.proposal.manifest(),
                "round " + round + " of manifest " + manifest);
        return known;
    }

    private static Id person(Entry.Event event, String where) {
        return event.person()
                .orElseThrow(() -> new BrokenEvidenceException(where, "a person acting", "none"));
    }

    private static void require(boolean holds, String where, String expected, String found) {
        if (!holds) {
            throw new BrokenEvidenceException(where, expected, found);
        }
    }
}
