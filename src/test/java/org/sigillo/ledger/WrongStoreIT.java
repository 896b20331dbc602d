package org.sigillo.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.custody.CustodyEvent;
import org.sigillo.custody.Newsroom;
import org.sigillo.vault.S3Server;
import org.sigillo.vault.Vault;
import org.sigillo.vault.Vaults;

/// A ledger with entries whose settings name other buckets of a real store than those that it began with: each is refused at the
/// start, by a sentence that says what to look at.
@Tag("stack")
@Tag("apart")
@Timeout(120)
class WrongStoreIT {
    @TempDir static Path folder;
    @RegisterExtension private static final Scene scene = Scene.ofClass();
    private static final Map<Store, S3Server> SERVERS = new EnumMap<>(Store.class);

    private enum Store {
        MINIO,
        VERSITYGW
    }

    private S3Server server;
    private Map<String, String> own;
    private Map<String, String> others;

    @BeforeAll
    static void stores() throws IOException {
        SERVERS.put(Store.MINIO, S3Server.minio(folder.resolve("minio")).start());
        SERVERS.put(Store.VERSITYGW, S3Server.versity(folder.resolve("versity")).start());
    }

    @AfterAll
    static void stop() throws IOException {
        SERVERS.values().forEach(S3Server::close);
    }

    /// One newsroom's ledger in two buckets, and another's in two others of the same store.
    private void twoLedgers(Store in) throws Exception {
        server = SERVERS.get(in);
        others = server.buckets();
        Scene another = Scene.of(scene.database, Newsroom.after(List.of(closed())));
        try (Vault vault = open(others)) {
            vault.put("ledger/genesis", another.newsroom.genesis.bytes());
            vault.settle(
                    "ledger/genesis",
                    org.sigillo.bytes.Sha256.of(another.newsroom.genesis.bytes()),
                    Optional.empty());
            vault.put("checkpoints/00000000000000000009", new byte[] {'x', '\n'});
        }
        own = server.buckets();
        try (Vault vault = open(own)) {
            Ledger ledger = scene.open(Around.vault(vault));
            scene.staff(ledger, "an event");
            ledger.turn(true);
            ledger.publish();
            assertThat(ledger.broken()).isEmpty();
        }
        starts(own);
    }

    private static CustodyEvent.Closed closed() {
        return new CustodyEvent.Closed(
                "another.example/log",
                org.sigillo.bytes.Sha256.ZERO,
                1,
                org.sigillo.bytes.Sha256.ZERO);
    }

    @AfterEach
    void begin_anew() throws SQLException {
        scene.disconnect();
        scene.clear();
    }

    private Vault open(Map<String, String> settings) throws IOException {
        return Vaults.open(
                name ->
                        name.equals("spool")
                                ? Optional.of(folder.resolve("spool").toString())
                                : Optional.ofNullable(settings.get(name.replaceFirst("^s3\\.", "")))
                                        .filter(_ -> name.startsWith("s3.")),
                InstantSource.system());
    }

    private Ledger starts(Map<String, String> settings) throws IOException {
        try (Vault vault = open(settings)) {
            Ledger ledger = scene.open(Around.vault(vault));
            assertThat(ledger.broken()).isEmpty();
            return ledger;
        }
    }

    private Map<String, String> with(String settled, String staging) {
        Map<String, String> settings = new HashMap<>(own);
        settings.put("bucket", settled);
        settings.put("staging-bucket", staging);
        return settings;
    }

    private void refused(Map<String, String> settings, String... words) {
        assertThatThrownBy(() -> starts(settings))
                .satisfiesAnyOf(
                        it -> assertThat(it).isInstanceOf(IOException.class),
                        it -> assertThat(it).isInstanceOf(BrokenEvidenceException.class))
                .hasMessageContainingAll(words);
    }

    @ParameterizedTest
    @EnumSource
    void with_the_two_names_exchanged(Store at) throws Exception {
        twoLedgers(at);
        refused(
                with(own.get("staging-bucket"), own.get("bucket")),
                "bucket " + own.get("bucket") + " keeps versions",
                "or are the names of the two buckets exchanged?");
    }

    @ParameterizedTest
    @EnumSource
    void both_of_another_newsroom(Store at) throws Exception {
        twoLedgers(at);
        refused(others, "the vault's ledger/genesis", "is it the right folder or bucket?");
    }

    @ParameterizedTest
    @EnumSource
    void the_last_one_of_another_newsroom(Store at) throws Exception {
        twoLedgers(at);
        refused(
                with(others.get("bucket"), own.get("staging-bucket")),
                "the vault's ledger/genesis",
                "is it the right folder or bucket?");
    }

    @ParameterizedTest
    @EnumSource
    void the_last_one_empty(Store at) throws Exception {
        twoLedgers(at);
        refused(
                with(server.buckets().get("bucket"), own.get("staging-bucket")),
                "nothing of it",
                "is it the right folder or bucket?");
    }

    @ParameterizedTest
    @EnumSource
    void the_last_one_without_object_lock(Store at) throws Exception {
        twoLedgers(at);
        String lockless = "lockless-" + own.get("bucket");
        try (MinioClient root = server.client()) {
            root.makeBucket(MakeBucketArgs.builder().bucket(lockless).build());
        }
        refused(
                with(lockless, own.get("staging-bucket")),
                "bucket " + lockless + " has no Object Lock");
    }

    @ParameterizedTest
    @EnumSource
    void that_nobody_made(Store at) throws Exception {
        twoLedgers(at);
        refused(with("nobody-made-it", own.get("staging-bucket")), "nobody-made-it");
    }

    @ParameterizedTest
    @EnumSource
    void staging_of_another_newsroom_stops_all_writing_and_removing(Store at) throws Exception {
        twoLedgers(at);
        try (Vault vault = open(with(own.get("bucket"), others.get("staging-bucket")))) {
            Ledger ledger = scene.open(Around.vault(vault));
            assertThat(ledger.certain()).isFalse();
            assertThat(ledger.broken().orElseThrow())
                    .hasMessageContaining("the vault's checkpoints/00000000000000000009")
                    .hasMessageContaining("a checkpoint signed by the log");
        }
    }
}
