package org.sigillo.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {
    @TempDir Path folder;
    private Path spool;
    private Path left;

    @BeforeEach
    void what_a_killed_process_left() throws IOException {
        spool = folder.resolve("spool");
        left = Files.createDirectories(spool.resolve("p2718281828"));
        Files.createFile(left.resolve("lock"));
        Files.write(left.resolve("1"), new byte[5]);
    }

    @Test
    void is_empty_after_the_start_and_gone_at_the_end() throws IOException {
        Files.createDirectory(spool.resolve("p31"));
        try (Spool opened = new Spool(spool, 0)) {
            assertThat(left).doesNotExist();
            assertThat(spool.resolve("p31")).as("ended before it had a lock").doesNotExist();
            opened.file(true).write(new byte[1], 0, 1);
            assertThat(spool).isDirectoryContaining(it -> Files.isDirectory(it));
        }
        assertThat(spool).isDirectoryNotContaining(it -> Files.isDirectory(it));
    }

    @Test
    void by_another_spelling_is_the_same() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), spool);
        try (Spool first = new Spool(spool, 0)) {
            Spool.FileBeingWritten file = first.file(true);
            for (Path spelling : List.of(link, spool.resolve("../spool"))) {
                new Spool(spelling, 0).close();
                assertThat(file.path()).exists();
            }
        }
    }

    @Nested
    class Nothing_is_touched_and_what_is_in_the_way_is_named_where_there_lies {
        @Test
        void a_file_of_somebody_else() throws IOException {
            refused(Files.writeString(spool.resolve("precious.txt"), "mine"));
        }

        @Test
        void a_folder_of_somebody_else() throws IOException {
            Path other = Files.createDirectory(spool.resolve("sub")).resolve("other.txt");
            Files.writeString(other, "mine");
            refused(other.getParent());
            assertThat(other).exists();
        }

        @Test
        void something_else_in_a_folder_like_ours() throws IOException {
            refused(Files.writeString(left.resolve("notes.txt"), "mine"));
        }

        @Test
        void a_folder_with_numbers_and_no_lock() throws IOException {
            Path letters = Files.createDirectory(spool.resolve("p2024"));
            refused(Files.writeString(letters.resolve("1"), "mine"));
        }

        @Test
        void a_link_to_a_folder() throws IOException {
            Path away = Files.createDirectory(folder.resolve("away"));
            Files.createFile(away.resolve("lock"));
            Files.writeString(away.resolve("1"), "mine");
            refused(Files.createSymbolicLink(spool.resolve("p3"), away));
            assertThat(away.resolve("1")).exists();
        }

        @Test
        void a_link_to_a_file() throws IOException {
            Path away = Files.createFile(folder.resolve("away"));
            refused(Files.createSymbolicLink(left.resolve("2"), away));
            Files.delete(spool.resolve("lock"));
            refused(Files.createSymbolicLink(spool.resolve("lock"), away));
        }

        private void refused(Path inTheWay) throws IOException {
            Files.setPosixFilePermissions(spool, PosixFilePermissions.fromString("rwxr-xr-x"));
            assertThatThrownBy(() -> new Spool(spool, 0))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(inTheWay.toString());
            assertThat(Files.exists(inTheWay, LinkOption.NOFOLLOW_LINKS)).isTrue();
            assertThat(left.resolve("1")).exists();
        }
    }
}
