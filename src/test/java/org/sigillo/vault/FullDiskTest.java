package org.sigillo.vault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A disk that has no room at all, whatever was to be kept free: a real one of some MiB, in a process that alone sees it.
@Timeout(120)
class FullDiskTest {
    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"segments", "tile"})
    void is_said_to_be_full_keeps_what_it_has_and_takes_more_when_there_is_room(String which)
            throws Exception {
        assertThat(filled(which))
                .isEqualTo("VaultFullException: the vault has no room left; true; true; again");
    }

    @Test
    void is_known_by_what_is_left_where_it_speaks_another_language() {
        IOException said = new IOException("Auf dem Gerät ist kein Speicherplatz mehr verfügbar");
        assertThat(VaultFullException.orSame(said, 4096)).isInstanceOf(VaultFullException.class);
        assertThat(VaultFullException.orSame(said, 1 << 20)).isSameAs(said);
    }

    @Test
    void is_no_other_than_one_of_which_its_owner_has_used_his_share() {
        IOException said = new FileSystemException("/vault/1", null, "Disk quota exceeded");
        assertThat(VaultFullException.orSame(said, Long.MAX_VALUE))
                .isInstanceOf(VaultFullException.class)
                .hasCause(said);
    }

    private String filled(String which) throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        List<String> command = new ArrayList<>(OwnDisk.around(disk, 12));
        command.addAll(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        FullDisk.class.getName(),
                        disk.resolve("vault").toString(),
                        which));
        Path log = folder.resolve("log");
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("LC_ALL", "C");
        builder.redirectErrorStream(true).redirectOutput(log.toFile());
        int code = builder.start().waitFor();
        String text = Files.readString(log, StandardCharsets.UTF_8);
        assertThat(code).as(text).isZero();
        return text.lines().toList().getLast();
    }
}
