package org.sigillo.witness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.note.NoteSigner;
import org.sigillo.note.NoteVerifier;
import org.sigillo.note.SignedNote;
import org.sigillo.note.TestKeys;

class WitnessFileTest {
    private final List<NoteSigner> keys = TestKeys.witness("witness.example/w", 0);
    private final List<NoteVerifier> own = TestKeys.verifiers(keys);
    private final String note = cosigned(5);

    @TempDir Path folder;
    private Path path;

    @BeforeEach
    void a_witness_that_has_seen_one_checkpoint() throws IOException {
        path = folder.resolve("state");
        WitnessFile.create(path);
        try (WitnessFile file = WitnessFile.open(path, own)) {
            assertThat(file.latest(TestKeys.ORIGIN)).isEmpty();
            file.keep(TestKeys.ORIGIN, note);
        }
    }

    @Test
    void what_was_kept_is_there_after_a_restart() throws IOException {
        try (WitnessFile file = WitnessFile.open(path, own)) {
            assertThat(file.latest(TestKeys.ORIGIN)).contains(note);
            assertThat(file.latest("other.example")).isEmpty();
            file.keep(TestKeys.ORIGIN, cosigned(6));
        }
        try (WitnessFile file = WitnessFile.open(path, own)) {
            assertThat(file.latest(TestKeys.ORIGIN)).contains(cosigned(6));
        }
    }

    @Test
    void whatever_link_leads_to_it_is_the_same_file_and_one_witness_has_it() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), path);
        try (WitnessFile file = WitnessFile.open(link, own)) {
            assertThatThrownBy(() -> WitnessFile.open(path, own))
                    .isInstanceOf(OverlappingFileLockException.class);
            file.keep(TestKeys.ORIGIN, cosigned(6));
        }
        assertThat(link).isSymbolicLink();
        try (WitnessFile file = WitnessFile.open(path, own)) {
            assertThat(file.latest(TestKeys.ORIGIN)).contains(cosigned(6));
        }
    }

    @Test
    void the_bytes_are_these() throws IOException {
        assertThat(Files.readString(path))
                .isEqualTo(
                        "{\"logs\":{\"log.example/custody\":\""
                                + note.replace("\n", "\\n")
                                + "\"},\"v\":1}");
    }

    @Test
    void a_damaged_file_is_refused_wherever_the_damage_is() throws IOException {
        byte[] whole = Files.readAllBytes(path);
        String text = new String(whole, StandardCharsets.UTF_8);
        // The log's own lines are the log's to answer for; all the rest is the witness's.
        int from = bytesBefore(text, "\\n\\n") + 4;
        int to = bytesBefore(text, "— witness.example");
        for (int at = 0; at < whole.length; at += at < to + 200 ? 1 : 7) {
            if (at >= from && at < to) {
                continue;
            }
            byte[] damaged = whole.clone();
            damaged[at] ^= 1;
            Files.write(path, damaged);
            assertThatThrownBy(() -> WitnessFile.open(path, own))
                    .as("byte %d of %d", at, whole.length)
                    .isInstanceOf(BrokenEvidenceException.class);
        }
        Files.write(path, whole);
        WitnessFile.open(path, own).close();
    }

    private static int bytesBefore(String text, String mark) {
        return text.substring(0, text.indexOf(mark)).getBytes(StandardCharsets.UTF_8).length;
    }

    @Test
    void a_cut_or_empty_file_and_another_witnesss_are_refused() throws IOException {
        byte[] whole = Files.readAllBytes(path);
        for (int length = 0; length < whole.length; length += 11) {
            Files.write(path, java.util.Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> WitnessFile.open(path, own))
                    .isInstanceOf(BrokenEvidenceException.class);
        }
        Files.write(path, whole);
        assertThatThrownBy(
                        () -> WitnessFile.open(path, TestKeys.verifiers(TestKeys.witness("x", 50))))
                .isInstanceOf(BrokenEvidenceException.class);
    }

    @Test
    void what_a_crash_left_of_a_write_does_no_harm() throws IOException {
        Files.writeString(folder.resolve("state.next"), "{\"half");
        try (WitnessFile file = WitnessFile.open(path, own)) {
            assertThat(file.latest(TestKeys.ORIGIN)).contains(note);
            file.keep(TestKeys.ORIGIN, cosigned(7));
        }
    }

    @Test
    void two_programs_do_not_share_it() throws IOException {
        WitnessFile file = WitnessFile.open(path, own);
        // Within one process the lock is refused by another exception than between two.
        assertThatThrownBy(() -> WitnessFile.open(path, own)).isInstanceOf(Exception.class);
        file.close();
        WitnessFile.open(path, own).close();
    }

    @Test
    void after_a_write_that_failed_nothing_is_kept_any_more() throws IOException {
        try (WitnessFile file = WitnessFile.open(path, own)) {
            Files.createDirectory(folder.resolve("state.next"));
            assertThatThrownBy(() -> file.keep(TestKeys.ORIGIN, cosigned(6)))
                    .isInstanceOf(IOException.class);
            Files.delete(folder.resolve("state.next"));
            assertThatThrownBy(() -> file.keep(TestKeys.ORIGIN, cosigned(6)))
                    .hasMessageContaining("start again");
            assertThat(file.latest(TestKeys.ORIGIN)).contains(note);
        }
    }

    private String cosigned(int size) {
        String signed = TestKeys.signed(size, "");
        String text = SignedNote.parse(signed).text();
        return SignedNote.parse(signed)
                .with(keys.stream().map(key -> key.cosign(text, 1_795_600_000L)).toList())
                .note();
    }
}
