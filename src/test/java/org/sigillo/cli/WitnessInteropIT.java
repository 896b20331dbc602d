package org.sigillo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sigillo.bytes.SecretBytes;
import org.sigillo.note.Checkpoint;
import org.sigillo.note.NoteSigner;
import org.sigillo.note.NoteVerifier;
import org.sigillo.note.SignedNote;

/// Our witness and a log that we did not write: Tessera 1.0.4 on files, which publishes no checkpoint that its
/// witnesses have not cosigned.
///
/// Needs Tessera's example `posix-oneshot` on the path.
@Tag("stack")
@Tag("apart")
class WitnessInteropIT {
    private static final String ORIGIN = "tessera.example/log";

    @TempDir Path folder;
    private final NoteSigner log =
            NoteSigner.ed25519(ORIGIN, SecretBytes.takeOwnership(new byte[32]));
    private RunningWitness witness;

    @BeforeEach
    void a_witness_of_that_log() throws IOException {
        witness = RunningWitness.start(folder, "witness.example", List.of(log.verifier()));
        Files.writeString(folder.resolve("log-key"), log.revealText());
        // It knows witnesses by their Ed25519 keys alone.
        Files.writeString(
                folder.resolve("policy"),
                "witness ours %s %s\nquorum ours\n"
                        .formatted(witness.keys().getFirst().vkey(), witness.address()));
    }

    @AfterEach
    void stop() {
        witness.close();
    }

    @Test
    void tessera_publishes_what_our_witness_has_cosigned_and_no_second_history() throws Exception {
        Path first = Files.createDirectory(folder.resolve("first"));
        assertThat(added(first, "one")).isZero();
        assertThat(cosigned(first).size()).isEqualTo(1);
        assertThat(added(first, "two")).isZero();
        assertThat(cosigned(first).size()).isEqualTo(2);

        Path second = Files.createDirectory(folder.resolve("second"));
        assertThat(added(second, "another")).isNotZero();
        assertThat(second.resolve("checkpoint"))
                .as("the witness has seen another tree of this log")
                .doesNotExist();
    }

    /// @return how the program ended; it waits for its witness without end where that refuses
    private int added(Path into, String entry) throws IOException, InterruptedException {
        Path file = Files.writeString(folder.resolve(entry), entry);
        Process process =
                new ProcessBuilder(
                                "posix-oneshot",
                                "--storage_dir=" + into,
                                "--entries=" + file,
                                "--private_key=" + folder.resolve("log-key"),
                                "--witness_policy_file=" + folder.resolve("policy"),
                                "--witness_timeout=5s")
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("said").toFile())
                        .start();
        if (process.waitFor(20, TimeUnit.SECONDS)) {
            return process.exitValue();
        }
        process.destroyForcibly().waitFor();
        return -1;
    }

    private Checkpoint cosigned(Path in) throws IOException {
        String note = Files.readString(in.resolve("checkpoint"));
        NoteVerifier ours = witness.keys().getFirst();
        assertThat(SignedNote.parse(note).cosignatures(List.of(ours))).hasSize(1);
        return Checkpoint.verified(note, ORIGIN, List.of(log.verifier()));
    }
}
