package org.sigillo.tables;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.MalformedException;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Genesis;
import org.sigillo.custody.LedgerCheck;
import org.sigillo.merkle.EntryBundle;
import org.sigillo.merkle.TileCoordinate;

/// The tables of one ledger, as they are at one moment, under the names that their contents have in an export
/// (`docs/spec/ledger.md` §6). Used by one thread.
///
/// Full tiles lie in the vault, too; here every tile is made of the rows.
public final class LedgerTables implements LedgerCheck.Files, AutoCloseable {
    private static final Pattern CHECKPOINT = Pattern.compile("checkpoints/([0-9]{1,15})");
    private static final Pattern STAMP =
            Pattern.compile("stamps/([0-9]{1,15})/([a-z0-9-]{1,32})\\.tsr");
    private static final String NOTE =
            "SELECT size, root, note, note || coalesce((SELECT string_agg(line || E'\\n', '' ORDER BY line) FROM"
                    + " ledger_cosignature s WHERE s.size = c.size), '') FROM ledger_checkpoint c ";

    private final Connection connection;

    private LedgerTables(Connection connection) {
        this.connection = connection;
    }

    /// Opens the tables of the database at this address, as whoever it names.
    ///
    /// @param url of JDBC, as in `jdbc:postgresql://127.0.0.1/sigillo?user=sigillo_app`; with
    ///     `currentSchema=ledger_closed_1` those of a closed ledger
    /// @param password where the database asks for one and no `.pgpass` has it
    public static LedgerTables open(String url, Optional<String> password) throws IOException {
        if (!url.startsWith("jdbc:postgresql:")) {
            throw new IllegalArgumentException(
                    "a database's address is like jdbc:postgresql://127.0.0.1/sigillo?user=sigillo_app");
        }
        Properties properties = new Properties();
        properties.setProperty("ApplicationName", "sigillo verify");
        properties.setProperty("readOnly", "true");
        properties.setProperty("connectTimeout", "10");
        password.ifPresent(it -> properties.setProperty("password", it));
        try {
            Connection connection = DriverManager.getConnection(url, properties);
            connection.setReadOnly(true);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            connection.setAutoCommit(false);
            return new LedgerTables(connection);
        } catch (SQLException e) {
            throw new IOException("the database cannot be read: " + e.getMessage(), e);
        }
    }

    /// The genesis by entry 0.
    public Genesis genesis() {
        return one("SELECT bytes FROM ledger_entry WHERE n = 0")
                .map(bytes -> Genesis.ofEntry(Entry.parse(bytes)))
                .orElseThrow(() -> new BrokenEvidenceException("entry 0", "a row", "none"));
    }

    /// The names of all checkpoints and time stamps.
    public SortedSet<String> names() {
        SortedSet<String> names = new TreeSet<>();
        long before = 0;
        for (long[] one :
                rows(
                        "SELECT size, previous FROM ledger_checkpoint ORDER BY size",
                        r -> new long[] {r.getLong(1), r.getLong(2)})) {
            same(
                    "checkpoint " + one[0] + ", size of the checkpoint before",
                    String.valueOf(one[1]),
                    String.valueOf(before));
            names.add("checkpoints/" + one[0]);
            before = one[0];
        }
        names.addAll(
                texts("SELECT 'stamps/' || size || '/' || authority || '.tsr' FROM ledger_stamp"));
        return names;
    }

    @Override
    public Optional<byte[]> read(String path) {
        if (path.equals("checkpoint")) {
            return note("ORDER BY size DESC LIMIT 1");
        }
        Matcher checkpoint = CHECKPOINT.matcher(path);
        if (checkpoint.matches()) {
            return note("WHERE size = ?", Long.parseLong(checkpoint.group(1)));
        }
        Matcher stamp = STAMP.matcher(path);
        if (stamp.matches()) {
            return one(
                    "SELECT reply FROM ledger_stamp WHERE size = ? AND authority = ?",
                    Long.parseLong(stamp.group(1)),
                    stamp.group(2));
        }
        return TileCoordinate.parse(path).map(this::tile);
    }

    private byte[] tile(TileCoordinate tile) {
        long from = tile.index() * TileCoordinate.FULL;
        long to = from + tile.width();
        if (tile.level() == TileCoordinate.ENTRIES) {
            try {
                return EntryBundle.encode(
                        all(
                                "SELECT bytes FROM ledger_entry WHERE n >= ? AND n < ? ORDER BY n",
                                from,
                                to));
            } catch (MalformedException e) {
                throw new BrokenEvidenceException(
                        "an entry of " + from + " to " + (to - 1),
                        "one that a bundle can hold",
                        String.valueOf(e.getMessage()));
            }
        }
        ByteArrayOutputStream hashes = new ByteArrayOutputStream();
        (tile.level() == 0
                        ? all(
                                "SELECT leaf FROM ledger_entry WHERE n >= ? AND n < ? ORDER BY n",
                                from,
                                to)
                        : all(
                                "SELECT hash FROM ledger_node WHERE idx >= ? AND idx < ? AND level = ?"
                                        + " ORDER BY idx",
                                from,
                                to,
                                tile.level()))
                .forEach(hashes::writeBytes);
        return hashes.toByteArray();
    }

    /// Compares what rows say of other rows: what a checkpoint counts of those before it, each entry with the one before it, also behind the
    /// last checkpoint, and with the event that was queued for it, and each beat's size with the entries that it gave to sources. Whether a row was altered, and those that it names with it, only the log's key can tell.
    ///
    /// @throws BrokenEvidenceException naming the first row that is missing or is another
    public void compare() {
        Tallies tallies = new Tallies(this);
        tallies.checkpoints();
        tallies.entries();
    }

    /// A checkpoint with the lines below it, once its row's other columns say what it says.
    private Optional<byte[]> note(String which, Object... arguments) {
        return rows(
                        NOTE + which,
                        r -> {
                            same(
                                    "checkpoint " + r.getLong(1) + ", size and root",
                                    r.getLong(1)
                                            + " "
                                            + Base64.getEncoder().encodeToString(r.getBytes(2)),
                                    r.getString(3)
                                            .lines()
                                            .skip(1)
                                            .limit(2)
                                            .collect(Collectors.joining(" ")));
                            return r.getString(4).getBytes(StandardCharsets.UTF_8);
                        },
                        arguments)
                .stream()
                .findFirst();
    }

    static void same(String where, String expected, String found) {
        if (!expected.equals(found)) {
            throw new BrokenEvidenceException(where, expected, found);
        }
    }

    private List<String> texts(String sql) {
        return rows(sql, r -> r.getString(1));
    }

    private Optional<byte[]> one(String sql, Object... arguments) {
        return all(sql, arguments).stream().findFirst();
    }

    private List<byte[]> all(String sql, Object... arguments) {
        return rows(sql, r -> r.getBytes(1), arguments);
    }

    interface Column<T> {
        T of(ResultSet row) throws SQLException;
    }

    <T> List<T> rows(String sql, Column<T> column, Object... arguments) {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < arguments.length; i++) {
                statement.setObject(i + 1, arguments[i]);
            }
            List<T> found = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(column.of(rows));
                }
            }
            return found;
        } catch (SQLException e) {
            throw new UncheckedIOException(
                    new IOException("the database cannot be read: " + e.getMessage(), e));
        }
    }

    @Override
    public void close() throws IOException {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IOException("the database cannot be left: " + e.getMessage(), e);
        }
    }
}
