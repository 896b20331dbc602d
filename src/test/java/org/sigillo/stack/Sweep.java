package org.sigillo.stack;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/// Looks for something that must not be kept: in every file below the data folder (logs, vault, the
/// database's pages and write-ahead log) and in every value of every table, plain, in hex and in base64.
public final class Sweep {
    private static final int BLOCK = 1 << 20;

    private final Stack stack;

    public Sweep(Stack stack) {
        this.stack = stack;
    }

    /// Where the marker lies: paths below the data folder, and `table.column`.
    public List<String> find(String marker) throws IOException, SQLException {
        List<String> found = new ArrayList<>(files(stack.data().root(), marker));
        found.addAll(tables(marker));
        return found;
    }

    /// In every file below a folder, by its path from there.
    static List<String> files(Path root, String marker) throws IOException {
        List<byte[]> forms = new ArrayList<>();
        byte[] plain = marker.getBytes(StandardCharsets.UTF_8);
        forms.add(plain);
        forms.add(HexFormat.of().formatHex(plain).getBytes(StandardCharsets.US_ASCII));
        forms.add(marker.getBytes(StandardCharsets.UTF_16LE));
        // The digits of base64 that hold nothing but the marker, wherever it may begin.
        for (int shift = 0; shift < 3; shift++) {
            byte[] shifted = new byte[plain.length + shift];
            System.arraycopy(plain, 0, shifted, shift, plain.length);
            String text = Base64.getEncoder().withoutPadding().encodeToString(shifted);
            int from = Math.ceilDiv(8 * shift, 6);
            int to = 8 * shifted.length / 6;
            forms.add(text.substring(from, to).getBytes(StandardCharsets.US_ASCII));
        }
        List<String> found = new ArrayList<>();
        try (Stream<Path> all = Files.walk(root)) {
            for (Path file : all.filter(Files::isRegularFile).filter(Files::isReadable).toList()) {
                if (holds(file, forms)) {
                    found.add(root.relativize(file).toString());
                }
            }
        }
        return found;
    }

    private static boolean holds(Path file, List<byte[]> forms) throws IOException {
        int longest = forms.stream().mapToInt(form -> form.length).max().orElseThrow();
        byte[] window = new byte[BLOCK + longest];
        int kept = 0;
        try (InputStream in = Files.newInputStream(file)) {
            while (true) {
                int read = in.readNBytes(window, kept, BLOCK);
                String text = new String(window, 0, kept + read, StandardCharsets.ISO_8859_1);
                for (byte[] form : forms) {
                    if (text.contains(new String(form, StandardCharsets.ISO_8859_1))) {
                        return true;
                    }
                }
                if (read < BLOCK) {
                    return false;
                }
                kept = longest;
                System.arraycopy(window, BLOCK, window, 0, longest);
            }
        } catch (NoSuchFileException gone) {
            return false;
        }
    }

    private List<String> tables(String marker) throws SQLException {
        String hex = HexFormat.of().formatHex(marker.getBytes(StandardCharsets.UTF_8));
        List<String> found = new ArrayList<>();
        try (Connection connection = stack.asSuperuser().getConnection();
                Statement query = connection.createStatement()) {
            Map<String, String> columns = new LinkedHashMap<>();
            try (ResultSet rows =
                    query.executeQuery(
                            "SELECT table_schema, table_name, column_name FROM"
                                    + " information_schema.columns WHERE table_schema NOT IN"
                                    + " ('pg_catalog', 'information_schema')")) {
                while (rows.next()) {
                    String table = quoted(rows.getString(1)) + "." + quoted(rows.getString(2));
                    columns.put(
                            rows.getString(2) + "." + rows.getString(3),
                            "SELECT count(*) FROM "
                                    + table
                                    + " WHERE position('%s' in lower("
                                    + quoted(rows.getString(3))
                                    + "::text)) > 0");
                }
            }
            for (Map.Entry<String, String> column : columns.entrySet()) {
                for (String form : List.of(marker.toLowerCase(Locale.ROOT), hex)) {
                    try (ResultSet count =
                            query.executeQuery(
                                    column.getValue().formatted(form.replace("'", "''")))) {
                        count.next();
                        if (count.getLong(1) > 0) {
                            found.add(column.getKey());
                        }
                    }
                }
            }
        }
        return found;
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
