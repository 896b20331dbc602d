package org.sigillo.custody;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Sha256;

/// What a statement must say to make an event its signer's act.
record Expected(
        Statement statement,
        String kind,
        String subject,
        long round,
        Optional<String> decision,
        Optional<Role> given,
        Sha256 digest) {
    private static final Duration AHEAD = Duration.ofMinutes(2);
    private static final Duration BEHIND = Duration.ofDays(1);

    /// What is said once and never voided.
    private static final long FIRST_ROUND = 1;

    static Expected of(Statement statement, CustodyEvent fact, String subject) {
        Optional<Role> given =
                fact instanceof CustodyEvent.RoleGiven role
                        ? Optional.of(role.role())
                        : Optional.empty();
        return new Expected(
                statement,
                fact.type(),
                subject,
                FIRST_ROUND,
                Optional.empty(),
                given,
                Statement.bodyDigest(fact));
    }

    /// Each version of the rules is a round of its own.
    static Expected of(CustodyEvent.RulesChanged fact, String instance) {
        return new Expected(
                fact.statement(),
                fact.type(),
                instance,
                fact.rules().version(),
                Optional.empty(),
                Optional.empty(),
                Statement.bodyDigest(fact));
    }

    /// What the statement of a release's event must say; nothing where it carries none.
    static Optional<Expected> decision(ReleaseEvent fact) {
        return switch (fact) {
            case ReleaseEvent.Proposed p ->
                    Optional.of(
                            decision(
                                    p.statement(),
                                    "release.proposed",
                                    p.release(),
                                    p.round(),
                                    p.manifest(),
                                    Optional.empty()));
            case ReleaseEvent.ApprovalGiven a ->
                    Optional.of(
                            decision(
                                    a.statement(),
                                    "release.vote",
                                    a.release(),
                                    a.round(),
                                    a.manifest(),
                                    Optional.of("approve")));
            case ReleaseEvent.Released r ->
                    Optional.of(
                            decision(
                                    r.statement(),
                                    "release.released",
                                    r.release(),
                                    r.round(),
                                    r.manifest(),
                                    Optional.empty()));
            case ReleaseEvent.Approved ignored -> Optional.empty();
            case ReleaseEvent.Ready ignored -> Optional.empty();
            case ReleaseEvent.PackageSealed ignored -> Optional.empty();
            case ReleaseEvent.Fetched ignored -> Optional.empty();
            case ReleaseEvent.Refused ignored -> Optional.empty();
        };
    }

    private static Expected decision(
            Statement statement,
            String kind,
            Id release,
            long round,
            Sha256 manifest,
            Optional<String> decision) {
        return new Expected(
                statement, kind, release.hex(), round, decision, Optional.empty(), manifest);
    }

    /// Compares every member, and the signature.
    ///
    /// @param allowed the roles one of which the signer must count in; empty if none is needed
    /// @return what this key may say only once
    List<String> check(
            Trust trust,
            Trust.Person signer,
            Entry.Event event,
            long index,
            String where,
            Set<Role> allowed) {
        Statement.Claims claims = statement.claims();
        same(where + ", origin", trust.origin(), claims.origin());
        same(where + ", kind", kind, claims.kind());
        same(where + ", subject", subject, claims.subject());
        same(where + ", round", round, claims.round());
        same(where + ", decision", decision, claims.decision());
        same(where + ", given", given, claims.given());
        same(where + ", digest", digest, claims.digest());
        same(where + ", rules", trust.rules().version(), claims.rules());
        if (!signer.key().equals(claims.key())) {
            throw new BrokenEvidenceException(
                    where,
                    "a signature with the key of " + signer.id() + ", " + signer.key().hex(),
                    "one with the key " + claims.key().hex());
        }
        if (claims.seenSize() > index) {
            throw new BrokenEvidenceException(
                    where + ", seen", "at most " + index, String.valueOf(claims.seenSize()));
        }
        Instant at = Statement.time(event.at());
        if (claims.instant().isAfter(at.plus(AHEAD))
                || claims.instant().isBefore(at.minus(BEHIND))) {
            throw new BrokenEvidenceException(
                    where + ", at", "within 120 s ahead and a day behind " + at, claims.at());
        }
        if (!allowed.isEmpty()) {
            Role role =
                    claims.role()
                            .filter(allowed::contains)
                            .orElseThrow(() ->
                                    new BrokenEvidenceException(
                                            where + ", role", "one of " + allowed, "none"));
            if (!trust.maySign(signer.id(), role, at)) {
                throw new BrokenEvidenceException(
                        where + ", role", signer.id() + " counts as " + role.word(), "does not");
            }
        }
        if (!statement.verifySignature()) {
            throw new BrokenEvidenceException(where, "a signature by " + signer.id(), "another");
        }
        return List.of(
                claims.key().hex(),
                claims.kind(),
                claims.subject(),
                claims.given().map(Role::word).orElse(""),
                String.valueOf(claims.round()));
    }

    static void same(String where, Object expected, Object found) {
        if (!expected.equals(found)) {
            throw new BrokenEvidenceException(where, word(expected), word(found));
        }
    }

    /// As people write it, whatever type it has here.
    private static String word(Object value) {
        return switch (value) {
            case Optional<?> may -> may.map(Expected::word).orElse("none");
            case Role role -> role.word();
            case Statement.Key key -> key.hex();
            default -> value.toString();
        };
    }
}
