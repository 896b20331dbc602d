package org.sigillo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.Sha256;
import org.sigillo.note.Checkpoint;
import org.sigillo.note.NoteVerifier;
import org.sigillo.note.SignedNote;
import org.sigillo.note.TestKeys;

class RunWitnessTest {
    private static final List<NoteVerifier> LOG = TestKeys.verifiers(TestKeys.log());

    @TempDir Path folder;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private RunningWitness witness;

    @BeforeEach
    void a_witness_of_one_log() throws IOException {
        witness = RunningWitness.start(folder, "witness.example", LOG);
    }

    @AfterEach
    void stop() {
        witness.close();
        client.close();
    }

    @Test
    void it_makes_its_keys_and_cosigns_in_both_types() throws Exception {
        assertThat(witness.keys()).hasSize(2).allMatch(NoteVerifier::cosigns);
        HttpResponse<String> answer = post("old 0\n\n" + TestKeys.signed(5, ""));
        assertThat(answer.statusCode()).isEqualTo(200);
        SignedNote note = SignedNote.parse(TestKeys.signed(5, "") + answer.body());
        assertThat(note.verify(witness.keys())).isEqualTo(witness.keys());
        assertThat(Files.readString(folder.resolve("key")))
                .startsWith("PRIVATE+KEY+witness.example+");
        assertThat(Files.getPosixFilePermissions(folder.resolve("key"))).hasSize(2);
    }

    @Test
    void what_it_says_over_http() throws Exception {
        post("old 0\n\n" + TestKeys.signed(5, ""));
        HttpResponse<String> conflict = post("old 0\n\n" + TestKeys.signed(6, ""));
        assertThat(conflict.statusCode()).isEqualTo(409);
        assertThat(conflict.body()).isEqualTo("5\n");
        assertThat(conflict.headers().firstValue("Content-Type")).contains("text/x.tlog.size");
        String hash = Sha256.of(TestKeys.ORIGIN.getBytes(StandardCharsets.UTF_8)).hex();
        HttpResponse<String> shown = get(hash + "/checkpoint");
        assertThat(shown.statusCode()).isEqualTo(200);
        assertThat(Checkpoint.verified(shown.body(), TestKeys.ORIGIN, LOG).size()).isEqualTo(5);
        assertThat(SignedNote.parse(shown.body()).cosignatures(witness.keys())).hasSize(2);
        assertThat(get("00".repeat(32) + "/checkpoint").statusCode()).isEqualTo(404);
        assertThat(get("").statusCode()).isEqualTo(404);
        assertThat(get("add-checkpoint").statusCode()).isEqualTo(405);
        assertThat(post("x".repeat(20_000)).statusCode()).isEqualTo(413);
        assertThat(post("").statusCode()).isEqualTo(400);
    }

    @Test
    void killed_at_random_it_never_signs_two_histories() throws Exception {
        long seed = new Random().nextLong();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        long answered = 0;
        for (int round = 0; round < 5; round++) {
            int to = Math.toIntExact(answered) + 20;
            Thread killer = killAfter(random.nextInt(60));
            try {
                for (int size = Math.toIntExact(answered) + 1; size <= to; size++) {
                    HttpResponse<String> answer = post(request(answered, size, ""));
                    if (answer.statusCode() == 409) {
                        // Signed and kept, but the answer was lost.
                        assertThat(answer.body()).isEqualTo(size + "\n");
                        answer = post(request(size, size, ""));
                    }
                    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                    answered = size;
                }
            } catch (IOException e) {
                // The kill; what follows says whether anything was forgotten.
                assertThat(e).isNotNull();
            }
            killer.join();
            witness = RunningWitness.start(folder, "witness.example", LOG);
            if (answered > 0) {
                assertThat(post(request(answered, Math.toIntExact(answered), "other")).statusCode())
                        .isIn(409, 422);
            }
        }
    }

    @Test
    void two_histories_of_one_size_are_refused_and_it_goes_on() throws Exception {
        post("old 0\n\n" + TestKeys.signed(5, ""));
        assertThat(post(request(5, 5, "another")).statusCode()).isEqualTo(422);
        assertThat(post(request(5, 8, "")).statusCode()).isEqualTo(200);
    }

    @Test
    void a_body_that_never_comes_holds_nobody_up() throws Exception {
        try (Socket slow = new Socket(witness.address().getHost(), witness.address().getPort())) {
            OutputStream out = slow.getOutputStream();
            out.write(
                    "POST /add-checkpoint HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\nold"
                            .getBytes(StandardCharsets.US_ASCII));
            out.flush();
            assertThat(post("old 0\n\n" + TestKeys.signed(5, "")).statusCode()).isEqualTo(200);
            slow.setSoTimeout(25_000);
            InputStream in = slow.getInputStream();
            assertThat(in.read()).as("the witness hangs up").isNegative();
        }
    }

    @Test
    void a_key_without_its_state_is_refused_and_so_is_a_state_without_its_key() throws Exception {
        post("old 0\n\n" + TestKeys.signed(5, ""));
        witness.close();
        Files.move(folder.resolve("state"), folder.resolve("state.away"));
        assertThat(init()).isEqualTo(Sigillo.MALFORMED);
        Files.move(folder.resolve("state.away"), folder.resolve("state"));
        assertThat(init()).isZero();
        Files.delete(folder.resolve("key"));
        assertThat(init()).isEqualTo(Sigillo.BROKEN);
        assertThat(folder.resolve("key")).doesNotExist();
    }

    @Test
    void a_witness_without_logs_does_not_start() {
        witness.close();
        assertThat(
                        Sigillo.run(
                                "witness",
                                "--key=" + folder.resolve("key"),
                                "--state=" + folder.resolve("state")))
                .isEqualTo(Sigillo.MALFORMED);
    }

    private int init() {
        return Sigillo.run(
                "witness",
                "--init",
                "--name=witness.example",
                "--key=" + folder.resolve("key"),
                "--state=" + folder.resolve("state"));
    }

    private Thread killAfter(long milliseconds) {
        RunningWitness victim = witness;
        return Thread.ofVirtual()
                .start(() -> {
                    try {
                        Thread.sleep(milliseconds);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    victim.kill();
                });
    }

    private static String request(long old, int size, String salt) {
        StringBuilder body = new StringBuilder("old " + old + "\n");
        TestKeys.consistency(old, size, salt)
                .forEach(hash -> body.append(Base64.of(hash.bytes())).append('\n'));
        return body + "\n" + TestKeys.signed(size, salt);
    }

    private HttpResponse<String> post(String body) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(witness.address().resolve("add-checkpoint"))
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        URI address = witness.address().resolve(path);
        return client.send(
                HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
    }
}
