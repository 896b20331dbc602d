package org.sigillo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.Sha256;

/// `sigillo vault check`, on a folder.
class VaultCheckTest extends TwoVaults {
    @Test
    void of_a_whole_vault_finds_nothing() {
        assertThat(check()).isZero();
    }

    @Test
    void finds_what_is_missing_and_what_is_altered_and_looks_again_at_that_alone()
            throws IOException {
        Path progress = folder.resolve("progress");
        Path second = from.resolve(".staging").resolve(SECOND);
        Files.write(second, new byte[] {8});
        assertThat(check("--progress", progress.toString())).isEqualTo(Sigillo.BROKEN);
        assertThat(Files.readAllLines(progress)).hasSize(2);
        Files.delete(second);
        assertThat(check("--progress", progress.toString())).isEqualTo(Sigillo.BROKEN);
        Files.write(second, new byte[] {2});
        assertThat(check("--progress", progress.toString())).isZero();
        assertThat(Files.readAllLines(progress)).hasSize(3);
    }

    @Test
    void a_file_that_cannot_be_read_is_named_and_the_rest_is_read() throws IOException {
        Path first = from.resolve(FIRST);
        Files.delete(first);
        Files.createDirectory(first);
        Path progress = folder.resolve("progress");
        assertThat(check("--progress", progress.toString())).isEqualTo(Sigillo.FAULT);
        assertThat(Files.readString(progress)).contains(SECOND).doesNotContain(FIRST);
    }

    @Test
    void by_a_list_that_names_checkpoints_misses_none_that_two_later_ones_have_followed()
            throws IOException {
        for (int size : List.of(1, 2)) {
            Files.writeString(
                    inventory,
                    Sha256.of(new byte[] {(byte) size}) + "  " + checkpoint("", size) + "\n",
                    StandardOpenOption.APPEND);
        }
        checkpoints("", 3);
        assertThat(check()).isEqualTo(Sigillo.BROKEN);
        checkpoints("", 4);
        assertThat(check()).isZero();
        Files.delete(from.resolve(FIRST));
        assertThat(check()).isEqualTo(Sigillo.BROKEN);
    }

    @Test
    void goes_on_past_a_line_that_names_no_address() throws IOException {
        for (String name : List.of("../passwd", "hello", "")) {
            Files.writeString(
                    inventory,
                    Sha256.of(new byte[] {9}) + "  " + name + "\n",
                    StandardOpenOption.APPEND);
        }
        Path progress = folder.resolve("progress");
        assertThat(check("--progress", progress.toString())).isEqualTo(Sigillo.FAULT);
        assertThat(Files.readString(progress)).contains(FIRST, SECOND);
    }

    @Test
    void with_what_is_no_inventory_is_refused() throws IOException {
        Files.writeString(inventory, "hello\n");
        assertThat(check()).isEqualTo(Sigillo.MALFORMED);
        assertThat(Sigillo.run("vault", "check", from.toString(), "--inventory", "/none"))
                .isEqualTo(Sigillo.FAULT);
    }

    @Test
    void leaves_as_it_is_what_may_only_be_read() throws IOException {
        // What a process that ended had on its way; whoever may write removes it.
        Path left = Files.createDirectory(from.resolve(".incoming").resolve("p1"));
        Files.createFile(left.resolve("lock"));
        Files.createFile(left.resolve("1"));
        onlyRead(true);
        try {
            Map<Path, Map<String, Object>> before = state();
            assertThat(check()).isZero();
            assertThat(state()).isEqualTo(before);
        } finally {
            onlyRead(false);
        }
    }

    /// Root may write all the same: so times and modes are compared, too.
    private void onlyRead(boolean only) throws IOException {
        for (Path path : all()) {
            if (Files.isDirectory(path)) {
                Files.setPosixFilePermissions(
                        path, PosixFilePermissions.fromString(only ? "r-xr-x---" : "rwx------"));
            }
        }
    }

    private Map<Path, Map<String, Object>> state() throws IOException {
        Map<Path, Map<String, Object>> state = new TreeMap<>();
        for (Path path : all()) {
            state.put(path, Files.readAttributes(path, "unix:mode,lastModifiedTime,ctime"));
        }
        return state;
    }

    private List<Path> all() throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            return all.toList();
        }
    }

    private int check(String... more) {
        return run("check", new String[] {from.toString(), "--inventory", inventory + ""}, more);
    }
}
