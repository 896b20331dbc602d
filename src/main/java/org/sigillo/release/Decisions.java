package org.sigillo.release;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Refusal;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Genesis;
import org.sigillo.custody.Id;
import org.sigillo.custody.Manifest;
import org.sigillo.custody.Nonce;
import org.sigillo.custody.ReleaseEvent;
import org.sigillo.custody.Releases;
import org.sigillo.custody.Role;
import org.sigillo.custody.Statement;
import org.sigillo.custody.Trust;
import org.sigillo.ledger.Draft;
import org.sigillo.ledger.Ledger;
import org.sigillo.people.People;
import org.sigillo.sealing.HybridIdentity;
import org.sigillo.vault.Vault;

/// What editors decide: to approve, and, when enough have, to publish.
@ApplicationScoped
public class Decisions {
    /// How long a publication waits for the extra beat that READY called.
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Ledger ledger;
    private final Vault vault;
    private final People people;
    private final ReleaseRows rows;
    private final Standing standing;
    private final Guards guards;
    private final Opening opening;
    private final Packages packages;
    private final Publisher publisher;
    private final Reading reading;
    private final InstantSource clock;
    private final long reserve;

    Decisions(
            Ledger ledger,
            Vault vault,
            People people,
            ReleaseRows rows,
            Standing standing,
            Guards guards,
            Opening opening,
            Packages packages,
            Publisher publisher,
            Reading reading,
            InstantSource clock,
            @ConfigProperty(name = "sigillo.vault.reserve") long reserve) {
        this.ledger = ledger;
        this.vault = vault;
        this.people = people;
        this.rows = rows;
        this.standing = standing;
        this.guards = guards;
        this.opening = opening;
        this.packages = packages;
        this.publisher = publisher;
        this.reading = reading;
        this.clock = clock;
        this.reserve = reserve;
    }

    /// Enters an approval; the one that completes the quorum makes the release READY and calls a beat.
    public void approve(Id person, Id release, Nonce nonce, Statement statement) {
        boolean ready =
                guards.transition(
                        person, release, () -> approved(person, release, nonce, statement));
        if (ready) {
            ledger.callBeat();
        }
    }

    private boolean approved(Id person, Id release, Nonce nonce, Statement statement) {
        Releases.Release known = known(release);
        if (known.proposer().equals(person)) {
            throw Guards.refused(
                    "own-proposal",
                    "You proposed this release; others must decide on it. Ask another editor.");
        }
        if (known.approvals().containsKey(person)) {
            throw Guards.conflict("second-vote", "You have decided on this release already.");
        }
        if (known.state() != Releases.State.PROPOSED) {
            throw Guards.conflict(
                    "not-proposed", "This release has its approvals already. Load it again.");
        }
        Guards.about(statement.claims(), release, known.proposal().manifest());
        Trust trust = people.trust();
        sameRules(trust, known);
        mayDecide(trust, person);
        ReleaseEvent.Proposed proposal = known.proposal();
        ReleaseEvent.ApprovalGiven fact =
                new ReleaseEvent.ApprovalGiven(
                        release, proposal.round(), proposal.manifest(), statement);
        guards.holds(trust, person, fact);
        String round = release + "/" + proposal.round();
        ledger.append(
                Draft.signed(
                        "release.approval-given/" + round + "/" + person,
                        person,
                        Optional.empty(),
                        nonce,
                        fact));
        if (known.approvals().size() + 1 < trust.rules().quorum()) {
            return false;
        }
        ledger.append(
                Draft.byServer(
                        "release.approved/" + round,
                        new ReleaseEvent.Approved(release, proposal.round(), proposal.manifest())));
        ledger.append(
                Draft.byServer(
                        "release.ready/" + round,
                        new ReleaseEvent.Ready(release, proposal.round(), proposal.manifest())));
        return true;
    }

    /// Opens everything once with the reading key, writing nothing; if all of it is what was proposed
    /// and approved, releases it. The package follows by itself.
    public void publish(
            Id person, Id release, String readingKey, Nonce nonce, Statement statement) {
        guards.watched(
                person,
                release,
                () -> {
                    Releases.Release ready = mayPublish(person, release, statement);
                    Sha256 digest = opened(release, ready, readingKey);
                    guards.transition(
                            person,
                            release,
                            () ->
                                    release(
                                            person,
                                            ready.id(),
                                            digest,
                                            new Act(nonce, statement),
                                            readingKey));
                    return release;
                });
        publisher.wake();
    }

    private record Act(Nonce nonce, Statement statement) {}

    private Id release(Id person, Id release, Sha256 digest, Act act, String readingKey) {
        ReleaseEvent.Proposed proposal = mayPublish(person, release, act.statement()).proposal();
        String round = release + "/" + proposal.round();
        ReleaseEvent.Released fact =
                new ReleaseEvent.Released(
                        release, proposal.round(), proposal.manifest(), digest, act.statement());
        ledger.append(
                Draft.byServer(
                        "release.package-sealed/" + round,
                        new ReleaseEvent.PackageSealed(
                                release, proposal.round(), proposal.manifest(), digest)));
        ledger.append(
                Draft.signed(
                        "release.released/" + round, person, Optional.empty(), act.nonce(), fact));
        rows.add(new ReadingKeyRow(release.hex(), readingKey));
        return release;
    }

    private Sha256 opened(Id release, Releases.Release ready, String readingKey) {
        awaitBeat(release, ready);
        try (HybridIdentity key = key(ready, readingKey)) {
            Manifest manifest =
                    opening.open(
                            release,
                            ready.proposal(),
                            reading.segments(release, ready.proposal()),
                            key,
                            Opening.CHECKING);
            long size = manifest.items().stream().mapToLong(Manifest.Item::size).sum();
            if (vault.free() - reserve < size) {
                throw new Refusal(
                        Refusal.Kind.CLOSED,
                        "disk-full",
                        "The server's store has no room for this release. Tell an operator, then"
                                + " publish again.");
            }
            return packages.of(release, manifest).digest();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static HybridIdentity key(Releases.Release ready, String readingKey) {
        HybridIdentity key;
        try {
            key = HybridIdentity.parse(readingKey);
        } catch (MalformedException e) {
            throw wrongKey();
        }
        Sha256 hash = Genesis.recipientHash(key.recipient().text());
        if (!hash.equals(ready.proposal().recipient())) {
            key.close();
            throw wrongKey();
        }
        return key;
    }

    private static Refusal wrongKey() {
        return Guards.refused(
                "reading-key",
                "This is not the reading key of this release. Open the release and publish again.");
    }

    private Releases.Release mayPublish(Id person, Id release, Statement statement) {
        Releases.Release known = known(release);
        switch (known.state()) {
            case PROPOSED, APPROVED ->
                    throw Guards.conflict(
                            "not-ready",
                            "This release does not have its approvals yet. Wait for the others.");
            case SEALED, RELEASED ->
                    throw Guards.conflict("released", "This release is published already.");
            case READY -> {}
        }
        if (!known.approvals().containsKey(person)) {
            throw Guards.refused(
                    "not-approver",
                    "Only an editor who approved this release may publish it. Ask one of them.");
        }
        Guards.about(statement.claims(), release, known.proposal().manifest());
        Trust trust = people.trust();
        sameRules(trust, known);
        mayDecide(trust, person);
        guards.holds(
                trust,
                person,
                new ReleaseEvent.Released(
                        release,
                        known.proposal().round(),
                        known.proposal().manifest(),
                        Sha256.ZERO,
                        statement));
        return known;
    }

    private static void sameRules(Trust trust, Releases.Release known) {
        if (!known.rules().equals(trust.rules())) {
            throw Guards.refused(
                    "rules-changed",
                    "The newsroom's rules have changed since this was proposed, so its approvals are"
                            + " void. Propose it again.");
        }
    }

    private void mayDecide(Trust trust, Id person) {
        if (!trust.maySign(person, Role.EDITOR, clock.instant())) {
            throw Guards.refused(
                    "does-not-count",
                    "Your key does not count for decisions yet. Keys count once they are confirmed"
                            + " and old enough.");
        }
    }

    private Releases.Release known(Id release) {
        return standing.of(release).orElseThrow(Guards::unknown);
    }

    private void awaitBeat(Id release, Releases.Release ready) {
        String key = "release.ready/" + release + "/" + ready.proposal().round();
        if (ledger.awaitCheckpoint(key, PATIENCE).isEmpty()) {
            throw new Refusal(
                    Refusal.Kind.CLOSED,
                    "no-checkpoint",
                    "The ledger has not published the approvals yet. Publish again after the beat.");
        }
    }
}
