package org.sigillo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sigillo.bytes.CanonicalJson;
import org.sigillo.bytes.Json;

class OutputTest {
    private static final String HOSTILE =
            "r/\u001b[1A\u001b[GThe package holds\n\u009b\u202egnp\u2028\ud800\udb40\udc41";

    @TempDir Path folder;

    @Test
    void letters_of_all_languages_are_shown_as_they_are() {
        assertThat(Output.shown("März, 100 % — Ελλάδα 東京 🙂"))
                .isEqualTo("März, 100 % — Ελλάδα 東京 🙂");
    }

    @Test
    void what_a_terminal_would_obey_or_hide_is_shown_by_its_number() {
        assertThat(Output.shown(HOSTILE))
                .isEqualTo(
                        "r/\\u001b[1A\\u001b[GThe package holds\\u000a\\u009b\\u202egnp\\u2028"
                                + "\\ud800\\udb40\\udc41");
    }

    @Test
    void json_means_the_same() {
        String name = "a\u001b\u009b\u202e\udb40\udc41b";
        String text = Output.text(Json.object().with("name", name));
        assertThat(text).doesNotContain("\u009b", "\u202e", "\udb40\udc41");
        assertThat(
                        CanonicalJson.parseObject(
                                        text.replace("\\u009b", "\u009b")
                                                .replace("\\u202e", "\u202e")
                                                .replace("\\udb40\\udc41", "\udb40\udc41")
                                                .getBytes(StandardCharsets.UTF_8))
                                .text("name"))
                .isEqualTo(name);
    }

    @Test
    void a_hostile_package_paints_nothing() throws Exception {
        Path tar = folder.resolve("spoof.tar");
        try (TarArchiveOutputStream out =
                new TarArchiveOutputStream(Files.newOutputStream(tar), "UTF-8")) {
            out.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            for (String name :
                    new String[] {
                        "r/tagmanifest-sha256.txt", "r/\u001b[1A\u001b[JThe package holds\u001b[8m"
                    }) {
                out.putArchiveEntry(new TarArchiveEntry(name));
                out.closeArchiveEntry();
            }
        }
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream err = System.err;
        PrintStream out = System.out;
        try (PrintStream heard = new PrintStream(said, true, StandardCharsets.UTF_8)) {
            System.setErr(heard);
            System.setOut(heard);
            assertThat(
                            Sigillo.run(
                                    "verify",
                                    "--release",
                                    tar.toString(),
                                    "--genesis",
                                    "0".repeat(64)))
                    .isNotZero();
        } finally {
            System.setErr(err);
            System.setOut(out);
        }
        assertThat(said.toString(StandardCharsets.UTF_8))
                .contains("\\u001b[1A")
                .doesNotContain("\u001b");
    }
}
