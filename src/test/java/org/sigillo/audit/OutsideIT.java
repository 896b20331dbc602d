package org.sigillo.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.sigillo.bytes.SecretBytes;
import org.sigillo.cli.Sigillo;
import org.sigillo.intake.SourceBrowser;
import org.sigillo.intake.SourceBrowser.Part;
import org.sigillo.note.NoteSigner;
import org.sigillo.note.SignedNote;
import org.sigillo.note.TimeStamp;
import org.sigillo.note.WitnessPolicy;
import org.sigillo.stack.Hand;
import org.sigillo.stack.Stack;
import org.sigillo.stack.StackExtension;
import org.sigillo.stack.TestAuthority;

/// What others than the newsroom sign of the running ledger, and who can check it with what.
@Tag("stack")
@ExtendWith(StackExtension.class)
class OutsideIT {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Stack stack;
    @TempDir Path folder;

    OutsideIT(Stack stack) {
        this.stack = stack;
    }

    @Test
    void after_a_beat_the_checkpoint_carries_a_line_by_each_of_the_witnesss_keys()
            throws Exception {
        WitnessPolicy policy = WitnessPolicy.parse(Files.readString(stack.witnessPolicy()));
        assertThat(policy.witnesses()).hasSize(2);
        assertThat(
                        until(() -> {
                            WitnessPolicy.Verdict verdict =
                                    policy.check(SignedNote.parse(checkpoint()));
                            return verdict.quorum() && verdict.cosigned().size() == 2;
                        }))
                .isTrue();
    }

    @Test
    void anybody_finds_the_live_ledger_witnessed_by_whom_they_believe() throws Exception {
        assertThat(until(() -> live(stack.witnessPolicy()) == 0)).isTrue();
        assertThat(live(unknown())).isEqualTo(4);
    }

    @Test
    void an_export_has_stamps_and_cosignatures_that_hold() throws Exception {
        until(() -> !stamps(files(export())).isEmpty());
        assertThat(until(() -> exported(stack.authorityRoots(), stack.witnessPolicy()) == 0))
                .isTrue();
        assertThat(exported(stack.authorityRoots(), unknown())).isEqualTo(4);
        // Of the same name, as an authority's next root is: nobody who is believed vouches for a
        // stamp then.
        Path others =
                Files.writeString(
                        folder.resolve("others.pem"),
                        TestAuthority.of(InstantSource.system(), RANDOM).anchorPem());
        assertThat(exported(others, stack.witnessPolicy())).isEqualTo(4);
    }

    @Test
    void openssl_accepts_a_stamp_of_an_export() throws Exception {
        Map<String, byte[]> files = new LinkedHashMap<>();
        assertThat(
                        until(() -> {
                            files.putAll(files(export()));
                            return !stamps(files).isEmpty();
                        }))
                .isTrue();
        String name = stamps(files).getLast();
        String size = name.split("/")[1];
        String note = new String(files.get("checkpoints/" + size), UTF_8);
        Path stamp = Files.write(folder.resolve("stamp.tsr"), files.get(name));
        Path stamped = Files.write(folder.resolve("stamped"), TimeStamp.stamped(note));
        assertThat(openssl(stamped, stamp)).contains("Verification: OK");
        Files.writeString(stamped, "\n", java.nio.file.StandardOpenOption.APPEND);
        assertThat(openssl(stamped, stamp)).contains("Verification: FAILED");
    }

    @Test
    void a_sources_receipt_is_witnessed_and_stays_the_same() throws Exception {
        try (SourceBrowser source = new SourceBrowser(stack)) {
            source.begin();
            byte[] content = "One page.".getBytes(UTF_8);
            source.submit(Part.message("See the page."), Part.file("page.txt", content));
            assertThat(until(() -> !source.get("/en/case?again=1").body().contains("not yet")))
                    .isTrue();
            Path file = Files.write(folder.resolve("page.txt"), content);
            Path receipt = folder.resolve("receipt");
            assertThat(
                            until(() -> {
                                Files.writeString(receipt, receipt(source));
                                return receipt(receipt, file, stack.witnessPolicy()) == 0;
                            }))
                    .isTrue();
            assertThat(receipt(receipt, file, unknown())).isEqualTo(4);
            String before = checkpoint();
            assertThat(until(() -> !checkpoint().equals(before))).isTrue();
            assertThat(receipt(source)).isEqualTo(Files.readString(receipt));
        }
    }

    private static String receipt(SourceBrowser source) throws Exception {
        return source.post("/en/receipt", "number=2&form=plain&wish=yes").body();
    }

    private int receipt(Path receipt, Path file, Path policy) {
        return Sigillo.run(
                "receipt",
                receipt.toString(),
                "--genesis",
                stack.genesis().toString(),
                "--file",
                file.toString(),
                "--policy",
                policy.toString());
    }

    private int live(Path policy) {
        return Sigillo.run(
                "verify",
                "--url",
                stack.door("audit") + "log",
                "--genesis",
                stack.genesis().toString(),
                "--policy",
                policy.toString());
    }

    private int exported(Path roots, Path policy) throws Exception {
        return Sigillo.run(
                "verify",
                "--export",
                Files.write(folder.resolve("ledger.tar"), export()).toString(),
                "--genesis",
                stack.genesis().toString(),
                "--roots",
                roots.toString(),
                "--policy",
                policy.toString());
    }

    /// A policy that believes a witness which nobody has asked.
    private Path unknown() throws IOException {
        byte[] seed = new byte[32];
        RANDOM.nextBytes(seed);
        try (NoteSigner stranger =
                NoteSigner.cosigner("witness.example.org", SecretBytes.takeOwnership(seed))) {
            return Files.writeString(
                    folder.resolve("unknown"),
                    "witness w " + stranger.verifier().vkey() + "\nquorum w\n");
        }
    }

    private String checkpoint() throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                            HttpRequest.newBuilder(
                                            URI.create(stack.application() + "/log/checkpoint"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    private byte[] export() throws Exception {
        try (Hand aldo = new Hand(stack, "aldo")) {
            aldo.link();
            HttpResponse<byte[]> answer = aldo.octets("GET", "audit", "/audit/export", new byte[0]);
            assertThat(answer.statusCode()).isEqualTo(200);
            return answer.body();
        }
    }

    private static Map<String, byte[]> files(byte[] tar) throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        try (TarArchiveInputStream in = new TarArchiveInputStream(new ByteArrayInputStream(tar))) {
            for (TarArchiveEntry it = in.getNextEntry(); it != null; it = in.getNextEntry()) {
                files.put(it.getName(), in.readAllBytes());
            }
        }
        return files;
    }

    private static List<String> stamps(Map<String, byte[]> files) {
        return files.keySet().stream().filter(name -> name.startsWith("stamps/")).toList();
    }

    private String openssl(Path stamped, Path stamp) throws Exception {
        List<String> command = new ArrayList<>(List.of("openssl", "ts", "-verify"));
        command.addAll(List.of("-data", stamped.toString(), "-in", stamp.toString()));
        command.addAll(List.of("-CAfile", stack.authorityRoots().toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        process.waitFor();
        return said;
    }

    /// A beat has some seconds, and a witness cosigns a moment later.
    private static boolean until(Callable<Boolean> it) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(90).toNanos();
        while (!it.call()) {
            if (System.nanoTime() > end) {
                return false;
            }
            Thread.sleep(500);
        }
        return true;
    }
}
