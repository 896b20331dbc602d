package org.sigillo.vault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sigillo.bytes.Sha256;

/// What only a program of its own can show beside a real MinIO: another clock, names that only it resolves, and certificates of
/// an authority of one's own. The program is `sigillo vault copy`.
@Tag("stack")
@Tag("apart")
@Timeout(180)
class VaultProcessIT {
    private static final byte[] CONTENT = {1, 2, 3};
    private static final String ADDRESS = "segments/a/0";

    @TempDir Path folder;
    private Path from;

    @BeforeEach
    void a_folder_with_an_object() throws IOException {
        from = Files.createDirectory(folder.resolve("from"));
        try (FolderVault vault = new FolderVault(from, 0, InstantSource.system())) {
            vault.put(ADDRESS, CONTENT);
        }
    }

    /// What the program said, and its exit code.
    private record Said(int code, String text) {}

    private Said copy(
            S3Server server, Map<String, String> settings, List<String> before, String... java)
            throws IOException, InterruptedException {
        return copy(before, from.toString(), settings(settings, "to").toString(), java);
    }

    private Path settings(Map<String, String> settings, String name) throws IOException {
        Properties lines = new Properties();
        lines.setProperty("sigillo.vault.spool", folder.resolve("spool-of-copy").toString());
        settings.forEach((key, value) -> lines.setProperty("sigillo.vault.s3." + key, value));
        StringWriter text = new StringWriter();
        lines.store(text, null);
        return Files.writeString(folder.resolve(name + ".properties"), text.toString());
    }

    private Said copy(List<String> before, String source, String target, String... java)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(before);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(java));
        command.addAll(
                List.of(
                        "-cp",
                        System.getProperty("java.class.path"),
                        "org.sigillo.cli.Sigillo",
                        "vault",
                        "copy",
                        source,
                        target));
        Path said = folder.resolve("said");
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        builder.redirectErrorStream(true).redirectOutput(said.toFile());
        Process process = builder.start();
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("the copy does not end: " + Files.readString(said));
        }
        return new Said(process.exitValue(), Files.readString(said, StandardCharsets.UTF_8));
    }

    private void arrived(S3Server server, Map<String, String> settings) throws IOException {
        try (Vault vault = server.open(settings)) {
            assertThat(vault.digest(ADDRESS)).isEqualTo(Sha256.of(CONTENT));
        }
    }

    @Test
    void a_clock_that_is_an_hour_ahead_is_named_and_nothing_of_it_is_visible() throws Exception {
        try (S3Server server = S3Server.minio(folder.resolve("minio")).start()) {
            Map<String, String> settings = server.buckets();
            Said wrong = copy(server, settings, List.of("faketime", "-f", "+1h"));
            assertThat(wrong.code()).as(wrong.text()).isNotZero();
            assertThat(wrong.text()).contains("clock");
            try (Vault vault = server.open(settings)) {
                assertThat(vault.list("")).isEmpty();
            }
            Said right = copy(server, settings, List.of());
            assertThat(right.code()).as(right.text()).isZero();
            arrived(server, settings);
        }
    }

    @Test
    void a_bucket_in_the_hosts_name_is_found_there_and_nowhere_else() throws Exception {
        String domain = "s3.sigillo.test";
        try (S3Server server = S3Server.byHost(folder.resolve("minio"), domain).start()) {
            Map<String, String> settings = server.buckets();
            Path hosts = folder.resolve("hosts");
            // The store's own name is not there: whoever asked for the bucket in the path would not
            // find it.
            Files.writeString(
                    hosts,
                    "127.0.0.1 "
                            + settings.get("bucket")
                            + "."
                            + domain
                            + "\n127.0.0.1 "
                            + settings.get("staging-bucket")
                            + "."
                            + domain
                            + "\n");
            Map<String, String> byHost = new java.util.HashMap<>(settings);
            byHost.put("endpoint", "http://" + domain + ":" + server.port());
            byHost.put("path-style", "false");
            String resolves = "-Djdk.net.hosts.file=" + hosts;
            Said said = copy(server, byHost, List.of(), resolves);
            assertThat(said.code()).as(said.text()).isZero();
            arrived(server, settings);
            byHost.put("path-style", "true");
            assertThat(copy(server, byHost, List.of(), resolves).code()).isNotZero();
        }
    }

    @Test
    void a_store_by_tls_is_believed_by_ones_own_authority_alone() throws Exception {
        Path certificates = Files.createDirectories(folder.resolve("certs"));
        Path authority = authority("authority");
        certificate(authority, certificates);
        try (S3Server server = S3Server.minio(folder.resolve("minio")).start()) {
            Map<String, String> settings = server.buckets();
            server.kill();
            server.byTls(certificates).launch();
            Map<String, String> byTls = new java.util.HashMap<>(settings);
            byTls.put("endpoint", "https://127.0.0.1:" + server.port());
            byTls.put("ca-file", authority + ".crt");
            Said said = new Said(-1, "");
            for (int i = 0; i < 20 && said.code() != 0; i++) {
                S3Server.sleep(250);
                said = copy(server, byTls, List.of());
            }
            assertThat(said.code()).as(said.text()).isZero();
            try (Vault vault = server.open(byTls)) {
                assertThat(vault.digest(ADDRESS)).isEqualTo(Sha256.of(CONTENT));
            }
            for (String other : List.of(authority("another") + ".crt", "")) {
                byTls.remove("ca-file");
                if (!other.isEmpty()) {
                    byTls.put("ca-file", other);
                }
                Said refused = copy(server, byTls, List.of());
                assertThat(refused.code()).as(refused.text()).isNotZero();
                assertThat(refused.text()).containsIgnoringCase("certificat");
            }
        }
    }

    @Test
    void from_one_store_to_another_makers_and_back_nothing_is_lost_or_kept_for_less()
            throws Exception {
        Retention month = Retention.governance(LocalDate.now(ZoneOffset.UTC).plusDays(30));
        Path back = Files.createDirectory(folder.resolve("back"));
        try (S3Server minio = S3Server.minio(folder.resolve("minio")).start();
                S3Server versity = S3Server.versity(folder.resolve("versity")).start()) {
            Map<String, String> first = minio.buckets();
            Map<String, String> second = versity.buckets();
            try (FolderVault vault = new FolderVault(from, 0, InstantSource.system())) {
                vault.settle(ADDRESS, Sha256.of(CONTENT), Optional.of(month));
                vault.put("segments/a/1", CONTENT);
            }
            String inMinio = settings(first, "first").toString();
            String inVersity = settings(second, "second").toString();
            for (List<String> way :
                    List.of(
                            List.of(from.toString(), inMinio),
                            List.of(inMinio, inVersity),
                            List.of(inVersity, back.toString()))) {
                Said said = copy(List.of(), way.get(0), way.get(1));
                assertThat(said.code()).as(said.text()).isZero();
            }
            try (Vault inFirst = minio.open(first);
                    Vault inSecond = versity.open(second);
                    Vault inLast = new FolderVault(back, 0, InstantSource.system())) {
                for (Vault vault : List.of(inFirst, inSecond, inLast)) {
                    assertThat(vault.list("")).containsExactly(ADDRESS, "segments/a/1");
                    assertThat(vault.digest(ADDRESS)).isEqualTo(Sha256.of(CONTENT));
                    assertThat(vault.stat(ADDRESS).orElseThrow().kept()).hasValue(month);
                    assertThat(vault.staged("segments"))
                            .extracting(Vault.Staged::address)
                            .containsExactly("segments/a/1");
                }
            }
        }
    }

    private Path authority(String name) throws IOException, InterruptedException {
        Path path = folder.resolve(name);
        openssl(
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-keyout",
                path + ".key",
                "-out",
                path + ".crt",
                "-subj",
                "/CN=" + name,
                "-days",
                "2");
        return path;
    }

    private void certificate(Path authority, Path to) throws IOException, InterruptedException {
        Path names = Files.writeString(folder.resolve("names"), "subjectAltName=IP:127.0.0.1\n");
        Path request = folder.resolve("request");
        openssl(
                "req",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-keyout",
                to.resolve("private.key").toString(),
                "-out",
                request.toString(),
                "-subj",
                "/CN=store");
        openssl(
                "x509",
                "-req",
                "-in",
                request.toString(),
                "-CA",
                authority + ".crt",
                "-CAkey",
                authority + ".key",
                "-CAcreateserial",
                "-days",
                "2",
                "-extfile",
                names.toString(),
                "-out",
                to.resolve("public.crt").toString());
    }

    private void openssl(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        Path said = folder.resolve("openssl");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(said.toFile())
                        .start();
        assertThat(process.waitFor()).as(Files.readString(said)).isZero();
    }
}
