package org.sigillo.intake;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.sigillo.stack.Stack;

/// Looks for a time, finer than the day or the beat, in what sources cause: in the columns of tables, in what stands in their
/// rows as a number or as text, and in the times of the vault's files.
final class FinerTimes {

    /// Whose rows the newsroom, the server and others cause; sources' events among the pending ones are looked at by themselves.
    private static final List<String> OTHERS =
            List.of(
                    "flyway_schema_history",
                    "ledger_pending",
                    "ledger_entry",
                    "ledger_checkpoint",
                    "ledger_cosignature",
                    "ledger_stamp",
                    "ledger_alarm",
                    "release_step",
                    "vault_scrub");

    private final Stack stack;

    FinerTimes(Stack stack) {
        this.stack = stack;
    }

    /// Every column that holds times by its type.
    List<String> columns() throws SQLException {
        return texts(
                "SELECT table_name || '.' || column_name || CASE data_type WHEN 'date' THEN ': a date'"
                        + " ELSE '' END FROM information_schema.columns WHERE table_schema = 'public'"
                        + " AND data_type ~ 'time|date|interval'");
    }

    /// Columns that hold one in some row.
    List<String> inRows() throws SQLException {
        List<String> found = new ArrayList<>();
        String columns =
                "SELECT table_name || ' ' || column_name || ' ' || data_type FROM"
                        + " information_schema.columns WHERE table_schema = 'public'";
        for (String column : texts(columns)) {
            String[] parts = column.split(" ", 3);
            String name = parts[0] + "." + parts[1];
            boolean others = OTHERS.contains(parts[0]);
            String from = " FROM " + parts[0];
            switch (parts[2]) {
                case "bigint", "integer", "numeric" -> {
                    if (any(parts[1] + from, FinerTimes::isNow)) {
                        found.add(name);
                    }
                }
                case "text" -> {
                    if (!others && any(timed(parts[1]) + from, "t"::equals)) {
                        found.add(name);
                    }
                }
                case "bytea" -> {
                    if (!others
                            && any(
                                    timed("encode(" + parts[1] + ", 'escape')") + from,
                                    "t"::equals)) {
                        found.add(name);
                    }
                }
                default -> {
                    // Types that hold times are looked at by themselves; a boolean holds none.
                }
            }
        }
        if (any(
                timed("convert_from(event, 'UTF8')") + " FROM ledger_pending WHERE by_source",
                "t"::equals)) {
            found.add("ledger_pending.event of a source");
        }
        return found;
    }

    private static String timed(String column) {
        return "bool_or(" + column + " ~ '20[0-9][0-9]-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:')";
    }

    private boolean any(String select, java.util.function.Predicate<String> is)
            throws SQLException {
        return texts("SELECT " + select).stream().anyMatch(it -> it != null && is.test(it));
    }

    /// Within two days of now as seconds, or finer, since the epoch, and no beginning of a beat.
    private static boolean isNow(String number) {
        double value = Double.parseDouble(number);
        long now = Instant.now().getEpochSecond();
        for (double unit : new double[] {1, 1e3, 1e6, 1e9}) {
            if (Math.abs(value / unit - now) < 172_800 && value % (Stack.BEAT * unit) != 0) {
                return true;
            }
        }
        return false;
    }

    /// Segments, staged and settled, whose time of change is not a day's beginning.
    List<String> inVault() throws IOException {
        Path vault = stack.data().path("vault");
        List<String> found = new ArrayList<>();
        for (Path area : List.of(vault, vault.resolve(".staging"))) {
            if (Files.exists(area.resolve("segments"))) {
                try (Stream<Path> files = Files.walk(area.resolve("segments"))) {
                    files.filter(Files::isRegularFile)
                            .filter(it -> !isDay(it))
                            .forEach(it -> found.add(area.relativize(it).toString()));
                }
            }
        }
        return found;
    }

    private static boolean isDay(Path file) {
        try {
            return Files.getLastModifiedTime(file)
                    .toInstant()
                    .atOffset(ZoneOffset.UTC)
                    .toLocalTime()
                    .equals(LocalTime.MIDNIGHT);
        } catch (IOException gone) {
            return true;
        }
    }

    private List<String> texts(String query) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (Connection connection = stack.asSuperuser().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        return texts;
    }
}
