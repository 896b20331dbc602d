package org.sigillo.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.sigillo.custody.LedgerCheck;
import org.sigillo.custody.Newsroom;
import org.sigillo.merkle.TileCoordinate;

/// Re-verifies everything at the end of a scenario, as an operator, as an auditor and by counting rows,
/// after a restart that enters what still waits.
final class IntactLedger {
    private static final int MOST_BEATS = 5_000;

    private IntactLedger() {}

    static Ledger check(DataSource database, Newsroom newsroom) throws SQLException {
        return check(database, newsroom, Ledger.Surroundings.NONE, List.of());
    }

    /// @param acknowledged keys of events whose transactions committed
    /// @return the ledger that was opened for it
    static Ledger check(
            DataSource database,
            Newsroom newsroom,
            Ledger.Surroundings around,
            Collection<String> acknowledged)
            throws SQLException {
        Ledger ledger =
                new Ledger(
                        database,
                        newsroom.genesis,
                        newsroom.logKeys,
                        InstantSource.system(),
                        new SecureRandom(),
                        around);
        ledger.begin();
        ledger.publish();
        assertThat(ledger.broken()).as("what the start finds broken").isEmpty();
        try (Connection connection = database.getConnection()) {
            Rows rows = new Rows(connection);
            int beats = 0;
            do {
                ledger.turn(true);
                ledger.publish();
                assertThat(ledger.broken()).as("what a turn finds broken").isEmpty();
                assertThat(beats++).as("beats until nothing waits").isLessThan(MOST_BEATS);
            } while (number(rows, "SELECT count(*)" + UNDONE) > 0);
            // Signed once vault and witnesses were compared.
            ledger.turn(false);
            ledger.publish();
            counted(rows, ledger);
            entered(rows, acknowledged);
        }
        assertThat(ledger.check()).as("the full check").isEmpty();
        served(ledger, newsroom);
        return ledger;
    }

    private static final String UNDONE =
            " FROM ledger_pending p WHERE NOT EXISTS (SELECT FROM ledger_entry e WHERE e.pending ="
                    + " p.id)";

    /// No gap, no duplicate, no event without its entry.
    private static void counted(Rows rows, Ledger ledger) throws SQLException {
        long size = rows.tree().size();
        assertThat(number(rows, "SELECT count(*) FROM ledger_entry")).as("entries").isEqualTo(size);
        assertThat(number(rows, "SELECT count(DISTINCT leaf) FROM ledger_entry"))
                .as("different entries")
                .isEqualTo(size);
        assertThat(number(rows, "SELECT count(pending) FROM ledger_entry"))
                .as("entries of events")
                .isEqualTo(number(rows, "SELECT count(DISTINCT key) FROM ledger_pending"));
        assertThat(ledger.checkpoint().orElseThrow().checkpoint().size())
                .as("the last checkpoint; " + ledger.witnesses())
                .isEqualTo(size);
    }

    private static void entered(Rows rows, Collection<String> acknowledged) throws SQLException {
        Map<String, Long> entries = new TreeMap<>();
        for (Entered one :
                rows.list(
                        "SELECT p.key, e.n FROM ledger_pending p JOIN ledger_entry e ON e.pending"
                                + " = p.id",
                        r -> new Entered(r.getString(1), r.getLong(2)))) {
            assertThat(entries.put(one.key(), one.n())).as("an earlier " + one.key()).isNull();
        }
        assertThat(acknowledged.stream().filter(key -> !entries.containsKey(key)))
                .as("acknowledged events that are lost")
                .isEmpty();
    }

    private record Entered(String key, long n) {}

    /// As whoever gets nothing but what is served, and knows the genesis.
    private static void served(Ledger ledger, Newsroom newsroom) {
        Map<String, String> notes = new TreeMap<>();
        for (SignedCheckpoint checkpoint : ledger.published().checkpoints(0, Integer.MAX_VALUE)) {
            notes.put("checkpoints/" + checkpoint.checkpoint().size(), checkpoint.note());
        }
        LedgerCheck.Report report =
                new LedgerCheck(newsroom.genesis)
                        .export(
                                path -> served(ledger, notes, path),
                                ledger.published().checkpoints(0, Integer.MAX_VALUE).stream()
                                        .map(it -> it.checkpoint().size())
                                        .toList(),
                                Optional.empty());
        assertThat(report.size()).isEqualTo(ledger.checkpoint().orElseThrow().checkpoint().size());
        assertThat(report.entriesSeen()).isTrue();
    }

    private static Optional<byte[]> served(Ledger ledger, Map<String, String> notes, String path) {
        if (path.equals("checkpoint")) {
            return ledger.checkpoint().map(it -> it.note().getBytes(StandardCharsets.UTF_8));
        }
        return notes.containsKey(path)
                ? Optional.of(notes.get(path).getBytes(StandardCharsets.UTF_8))
                : TileCoordinate.parse(path).flatMap(ledger.published()::tile);
    }

    private static long number(Rows rows, String sql) throws SQLException {
        return rows.number(sql);
    }
}
