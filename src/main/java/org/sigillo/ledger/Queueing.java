package org.sigillo.ledger;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
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
    private final Pool random;

    Queueing(DataSource database, RowSeal seal, InstantSource clock, SecureRandom random) {
        this.database = database;
        this.seal = seal;
        this.clock = clock;
        this.random = new Pool(random);
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
        byte[] nonce = draft.nonce().map(Nonce::bytes).orElseGet(() -> random.bytes(Entry.NONCE));
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
        QueueRows.Pending pending =
                new QueueRows.Pending(
                        ByteBuffer.wrap(random.bytes(Long.BYTES)).getLong(),
                        draft.key(),
                        facts,
                        nonce,
                        draft.bySource(),
                        draft.caseId(),
                        0,
                        0,
                        fact.type(),
                        bytes);
        try (Connection connection = database.getConnection()) {
            Rows rows = new Rows(connection);
            if (fact.signed().isPresent()) {
                seen(fact.signed().get().claims(), rows);
            }
            return rows.queue().insert(pending, beatSeconds, seal.of(pending))
                    ? Optional.empty()
                    : rows.queue().factsOf(draft.key());
        } catch (SQLException e) {
            throw refused(e, fact.type());
        }
    }

    /// Queues what sources of a closed ledger were told is in, and what it never numbered.
    void takeOver(Volume closed, long beatSeconds) {
        for (QueueRows.Sealed left : closed.sourcesLeft()) {
            QueueRows.Pending pending = left.pending();
            try (Connection connection = database.getConnection()) {
                new Rows(connection).queue().insert(pending, beatSeconds, seal.of(pending));
            } catch (SQLException e) {
                throw refused(e, pending.type());
            }
        }
    }

    private static RuntimeException refused(SQLException e, String type) {
        if (String.valueOf(e.getMessage()).contains("ledger_pending_nonce")) {
            return new Refusal(
                    Refusal.Kind.CONFLICT,
                    "nonce",
                    "What you signed uses a number that was used before. Load the page again and sign"
                            + " anew.");
        }
        return new Rows.Fault("queueing " + type, e);
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

    /// Random bytes fetched many at a time: the platform's generator has one lock for all threads.
    private static final class Pool {
        private static final int SIZE = 8_192;

        private final SecureRandom source;
        private final ReentrantLock lock = new ReentrantLock();
        private final byte[] drawn = new byte[SIZE];
        private int used = SIZE;

        Pool(SecureRandom source) {
            this.source = source;
        }

        byte[] bytes(int length) {
            lock.lock();
            try {
                if (used + length > SIZE) {
                    source.nextBytes(drawn);
                    used = 0;
                }
                byte[] bytes = Arrays.copyOfRange(drawn, used, used + length);
                // What was given out is nowhere else.
                Arrays.fill(drawn, used, used + length, (byte) 0);
                used += length;
                return bytes;
            } finally {
                lock.unlock();
            }
        }
    }
}
