package org.sigillo.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
    void the_applications_keeps_nothing_longer_than_a_year_and_a_day() throws Exception {
        try (MinioClient client = client(as("application"))) {
            for (RetentionMode mode : RetentionMode.values()) {
                String version = put(client, null).versionId();
                denied(() -> keep(client, version, mode, 367));
                denied(() -> keep(client, version, mode, 36_500));
                keep(client, version, mode, 366);
                denied(() -> put(client, retention(mode, 36_500)));
            }
        }
    }

    private io.minio.ObjectWriteResponse put(
            MinioClient client, io.minio.messages.@org.jspecify.annotations.Nullable Retention kept)
            throws Exception {
        return client.putObject(
                PutObjectArgs.builder()
                        .bucket(settings.get("bucket"))
                        .object("segments/a/0")
                        .data(new byte[1], 1)
                        .retention(kept)
                        .build());
    }

    private void keep(MinioClient client, String version, RetentionMode mode, int days)
            throws Exception {
        client.setObjectRetention(
                SetObjectRetentionArgs.builder()
                        .bucket(settings.get("bucket"))
                        .object("segments/a/0")
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

    /// Somebody who may do what the policy says, in this test's buckets.
    private Credentials as(String name) throws Exception {
        String policy =
                Files.readString(Path.of("infra/minio", name + "-policy.json"))
                        .replace("sigillo-staging", settings.get("staging-bucket"))
                        .replace("sigillo-settled", settings.get("bucket"));
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
        builder.environment()
                .putAll(
                        Map.of(
                                "AWS_ACCESS_KEY_ID", user.accessKey(),
                                "AWS_SECRET_ACCESS_KEY", user.secretKey(),
                                "AWS_SESSION_TOKEN", user.sessionToken()));
        return builder.inheritIO().start().waitFor();
    }
}
