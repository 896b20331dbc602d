package org.sigillo.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Sha256;

/// What goes wrong with a store: a clear error, nothing half visible, and well again by itself.
@Tag("stack")
@Tag("apart")
class VaultFaultsIT {
    private static final String ADDRESS = VaultContract.ADDRESS;

    @TempDir Path folder;
    private S3Server server;
    private Wire wire;
    private Map<String, String> settings;
    private S3Vault vault;

    @BeforeEach
    void a_vault_behind_a_wire() throws IOException {
        server = S3Server.minio(folder).start();
        wire = new Wire(server.port());
        settings = server.buckets();
        settings.put("endpoint", "http://127.0.0.1:" + wire.port());
        vault = server.open(settings);
    }

    @AfterEach
    void close() throws IOException {
        vault.close();
        wire.close();
        server.close();
    }

    @Nested
    class A_server_that_is_killed {
        @Test
        void while_an_object_is_sent_has_none_of_it_and_takes_it_again() throws IOException {
            dies(bytes(48 << 20), 20L << 20);
        }

        @Test
        void between_two_parts_has_none_of_it_and_takes_it_again() throws IOException {
            dies(bytes(130 << 20), 80L << 20);
        }

        private void dies(byte[] bytes, long after) throws IOException {
            wire.whenSent(after, server::kill);
            Vault.Writer writer = vault.create(ADDRESS);
            writer.write(bytes, 0, bytes.length);
            assertThatThrownBy(writer::commit)
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining(ADDRESS)
                    .hasMessageContaining("cannot be reached");
            server.start();
            assertThat(vault.stat(ADDRESS)).isEmpty();
            // The writer still has all of it.
            assertThat(writer.commit().digest()).isEqualTo(Sha256.of(bytes));
            assertThat(vault.digest(ADDRESS)).isEqualTo(Sha256.of(bytes));
            assertThat(spooled()).isZero();
        }

        @Test
        void while_an_object_is_read_breaks_the_stream_off() throws IOException {
            byte[] bytes = bytes(40 << 20);
            put(bytes);
            InputStream in = vault.open(ADDRESS);
            assertThat(in.readNBytes(1 << 20)).hasSize(1 << 20);
            server.kill();
            assertThatThrownBy(in::readAllBytes).isInstanceOf(IOException.class);
            server.start();
            assertThat(vault.digest(ADDRESS)).isEqualTo(Sha256.of(bytes));
        }

        /// At so many moments of the copying inside the store, of its being read back, and of what follows.
        @ParameterizedTest
        @ValueSource(ints = {0, 5, 20, 60, 150, 400})
        void in_the_middle_of_settling_lets_a_repeat_end_it(int millis) throws Exception {
            byte[] bytes = bytes(40 << 20);
            Retention month = Retention.governance(LocalDate.now(ZoneOffset.UTC).plusDays(30));
            put(bytes);
            // The first question of the copy has been sent when the store has.
            CountDownLatch copying = new CountDownLatch(1);
            wire.whenAsked("x-amz-copy-source", copying::countDown);
            Thread killing =
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    copying.await();
                                } catch (InterruptedException e) {
                                    Thread.currentThread().interrupt();
                                }
                                S3Server.sleep(millis);
                                server.kill();
                            });
            boolean done = true;
            try {
                vault.settle(ADDRESS, Sha256.of(bytes), Optional.of(month));
            } catch (IOException e) {
                done = false;
            }
            killing.join();
            server.start();
            if (done) {
                assertThat(millis).as("killed in between").isGreaterThan(20);
            } else {
                // Nothing that is not whole lies where readers look first.
                assertThat(vault.digest(ADDRESS)).isEqualTo(Sha256.of(bytes));
            }
            for (int again = 0; again < 2; again++) {
                vault.settle(ADDRESS, Sha256.of(bytes), Optional.of(month));
                assertThat(vault.digest(ADDRESS)).isEqualTo(Sha256.of(bytes));
                assertThat(vault.stat(ADDRESS).orElseThrow().settled()).isTrue();
                assertThat(vault.stat(ADDRESS).orElseThrow().kept()).hasValue(month);
                assertThat(vault.staged("segments")).isEmpty();
            }
        }
    }

    @Nested
    class A_connection {
        @Test
        void that_is_cut_once_is_made_again() throws IOException {
            byte[] bytes = bytes(8 << 20);
            wire.whenSent(
                    4 << 20,
                    () -> {
                        wire.cut();
                        wire.mend();
                    });
            put(bytes);
            assertThat(vault.digest(ADDRESS)).isEqualTo(Sha256.of(bytes));
        }

        @Test
        void that_stays_cut_is_said_to_be_within_seconds_and_is_mended_by_itself()
                throws IOException {
            wire.cut();
            long begun = System.nanoTime();
            assertThatThrownBy(() -> put(bytes(1000)))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("cannot be reached");
            assertThat((System.nanoTime() - begun) / 1_000_000_000L).isLessThan(60);
            wire.mend();
            put(bytes(1000));
            assertThat(vault.stat(ADDRESS)).isPresent();
        }

        @Test
        void that_is_slow_is_waited_for() throws IOException {
            wire.delay(20);
            put(bytes(1 << 20));
            assertThat(vault.digest(ADDRESS)).isEqualTo(Sha256.of(bytes(1 << 20)));
        }
    }

    @Nested
    class A_store {
        @Test
        void that_does_not_know_our_key_says_so() throws IOException {
            Map<String, String> wrong = new HashMap<>(settings);
            wrong.put("secret-key-file", server.secret("wrong", "another-secret-than-it-has"));
            assertThatThrownBy(() -> server.open(wrong))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("does not accept our credentials")
                    .hasMessageNotContaining("another-secret");
        }

        @Test
        void whose_key_is_changed_is_spoken_to_with_the_new_one_once_its_file_has_it()
                throws IOException {
            put(bytes(1000));
            String another = "another-for-this-test-run";
            server.changePassword(another);
            assertThatThrownBy(() -> vault.digest(ADDRESS))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("does not accept our credentials");
            Files.writeString(Path.of(settings.get("secret-key-file")), another + "\n");
            // It is looked at once a second while the store refuses.
            S3Server.sleep(1100);
            assertThat(vault.digest(ADDRESS)).isEqualTo(Sha256.of(bytes(1000)));
            vault.settle(ADDRESS, Sha256.of(bytes(1000)), Optional.empty());
            assertThat(vault.stat(ADDRESS).orElseThrow().settled()).isTrue();
        }

        @Test
        void without_our_buckets_says_which() {
            Map<String, String> wrong = new HashMap<>(settings);
            wrong.put("bucket", "nobody-made-it");
            assertThatThrownBy(() -> server.open(wrong))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("nobody-made-it");
        }

        @Test
        void whose_staging_keeps_versions_is_refused() {
            Map<String, String> wrong = new HashMap<>(settings);
            wrong.put("bucket", settings.get("staging-bucket"));
            wrong.put("staging-bucket", settings.get("bucket"));
            assertThatThrownBy(() -> server.open(wrong))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("keeps versions");
        }

        @Test
        void without_object_lock_is_refused_unless_that_will_do() throws Exception {
            try (MinioClient client = server.client()) {
                client.makeBucket(MakeBucketArgs.builder().bucket("lockless").build());
            }
            Map<String, String> lockless = new HashMap<>(settings);
            lockless.put("bucket", "lockless");
            assertThatThrownBy(() -> server.open(lockless))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no Object Lock");
            lockless.put("lock-required", "false");
            try (S3Vault open = server.open(lockless)) {
                assertThat(open.protection()).isEqualTo(Vault.Protection.NONE);
            }
            assertThat(vault.protection()).isEqualTo(Vault.Protection.OBJECT_LOCK);
        }

        @Test
        void whose_clock_differs_says_so() throws IOException {
            HttpServer late =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
            byte[] answer =
                    "<?xml version=\"1.0\"?><Error><Code>RequestTimeTooSkewed</Code><Message>x</Message></Error>"
                            .getBytes(StandardCharsets.UTF_8);
            late.createContext(
                    "/",
                    exchange -> {
                        exchange.getResponseHeaders().add("Content-Type", "application/xml");
                        boolean head = exchange.getRequestMethod().equals("HEAD");
                        exchange.sendResponseHeaders(head ? 200 : 403, head ? -1 : answer.length);
                        if (!head) {
                            exchange.getResponseBody().write(answer);
                        }
                        exchange.close();
                    });
            late.start();
            Map<String, String> there = new HashMap<>(settings);
            there.put("endpoint", "http://127.0.0.1:" + late.getAddress().getPort());
            try {
                assertThatThrownBy(() -> server.open(there))
                        .isInstanceOf(StoreException.class)
                        .hasMessageContaining("clock");
            } finally {
                late.stop(0);
            }
        }

        @Test
        void that_is_full_refuses_and_keeps_what_it_has() throws IOException {
            try (S3Server small = S3Server.small(folder.resolve("small"), 160).start();
                    S3Vault full = small.open(small.buckets())) {
                byte[] bytes = bytes(30 << 20);
                int kept = 0;
                try {
                    for (; kept < 20; kept++) {
                        full.put("segments/f/" + kept, bytes);
                    }
                } catch (VaultFullException e) {
                    assertThat(e).hasMessageContaining("segments/f/" + kept);
                }
                assertThat(kept).isBetween(1, 19);
                assertThat(full.stat("segments/f/" + kept)).isEmpty();
                for (int i = 0; i < kept; i++) {
                    assertThat(full.digest("segments/f/" + i)).isEqualTo(Sha256.of(bytes));
                }
                small.enlarge(400);
                assertThat(soon(full, "segments/f/" + kept, bytes)).isTrue();
            }
        }
    }

    @Nested
    class An_object {
        @Test
        void that_is_overwritten_behind_our_back_is_found() throws Exception {
            byte[] bytes = bytes(1000);
            put(bytes);
            vault.settle(ADDRESS, Sha256.of(bytes), Optional.empty());
            try (MinioClient client = server.client()) {
                client.putObject(
                        PutObjectArgs.builder()
                                .bucket(settings.get("bucket"))
                                .object(ADDRESS)
                                .data(new byte[] {1}, 1)
                                .build());
            }
            Scrub scrub = new Scrub(vault, Scrub.Pace.FULL);
            assertThat(scrub.look(ADDRESS, Sha256.of(bytes)))
                    .isEqualTo(new Scrub.Altered(Sha256.of(new byte[] {1})));
        }

        @Test
        void that_was_altered_in_staging_does_not_settle() throws Exception {
            byte[] bytes = bytes(1000);
            put(bytes);
            try (MinioClient client = server.client()) {
                client.putObject(
                        PutObjectArgs.builder()
                                .bucket(settings.get("staging-bucket"))
                                .object(ADDRESS)
                                .data(new byte[] {1}, 1)
                                .build());
            }
            assertThatThrownBy(() -> vault.settle(ADDRESS, Sha256.of(bytes), Optional.empty()))
                    .isInstanceOf(BrokenEvidenceException.class);
        }

        @Test
        void whose_bytes_rot_on_the_stores_disk_is_not_read_as_if_it_were_whole()
                throws IOException {
            byte[] bytes = bytes(3 << 20);
            put(bytes);
            Path part;
            try (Stream<Path> files = Files.walk(folder.resolve("data"))) {
                part =
                        files.filter(it -> it.endsWith("part.1"))
                                .filter(it -> it.toString().contains(ADDRESS))
                                .findFirst()
                                .orElseThrow();
            }
            byte[] rotten = Files.readAllBytes(part);
            rotten[rotten.length / 2] ^= 1;
            Files.write(part, rotten);
            assertThatThrownBy(
                            () -> {
                                byte[] read;
                                try (InputStream in = vault.open(ADDRESS)) {
                                    read = in.readAllBytes();
                                }
                                if (!Arrays.equals(read, bytes)) {
                                    throw new IOException("other bytes");
                                }
                            })
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void what_a_killed_program_had_spooled_is_gone_after_its_next_start() throws IOException {
        Path left = Files.createDirectories(folder.resolve("spool/p2718281828"));
        Files.createFile(left.resolve("lock"));
        Files.write(left.resolve("1"), new byte[5]);
        vault.close();
        vault = server.open(settings);
        assertThat(left).doesNotExist();
        assertThatThrownBy(() -> vault.open(ADDRESS)).isInstanceOf(NoSuchFileException.class);
    }

    /// The store looks at its disk again when it comes to it.
    private static boolean soon(Vault vault, String address, byte[] bytes) throws IOException {
        for (int i = 0; i < 20; i++) {
            try {
                vault.put(address, bytes);
                return true;
            } catch (VaultFullException e) {
                S3Server.sleep(500);
            }
        }
        return false;
    }

    private long spooled() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("spool"))) {
            return files.filter(Files::isRegularFile).filter(it -> !it.endsWith("lock")).count();
        }
    }

    private void put(byte[] bytes) throws IOException {
        vault.put(ADDRESS, bytes);
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}
