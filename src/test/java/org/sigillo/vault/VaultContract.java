package org.sigillo.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;

/// What every vault does.
interface VaultContract {
    String ADDRESS = "segments/00112233445566778899aabbccddeeff/0";

    Vault vault();

    @Test
    default void a_committed_object_is_read_back_with_its_size_and_digest() throws IOException {
        byte[] bytes = new byte[100_000];
        bytes[7] = 9;
        Vault.Stored stored = put(ADDRESS, bytes);
        assertThat(stored).isEqualTo(new Vault.Stored(bytes.length, Sha256.of(bytes)));
        assertThat(vault().open(ADDRESS).readAllBytes()).isEqualTo(bytes);
        assertThat(vault().size(ADDRESS)).hasValue(bytes.length);
        assertThat(vault().list("segments")).containsExactly(ADDRESS);
    }

    @Test
    default void an_empty_object_is_an_object() throws IOException {
        put(ADDRESS, new byte[0]);
        assertThat(vault().size(ADDRESS)).hasValue(0);
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
    }

    @Test
    default void an_address_is_never_given_other_bytes() throws IOException {
        put(ADDRESS, new byte[] {1});
        put(ADDRESS, new byte[] {1});
        assertThatThrownBy(() -> put(ADDRESS, new byte[] {2})).isInstanceOf(IOException.class);
        assertThat(vault().open(ADDRESS).readAllBytes()).isEqualTo(new byte[] {1});
    }

    @Test
    default void a_removed_object_is_gone_and_removing_it_again_is_harmless() throws IOException {
        put(ADDRESS, new byte[] {1});
        vault().remove(ADDRESS);
        vault().remove(ADDRESS);
        assertThat(vault().list("segments")).isEmpty();
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
        }
    }

    private Vault.Stored put(String address, byte[] bytes) throws IOException {
        Vault.Writer writer = vault().create(address);
        try {
            writer.write(bytes, 0, bytes.length);
            return writer.commit();
        } finally {
            writer.abort();
        }
    }
}
