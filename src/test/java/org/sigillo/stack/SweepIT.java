package org.sigillo.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// What says that nothing of a source is kept would have found it: planted in every shape in each kind of place, it is found.
@Tag("stack")
@ExtendWith(StackExtension.class)
class SweepIT {
    private static final List<String> TABLES = List.of("planted", "planted_unlogged");

    private final Stack stack;

    SweepIT(Stack stack) {
        this.stack = stack;
    }

    @Test
    void whatever_lies_anywhere_in_any_shape_is_found() throws Exception {
        byte[] drawn = new byte[20];
        new Random().nextBytes(drawn);
        List<Mark> marks =
                List.of(
                        Mark.text("words", "Canary & co/" + HexFormat.of().formatHex(drawn)),
                        Mark.bytes("octets", drawn),
                        Mark.number("size", 17_000_000 + (drawn[0] & 0xff) * 1000 + 7));
        List<Mark.Shape> shapes = marks.stream().flatMap(it -> it.shapes().stream()).toList();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Mark.Shape shape : shapes) {
            all.write('\n');
            all.write(shape.bytes());
        }
        all.write('\n');
        byte[] planted = all.toByteArray();
        DataFolder data = stack.data();
        Path vault = data.path("vault").resolve("planted");
        Path named = data.path("vault").resolve(HexFormat.of().formatHex(drawn));
        Path temporary = data.path("run").resolve("tmp/planted");
        Path log = data.log("planted");
        Path gzip = data.path("vault").resolve("planted-bundle");
        rows(shapes);
        try {
            Files.write(log, planted);
            Files.write(temporary, planted);
            Files.write(vault, new byte[70_000]);
            Files.write(vault, planted, StandardOpenOption.APPEND);
            Files.getFileAttributeView(vault, UserDefinedFileAttributeView.class)
                    .write("planted", ByteBuffer.wrap(planted));
            Files.createFile(named);
            try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(gzip))) {
                out.write(planted);
            }
            Set<String> found = Sweep.of(stack, marks);
            for (String where :
                    List.of(
                            "logs/planted.log",
                            "run/tmp/planted",
                            "vault/planted",
                            "vault/planted (attribute)",
                            "vault/planted-bundle",
                            "sigillo:public.planted",
                            "sigillo:public.planted_unlogged",
                            "postgres/base/.*",
                            "postgres/pg_wal/.*")) {
                for (Mark.Shape shape : shapes) {
                    assertThat(found)
                            .as("%s in %s", shape, where)
                            .anyMatch(it ->
                                    it.endsWith(": " + shape)
                                            && it.substring(
                                                            0,
                                                            it.length() - (": " + shape).length())
                                                    .matches(
                                                            where.replace("(", "\\(")
                                                                    .replace(")", "\\)")));
                }
            }
            assertThat(found)
                    .contains("vault/" + named.getFileName() + " (name): octets as hex")
                    .anyMatch(it -> it.startsWith("keycloak:public.planted: "));
        } finally {
            for (Path path : List.of(vault, named, temporary, log, gzip)) {
                Files.deleteIfExists(path);
            }
            for (String table : TABLES) {
                execute("sigillo", "DROP TABLE IF EXISTS " + table);
            }
            execute("keycloak", "DROP TABLE IF EXISTS planted");
        }
    }

    /// Some rows a shape, committed: in the write-ahead log a page's edge may cut one in two.
    private void rows(List<Mark.Shape> shapes) throws Exception {
        execute("sigillo", "CREATE TABLE planted (it bytea)");
        execute("sigillo", "CREATE UNLOGGED TABLE planted_unlogged (it bytea)");
        execute("keycloak", "CREATE TABLE planted (it text)");
        for (String table : TABLES) {
            try (Connection connection = stack.asSuperuser().getConnection();
                    PreparedStatement insert =
                            connection.prepareStatement("INSERT INTO " + table + " VALUES (?)")) {
                for (int round = 0; round < 3; round++) {
                    for (Mark.Shape shape : shapes) {
                        insert.setBytes(1, shape.bytes());
                        insert.execute();
                    }
                }
            }
        }
        execute(
                "keycloak",
                "INSERT INTO planted VALUES ('"
                        + new String(shapes.getFirst().bytes(), StandardCharsets.UTF_8)
                        + "')");
    }

    private void execute(String database, String sql) throws Exception {
        try (Connection connection = stack.asSuperuser(database).getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
