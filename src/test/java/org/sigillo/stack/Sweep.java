package org.sigillo.stack;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/// Looks for what must not be kept: in every file below the data folder (logs, vault, temporary files, the database's pages
/// and write-ahead log), in its name and its attributes, and in every row of every table of every database, catalogs and
/// unlogged tables included. What a page of the write-ahead log cuts in two is met only where it stands once more.
public final class Sweep {
    private final Finder.Index index;
    private final Set<String> found = new TreeSet<>();

    public Sweep(List<Mark> marks) {
        this.index = new Finder.Index(marks);
    }

    /// All that a stack keeps.
    ///
    /// @return where what lies: paths below the data folder, and `database:table`
    public static Set<String> of(Stack stack, List<Mark> marks) throws IOException, SQLException {
        Sweep sweep = new Sweep(marks);
        try (Connection connection = stack.asSuperuser().getConnection();
                Statement statement = connection.createStatement()) {
            // What PostgreSQL has in memory goes into its files.
            statement.execute("CHECKPOINT");
        }
        sweep.files(stack.data().root());
        sweep.databases(stack);
        return sweep.found();
    }

    /// In every file below a folder.
    public static Set<String> of(Path root, List<Mark> marks) throws IOException {
        Sweep sweep = new Sweep(marks);
        sweep.files(root);
        return sweep.found();
    }

    public Set<String> found() {
        return new TreeSet<>(found);
    }

    /// Looks at something that was read elsewhere.
    public void in(String where, String text) throws IOException {
        try (Finder finder = finder(where)) {
            finder.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private Finder finder(String where) {
        return new Finder(index, shape -> found.add(where + ": " + shape));
    }

    private void files(Path root) throws IOException {
        Files.walkFileTree(
                root,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path folder, BasicFileAttributes attributes) throws IOException {
                        besides(root, folder);
                        return isProgram(root, folder)
                                ? FileVisitResult.SKIP_SUBTREE
                                : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        besides(root, file);
                        if (isProgram(root, file)) {
                            return FileVisitResult.CONTINUE;
                        }
                        if (attributes.isRegularFile()) {
                            content(root.relativize(file).toString(), file);
                        } else if (attributes.isSymbolicLink()) {
                            in(
                                    root.relativize(file) + " (link)",
                                    Files.readSymbolicLink(file) + "");
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException failure)
                            throws IOException {
                        if (failure instanceof NoSuchFileException) {
                            return FileVisitResult.CONTINUE;
                        }
                        throw failure;
                    }
                });
    }

    /// Copies of what was built before anybody came: a library may well have a number of seven digits.
    private static boolean isProgram(Path root, Path file) {
        return root.relativize(file).toString().matches("run/(app|[a-z-]+\\.jar|classes\\.jsa)");
    }

    /// Its name and its attributes.
    private void besides(Path root, Path file) throws IOException {
        String where = root.relativize(file).toString();
        in(where + " (name)", String.valueOf(file.getFileName()));
        UserDefinedFileAttributeView view =
                Files.getFileAttributeView(
                        file, UserDefinedFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (view == null || Files.isSymbolicLink(file)) {
            return;
        }
        try {
            for (String name : view.list()) {
                ByteBuffer value = ByteBuffer.allocate(view.size(name));
                view.read(name, value);
                in(where + " (attribute)", name);
                try (Finder finder = finder(where + " (attribute)")) {
                    finder.write(value.array(), 0, value.position());
                }
            }
        } catch (NoSuchFileException gone) {
            // Meanwhile.
        }
    }

    private void content(String where, Path file) throws IOException {
        byte[] start = new byte[2];
        try (InputStream in = Files.newInputStream(file);
                Finder finder = finder(where)) {
            int read = in.readNBytes(start, 0, 2);
            finder.write(start, 0, read);
            in.transferTo(finder);
        } catch (NoSuchFileException gone) {
            return;
        }
        if (start[0] == 0x1f && start[1] == (byte) 0x8b) {
            try (InputStream in = new GZIPInputStream(Files.newInputStream(file));
                    Finder finder = finder(where)) {
                in.transferTo(finder);
            } catch (IOException e) {
                // It only begins like one, or goes on as something else.
            }
        }
    }

    private void databases(Stack stack) throws IOException, SQLException {
        for (String database :
                texts(
                        stack.asSuperuser().getConnection(),
                        "SELECT datname FROM pg_database WHERE datallowconn")) {
            try (Connection connection = stack.asSuperuser(database).getConnection()) {
                CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
                List<String> tables =
                        texts(
                                stack.asSuperuser(database).getConnection(),
                                "SELECT relnamespace::regnamespace || '.' || quote_ident(relname)"
                                        + " FROM pg_class WHERE relkind IN ('r', 'm', 'S')");
                tables.add("pg_catalog.pg_stat_activity");
                for (String table : tables) {
                    copy(copy, database, table, "text");
                    if (!table.startsWith("pg_catalog.")) {
                        // Octets as they are, not as hex.
                        copy(copy, database, table, "binary");
                    }
                }
            }
        }
    }

    private void copy(CopyManager copy, String database, String table, String format)
            throws IOException, SQLException {
        try (OutputStream finder = finder(database + ":" + table)) {
            copy.copyOut(
                    "COPY (SELECT * FROM " + table + ") TO STDOUT (FORMAT " + format + ")", finder);
        }
    }

    private static List<String> texts(Connection opened, String query) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (Connection connection = opened;
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        return texts;
    }
}
