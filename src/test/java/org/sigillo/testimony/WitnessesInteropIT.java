package org.sigillo.testimony;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sigillo.bytes.Sha256;
import org.sigillo.note.NoteVerifier;
import org.sigillo.note.SignedNote;
import org.sigillo.note.TestKeys;
import org.sigillo.note.WitnessPolicy;

/// Our client and a witness that we did not write: torchwood's `litewitness` 0.9.0.
///
/// Needs `litewitness`, `ssh-agent`, `ssh-add`, `ssh-keygen` and `sqlite3` on the path.
@Tag("stack")
@Tag("apart")
class WitnessesInteropIT {
    private static final List<NoteVerifier> LOG = TestKeys.verifiers(TestKeys.log());

    @TempDir Path folder;
    private final List<Process> running = new ArrayList<>();
    private String policy = "";

    @BeforeEach
    void litewitness_knows_our_log() throws Exception {
        // A socket's path has a hundred letters at most.
        Path socket = Files.createTempDirectory("lw").resolve("s");
        Path key = folder.resolve("key");
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString());
        start("ssh-agent", "-D", "-a", socket.toString());
        await(() -> Files.exists(socket));
        run(Map.of("SSH_AUTH_SOCK", socket.toString()), "ssh-add", "-q", key.toString());
        String fingerprint = run("ssh-keygen", "-l", "-f", key.toString()).split(" ")[1];
        int port = freePort();
        Path database = folder.resolve("witness.db");
        Path said = folder.resolve("said");
        start(
                said,
                "litewitness",
                "-name=lite.example/w",
                "-db=" + database,
                "-ssh-agent=" + socket,
                "-key=" + fingerprint,
                "-listen=127.0.0.1:" + port);
        await(() -> listens(port));
        // What `witnessctl add-log` and `add-key` do.
        run(
                "sqlite3",
                database.toString(),
                "INSERT INTO log VALUES ('%1$s', 0, '%2$s'); INSERT INTO key VALUES ('%1$s', '%3$s')"
                        .formatted(
                                TestKeys.ORIGIN,
                                "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
                                LOG.getFirst().vkey()));
        String vkey =
                Files.readString(said)
                        .lines()
                        .filter(line -> line.contains("vkey="))
                        .map(line -> line.replaceFirst(".*vkey=\"?([^\" ]+).*", "$1"))
                        .findFirst()
                        .orElseThrow();
        policy = "witness lite %s http://127.0.0.1:%d\nquorum lite\n".formatted(vkey, port);
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (Process process : running.reversed()) {
            process.destroy();
            process.waitFor(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void litewitness_cosigns_our_checkpoints_and_tells_a_client_that_forgot() {
        for (int size : new int[] {1, 5, 255, 257, 1000}) {
            try (Witnesses witnesses = witnesses()) {
                Witnesses.Outcome outcome = ask(witnesses, size, "");
                assertThat(outcome.failures()).as("size %d", size).isEmpty();
                SignedNote note =
                        SignedNote.parse(TestKeys.signed(size, ""))
                                .with(outcome.cosigned().values());
                assertThat(witnesses.policy().check(note).quorum()).isTrue();
                assertThat(ask(witnesses, size + 1, "").cosigned()).containsKey("lite");
                assertThat(ask(witnesses, size, "").ahead())
                        .singleElement()
                        .satisfies(it -> assertThat(it.size()).contains(size + 1L));
            }
        }
    }

    @Test
    void litewitness_disputes_another_history() {
        try (Witnesses witnesses = witnesses()) {
            ask(witnesses, 5, "");
            assertThat(ask(witnesses, 9, "another").failures())
                    .containsEntry("lite", "inconsistent");
            assertThat(ask(witnesses, 5, "another").disputed()).hasSize(1);
        }
    }

    private Witnesses witnesses() {
        return new Witnesses(WitnessPolicy.parse(policy), LOG, Witnesses.Limits.USUAL);
    }

    private static Witnesses.Outcome ask(Witnesses witnesses, int size, String salt) {
        return witnesses.ask(
                TestKeys.checkpoint(size, salt),
                TestKeys.signed(size, salt),
                (from, to) -> prove(from, to, salt),
                _ -> false);
    }

    private static List<Sha256> prove(long from, long to, String salt) {
        return TestKeys.consistency(from, to, salt);
    }

    private void start(String... command) throws IOException {
        start(folder.resolve(command[0]), command);
    }

    private void start(Path said, String... command) throws IOException {
        running.add(
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(said.toFile())
                        .start());
    }

    private static String run(String... command) throws Exception {
        return run(Map.of(), command);
    }

    private static String run(Map<String, String> variables, String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(variables);
        Process process = builder.start();
        String said;
        try (InputStream out = process.getInputStream()) {
            said = new String(out.readAllBytes(), StandardCharsets.UTF_8);
        }
        assertThat(process.waitFor()).as("%s: %s", command[0], said).isZero();
        return said;
    }

    @FunctionalInterface
    private interface Condition {
        boolean holds();
    }

    private static void await(Condition condition) throws InterruptedException {
        for (int i = 0; i < 300 && !condition.holds(); i++) {
            Thread.sleep(100);
        }
        assertThat(condition.holds()).as("in time").isTrue();
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
