package org.sigillo.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Sha256;

/// What every vault does with what was committed: from staging to where it is kept.
interface SettlingContract {
    String ADDRESS = "segments/00112233445566778899aabbccddeeff/0";

    Vault vault();

    @Test
    default void what_is_removed_from_staging_stays_where_it_has_settled() throws IOException {
        byte[] bytes = bytes(10);
        put(ADDRESS, bytes);
        vault().settle(ADDRESS, Sha256.of(bytes), Optional.empty());
        String other = "segments/00112233445566778899aabbccddeeff/1";
        put(other, bytes);
        for (String address : List.of(ADDRESS, other)) {
            vault().removeStaged(address);
            vault().removeStaged(address);
        }
        assertThat(vault().list("segments")).containsExactly(ADDRESS);
    }

    @Test
    default void what_was_staged_knows_its_day_only() throws IOException {
        LocalDate before = today();
        put(ADDRESS, new byte[1]);
        assertThat(vault().staged("segments"))
                .singleElement()
                .satisfies(it -> {
                    assertThat(it.address()).isEqualTo(ADDRESS);
                    assertThat(it.day()).isBetween(before, today());
                });
    }

    @Test
    default void settling_moves_once_and_can_be_repeated() throws IOException {
        byte[] bytes = bytes(5_000);
        put(ADDRESS, bytes);
        assertThat(vault().stat(ADDRESS).orElseThrow().settled()).isFalse();
        for (int i = 0; i < 2; i++) {
            vault().settle(ADDRESS, Sha256.of(bytes), Optional.empty());
            assertThat(vault().stat(ADDRESS).orElseThrow())
                    .isEqualTo(new Vault.Held(5_000, true, Optional.empty()));
            assertThat(vault().staged("segments")).isEmpty();
            assertThat(vault().digest(ADDRESS)).isEqualTo(Sha256.of(bytes));
        }
    }

    @Test
    default void settled_by_several_at_once_it_settles() throws Exception {
        byte[] bytes = bytes(100_000);
        for (int round = 0; round < 5; round++) {
            String address = "segments/00112233445566778899aabbccddeeff/" + round;
            put(address, bytes);
            settleAtOnce(address, Sha256.of(bytes), Optional.empty());
            assertThat(vault().digest(address)).isEqualTo(Sha256.of(bytes));
            assertThat(vault().stat(address).orElseThrow().settled()).isTrue();
        }
        assertThat(vault().staged("segments")).isEmpty();
    }

    /// By three processes, each of which must come to its end.
    default void settleAtOnce(String address, Sha256 digest, Optional<Retention> retention)
            throws Exception {
        try (ExecutorService others = Executors.newFixedThreadPool(3)) {
            List<Future<Boolean>> done = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                done.add(
                        others.submit(() -> {
                            vault().settle(address, digest, retention);
                            return true;
                        }));
            }
            for (Future<Boolean> it : done) {
                assertThat(it.get()).isTrue();
            }
        }
    }

    @Test
    default void other_bytes_or_none_do_not_settle() throws IOException {
        put(ADDRESS, new byte[] {1});
        assertThatThrownBy(
                        () -> vault().settle(ADDRESS, Sha256.of(new byte[] {2}), Optional.empty()))
                .isInstanceOf(BrokenEvidenceException.class)
                .hasMessageContaining(ADDRESS)
                .hasMessageContaining(Sha256.of(new byte[] {2}).hex());
        assertThat(vault().staged("segments")).as("nothing is lost").hasSize(1);
        assertThatThrownBy(() ->
                        vault().settle(ADDRESS + "1", Sha256.of(new byte[0]), Optional.empty()))
                .isInstanceOf(BrokenEvidenceException.class);
    }

    @Test
    default void what_is_kept_is_not_removed() throws IOException {
        byte[] bytes = bytes(100);
        put(ADDRESS, bytes);
        Retention month = Retention.governance(today().plusDays(30));
        vault().settle(ADDRESS, Sha256.of(bytes), Optional.of(month));
        assertThat(vault().stat(ADDRESS).orElseThrow().kept()).hasValue(month);
        assertThatThrownBy(() -> vault().remove(ADDRESS)).isInstanceOf(RetainedException.class);
        assertThat(vault().digest(ADDRESS)).isEqualTo(Sha256.of(bytes));
    }

    @Test
    default void a_retention_is_made_longer_never_shorter() throws IOException {
        byte[] bytes = bytes(100);
        put(ADDRESS, bytes);
        Retention month = Retention.governance(today().plusDays(30));
        Retention year = Retention.governance(today().plusDays(365));
        vault().settle(ADDRESS, Sha256.of(bytes), Optional.empty());
        for (Retention wanted : List.of(month, year, month)) {
            vault().settle(ADDRESS, Sha256.of(bytes), Optional.of(wanted));
        }
        assertThat(vault().stat(ADDRESS).orElseThrow().kept()).hasValue(year);
        vault().settle(
                        ADDRESS,
                        Sha256.of(bytes),
                        Optional.of(
                                new Retention(
                                        Retention.Mode.GOVERNANCE, today().plusDays(31), true)));
        assertThat(vault().stat(ADDRESS).orElseThrow().kept().orElseThrow())
                .satisfies(it -> {
                    assertThat(it.hold()).isTrue();
                    assertThat(it.until()).isAfterOrEqualTo(year.until());
                });
    }

    default Vault.Stored put(String address, byte[] bytes) throws IOException {
        return vault().put(address, bytes);
    }

    static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static LocalDate today() {
        return LocalDate.now(ZoneOffset.UTC);
    }
}
