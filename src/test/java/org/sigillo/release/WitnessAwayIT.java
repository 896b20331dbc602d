package org.sigillo.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.sigillo.cli.Sigillo;
import org.sigillo.note.Checkpoint;
import org.sigillo.note.SignedNote;
import org.sigillo.note.WitnessPolicy;
import org.sigillo.release.Desk.Proposal;
import org.sigillo.stack.Stack;
import org.sigillo.stack.StackExtension;

/// The witness is killed: the ledger goes on and says so, releases wait.
@Tag("stack")
@ExtendWith(StackExtension.class)
class WitnessAwayIT {
    private final Stack stack;
    private final Desk desk;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    @TempDir Path folder;

    WitnessAwayIT(Stack stack) {
        this.stack = stack;
        this.desk = new Desk(stack);
    }

    @AfterEach
    void leave() {
        desk.close();
        http.close();
    }

    @Test
    void the_ledger_goes_on_and_a_release_waits_for_the_witness() throws Exception {
        Proposal proposal =
                desk.ready(Map.of("letter.txt", "A letter.".getBytes(StandardCharsets.UTF_8)));
        assertThat(until(() -> witnessed(checkpoint()))).isTrue();
        assertThat(health()).contains("\"partner-1\":\"cosigned\"", "\"partner-2\":\"cosigned\"");
        stack.killWitness();
        try {
            long size = size();
            HttpResponse<String> accepted = desk.publish("emile", proposal);
            assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);

            assertThat(until(() -> size() > size && !witnessed(checkpoint()))).isTrue();
            long later = size();
            assertThat(until(() -> size() > later)).isTrue();
            // It is asked again and again for a while, before it counts as away.
            assertThat(until(() -> health().contains("\"partner-1\":\"unreachable\""))).isTrue();
            assertThat(health())
                    .contains(
                            "\"evidence\":\"intact\"",
                            "\"partner-2\":\"unreachable\"",
                            "\"test-authority\":\"stamped\"");
            assertThat(status("/q/health/ready")).isEqualTo(200);
            assertThat(progress(proposal)).doesNotContain("\"page\":\"http");
            assertThat(page(proposal).statusCode()).isEqualTo(404);
        } finally {
            stack.startWitness();
        }
        assertThat(until(() -> progress(proposal).contains("\"page\":\"http"))).isTrue();
        assertThat(page(proposal).statusCode()).isEqualTo(200);
        Path tar = Files.write(folder.resolve("release.tar"), tar(proposal));
        assertThat(
                        Sigillo.run(
                                "verify",
                                "--release",
                                tar.toString(),
                                "--genesis",
                                stack.genesis().toString(),
                                "--policy",
                                stack.witnessPolicy().toString()))
                .isZero();
        assertThat(until(() -> health().contains("\"partner-1\":\"cosigned\""))).isTrue();
    }

    private boolean witnessed(String note) throws Exception {
        return WitnessPolicy.parse(Files.readString(stack.witnessPolicy()))
                .check(SignedNote.parse(note))
                .quorum();
    }

    private String checkpoint() throws Exception {
        return get("audit", "/log/checkpoint", HttpResponse.BodyHandlers.ofString()).body();
    }

    private long size() throws Exception {
        return Checkpoint.parse(SignedNote.parse(checkpoint()).text()).size();
    }

    private String health() throws Exception {
        HttpResponse<String> answer = desk.get("ada", "/api/health");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    private String progress(Proposal proposal) throws Exception {
        return desk.get("rosa", "/api/releases/" + proposal.release + "/progress").body();
    }

    private HttpResponse<Void> page(Proposal proposal) throws Exception {
        return get(
                "news", "/en/releases/" + proposal.release, HttpResponse.BodyHandlers.discarding());
    }

    private byte[] tar(Proposal proposal) throws Exception {
        return get(
                        "files",
                        "/" + proposal.release + ".tar",
                        HttpResponse.BodyHandlers.ofByteArray())
                .body();
    }

    private int status(String path) throws Exception {
        return http.send(
                        HttpRequest.newBuilder(stack.management().resolve(path)).build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private <T> HttpResponse<T> get(String host, String path, HttpResponse.BodyHandler<T> handler)
            throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(stack.application() + path))
                        .header("Host", host + ".localhost:" + stack.port())
                        .build(),
                handler);
    }

    private static boolean until(Callable<Boolean> it) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(120).toNanos();
        while (!it.call()) {
            if (System.nanoTime() > end) {
                return false;
            }
            Thread.sleep(500);
        }
        return true;
    }
}
