package org.sigillo.sending;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sigillo.bytes.Sha256;
import org.sigillo.sealing.Codename;

class ContentTest {
    @TempDir Path folder;

    private static Content message(String text) {
        return Content.message(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void a_folder_is_refused_and_what_is_not_there_is_named() {
        assertThatThrownBy(() -> Content.file(folder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is a folder");
        assertThatThrownBy(() -> Content.file(folder.resolve("none")))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void a_device_is_not_a_file() {
        assertThatThrownBy(() -> Content.file(Path.of("/dev/null")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not a file");
    }

    @Test
    void a_message_that_may_hold_a_codename_is_refused_however_it_is_written() {
        Codename codename = Codename.generate(new SecureRandom());
        for (String between : new String[] {" ", "", ", ", "\n"}) {
            String text = "Hello. " + String.join(between, codename.words()) + "!";
            assertThatThrownBy(() -> message(text))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("seven neighbouring words");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \n\t "})
    void an_empty_message_is_refused(String text) {
        assertThatThrownBy(() -> message(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_message_in_another_encoding_is_refused() {
        assertThatThrownBy(() -> Content.message(new byte[] {'a', (byte) 0xe4}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("UTF-8");
    }

    @Test
    void white_space_does_not_count_as_characters() {
        assertThat(message(" a \n b 𝄞 ").characters()).isEqualTo(3);
    }

    @Test
    void a_file_goes_without_the_name_of_its_folder() throws IOException {
        Content file = Content.file(Files.writeString(folder.resolve("a.txt"), "a"));
        assertThat(file.name()).contains("a.txt");
        assertThat(file.toString()).doesNotContain("a.txt");
    }

    @Test
    void a_cut_ends_in_zeros_up_to_the_padded_size() throws IOException {
        byte[] padded = new byte[1 << 16];
        padded[0] = 'a';
        Content file = Content.file(Files.writeString(folder.resolve("a.txt"), "a"));
        try (Cuts cuts = Cuts.open(file)) {
            assertThat(cuts.count()).isEqualTo(1);
            assertThat(cuts.read(0, OutputStream.nullOutputStream())).isEqualTo(Sha256.of(padded));
            assertThat(cuts.whole()).isEqualTo(Sha256.of(new byte[] {'a'}));
        }
    }

    @Test
    void a_file_that_grew_is_refused_at_its_end() throws IOException {
        Path path = Files.writeString(folder.resolve("a.txt"), "a");
        Content file = Content.file(path);
        try (Cuts cuts = Cuts.open(file)) {
            cuts.read(0, OutputStream.nullOutputStream());
            Files.writeString(path, "ab");
            assertThatThrownBy(cuts::whole)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("has changed");
        }
    }

    @Test
    void a_file_that_shrank_is_refused_where_it_ends() throws IOException {
        Path path = Files.writeString(folder.resolve("a.txt"), "abc");
        Content file = Content.file(path);
        try (Cuts cuts = Cuts.open(file)) {
            Files.writeString(path, "a");
            assertThatThrownBy(() -> cuts.read(0, OutputStream.nullOutputStream()))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
