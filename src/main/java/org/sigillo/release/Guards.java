package org.sigillo.release;

import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Refusal;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Id;
import org.sigillo.custody.ReleaseEvent;
import org.sigillo.custody.Statement;
import org.sigillo.custody.Trust;
import org.sigillo.ledger.Draft;
import org.sigillo.ledger.Ledger;

/// Runs an attempt in a transaction of its own under the guards' lock. If a guard stops it, that is
/// evidence too: `release.refused`, at most once for each person, guard and release in an hour.
@ApplicationScoped
class Guards {
    private final Ledger ledger;
    private final ReleaseRows rows;
    private final InstantSource clock;

    Guards(Ledger ledger, ReleaseRows rows, InstantSource clock) {
        this.ledger = ledger;
        this.rows = rows;
        this.clock = clock;
    }

    /// Does it all or nothing, ordered with every other transition.
    <T> T transition(Id person, Id release, Callable<T> attempt) {
        T done =
                watched(
                        person,
                        release,
                        () ->
                                QuarkusTransaction.requiringNew()
                                        .call(() -> {
                                            ledger.lockGuards();
                                            return attempt.call();
                                        }));
        return done;
    }

    /// Does it, and enters a refusal.
    <T> T watched(Id person, Id release, Supplier<T> attempt) {
        try {
            return attempt.get();
        } catch (Refusal refusal) {
            refusal.guard()
                    .ifPresent(guard ->
                            QuarkusTransaction.requiringNew()
                                    .run(() -> enter(person, release, guard)));
            throw refusal;
        }
    }

    private void enter(Id person, Id release, String guard) {
        if (rows.findByIdOptional(release.hex()).isEmpty()) {
            return;
        }
        ledger.append(
                Draft.byPerson(
                        "release.refused/%s/%s/%s/%s"
                                .formatted(
                                        release,
                                        person,
                                        guard,
                                        clock.instant().truncatedTo(ChronoUnit.HOURS)),
                        person,
                        Optional.empty(),
                        nonce -> new ReleaseEvent.Refused(release, guard)));
    }

    /// What a statement must be before anything else is looked at, each with its own sentence.
    static void about(Statement.Claims claims, Id release, Sha256 manifest) {
        if (!claims.subject().equals(release.hex())) {
            throw refused(
                    "replayed",
                    "This statement was signed for another release. Open this one and sign again.");
        }
        if (!claims.digest().equals(manifest)) {
            throw refused(
                    "manifest",
                    "This was signed over another manifest than the one proposed. Load the release"
                            + " again, read it and sign that.");
        }
    }

    /// Whether the statement makes this its signer's act, by everything that [Trust] asks.
    void holds(Trust trust, Id person, ReleaseEvent fact) {
        Entry.Event event =
                new Entry.Event(
                        clock.instant().truncatedTo(ChronoUnit.SECONDS).toString(),
                        Optional.empty(),
                        Optional.of(person.hex()),
                        fact);
        try {
            trust.admit(event);
        } catch (BrokenEvidenceException e) {
            throw Refusal.ofStatement(e);
        }
    }

    static Refusal refused(String guard, String sentence) {
        return new Refusal(Refusal.Kind.NOT_YOURS, guard, sentence);
    }

    static Refusal conflict(String guard, String sentence) {
        return new Refusal(Refusal.Kind.CONFLICT, guard, sentence);
    }

    static Refusal unknown() {
        return new Refusal(
                Refusal.Kind.UNKNOWN,
                "",
                "There is no such release, or it is not yours. Load the list again.");
    }
}
