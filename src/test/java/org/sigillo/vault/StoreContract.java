package org.sigillo.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.minio.AbortMultipartUploadArgs;
import io.minio.CreateMultipartUploadArgs;
import io.minio.ListObjectsArgs;
import io.minio.MinioAsyncClient;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import io.minio.SetObjectRetentionArgs;
import io.minio.StatObjectArgs;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.MinioException;
import io.minio.messages.RetentionMode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Sha256;

/// The contract in two new buckets of a real store for each test.
abstract class StoreContract extends OverwrittenContract implements VaultContract {
    @Test
    void what_is_kept_by_compliance_nobody_can_remove_or_shorten() throws Exception {
        byte[] bytes = "to be kept".getBytes(StandardCharsets.UTF_8);
        String address = "segments/00112233445566778899aabbccddeeff/0";
        vault.put(address, bytes);
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        // As a case's: kept by governance at first, and by more once it is taken up.
        vault.settle(
                address, Sha256.of(bytes), Optional.of(Retention.governance(today.plusDays(30))));
        Retention year = new Retention(Retention.Mode.COMPLIANCE, today.plusDays(365), false);
        vault.settle(address, Sha256.of(bytes), Optional.of(year));
        assertThat(vault.stat(address).orElseThrow().kept()).hasValue(year);
        assertThatThrownBy(() -> vault.remove(address)).isInstanceOf(RetainedException.class);
        // As whoever has the store's own key.
        try (MinioClient root = server().client()) {
            String bucket = settings.get("bucket");
            String version =
                    root.statObject(StatObjectArgs.builder().bucket(bucket).object(address).build())
                            .versionId();
            assertThatThrownBy(() ->
                            root.removeObject(
                                    RemoveObjectArgs.builder()
                                            .bucket(bucket)
                                            .object(address)
                                            .versionId(version)
                                            .bypassGovernanceMode(true)
                                            .build()))
                    .isInstanceOf(ErrorResponseException.class);
            assertThatThrownBy(() ->
                            root.setObjectRetention(
                                    SetObjectRetentionArgs.builder()
                                            .bucket(bucket)
                                            .object(address)
                                            .versionId(version)
                                            .bypassGovernanceMode(true)
                                            .config(
                                                    new io.minio.messages.Retention(
                                                            RetentionMode.COMPLIANCE,
                                                            today.plusDays(1)
                                                                    .atStartOfDay(ZoneOffset.UTC)))
                                            .build()))
                    .isInstanceOf(ErrorResponseException.class);
        }
        assertThat(vault.stat(address).orElseThrow().kept()).hasValue(year);
    }

    @Test
    void kept_by_more_by_several_at_once_it_is_kept_so() throws Exception {
        byte[] bytes = SettlingContract.bytes(100_000);
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        Retention year = new Retention(Retention.Mode.COMPLIANCE, today.plusDays(365), false);
        for (int round = 0; round < 5; round++) {
            String address = "segments/00112233445566778899aabbccddeeff/" + round;
            vault.put(address, bytes);
            vault.settle(
                    address,
                    Sha256.of(bytes),
                    Optional.of(Retention.governance(today.plusDays(30))));
            settleAtOnce(address, Sha256.of(bytes), Optional.of(year));
            assertThat(vault.digest(address)).isEqualTo(Sha256.of(bytes));
            assertThat(vault.stat(address).orElseThrow().kept()).hasValue(year);
        }
        assertThat(vault.staged("segments")).isEmpty();
    }

    @Test
    void starts_leave_one_object_that_tries_the_lock() throws Exception {
        for (int i = 0; i < 3; i++) {
            S3Vault again = server().open(settings);
            assertThat(again.protection()).isEqualTo(Vault.Protection.OBJECT_LOCK);
            again.close();
        }
        // Two days later by our clock, not by the store's: the one before is still kept by it.
        openAfter(Duration.ofHours(73));
        openAfter(Duration.ofHours(74));
        try (MinioClient root = server().client()) {
            assertThat(
                            root.listObjects(
                                    ListObjectsArgs.builder()
                                            .bucket(settings.get("bucket"))
                                            .prefix("probe/")
                                            .recursive(true)
                                            .includeVersions(true)
                                            .build()))
                    .hasSize(2);
        }
        assertThat(vault.list("")).isEmpty();
    }

    @Test
    void a_key_that_can_remove_what_is_kept_is_refused_unless_that_is_wanted() throws Exception {
        Map<String, String> usual = new HashMap<>(settings);
        usual.remove("bypass-allowed");
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> server().open(usual))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("s3:BypassGovernanceRetention")
                    .hasMessageContaining("sigillo.vault.s3.bypass-allowed=true");
        }
        try (S3Vault again = server().open(settings)) {
            assertThat(again.protection()).isEqualTo(Vault.Protection.OBJECT_LOCK);
        }
    }

    @Test
    void what_somebody_put_at_the_last_place_does_not_cost_the_staged_one() throws Exception {
        byte[] bytes = "the genuine one".getBytes(StandardCharsets.UTF_8);
        vault.put(ADDRESS, bytes);
        put("bucket", "forged");
        vault.settle(ADDRESS, Sha256.of(bytes), Optional.empty());
        assertThat(vault.digest(ADDRESS)).isEqualTo(Sha256.of(bytes));
        assertThat(vault.staged("segments")).isEmpty();
    }

    @Test
    void what_was_altered_in_staging_leaves_nothing_at_the_last_place() throws Exception {
        byte[] bytes = "the genuine one".getBytes(StandardCharsets.UTF_8);
        vault.put(ADDRESS, bytes);
        put("staging-bucket", "forged");
        assertThatThrownBy(() -> vault.settle(ADDRESS, Sha256.of(bytes), Optional.empty()))
                .isInstanceOf(BrokenEvidenceException.class);
        assertThat(vault.stat(ADDRESS).orElseThrow().settled()).isFalse();
        // From another copy.
        put("staging-bucket", "the genuine one");
        vault.settle(ADDRESS, Sha256.of(bytes), Optional.empty());
        assertThat(vault.digest(ADDRESS)).isEqualTo(Sha256.of(bytes));
    }

    @Test
    void a_name_that_is_no_address_is_passed_over() throws Exception {
        vault.put("segments/a/0", new byte[1]);
        try (MinioClient root = server().client()) {
            for (String bucket : List.of("bucket", "staging-bucket")) {
                root.putObject(
                        PutObjectArgs.builder()
                                .bucket(settings.get(bucket))
                                .object("segments/Thumbs file.db")
                                .data(new byte[1], 1)
                                .build());
            }
        }
        assertThat(vault.list("segments")).containsExactly("segments/a/0");
        assertThat(vault.staged("segments"))
                .extracting(Vault.Staged::address)
                .containsExactly("segments/a/0");
    }

    /// MinIO does it by itself after a day, and says what is there in a way that the SDK cannot read.
    boolean givesUpUnfinishedUploadsItself() {
        return false;
    }

    @Test
    void an_upload_in_parts_that_nobody_ended_is_given_up_after_two_days() throws Exception {
        try (MinioAsyncClient root = server().asyncClient()) {
            for (String bucket : List.of("staging-bucket", "bucket")) {
                String young = begun(root, bucket);
                openAfter(Duration.ofHours(47));
                giveUp(root, bucket, young);
                String old = begun(root, bucket);
                openAfter(Duration.ofHours(49));
                if (givesUpUnfinishedUploadsItself()) {
                    giveUp(root, bucket, old);
                } else {
                    assertThatThrownBy(() -> giveUp(root, bucket, old))
                            .hasMessageContaining("upload");
                }
            }
        }
    }

    private String begun(MinioAsyncClient root, String bucket) throws MinioException {
        return root.createMultipartUpload(
                        CreateMultipartUploadArgs.builder()
                                .bucket(settings.get(bucket))
                                .object(ADDRESS)
                                .build())
                .join()
                .result()
                .uploadId();
    }

    private void giveUp(MinioAsyncClient root, String bucket, String upload) throws MinioException {
        root.abortMultipartUpload(
                        AbortMultipartUploadArgs.builder()
                                .bucket(settings.get(bucket))
                                .object(ADDRESS)
                                .uploadId(upload)
                                .build())
                .join();
    }

    private void openAfter(Duration time) throws IOException {
        S3Vault.open(
                        server().folder().resolve("spool-of-later"),
                        0,
                        () -> Instant.now().plus(time),
                        name -> Optional.ofNullable(settings.get(name)))
                .close();
    }

    @Override
    public Vault toRead() throws IOException {
        return S3Vault.toRead(
                InstantSource.system(), name -> Optional.ofNullable(settings.get(name)));
    }
}
