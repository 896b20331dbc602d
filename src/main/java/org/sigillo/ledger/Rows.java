package org.sigillo.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.CanonicalJson;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Id;
import org.sigillo.merkle.HashReader;
import org.sigillo.note.Checkpoint;
import org.sigillo.note.SignedNote;

/// The ledger's tables, over one connection whose transaction the caller ends.
final class Rows {
    private final Connection connection;

    Rows(Connection connection) {
        this.connection = connection;
    }

    record Pending(
            long id,
            byte[] nonce,
            boolean bySource,
            Optional<Id> caseId,
            long position,
            byte[] event) {}

    record Stored(long n, Optional<Long> pending, Sha256 leaf, byte[] bytes) {}

    boolean tryLock(long lock) throws SQLException {
        try (PreparedStatement q = prepare("SELECT pg_try_advisory_xact_lock(?)", lock);
                ResultSet r = q.executeQuery()) {
            return r.next() && r.getBoolean(1);
        }
    }

    void lock(long lock) throws SQLException {
        try (PreparedStatement q = prepare("SELECT pg_advisory_xact_lock(?)", lock)) {
            q.execute();
        }
    }

    Optional<byte[]> factsOf(String key) throws SQLException {
        try (PreparedStatement q = prepare("SELECT facts FROM ledger_pending WHERE key = ?", key);
                ResultSet r = q.executeQuery()) {
            return r.next() ? Optional.of(r.getBytes(1)) : Optional.empty();
        }
    }

    boolean insertPending(
            long id, Draft draft, Sha256 facts, byte[] nonce, String type, byte[] event)
            throws SQLException {
        byte @Nullable [] caseId = draft.caseId().map(Id::bytes).orElse(null);
        String position =
                draft.bySource()
                        ? "(SELECT count(*) FROM ledger_pending WHERE case_id = ? AND by_source)"
                        : "nextval('ledger_staff_position') + 0 * coalesce(octet_length(?), 0)";
        try (PreparedStatement q =
                prepare(
                        "INSERT INTO ledger_pending (position, id, key, facts, nonce, by_source,"
                                + " case_id, type, event) VALUES ("
                                + position
                                + ", ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING",
                        caseId,
                        id,
                        draft.key(),
                        facts.bytes(),
                        nonce,
                        draft.bySource(),
                        caseId,
                        type,
                        event)) {
            return q.executeUpdate() == 1;
        }
    }

    /// Events to which no entry refers, in the order in which they may be numbered.
    List<Pending> waiting() throws SQLException {
        try (PreparedStatement q =
                        prepare(
                                "SELECT p.id, p.nonce, p.by_source, p.case_id, p.position, p.event"
                                        + " FROM ledger_pending p WHERE NOT EXISTS (SELECT 1 FROM"
                                        + " ledger_entry e WHERE e.pending = p.id)"
                                        + " ORDER BY p.by_source DESC, p.position");
                ResultSet r = q.executeQuery()) {
            List<Pending> waiting = new ArrayList<>();
            while (r.next()) {
                waiting.add(
                        new Pending(
                                r.getLong(1),
                                r.getBytes(2),
                                r.getBoolean(3),
                                Optional.ofNullable(r.getBytes(4)).map(Id::copyOf),
                                r.getLong(5),
                                r.getBytes(6)));
            }
            return waiting;
        }
    }

    long size() throws SQLException {
        return number("SELECT coalesce(max(n), -1) + 1 FROM ledger_entry");
    }

    Optional<Stored> entry(long n) throws SQLException {
        List<Stored> found = entries(n, n + 1);
        return found.isEmpty() ? Optional.empty() : Optional.of(found.getFirst());
    }

    List<Stored> entries(long from, long to) throws SQLException {
        try (PreparedStatement q =
                        prepare(
                                "SELECT n, pending, leaf, bytes FROM ledger_entry WHERE n >= ? AND"
                                        + " n < ? ORDER BY n",
                                from,
                                to);
                ResultSet r = q.executeQuery()) {
            List<Stored> found = new ArrayList<>();
            while (r.next()) {
                long pending = r.getLong(2);
                Optional<Long> refers = r.wasNull() ? Optional.empty() : Optional.of(pending);
                found.add(
                        new Stored(
                                r.getLong(1), refers, Sha256.copyOf(r.getBytes(3)), r.getBytes(4)));
            }
            return found;
        }
    }

    void insertEntry(Entry entry, @Nullable Long pending) throws SQLException {
        try (PreparedStatement q =
                prepare(
                        "INSERT INTO ledger_entry (n, pending, leaf, bytes) VALUES (?, ?, ?, ?)",
                        entry.n(),
                        pending,
                        entry.leaf().bytes(),
                        entry.bytes())) {
            q.executeUpdate();
        }
    }

    void insertNode(int level, long index, Sha256 hash) throws SQLException {
        try (PreparedStatement q =
                prepare(
                        "INSERT INTO ledger_node (level, idx, hash) VALUES (?, ?, ?)",
                        level,
                        index,
                        hash.bytes())) {
            q.executeUpdate();
        }
    }

    List<Sha256> hashes(int level, long from, long to) throws SQLException {
        String sql =
                level == 0
                        ? "SELECT leaf FROM ledger_entry WHERE n >= ? AND n < ? ORDER BY n"
                        : "SELECT hash FROM ledger_node WHERE idx >= ? AND idx < ? AND level = "
                                + level
                                + " ORDER BY idx";
        try (PreparedStatement q = prepare(sql, from, to);
                ResultSet r = q.executeQuery()) {
            List<Sha256> hashes = new ArrayList<>();
            while (r.next()) {
                hashes.add(Sha256.copyOf(r.getBytes(1)));
            }
            return hashes;
        }
    }

    /// Reads hashes one by one from this connection; for proofs, which need few.
    HashReader reader() {
        return (level, index) -> {
            try {
                List<Sha256> hash = hashes(level, index, index + 1);
                if (hash.isEmpty()) {
                    throw new org.sigillo.bytes.BrokenEvidenceException(
                            "hash " + index + " of level " + level, "a row", "none");
                }
                return hash.getFirst();
            } catch (SQLException e) {
                throw new LedgerFault("reading a hash of level " + level, e);
            }
        };
    }

    void insertCheckpoint(Checkpoint checkpoint, String note) throws SQLException {
        try (PreparedStatement q =
                prepare(
                        "INSERT INTO ledger_checkpoint (size, root, note) VALUES (?, ?, ?)",
                        checkpoint.size(),
                        checkpoint.root().bytes(),
                        note)) {
            q.executeUpdate();
        }
    }

    Optional<SignedCheckpoint> lastCheckpoint() throws SQLException {
        List<SignedCheckpoint> found = checkpoints("ORDER BY size DESC LIMIT 1");
        return found.isEmpty() ? Optional.empty() : Optional.of(found.getFirst());
    }

    Optional<SignedCheckpoint> checkpointOver(long index) throws SQLException {
        List<SignedCheckpoint> found = checkpoints("WHERE size > ? ORDER BY size LIMIT 1", index);
        return found.isEmpty() ? Optional.empty() : Optional.of(found.getFirst());
    }

    List<SignedCheckpoint> checkpoints(String which, Object... arguments) throws SQLException {
        try (PreparedStatement q =
                        prepare("SELECT note FROM ledger_checkpoint " + which, arguments);
                ResultSet r = q.executeQuery()) {
            List<SignedCheckpoint> found = new ArrayList<>();
            while (r.next()) {
                String note = r.getString(1);
                found.add(
                        new SignedCheckpoint(
                                Checkpoint.parse(SignedNote.parse(note).text()), note));
            }
            return found;
        }
    }

    List<Recorded> recorded(String where, Object... arguments) throws SQLException {
        String sql =
                "SELECT p.event, p.nonce, e.n, coalesce(e.n < (SELECT max(size) FROM"
                        + " ledger_checkpoint), false) FROM ledger_pending p LEFT JOIN ledger_entry"
                        + " e ON e.pending = p.id WHERE "
                        + where
                        + " ORDER BY e.n NULLS LAST, p.by_source DESC, p.position";
        try (PreparedStatement q = prepare(sql, arguments);
                ResultSet r = q.executeQuery()) {
            List<Recorded> found = new ArrayList<>();
            while (r.next()) {
                long n = r.getLong(3);
                OptionalLong index = r.wasNull() ? OptionalLong.empty() : OptionalLong.of(n);
                found.add(
                        new Recorded(
                                Entry.Event.parse(CanonicalJson.parseObject(r.getBytes(1))),
                                r.getBytes(2),
                                index,
                                r.getBoolean(4)));
            }
            return found;
        }
    }

    long number(String sql) throws SQLException {
        try (PreparedStatement q = prepare(sql);
                ResultSet r = q.executeQuery()) {
            r.next();
            return r.getLong(1);
        }
    }

    PreparedStatement prepare(String sql, @Nullable Object... arguments) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case null -> statement.setNull(i + 1, type(sql));
                case byte[] bytes -> statement.setBytes(i + 1, bytes);
                case Object other -> statement.setObject(i + 1, other);
            }
        }
        return statement;
    }

    private static int type(String sql) {
        return sql.contains("ledger_pending") ? java.sql.Types.BINARY : java.sql.Types.BIGINT;
    }
}
