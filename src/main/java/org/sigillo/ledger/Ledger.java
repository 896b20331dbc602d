package org.sigillo.ledger;

import java.io.ByteArrayOutputStream;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.CanonicalJson;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.Refusal;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.CustodyEvent;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Genesis;
import org.sigillo.custody.Id;
import org.sigillo.custody.Statement;
import org.sigillo.merkle.EntryBundle;
import org.sigillo.merkle.Proofs;
import org.sigillo.merkle.TileCoordinate;
import org.sigillo.note.NoteSigner;

/// The ledger as the registers and doors see it.
///
/// Appending only queues, in the caller's transaction; a sequencer numbers later. What is read is
/// what is committed. Once the evidence is found broken, appending is refused.
public final class Ledger {
    /// Facts that guards read and transitions are ordered by this lock.
    private static final long GUARDS = 0x7369_6769_6c6c_6f02L;

    private final DataSource database;
    private final Genesis genesis;
    private final Sequencer sequencer;
    private final InstantSource clock;
    private final SecureRandom random;
    private final Pulse pulse;
    private volatile Optional<BrokenEvidenceException> broken = Optional.empty();

    /// @param database takes part in the caller's transaction where there is one
    /// @param signers the log's, in the order of its keys in the genesis
    public Ledger(
            DataSource database,
            Genesis genesis,
            List<NoteSigner> signers,
            InstantSource clock,
            SecureRandom random) {
        this.database = database;
        this.genesis = genesis;
        this.sequencer = new Sequencer(database, genesis, signers, random);
        this.clock = clock;
        this.random = random;
        this.pulse = new Pulse(this, Duration.ofSeconds(genesis.opened().rules().beat()), clock);
    }

    /// Enters the genesis where there is none, checks everything, and starts the beat.
    public void start() {
        sequencer.found();
        check();
        pulse.start();
    }

    public void stop() {
        pulse.stop();
    }

    public Genesis genesis() {
        return genesis;
    }

    /// Queues an event in the caller's transaction. The same key with the same facts changes nothing.
    ///
    /// @throws Refusal if its statement refers to a state of the ledger that is not one of ours
    /// @throws BrokenEvidenceException if the key was used for other facts, or the ledger is broken
    public void append(Draft draft) {
        refuseIfBroken();
        byte[] nonce = new byte[Entry.NONCE];
        Sha256 facts =
                Sha256.of(
                        CanonicalJson.encode(
                                Json.object()
                                        .with("case", draft.caseId().map(Id::hex).orElse(""))
                                        .with("actor", draft.actor().orElse(""))
                                        .with("type", draft.fact().apply(nonce).type())
                                        .with("body", draft.fact().apply(nonce).body())));
        if (draft.nonce().isPresent()) {
            nonce = draft.nonce().get().bytes();
        } else {
            random.nextBytes(nonce);
        }
        byte[] drawn = nonce;
        CustodyEvent fact = draft.fact().apply(drawn);
        Entry.Event event =
                new Entry.Event(
                        time(draft.bySource()),
                        draft.caseId().map(id -> Entry.caseTag(drawn, id)),
                        draft.actor(),
                        fact);
        // Fails now, in the caller's hands, if the entry would be too large.
        Entry.of(Json.MAX_INTEGER, Sha256.ZERO, drawn, event);
        try (Connection connection = database.getConnection()) {
            Rows rows = new Rows(connection);
            if (fact.signed().isPresent()) {
                seen(fact.signed().get().claims(), rows);
            }
            boolean added =
                    rows.insertPending(
                            random.nextLong(),
                            draft,
                            facts,
                            drawn,
                            fact.type(),
                            CanonicalJson.encode(event.json()));
            if (!added && !Arrays.equals(rows.factsOf(draft.key()).orElseThrow(), facts.bytes())) {
                throw new BrokenEvidenceException(
                        "event " + draft.key(), "the facts first entered", "others");
            }
        } catch (SQLException e) {
            throw new LedgerFault("queueing " + fact.type(), e);
        }
    }

    /// What the signer's machine saw must be a beginning of this ledger: otherwise the entry could
    /// never be verified, or somebody was shown another history.
    private static void seen(Statement.Claims claims, Rows rows) throws SQLException {
        boolean ours =
                claims.seenSize() <= rows.size()
                        && Proofs.root(claims.seenSize(), rows.reader()).equals(claims.seenRoot());
        if (!ours) {
            throw new Refusal(
                    Refusal.Kind.NOT_YOURS,
                    "seen",
                    "What you signed refers to a state of the ledger that is not here. Load the page"
                            + " again; if this stays, tell an auditor.");
        }
    }

    /// Tells the sequencer that something may be waiting; call it after the commit.
    public void wake() {
        pulse.wake();
    }

    /// Takes the lock that orders all transitions and the facts their guards read; held to the end of
    /// the caller's transaction.
    public void lockGuards() {
        try (Connection connection = database.getConnection()) {
            new Rows(connection).lock(GUARDS);
        } catch (SQLException e) {
            throw new LedgerFault("taking the guards' lock", e);
        }
    }

    public Optional<Recorded> find(String key) {
        List<Recorded> found = read("finding an event", r -> r.recorded("p.key = ?", key));
        return found.isEmpty() ? Optional.empty() : Optional.of(found.getFirst());
    }

    /// Events of these types: entries in their order, then what waits.
    public List<Recorded> ofTypes(String... types) {
        return read(
                "reading events",
                r -> r.recorded("p.type = ANY (string_to_array(?, ','))", String.join(",", types)));
    }

    public List<Recorded> ofCase(Id caseId) {
        return read("reading a case", r -> r.recorded("p.case_id = ?", caseId.bytes()));
    }

    public Optional<SignedCheckpoint> checkpoint() {
        return read("reading the checkpoint", Rows::lastCheckpoint);
    }

    public List<SignedCheckpoint> checkpoints() {
        return read("reading checkpoints", r -> r.checkpoints("ORDER BY size"));
    }

    /// The first checkpoint that covers this entry.
    public Optional<SignedCheckpoint> covering(long index) {
        return read("reading a checkpoint", r -> r.checkpointOver(index));
    }

    /// An entry's bytes, once published.
    public Optional<byte[]> entry(long n) {
        return n >= published()
                ? Optional.empty()
                : read("reading an entry", r -> r.entry(n).map(Rows.Stored::bytes));
    }

    public List<Sha256> inclusion(long index, long size) {
        return read("proving", r -> Proofs.inclusion(index, size, r.reader()));
    }

    public List<Sha256> consistency(long from, long to) {
        return read("proving", r -> Proofs.consistency(from, to, r.reader()));
    }

    /// A tile or a bundle of the published tree, full or partial; nothing beyond it.
    public Optional<byte[]> tile(TileCoordinate tile) {
        if (!tile.within(published())) {
            return Optional.empty();
        }
        long from = tile.index() * TileCoordinate.FULL;
        long to = from + tile.width();
        return Optional.of(
                read(
                        "reading a tile",
                        r ->
                                tile.level() == TileCoordinate.ENTRIES
                                        ? EntryBundle.encode(
                                                r.entries(from, to).stream()
                                                        .map(Rows.Stored::bytes)
                                                        .toList())
                                        : join(r.hashes(tile.level(), from, to))));
    }

    /// Runs an extra beat soon.
    public void callBeat() {
        pulse.callBeat();
    }

    /// When the next beat falls.
    public Instant nextBeat() {
        return pulse.next();
    }

    /// Re-reads and rebuilds everything.
    ///
    /// @return the size, or what is broken
    public Optional<BrokenEvidenceException> check() {
        try {
            sequencer.inTransaction("checking", rows -> new FullCheck(genesis, rows).run());
        } catch (BrokenEvidenceException e) {
            broken = Optional.of(e);
        }
        return broken;
    }

    /// Takes note of evidence that somebody found broken while using it. The first finding stays.
    public void report(BrokenEvidenceException found) {
        if (broken.isEmpty()) {
            broken = Optional.of(found);
        }
    }

    /// What is broken, if anything is known to be.
    public Optional<BrokenEvidenceException> broken() {
        return broken;
    }

    /// One turn of the sequencer; on a beat it also lets sources' events in and signs.
    void turn(boolean beat) {
        if (broken.isPresent()) {
            return;
        }
        try {
            sequencer.number(beat);
            if (beat) {
                sequencer.sign();
            }
        } catch (BrokenEvidenceException e) {
            broken = Optional.of(e);
        }
    }

    private long published() {
        return checkpoint().map(c -> c.checkpoint().size()).orElse(0L);
    }

    private void refuseIfBroken() {
        if (broken.isPresent()) {
            BrokenEvidenceException e = broken.get();
            throw new BrokenEvidenceException(e.where(), e.expected(), e.found());
        }
    }

    private String time(boolean bySource) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        return bySource ? now.atOffset(ZoneOffset.UTC).toLocalDate().toString() : now.toString();
    }

    private <T> T read(String doing, Sequencer.Work<T> work) {
        try (Connection connection = database.getConnection()) {
            return work.on(new Rows(connection));
        } catch (SQLException e) {
            throw new LedgerFault(doing, e);
        }
    }

    private static byte[] join(List<Sha256> hashes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        hashes.forEach(h -> out.writeBytes(h.bytes()));
        return out.toByteArray();
    }
}
