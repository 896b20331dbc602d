package org.sigillo.ledger;

import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import javax.sql.DataSource;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.CanonicalJson;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.Refusal;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.CustodyEvent;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Nonce;
import org.sigillo.custody.Statement;
import org.sigillo.merkle.Proofs;

/// Queues events, each in its caller's transaction.
final class Queueing {
    private final DataSource database;
    private final RowSeal seal;
    private final InstantSource clock;
    private final SecureRandom random;

    Queueing(DataSource database, RowSeal seal, InstantSource clock, SecureRandom random) {
        this.database = database;
        this.seal = seal;
        this.clock = clock;
        this.random = random;
    }

    /// Queues an event in the caller's transaction. The same key with the same facts changes nothing.
    ///
    /// @throws Refusal if its statement refers to a state of the ledger that is not one of ours
    /// @throws BrokenEvidenceException if the key was used for other facts
    void queue(Draft draft, long beatSeconds) {
        Sha256 facts = draft.facts();
        Optional<Sha256> known = first(draft, facts, beatSeconds);
        if (known.filter(it -> !it.equals(facts)).isPresent()) {
            throw new BrokenEvidenceException(
                    "event " + draft.key(), "the facts first entered", "others");
        }
    }

    /// Queues an event unless its key is known already, whatever it was used for.
    ///
    /// @return the facts that were queued first
    Optional<Sha256> first(Draft draft, Sha256 facts, long beatSeconds) {
        byte[] nonce = draft.nonce().map(Nonce::bytes).orElseGet(this::drawn);
        CustodyEvent fact = draft.fact().apply(nonce);
        Entry.Event event =
                new Entry.Event(
                        time(draft.bySource()),
                        draft.caseId().map(id -> Entry.caseTag(nonce, id)),
                        draft.actor(),
                        fact);
        byte[] bytes = CanonicalJson.encode(event.json());
        // Fails now, in the caller's hands, if the entry would be too large.
        Entry.around(Json.MAX_INTEGER, Sha256.ZERO, nonce, bytes);
        try (Connection connection = database.getConnection()) {
            Rows rows = new Rows(connection);
            if (fact.signed().isPresent()) {
                seen(fact.signed().get().claims(), rows);
            }
            QueueRows.Place place = rows.queue().place(draft, beatSeconds);
            QueueRows.Pending pending =
                    new QueueRows.Pending(
                            random.nextLong(),
                            draft.key(),
                            facts,
                            nonce,
                            draft.bySource(),
                            draft.caseId(),
                            place.position(),
                            draft.bySource() ? place.beat() : 0,
                            fact.type(),
                            bytes);
            Optional<Sha256> known = place.knownFacts();
            if (known.isEmpty() && !rows.queue().insert(pending, seal.of(pending))) {
                known = rows.queue().factsOf(draft.key());
            }
            return known;
        } catch (SQLException e) {
            throw refused(e, fact.type());
        }
    }

    private byte[] drawn() {
        byte[] nonce = new byte[Entry.NONCE];
        random.nextBytes(nonce);
        return nonce;
    }

    private static RuntimeException refused(SQLException e, String type) {
        if (String.valueOf(e.getMessage()).contains("ledger_pending_nonce")) {
            return new Refusal(
                    Refusal.Kind.CONFLICT,
                    "nonce",
                    "What you signed uses a number that was used before. Load the page again and sign"
                            + " anew.");
        }
        return new LedgerFault("queueing " + type, e);
    }

    /// What the signer's machine saw must be a beginning of this ledger: otherwise the entry could
    /// never be verified, or somebody was shown another history.
    private static void seen(Statement.Claims claims, Rows rows) throws SQLException {
        boolean ours =
                claims.seenSize() <= rows.tree().size()
                        && Proofs.root(claims.seenSize(), rows.tree().hashes())
                                .equals(claims.seenRoot());
        if (!ours) {
            throw new Refusal(
                    Refusal.Kind.NOT_YOURS,
                    "seen",
                    "What you signed refers to a state of the ledger that is not here. Load the page"
                            + " again; if this stays, tell an auditor.");
        }
    }

    private String time(boolean bySource) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        return bySource ? now.atOffset(ZoneOffset.UTC).toLocalDate().toString() : now.toString();
    }
}
