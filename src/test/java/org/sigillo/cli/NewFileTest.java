package org.sigillo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NewFileTest {
    private static final byte[] TEXT = "a key".getBytes(StandardCharsets.UTF_8);

    @TempDir private Path folder;

    @Test
    void is_on_the_disk_under_its_name_when_it_is_said_to_be_there() throws Exception {
        Path keys = Files.createDirectory(folder.resolve("keys"));
        Path secret = keys.resolve("log-key");
        Path plain = keys.resolve("genesis.json");
        Path heard = folder.resolve("heard.jfr");
        try (Recording recording = new Recording()) {
            recording.enable("jdk.FileForce").withoutThreshold();
            recording.start();
            NewFile.secret(secret, TEXT);
            NewFile.plain(plain, TEXT);
            recording.stop();
            recording.dump(heard);
        }
        Set<String> forced =
                RecordingFile.readAllEvents(heard).stream()
                        .map(it -> it.getString("path"))
                        .collect(Collectors.toSet());
        assertThat(forced)
                .contains(secret.toString(), plain.toString(), keys.toString(), folder.toString());
        assertThat(secret).hasBinaryContent(TEXT);
        assertThat(plain).hasBinaryContent(TEXT);
    }

    @Test
    void of_a_secret_is_for_its_owner_and_no_file_is_written_over() throws IOException {
        Path secret = folder.resolve("log-key");
        NewFile.secret(secret, TEXT);
        assertThat(Files.getPosixFilePermissions(secret))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThatThrownBy(() -> NewFile.secret(secret, new byte[1]))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThatThrownBy(() -> NewFile.plain(secret, new byte[1]))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(secret).hasBinaryContent(TEXT);
    }
}
