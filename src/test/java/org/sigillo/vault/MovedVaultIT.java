package org.sigillo.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.minio.ListObjectsArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import io.minio.Result;
import io.minio.messages.Item;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.sigillo.bytes.Sha256;
import org.sigillo.intake.Marked;
import org.sigillo.intake.Parcel;
import org.sigillo.intake.SourceBrowser;
import org.sigillo.intake.SourceBrowser.Part;
import org.sigillo.stack.Hand;
import org.sigillo.stack.Stack;
import org.sigillo.stack.StackExtension;
import org.sigillo.stack.Sweep;
import org.sigillo.stack.VaultOperator;

/// A newsroom moves from a folder to MinIO and back, with cases, while the same sources and reviewers go
/// on; and what the store loses is noticed.
@Tag("stack")
@ExtendWith(StackExtension.class)
class MovedVaultIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PREFIX = "sigillo.vault.";

    private final Stack stack;
    private final HttpClient http = HttpClient.newHttpClient();
    private final byte[] file = new byte[200_000];
    @TempDir Path folder;
    private Hand rosa;
    private VaultOperator operator;
    private S3Server server;
    private Map<String, String> settings;
    private Path store;
    private Wire wire;

    MovedVaultIT(Stack stack) {
        this.stack = stack;
    }

    @BeforeEach
    void people_and_a_store() throws Exception {
        rosa = new Hand(stack, "rosa");
        rosa.link();
        operator = new VaultOperator(stack, "ada");
        server = S3Server.minio(folder.resolve("minio")).start();
        settings = server.buckets();
        wire = new Wire(server.port());
        settings.put("endpoint", "http://127.0.0.1:" + wire.port());
        store = folder.resolve("store.properties");
        List<String> lines = new ArrayList<>();
        settings.forEach((name, value) -> lines.add(PREFIX + "s3." + name + "=" + value));
        lines.add(PREFIX + "spool=" + folder.resolve("cli-spool"));
        Files.write(store, lines);
    }

    @AfterEach
    void leave() throws Exception {
        rosa.close();
        operator.close();
        wire.close();
        server.close();
        http.close();
    }

    @Test
    void loses_nothing_on_the_way_and_notices_what_is_lost() throws Exception {
        Path vault = stack.data().path("vault");
        try (SourceBrowser source = new SourceBrowser(stack)) {
            source.begin();
            String caseId = sent(source);
            String exhibit = exhibits(caseId).get(0).path("exhibit").asText();
            byte[] sealed = segment(exhibit);

            operator.settle();
            Path last = vault.resolve("segments/" + exhibit + "/0");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(last)))
                    .isEqualTo("r--------");
            assertThat(stack.object("segments/" + exhibit + "/0")).doesNotExist();
            assertThat(segment(exhibit)).isEqualTo(sealed);

            Path inventory = inventory();
            assertThat(Files.readAllLines(inventory))
                    .contains(Sha256.of(sealed) + "  segments/" + exhibit + "/0");
            sigillo("vault", "check", vault.toString(), "--inventory", inventory.toString());

            moved(vault.toString(), store.toString(), inventory);
            inStore();
            try {
                assertThat(segment(exhibit)).isEqualTo(sealed);
                assertThat(source.submit(Part.file("more.bin", file)).statusCode()).isEqualTo(303);
                assertThat(exhibits(caseId)).hasSize(2 + 1);
                operator.settle();
                assertThat(operator.view().path("protection").asText()).isEqualTo("object-lock");
                assertThat(
                                operator.hand()
                                        .ask(
                                                "POST",
                                                "desk",
                                                "/api/cases/" + caseId + "/take-up",
                                                "{}")
                                        .statusCode())
                        .isEqualTo(403);
                assertThat(
                                rosa.ask("POST", "desk", "/api/cases/" + caseId + "/take-up", "{}")
                                        .statusCode())
                        .isEqualTo(204);
                damaged(caseId, exhibit, sealed);
                cutOff(source, caseId);
                awayForAWhile();
                wrongBuckets();
            } finally {
                Path now = inventory();
                stack.killApp();
                Path back = Files.createDirectory(folder.resolve("back"));
                moved(store.toString(), back.toString(), now);
                inFolder(back);
            }
            assertThat(segment(exhibit)).isEqualTo(sealed);
            assertThat(exhibits(caseId)).hasSize(4);
            assertThat(operator.hand().ask("POST", "desk", "/api/health/check", "{}").body())
                    .contains("\"evidence\":\"intact\"");
            sigillo("vault", "copy", folder.resolve("back").toString(), vault.toString());
        } finally {
            stack.killApp();
            inFolder(vault);
        }
    }

    /// Overwritten in the store, where older versions stay: opened by nobody, entered, and whole again
    /// when the intruder is gone.
    private void damaged(String caseId, String exhibit, byte[] sealed) throws Exception {
        String address = "segments/" + exhibit + "/0";
        String version;
        try (MinioClient client = server.client()) {
            version =
                    client.putObject(
                                    PutObjectArgs.builder()
                                            .bucket(settings.get("bucket"))
                                            .object(address)
                                            .data(new byte[sealed.length], sealed.length)
                                            .build())
                            .versionId();
        }
        operator.scrub();
        assertThat(exhibits(caseId).get(0).path("damaged").toString()).isEqualTo("[0]");
        assertThat(well()).isEqualTo(503);
        assertThat(operator.view().path("damaged").asInt()).isEqualTo(1);
        assertThat(status("/q/health/ready")).as("others go on").isEqualTo(200);
        try (MinioClient client = server.client()) {
            client.removeObject(
                    RemoveObjectArgs.builder()
                            .bucket(settings.get("bucket"))
                            .object(address)
                            .versionId(version)
                            .build());
            for (Result<Item> item :
                    client.listObjects(
                            ListObjectsArgs.builder()
                                    .bucket(settings.get("bucket"))
                                    .prefix(address)
                                    .includeVersions(true)
                                    .build())) {
                assertThat(item.get().isDeleteMarker()).isFalse();
            }
        }
        operator.scrub();
        assertThat(exhibits(caseId).get(0).path("damaged").toString()).isEqualTo("[]");
        assertThat(segment(exhibit)).isEqualTo(sealed);
        assertThat(well()).isEqualTo(200);
    }

    /// Killed and started again, while the application runs.
    private void awayForAWhile() throws Exception {
        server.kill();
        assertThat(until(503)).contains("\"away\": true");
        assertThat(status("/q/health/ready")).as("nobody is turned away").isEqualTo(200);
        server.start();
        assertThat(until(200)).contains("\"away\": false");
    }

    private String until(int status) throws Exception {
        for (int i = 0; i < 120; i++) {
            HttpResponse<String> answer =
                    http.send(
                            HttpRequest.newBuilder(stack.management().resolve("/q/health/well"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() == status) {
                return answer.body();
            }
            Thread.sleep(500);
        }
        throw new AssertionError("health is not " + status);
    }

    /// Named in the settings by mistake.
    private void wrongBuckets() throws Exception {
        Map<String, String> own = settings;
        Map<String, String> others = server.buckets();
        try (Vault another = server.open(others)) {
            another.put("ledger/genesis", new byte[] {'{', '}'});
        }
        stack.killApp();
        settings = new HashMap<>(own);
        settings.put("bucket", own.get("staging-bucket"));
        settings.put("staging-bucket", own.get("bucket"));
        refusedWith("keeps versions", "are the names of the two buckets exchanged?");
        settings = others;
        refusedWith("the vault's ledger/genesis", "is it the right folder or bucket?");
        settings = own;
        inStore();
    }

    private void refusedWith(String... words) {
        assertThatThrownBy(this::inStore).hasMessageContainingAll(words);
    }

    /// While the store is away nothing is confirmed and nothing shown; it is sent again afterwards, and the store has nothing of who
    /// sent it, or of what it is.
    private void cutOff(SourceBrowser source, String caseId) throws Exception {
        Marked marked = new Marked(new Random());
        Parcel parcel = marked.parcel("store", 2_000_000);
        wire.whenSent(1_000_000, wire::cut);
        assertThat(source.submit(parcel.part()).statusCode()).isEqualTo(500);
        assertThat(source.get("/en/case").body()).doesNotContain(parcel.digest());
        assertThat(exhibits(caseId)).hasSize(3);
        wire.mend();
        assertThat(source.submit(parcel.part()).statusCode()).isEqualTo(303);
        assertThat(source.get("/en/case").body()).contains(parcel.digest());
        assertThat(exhibits(caseId)).hasSize(4);
        assertThat(Sweep.of(folder.resolve("minio"), marked.all())).isEmpty();
        try (MinioClient client = server.client()) {
            String bucket = settings.get("staging-bucket");
            byte[] planted = parcel.name().getBytes(StandardCharsets.UTF_8);
            client.putObject(
                    PutObjectArgs.builder()
                            .bucket(bucket)
                            .object("planted")
                            .data(planted, planted.length)
                            .build());
            assertThat(Sweep.of(folder.resolve("minio"), marked.all()))
                    .anyMatch(it -> it.contains("planted"));
            client.removeObject(
                    RemoveObjectArgs.builder().bucket(bucket).object("planted").build());
        }
    }

    private String sent(SourceBrowser source) throws Exception {
        Set<String> before = cases();
        assertThat(source.submit(Part.message("hello"), Part.file("a.bin", file)).statusCode())
                .isEqualTo(303);
        Set<String> now = cases();
        now.removeAll(before);
        return now.iterator().next();
    }

    private void moved(String from, String to, Path inventory) throws Exception {
        stack.killApp();
        sigillo("vault", "copy", from, to, "--inventory", inventory.toString());
    }

    /// The command line as people have it, which must succeed.
    private static void sigillo(String... arguments) throws Exception {
        ProcessBuilder command =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-jar",
                        "target/sigillo-cli.jar");
        command.command().addAll(List.of(arguments));
        Process process = command.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as("%s: %s", List.of(arguments), said).isZero();
    }

    private void inStore() throws Exception {
        stack.set(PREFIX + "kind", "s3");
        settings.forEach((name, value) -> stack.set(PREFIX + "s3." + name, value));
        stack.set(PREFIX + "ask-every", "2s");
        stack.set(PREFIX + "spool", folder.resolve("spool").toString());
        stack.startApp();
    }

    private void inFolder(Path vault) throws Exception {
        stack.set(PREFIX + "kind", "folder");
        stack.set(PREFIX + "folder", vault.toString());
        stack.startApp();
    }

    private Path inventory() throws Exception {
        return Files.writeString(folder.resolve("inventory"), operator.inventory());
    }

    private Set<String> cases() throws Exception {
        Set<String> cases = new TreeSet<>();
        JSON.readTree(rosa.ask("GET", "desk", "/api/cases", "").body())
                .path("cases")
                .forEach(it -> cases.add(it.path("case").asText()));
        return cases;
    }

    private JsonNode exhibits(String caseId) throws Exception {
        return JSON.readTree(rosa.ask("GET", "desk", "/api/cases/" + caseId, "").body())
                .path("exhibits");
    }

    private byte[] segment(String exhibit) throws Exception {
        HttpResponse<byte[]> answer =
                rosa.octets("GET", "desk", "/api/exhibits/" + exhibit + "/segments/0", new byte[0]);
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body();
    }

    private int well() throws IOException, InterruptedException {
        return status("/q/health/well");
    }

    private int status(String path) throws IOException, InterruptedException {
        return http.send(
                        HttpRequest.newBuilder(stack.management().resolve(path)).build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }
}
