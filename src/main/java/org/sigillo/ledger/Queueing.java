package org.sigillo.ledger;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
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

/// Queues events in their caller's transaction: all that come at once in one statement.
final class Queueing {
    private final DataSource database;
    private final RowSeal seal;
    private final InstantSource clock;
    private final Pool random;
    private final boolean hidesNothing;

    /// @param hidesNothing whether sources' events are taken under rules without beats
    Queueing(
            DataSource database,
            RowSeal seal,
            InstantSource clock,
            SecureRandom random,
            boolean hidesNothing) {
        this.database = database;
        this.seal = seal;
        this.clock = clock;
        this.random = new Pool(random);
        this.hidesNothing = hidesNothing;
    }

    /// Queues events in the caller's transaction, in their order. A key that is known already, or comes
    /// twice, with the same facts changes nothing.
    ///
    /// @throws Refusal if a statement refers to a state of the ledger that is not one of ours
    /// @throws BrokenEvidenceException if a key was used for other facts
    void queue(List<Draft> drafts, long beatSeconds) {
        if (beatSeconds == 0 && !hidesNothing && drafts.stream().anyMatch(Draft::bySource)) {
            throw new Refusal(
                    Refusal.Kind.CLOSED,
                    "no-beat",
                    "The newsroom's rules publish at once, which would show when you came. Nothing is"
                            + " taken in until they have a beat.");
        }
        Map<String, Sha256> facts = new HashMap<>();
        List<Draft> each = new ArrayList<>(drafts.size());
        for (Draft draft : drafts) {
            Sha256 now = draft.facts();
            Sha256 before = facts.putIfAbsent(draft.key(), now);
            if (before == null) {
                each.add(draft);
            } else {
                same(draft.key(), before, now);
            }
        }
        insert(each, facts, beatSeconds)
                .forEach((key, first) -> same(key, first, Objects.requireNonNull(facts.get(key))));
    }

    private static void same(String key, Sha256 first, Sha256 now) {
        if (!first.equals(now)) {
            throw new BrokenEvidenceException("event " + key, "the facts first entered", "others");
        }
    }

    /// Queues an event unless its key is known already, whatever it was used for.
    void first(Draft draft, long beatSeconds) {
        insert(List.of(draft), Map.of(draft.key(), draft.facts()), beatSeconds);
    }

    /// @return of every event whether new or not, the facts that were queued first; nothing if all were new
    private Map<String, Sha256> insert(
            List<Draft> drafts, Map<String, Sha256> facts, long beatSeconds) {
        List<QueueRows.Sealed> staff = new ArrayList<>(drafts.size());
        List<QueueRows.Sealed> sources = new ArrayList<>();
        List<Statement.Claims> claims = new ArrayList<>();
        for (Draft draft : drafts) {
            byte[] nonce =
                    draft.nonce().map(Nonce::bytes).orElseGet(() -> random.bytes(Entry.NONCE));
            CustodyEvent fact = draft.fact().apply(nonce);
            Optional<Statement> statement = fact.signed();
            if (draft.nonce().isPresent() && statement.isEmpty()) {
                throw new IllegalArgumentException(
                        "a nonce that somebody drew comes with their statement");
            }
            statement.ifPresent(it -> claims.add(it.claims()));
            QueueRows.Pending pending = pending(draft, facts, nonce, fact);
            (draft.bySource() ? sources : staff)
                    .add(new QueueRows.Sealed(pending, seal.of(pending)));
        }
        try (Connection connection = database.getConnection()) {
            Rows rows = new Rows(connection);
            seen(claims, rows);
            int done = rows.queue().insertStaff(staff);
            done += rows.queue().insertSources(sources, beatSeconds);
            return done == drafts.size() ? Map.of() : rows.queue().factsOf(facts.keySet());
        } catch (SQLException e) {
            throw refused(e, facts.keySet());
        }
    }

    private QueueRows.Pending pending(
            Draft draft, Map<String, Sha256> facts, byte[] nonce, CustodyEvent fact) {
        Entry.Event event =
                new Entry.Event(
                        time(draft.bySource()),
                        draft.caseId().map(id -> Entry.caseTag(nonce, id)),
                        draft.actor(),
                        fact);
        byte[] bytes = CanonicalJson.encode(event.json());
        // Fails now, in the caller's hands, if the entry would be too large.
        Entry.around(Json.MAX_INTEGER, Sha256.ZERO, nonce, bytes);
        return new QueueRows.Pending(
                ByteBuffer.wrap(random.bytes(Long.BYTES)).getLong(),
                draft.key(),
                Objects.requireNonNull(facts.get(draft.key())),
                nonce,
                draft.bySource(),
                draft.caseId(),
                0,
                0,
                fact.type(),
                bytes);
    }

    /// Queues what sources of a closed ledger were told is in, and what it never numbered.
    void takeOver(Volume closed, long beatSeconds) {
        List<QueueRows.Sealed> left =
                closed.sourcesLeft().stream()
                        .map(it -> new QueueRows.Sealed(it.pending(), seal.of(it.pending())))
                        .toList();
        try (Connection connection = database.getConnection()) {
            new Rows(connection).queue().insertSources(left, beatSeconds);
        } catch (SQLException e) {
            throw new Rows.Fault("taking over what a closed ledger left", e);
        }
    }

    private static RuntimeException refused(SQLException e, Set<String> keys) {
        if (String.valueOf(e.getMessage()).contains("ledger_pending_nonce")) {
            return new Refusal(
                    Refusal.Kind.CONFLICT,
                    "nonce",
                    "What you signed uses a number that was used before. Load the page again and sign"
                            + " anew.");
        }
        return new Rows.Fault("queueing " + String.join(", ", new TreeSet<>(keys)), e);
    }

    /// What the signer's machine saw must be a beginning of this ledger: otherwise the entry could
    /// never be verified, or somebody was shown another history.
    private static void seen(List<Statement.Claims> all, Rows rows) throws SQLException {
        Map<Long, Sha256> roots = new HashMap<>();
        for (Statement.Claims claims : all) {
            long size = claims.seenSize();
            if (!roots.containsKey(size) && size <= rows.tree().size()) {
                roots.put(size, Proofs.root(size, rows.tree().hashes()));
            }
            Sha256 root = roots.get(size);
            if (root == null || !root.equals(claims.seenRoot())) {
                throw new Refusal(
                        Refusal.Kind.NOT_YOURS,
                        "seen",
                        "What you signed refers to a state of the ledger that is not here. Load the"
                                + " page again; if this stays, tell an auditor.");
            }
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
