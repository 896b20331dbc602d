package org.sigillo.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is searched for is found, in whatever shape and wherever it lies.
class SweepTest {
    private static final String TEXT = "Ämter & Würden/7f3a9c";
    private static final byte[] UTF_8 = TEXT.getBytes(StandardCharsets.UTF_8);
    private static final List<Mark> MARKS = List.of(Mark.text("words", TEXT));

    @TempDir Path folder;

    private static List<String> found(String text) throws IOException {
        return Finder.in(text.getBytes(StandardCharsets.UTF_8), MARKS);
    }

    @Test
    void words_are_found_in_every_form() throws IOException {
        assertThat(found("a" + TEXT + "b")).containsExactly("words as text");
        assertThat(found("ämter & würden/7f3a9c")).containsExactly("words as lower case");
        assertThat(found("ÄMTER & WÜRDEN/7F3A9C")).containsExactly("words as upper case");
        assertThat(Finder.in(TEXT.getBytes(StandardCharsets.UTF_16LE), MARKS))
                .containsExactly("words as UTF-16LE");
        assertThat(Finder.in(TEXT.getBytes(StandardCharsets.UTF_16BE), MARKS))
                .containsExactly("words as UTF-16BE");
        assertThat(found("?x=%C3%84mter+%26+W%C3%BCrden%2F7f3a9c&"))
                .containsExactly("words as form field");
        assertThat(found("%C3%84mter%20%26%20W%C3%BCrden%2F7f3a9c"))
                .containsExactly("words as percent-encoded");
        String hex = HexFormat.of().formatHex(UTF_8);
        assertThat(found("\\x0" + hex + "f")).containsExactly("words as hex");
        assertThat(found(hex.toUpperCase())).containsExactly("words as hex in upper case");
        assertThat(found(HexFormat.of().withPrefix("%").withUpperCase().formatHex(UTF_8)))
                .containsExactly("words as percent-encoded throughout");
        assertThat(found("Amter & Wurden/7f3a9c")).isEmpty();
    }

    @Test
    void base64_is_found_wherever_the_words_begin_in_it() throws IOException {
        for (int before = 0; before < 6; before++) {
            for (int after = 0; after < 3; after++) {
                byte[] around =
                        ("x".repeat(before) + TEXT + "y".repeat(after))
                                .getBytes(StandardCharsets.UTF_8);
                for (Base64.Encoder encoder :
                        List.of(Base64.getEncoder(), Base64.getUrlEncoder().withoutPadding())) {
                    assertThat(found("{\"a\":\"" + encoder.encodeToString(around) + "\"}"))
                            .as("%d before, %d after", before, after)
                            .singleElement()
                            .asString()
                            .contains("base64");
                }
            }
        }
    }

    @Test
    void a_number_is_found_if_it_stands_alone() throws IOException {
        List<Mark> size = List.of(Mark.number("size", 17_000_023));
        for (String text : List.of("17000023", "size=17,000,023 bytes", "17\u202f000\u202f023")) {
            assertThat(Finder.in(text.getBytes(StandardCharsets.UTF_8), size)).as(text).hasSize(1);
        }
        for (String text : List.of("170000231", "917000023", "17000024")) {
            assertThat(Finder.in(text.getBytes(StandardCharsets.UTF_8), size)).as(text).isEmpty();
        }
        byte[] row = ByteBuffer.allocate(20).putLong(7, 17_000_023).array();
        assertThat(Finder.in(row, size)).containsExactly("size as big-endian");
        byte[] page = ByteBuffer.allocate(20).putLong(7, Long.reverseBytes(17_000_023)).array();
        assertThat(Finder.in(page, size)).containsExactly("size as little-endian");
    }

    @Test
    void everything_is_found_across_the_edges_of_what_is_held_at_once() throws IOException {
        byte[] large = new byte[9 << 20];
        new Random(3).nextBytes(large);
        for (int at = 4 << 20; at < (4 << 20) + 300; at++) {
            byte[] copy = large.clone();
            System.arraycopy(UTF_8, 0, copy, at, UTF_8.length);
            assertThat(Finder.in(copy, MARKS)).as("%d", at).containsExactly("words as text");
            at += 6;
        }
        System.arraycopy(UTF_8, 0, large, large.length - UTF_8.length, UTF_8.length);
        assertThat(Finder.in(large, MARKS)).containsExactly("words as text");
    }

    @Test
    void files_are_searched_with_their_names_attributes_and_what_is_compressed()
            throws IOException {
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(gzip)) {
            out.write("z".repeat(300_000).getBytes(StandardCharsets.UTF_8));
            out.write(UTF_8);
        }
        Files.write(folder.resolve("bundle"), gzip.toByteArray());
        ByteArrayOutputStream row = new ByteArrayOutputStream();
        row.write(new byte[77]);
        row.write(gzip.toByteArray());
        row.write(new byte[77]);
        Files.write(folder.resolve("page"), row.toByteArray());
        Path deep = Files.createDirectories(folder.resolve("a/Ämter & Würden"));
        Files.write(deep.resolve("plain"), UTF_8);
        Files.createFile(folder.resolve("a/planted-7f3a9c"));
        Path with = Files.createFile(folder.resolve("with-attribute"));
        Files.getFileAttributeView(with, UserDefinedFileAttributeView.class)
                .write("where", ByteBuffer.wrap(UTF_8));
        Files.createSymbolicLink(folder.resolve("to"), Path.of("planted-7f3a9c"));
        assertThat(Sweep.of(folder, List.of(Mark.text("words", TEXT), Mark.text("planted-7f3a9c"))))
                .containsExactlyInAnyOrder(
                        "bundle: words as text",
                        "page: words as text",
                        "a/Ämter & Würden/plain: words as text",
                        "a/planted-7f3a9c (name): planted-7f3a9c as text",
                        "to (link): planted-7f3a9c as text",
                        "with-attribute (attribute): words as text");
    }
}
