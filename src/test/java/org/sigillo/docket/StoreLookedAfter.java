package org.sigillo.docket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.custody.ReleaseEvent;
import org.sigillo.ledger.Draft;
import org.sigillo.merkle.TileCoordinate;
import org.sigillo.vault.Holdings;
import org.sigillo.vault.S3Server;
import org.sigillo.vault.Scrub;
import org.sigillo.vault.Vault;
import org.sigillo.vault.Vaults;

/// What a real store loses or alters of a full tile, and a store that goes away and comes back.
@Tag("stack")
@Tag("apart")
@Timeout(120)
abstract class StoreLookedAfter extends VaultLookedAfter {
    private static final TileCoordinate TILE = new TileCoordinate(0, 0, TileCoordinate.FULL);
    private static final String ADDRESS = TILE.path();

    private S3Server server;
    private Map<String, String> settings;

    abstract S3Server server(Path folder) throws IOException;

    @Override
    Vault opened(InstantSource clock) throws IOException {
        server = server(folder.resolve("server")).start();
        settings = server.buckets();
        // With its own clock, which is the store's.
        return Vaults.open(this::setting, InstantSource.system());
    }

    private Optional<String> setting(String name) {
        return name.equals("spool")
                ? Optional.of(folder.resolve("spool").toString())
                : Optional.ofNullable(settings.get(name.replace("s3.", "")))
                        .filter(_ -> name.startsWith("s3."));
    }

    @Override
    List<Holdings> registers() {
        List<Holdings> registers = new ArrayList<>(super.registers());
        registers.add(ledger.published().holdings());
        return registers;
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /// More entries than a full tile has, and the tile in the store.
    private byte[] aFullTile() throws Exception {
        now();
        lead();
        String last = "";
        for (int i = 0; i <= TileCoordinate.FULL; i++) {
            last = "event/" + i;
            ledger.append(
                    Draft.byServer(last, new ReleaseEvent.Refused(newsroom.rosa.id, "guard")));
        }
        ledger.callBeat();
        assertThat(ledger.awaitCheckpoint(last, Duration.ofSeconds(30))).isPresent();
        while (vault.stat(ADDRESS).isEmpty()
                || vault.list("checkpoints").isEmpty()
                || ledger.published().holdings().heldOf(List.of(ADDRESS)).isEmpty()) {
            Thread.sleep(50);
        }
        return ledger.published().tile(TILE).orElseThrow();
    }

    private void scrubbed(long damaged) throws InterruptedException {
        scrub.pass(Scrub.Pace.FULL);
        assertThat(rounds.view().scrubbed().orElseThrow().damaged()).isEqualTo(damaged);
        assertThat(rounds.view().well()).isEqualTo(damaged == 0);
    }

    @Test
    void a_full_tile_that_is_lost_is_served_from_the_rows_and_written_again() throws Exception {
        byte[] tile = aFullTile();
        scrubbed(0);
        remove("staging-bucket", null);
        assertThat(vault.stat(ADDRESS)).isEmpty();
        assertThat(ledger.published().tile(TILE))
                .hasValueSatisfying(it -> assertThat(it).isEqualTo(tile));
        assertThat(ledger.broken()).isEmpty();
        scrubbed(0);
        try (var in = vault.open(ADDRESS)) {
            assertThat(in.readAllBytes()).isEqualTo(tile);
        }
    }

    @Test
    void a_checkpoint_whose_name_is_larger_than_the_ledger_makes_no_tiles() throws Exception {
        aFullTile();
        for (String name : List.of("000000099999999999", "99999999999999999999")) {
            vault.put("checkpoints/" + name, new byte[] {'x'});
        }
        scrubbed(0);
        assertThat(ledger.published().holdings().heldOf(List.of(ADDRESS))).hasSize(1);
    }

    @Test
    void a_full_tile_that_is_altered_turns_health_red_and_is_named_and_never_served()
            throws Exception {
        byte[] tile = aFullTile();
        settleAll();
        assertThat(settled(ADDRESS)).isTrue();
        scrubbed(0);
        byte[] forged = tile.clone();
        forged[7] ^= 1;
        String version = put(forged);
        scrubbed(1);
        assertThatThrownBy(() -> ledger.published().tile(TILE))
                .isInstanceOf(BrokenEvidenceException.class)
                .hasMessageContaining("the vault's " + ADDRESS);
        assertThat(ledger.broken().orElseThrow()).hasMessageContaining("the vault's " + ADDRESS);
        remove("bucket", version);
        scrubbed(0);
        assertThat(ledger.published().tile(TILE))
                .hasValueSatisfying(it -> assertThat(it).isEqualTo(tile));
    }

    @Test
    void a_store_that_is_away_turns_health_red_and_green_again_when_it_is_back() throws Exception {
        now();
        lead();
        rounds.ask();
        assertThat(rounds.view().well()).isTrue();
        server.kill();
        rounds.ask();
        assertThat(rounds.view().away()).isTrue();
        assertThat(rounds.view().well()).isFalse();
        server.start();
        rounds.ask();
        assertThat(rounds.view().away()).isFalse();
        assertThat(rounds.view().well()).isTrue();
    }

    private void settleAll() throws Exception {
        while (!rounds.settleNow()) {
            Thread.sleep(50);
        }
        while (rounds.view().settled().isEmpty()) {
            Thread.sleep(50);
        }
    }

    private String put(byte[] bytes) throws Exception {
        try (MinioClient root = server.client()) {
            return root.putObject(
                            PutObjectArgs.builder()
                                    .bucket(settings.get("bucket"))
                                    .object(ADDRESS)
                                    .data(bytes, bytes.length)
                                    .build())
                    .versionId();
        }
    }

    private void remove(String bucket, @Nullable String version) throws Exception {
        try (MinioClient root = server.client()) {
            root.removeObject(
                    RemoveObjectArgs.builder()
                            .bucket(settings.get(bucket))
                            .object(ADDRESS)
                            .versionId(version)
                            .build());
        }
    }
}
