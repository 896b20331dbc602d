package org.sigillo.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.minio.GetObjectRetentionArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import io.minio.SetObjectRetentionArgs;
import io.minio.StatObjectArgs;
import io.minio.StatObjectResponse;
import io.minio.messages.RetentionMode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Sha256;

/// What a real store does with a settled object that somebody put another over, in two new buckets for each test.
abstract class OverwrittenContract implements SettlingContract {
    private final byte[] genuine = "the genuine one".getBytes(StandardCharsets.UTF_8);
    private final LocalDate today = LocalDate.now(ZoneOffset.UTC);
    private final Retention year = Retention.governance(today.plusDays(365));
    S3Vault vault;
    Map<String, String> settings;
    private String version = "";

    abstract S3Server server();

    @BeforeEach
    void open() throws IOException {
        settings = server().buckets();
        vault = server().open(settings);
    }

    @AfterEach
    void close() throws IOException {
        vault.close();
    }

    @Override
    public Vault vault() {
        return vault;
    }

    void put(String bucket, String text) throws Exception {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try (MinioClient root = server().client()) {
            root.putObject(
                    PutObjectArgs.builder()
                            .bucket(settings.get(bucket))
                            .object(ADDRESS)
                            .data(bytes, bytes.length)
                            .build());
        }
    }

    private void settleGenuine() throws Exception {
        vault.put(ADDRESS, genuine);
        Retention month = Retention.governance(today.plusDays(30));
        vault.settle(ADDRESS, Sha256.of(genuine), Optional.of(month));
        version = newest().versionId();
    }

    @Test
    void what_somebody_put_another_over_is_kept_as_it_should_be_and_the_other_is_not()
            throws Exception {
        settleGenuine();
        put("bucket", "forged");
        broken();
        assertThat(vault.stat(ADDRESS).orElseThrow().kept()).isEmpty();
        assertThat(keptOfGenuine()).hasValue(year);
    }

    @Test
    void what_somebody_put_another_over_is_kept_also_where_the_other_is_kept_better()
            throws Exception {
        settleGenuine();
        put("bucket", "forged");
        try (MinioClient root = server().client()) {
            root.setObjectRetention(
                    SetObjectRetentionArgs.builder()
                            .bucket(settings.get("bucket"))
                            .object(ADDRESS)
                            .versionId(newest().versionId())
                            .config(
                                    new io.minio.messages.Retention(
                                            RetentionMode.GOVERNANCE,
                                            today.plusDays(366).atStartOfDay(ZoneOffset.UTC)))
                            .build());
        }
        // As a scrub does, which has read it.
        assertThat(vault.keepOlder(ADDRESS, Sha256.of(genuine), Optional.of(year))).isTrue();
        assertThat(keptOfGenuine()).hasValue(year);
    }

    @Test
    void what_somebody_put_another_over_is_not_kept_less_than_it_was() throws Exception {
        settleGenuine();
        vault.settle(ADDRESS, Sha256.of(genuine), Optional.of(year));
        put("bucket", "forged");
        Retention week = Retention.governance(today.plusDays(7));
        assertThat(vault.keepOlder(ADDRESS, Sha256.of(genuine), Optional.of(week))).isTrue();
        assertThat(keptOfGenuine()).hasValue(year);
    }

    @Test
    void what_somebody_put_another_over_is_kept_below_many_others() throws Exception {
        settleGenuine();
        for (int i = 0; i < 20; i++) {
            put("bucket", "forged " + i);
        }
        broken();
        assertThat(keptOfGenuine()).hasValue(year);
    }

    @Test
    void what_somebody_asked_to_be_removed_is_kept_too() throws Exception {
        settleGenuine();
        try (MinioClient root = server().client()) {
            root.removeObject(
                    RemoveObjectArgs.builder()
                            .bucket(settings.get("bucket"))
                            .object(ADDRESS)
                            .build());
        }
        assertThat(vault.stat(ADDRESS)).isEmpty();
        broken();
        assertThat(keptOfGenuine()).hasValue(year);
    }

    @Test
    void no_older_version_is_found_where_none_is_genuine() throws Exception {
        settleGenuine();
        assertThat(vault.keepOlder(ADDRESS, Sha256.of(new byte[1]), Optional.of(year))).isFalse();
    }

    private void broken() {
        assertThatThrownBy(() -> vault.settle(ADDRESS, Sha256.of(genuine), Optional.of(year)))
                .isInstanceOf(BrokenEvidenceException.class)
                .hasMessageContaining(ADDRESS);
    }

    private Optional<Retention> keptOfGenuine() throws Exception {
        // One store says it only to whoever asks for it by itself.
        try (MinioClient root = server().client()) {
            io.minio.messages.Retention said =
                    root.getObjectRetention(
                            GetObjectRetentionArgs.builder()
                                    .bucket(settings.get("bucket"))
                                    .object(ADDRESS)
                                    .versionId(version)
                                    .build());
            return Optional.of(
                    new Retention(
                            Retention.Mode.valueOf(said.mode().name()),
                            said.retainUntilDate().toLocalDate(),
                            false));
        }
    }

    private StatObjectResponse newest() throws Exception {
        try (MinioClient root = server().client()) {
            return root.statObject(
                    StatObjectArgs.builder()
                            .bucket(settings.get("bucket"))
                            .object(ADDRESS)
                            .build());
        }
    }
}
