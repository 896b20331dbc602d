package org.sigillo.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;

/// What every vault does.
interface VaultContract extends SettlingContract {
    /// The same, opened to be read.
    Vault toRead() throws IOException;

    @Test
    default void opened_to_be_read_it_is_read_and_nothing_else() throws IOException {
        byte[] bytes = SettlingContract.bytes(1000);
        String other = "segments/00112233445566778899aabbccddeeff/1";
        put(ADDRESS, bytes);
        put(other, bytes);
        vault().settle(other, Sha256.of(bytes), Optional.empty());
        try (Vault reading = toRead()) {
            assertThat(reading.digest(ADDRESS)).isEqualTo(Sha256.of(bytes));
            assertThat(reading.list("")).containsExactly(ADDRESS, other);
            assertThat(reading.stat(other).orElseThrow().settled()).isTrue();
            for (String address : List.of(ADDRESS, other)) {
                refused(() -> reading.settle(address, Sha256.of(bytes), Optional.empty()));
                refused(() -> reading.remove(address));
            }
            refused(() -> reading.create("segments/another/0"));
            refused(reading::free);
        }
        assertThat(vault().list("")).containsExactly(ADDRESS, other);
        assertThat(vault().stat(ADDRESS).orElseThrow().settled()).isFalse();
    }

    private static void refused(ThrowingCallable change) {
        assertThatThrownBy(change)
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("opened to be read");
    }

    @Test
    default void a_committed_object_is_read_back_with_its_size_and_digest() throws IOException {
        byte[] bytes = SettlingContract.bytes(100_000);
        Vault.Stored stored = put(ADDRESS, bytes);
        assertThat(stored).isEqualTo(new Vault.Stored(bytes.length, Sha256.of(bytes)));
        assertThat(read(ADDRESS)).isEqualTo(bytes);
        assertThat(vault().size(ADDRESS)).hasValue(bytes.length);
        assertThat(vault().list("segments")).containsExactly(ADDRESS);
    }

    @Test
    default void an_object_of_several_parts_is_read_back() throws IOException {
        byte[] bytes = SettlingContract.bytes(130 << 20);
        put(ADDRESS, bytes);
        assertThat(Sha256.of(read(ADDRESS))).isEqualTo(Sha256.of(bytes));
        vault().settle(ADDRESS, Sha256.of(bytes), Optional.empty());
        assertThat(Sha256.of(read(ADDRESS))).isEqualTo(Sha256.of(bytes));
    }

    @Test
    default void an_empty_object_is_an_object() throws IOException {
        put(ADDRESS, new byte[0]);
        assertThat(vault().size(ADDRESS)).hasValue(0);
        assertThat(read(ADDRESS)).isEmpty();
        vault().settle(ADDRESS, Sha256.of(new byte[0]), Optional.empty());
        assertThat(read(ADDRESS)).isEmpty();
    }

    @Test
    default void a_range_is_read_and_ends_where_the_object_ends() throws IOException {
        byte[] bytes = SettlingContract.bytes(10_000);
        put(ADDRESS, bytes);
        for (boolean settled : new boolean[] {false, true}) {
            if (settled) {
                vault().settle(ADDRESS, Sha256.of(bytes), Optional.empty());
            }
            assertThat(range(0, 1)).isEqualTo(Arrays.copyOf(bytes, 1));
            assertThat(range(500, 1000)).isEqualTo(Arrays.copyOfRange(bytes, 500, 1500));
            assertThat(range(9_990, 1000)).isEqualTo(Arrays.copyOfRange(bytes, 9_990, 10_000));
            assertThat(range(7, Long.MAX_VALUE)).isEqualTo(Arrays.copyOfRange(bytes, 7, 10_000));
            assertThat(range(7, 0)).isEmpty();
            assertThat(range(10_000, 1)).isEmpty();
            assertThat(range(20_000, Long.MAX_VALUE - 20_000)).isEmpty();
        }
    }

    @Test
    default void of_nothing_there_is_no_range() throws IOException {
        put(ADDRESS, new byte[0]);
        assertThat(range(0, 1)).isEmpty();
        assertThat(range(0, Long.MAX_VALUE)).isEmpty();
    }

    @Test
    default void nothing_is_there_before_the_commit_or_after_an_abort() throws IOException {
        Vault.Writer writer = vault().create(ADDRESS);
        writer.write(new byte[10], 0, 10);
        assertThat(vault().size(ADDRESS)).isEmpty();
        assertThat(vault().list("segments")).isEmpty();
        writer.abort();
        assertThat(vault().size(ADDRESS)).isEmpty();
        assertThatThrownBy(() -> vault().open(ADDRESS)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> range(0, 5)).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    default void what_is_not_what_was_meant_never_becomes_visible() throws IOException {
        Vault.Writer writer = vault().create(ADDRESS);
        writer.write(new byte[10], 0, 10);
        assertThatThrownBy(() -> writer.commit(Sha256.of(new byte[9])))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(ADDRESS);
        writer.abort();
        assertThat(vault().stat(ADDRESS)).isEmpty();
        Vault.Writer again = vault().create(ADDRESS);
        again.write(new byte[10], 0, 10);
        assertThat(again.commit(Sha256.of(new byte[10])).size()).isEqualTo(10);
        again.abort();
        assertThat(vault().stat(ADDRESS)).isPresent();
    }

    @Test
    default void an_address_is_never_given_other_bytes() throws IOException {
        put(ADDRESS, new byte[] {1});
        put(ADDRESS, new byte[] {1});
        assertThatThrownBy(() -> put(ADDRESS, new byte[] {2}))
                .isInstanceOf(FileAlreadyExistsException.class);
        vault().settle(ADDRESS, Sha256.of(new byte[] {1}), Optional.empty());
        put(ADDRESS, new byte[] {1});
        assertThatThrownBy(() -> put(ADDRESS, new byte[] {2}))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(read(ADDRESS)).isEqualTo(new byte[] {1});
    }

    @Test
    default void nor_is_an_address_of_a_whole_segment() throws IOException {
        // 64 MiB and what the seal adds.
        byte[] first = SettlingContract.bytes(67_126_891);
        byte[] second = first.clone();
        second[7] ^= 1;
        put(ADDRESS, first);
        assertThatThrownBy(() -> put(ADDRESS, second))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(vault().digest(ADDRESS)).isEqualTo(Sha256.of(first));
        put(ADDRESS, first);
    }

    @Test
    default void of_many_who_write_at_once_to_one_address_one_wins() throws Exception {
        int writers = 8;
        try (ExecutorService threads = Executors.newFixedThreadPool(writers)) {
            List<Future<Boolean>> outcomes = new ArrayList<>();
            for (int i = 0; i < writers; i++) {
                byte[] bytes = {(byte) i};
                outcomes.add(
                        threads.submit(() -> {
                            try {
                                put(ADDRESS, bytes);
                                return true;
                            } catch (FileAlreadyExistsException e) {
                                return false;
                            }
                        }));
            }
            int won = 0;
            for (Future<Boolean> outcome : outcomes) {
                won += outcome.get() ? 1 : 0;
            }
            assertThat(won).isEqualTo(1);
        }
        assertThat(read(ADDRESS)).hasSize(1);
    }

    @Test
    default void many_objects_are_listed_in_order_wherever_they_lie() throws IOException {
        List<String> addresses = new ArrayList<>();
        for (int i = 10; i < 40; i++) {
            String address = "segments/00112233445566778899aabbccddeeff/" + i;
            put(address, new byte[] {(byte) i});
            if (i % 2 == 0) {
                vault().settle(address, Sha256.of(new byte[] {(byte) i}), Optional.empty());
            }
            addresses.add(address);
        }
        put("proposals/00112233445566778899aabbccddeeff/1", new byte[1]);
        assertThat(vault().list("segments")).containsExactlyElementsOf(addresses);
        assertThat(vault().list("segments/00112233445566778899aabbccddeeff"))
                .containsExactlyElementsOf(addresses);
        assertThat(vault().list("segments/00112233445566778899aabbccddee")).isEmpty();
        assertThat(vault().staged("segments")).hasSize(15);
        assertThat(vault().list(""))
                .hasSize(31)
                .startsWith("proposals/00112233445566778899aabbccddeeff/1")
                .endsWith(addresses.getLast());
    }

    @Test
    default void a_removed_object_is_gone_and_removing_it_again_is_harmless() throws IOException {
        put(ADDRESS, new byte[] {1});
        vault().remove(ADDRESS);
        vault().remove(ADDRESS);
        assertThat(vault().list("segments")).isEmpty();
        put(ADDRESS, new byte[] {2});
        vault().settle(ADDRESS, Sha256.of(new byte[] {2}), Optional.empty());
        vault().remove(ADDRESS);
        assertThat(vault().stat(ADDRESS)).isEmpty();
        assertThat(vault().list("segments")).isEmpty();
        put(ADDRESS, new byte[] {3});
        assertThat(read(ADDRESS)).isEqualTo(new byte[] {3});
    }

    @Test
    default void removing_one_leaves_those_whose_names_begin_like_it() throws IOException {
        for (String address : List.of(ADDRESS, ADDRESS + "0")) {
            put(address, new byte[1]);
            vault().settle(address, Sha256.of(new byte[1]), Optional.empty());
        }
        vault().remove(ADDRESS);
        assertThat(vault().list("segments")).containsExactly(ADDRESS + "0");
    }

    @Test
    default void an_address_that_leads_elsewhere_is_refused() {
        for (String address :
                new String[] {
                    "",
                    "x",
                    "/etc/passwd",
                    "../x",
                    "a/../b",
                    "a//b",
                    "a/b/",
                    "a/.b",
                    "a/b\0c",
                    "a/b c"
                }) {
            assertThatThrownBy(() -> vault().create(address))
                    .as(address)
                    .isInstanceOf(MalformedException.class);
            assertThatThrownBy(() -> vault().open(address)).isInstanceOf(MalformedException.class);
            assertThatThrownBy(() -> vault().stat(address)).isInstanceOf(MalformedException.class);
            assertThatThrownBy(() -> vault().remove(address))
                    .isInstanceOf(MalformedException.class);
        }
        assertThatThrownBy(() -> vault().list("..")).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> vault().staged("/")).isInstanceOf(MalformedException.class);
    }

    private byte[] read(String address) throws IOException {
        try (InputStream in = vault().open(address)) {
            return in.readAllBytes();
        }
    }

    private byte[] range(long offset, long length) throws IOException {
        try (InputStream in = vault().open(ADDRESS, offset, length)) {
            return in.readAllBytes();
        }
    }
}
