package org.sigillo.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.minio.EnableObjectLegalHoldArgs;
import io.minio.ListObjectsArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.Result;
import io.minio.SetObjectRetentionArgs;
import io.minio.credentials.AssumeRoleProvider;
import io.minio.credentials.Credentials;
import io.minio.credentials.StaticProvider;
import io.minio.errors.ErrorResponseException;
import io.minio.messages.Item;
import io.minio.messages.RetentionMode;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sigillo.bytes.Sha256;
import org.sigillo.cli.Sigillo;

/// What the policies in `infra/minio` let their users do, at a real MinIO server that is told them with temporary credentials.
@Tag("stack")
@Tag("apart")
class MinioPoliciesIT {
    private static final String ADDRESS = "segments/a/0";
    private static final LocalDate TODAY = LocalDate.now(ZoneOffset.UTC);

    @TempDir Path folder;
    private S3Server server;
    private Map<String, String> settings;

    @BeforeEach
    void a_server() throws IOException {
        server = S3Server.minio(folder.resolve("minio")).start();
        settings = server.buckets();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void the_auditors_is_enough_for_a_check_which_leaves_nothing_in_the_store() throws Exception {
        Map<String, byte[]> objects =
                Map.of("segments/a/0", new byte[] {1}, "segments/b/0", new byte[] {2});
        List<String> inventory = new ArrayList<>();
        try (S3Vault vault = server.open(settings)) {
            for (Map.Entry<String, byte[]> it : objects.entrySet()) {
                vault.put(it.getKey(), it.getValue());
                inventory.add(Sha256.of(it.getValue()) + "  " + it.getKey());
            }
            vault.settle("segments/a/0", Sha256.of(new byte[] {1}), Optional.empty());
        }
        Path list = Files.write(folder.resolve("inventory"), inventory);
        Credentials auditor = as("auditor");
        List<String> before = versions();
        assertThat(sigillo(auditor, "check", store(), "--inventory", list.toString())).isZero();
        assertThat(versions()).isEqualTo(before);

        Files.writeString(list, Sha256.of(new byte[] {3}) + "  segments/c/0\n");
        assertThat(sigillo(auditor, "check", store(), "--inventory", list.toString()))
                .as("what is missing is not what may not be read")
                .isEqualTo(1);
        try (MinioClient client = client(auditor)) {
            for (String bucket : List.of("bucket", "staging-bucket")) {
                denied(() ->
                        client.putObject(
                                PutObjectArgs.builder()
                                        .bucket(settings.get(bucket))
                                        .object("segments/c/0")
                                        .data(new byte[1], 1)
                                        .build()));
            }
        }
    }

    @Test
    void the_applications_keeps_by_governance_and_for_a_year_and_a_day_at_most() throws Exception {
        try (MinioClient client = client(as("application"))) {
            keepsUpToTheBound(client, RetentionMode.GOVERNANCE);
            String version = put(client, null).versionId();
            denied(() -> keep(client, version, RetentionMode.COMPLIANCE, 1));
            denied(() -> hold(client, version));
        }
    }

    @Test
    void with_the_strict_one_it_keeps_by_compliance_and_holds_too() throws Exception {
        try (MinioClient client = client(as("application", "strict"))) {
            for (RetentionMode mode : RetentionMode.values()) {
                keepsUpToTheBound(client, mode);
            }
            hold(client, put(client, null).versionId());
        }
    }

    private void keepsUpToTheBound(MinioClient client, RetentionMode mode) throws Exception {
        String version = put(client, null).versionId();
        denied(() -> keep(client, version, mode, 367));
        denied(() -> keep(client, version, mode, 36_500));
        keep(client, version, mode, 366);
        denied(() -> put(client, retention(mode, 36_500)));
    }

    @Test
    void the_applications_is_enough_for_all_that_the_application_does() throws Exception {
        byte[] bytes = {1};
        Credentials application = as("application");
        Map<String, String> keyless = new HashMap<>(settings);
        keyless.remove("access-key-file");
        keyless.remove("secret-key-file");
        Map<String, String> environment = environment(application);
        environment.forEach(System::setProperty);
        try (S3Vault vault = server.open(keyless)) {
            vault.put(ADDRESS, bytes);
            vault.settle(
                    ADDRESS,
                    Sha256.of(bytes),
                    Optional.of(Retention.governance(TODAY.plusDays(30))));
            vault.settle(
                    ADDRESS,
                    Sha256.of(bytes),
                    Optional.of(Retention.governance(TODAY.plusDays(365))));
            Retention compliance =
                    new Retention(Retention.Mode.COMPLIANCE, TODAY.plusDays(365), false);
            assertThatThrownBy(
                            () -> vault.settle(ADDRESS, Sha256.of(bytes), Optional.of(compliance)))
                    .hasMessageContaining("AccessDenied");
            assertThat(vault.stat(ADDRESS).orElseThrow().kept())
                    .as("the version that was to be kept so does not lie over the kept one")
                    .hasValue(Retention.governance(TODAY.plusDays(365)));
            assertThat(vault.staged("segments")).isEmpty();
        } finally {
            environment.keySet().forEach(System::clearProperty);
        }
    }

    private void hold(MinioClient client, String version) throws Exception {
        client.enableObjectLegalHold(
                EnableObjectLegalHoldArgs.builder()
                        .bucket(settings.get("bucket"))
                        .object(ADDRESS)
                        .versionId(version)
                        .build());
    }

    private io.minio.ObjectWriteResponse put(
            MinioClient client, io.minio.messages.@org.jspecify.annotations.Nullable Retention kept)
            throws Exception {
        return client.putObject(
                PutObjectArgs.builder()
                        .bucket(settings.get("bucket"))
                        .object(ADDRESS)
                        .data(new byte[1], 1)
                        .retention(kept)
                        .build());
    }

    private void keep(MinioClient client, String version, RetentionMode mode, int days)
            throws Exception {
        client.setObjectRetention(
                SetObjectRetentionArgs.builder()
                        .bucket(settings.get("bucket"))
                        .object(ADDRESS)
                        .versionId(version)
                        .config(retention(mode, days))
                        .build());
    }

    private static io.minio.messages.Retention retention(RetentionMode mode, int days) {
        return new io.minio.messages.Retention(
                mode, TODAY.plusDays(days).atStartOfDay(ZoneOffset.UTC));
    }

    private interface Call {
        void now() throws Exception;
    }

    private static void denied(Call call) {
        assertThatThrownBy(call::now)
                .isInstanceOfSatisfying(
                        ErrorResponseException.class,
                        it -> assertThat(it.errorResponse().code()).isEqualTo("AccessDenied"));
    }

    /// Somebody who may do what the policies say together, in this test's buckets.
    private Credentials as(String... names) throws Exception {
        ObjectMapper json = new ObjectMapper();
        ObjectNode all = null;
        for (String name : names) {
            ObjectNode one =
                    (ObjectNode)
                            json.readTree(
                                    Files.readString(Path.of("infra/minio", name + "-policy.json"))
                                            .replace(
                                                    "sigillo-staging",
                                                    settings.get("staging-bucket"))
                                            .replace("sigillo-settled", settings.get("bucket")));
            if (all == null) {
                all = one;
            } else {
                all.withArray("Statement").addAll((ArrayNode) one.withArray("Statement"));
            }
        }
        String policy = json.writeValueAsString(all);
        return new AssumeRoleProvider(
                        settings.get("endpoint"),
                        S3Server.USER,
                        S3Server.PASSWORD,
                        3600,
                        policy,
                        settings.get("region"),
                        null,
                        null,
                        null,
                        new OkHttpClient())
                .fetch();
    }

    private MinioClient client(Credentials user) throws Exception {
        return MinioClient.builder()
                .endpoint(settings.get("endpoint"))
                .region(settings.get("region"))
                .credentialsProvider(
                        new StaticProvider(user.accessKey(), user.secretKey(), user.sessionToken()))
                .build();
    }

    private List<String> versions() throws Exception {
        List<String> versions = new ArrayList<>();
        try (MinioClient root = server.client()) {
            for (String bucket : List.of("bucket", "staging-bucket")) {
                for (Result<Item> item :
                        root.listObjects(
                                ListObjectsArgs.builder()
                                        .bucket(settings.get(bucket))
                                        .recursive(true)
                                        .includeVersions(true)
                                        .build())) {
                    versions.add(item.get().objectName() + " " + item.get().versionId());
                }
            }
        }
        return versions;
    }

    /// Without a key: the environment has it.
    private String store() throws IOException {
        return Files.write(
                        folder.resolve("store.properties"),
                        List.of("endpoint", "region", "bucket", "staging-bucket").stream()
                                .map(name -> "sigillo.vault.s3." + name + "=" + settings.get(name))
                                .toList())
                .toString();
    }

    private static int sigillo(Credentials user, String... arguments) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty(
                                "surefire.test.class.path",
                                System.getProperty("java.class.path", File.pathSeparator)),
                        Sigillo.class.getName(),
                        "vault");
        builder.command().addAll(List.of(arguments));
        builder.environment().putAll(environment(user));
        return builder.inheritIO().start().waitFor();
    }

    private static Map<String, String> environment(Credentials user) {
        return Map.of(
                "AWS_ACCESS_KEY_ID", user.accessKey(),
                "AWS_SECRET_ACCESS_KEY", user.secretKey(),
                "AWS_SESSION_TOKEN", user.sessionToken());
    }
}
