package org.sigillo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sigillo.bytes.Sha256;
import org.sigillo.vault.FolderVault;
import org.sigillo.vault.Retention;
import org.sigillo.vault.Vault;

/// `sigillo vault`, over folders.
class VaultCommandTest {
    private static final String FIRST = "segments/a/0";
    private static final String SECOND = "segments/b/0";
    private static final Retention MONTH =
            Retention.governance(LocalDate.now(ZoneOffset.UTC).plusDays(30));

    @TempDir Path folder;
    private Path from;
    private Path to;
    private Path inventory;

    @BeforeEach
    void a_vault_of_a_settled_and_a_staged_object() throws IOException {
        from = Files.createDirectory(folder.resolve("from"));
        to = Files.createDirectory(folder.resolve("to"));
        try (Vault vault = vault(from)) {
            put(vault, FIRST, 1);
            put(vault, SECOND, 2);
            vault.settle(FIRST, Sha256.of(new byte[] {1}), Optional.of(MONTH));
        }
        inventory = folder.resolve("inventory");
        Files.writeString(
                inventory,
                Sha256.of(new byte[] {1})
                        + "  "
                        + FIRST
                        + "\n"
                        + Sha256.of(new byte[] {2})
                        + "  "
                        + SECOND
                        + "\n");
    }

    @Nested
    class A_copy {
        @Test
        void has_everything_where_it_was_and_kept_as_long() throws IOException {
            assertThat(copy()).isZero();
            try (Vault vault = vault(to)) {
                assertThat(vault.list("")).containsExactly(FIRST, SECOND);
                assertThat(vault.stat(FIRST).orElseThrow())
                        .isEqualTo(new Vault.Held(1, true, Optional.of(MONTH)));
                assertThat(vault.stat(SECOND).orElseThrow().settled()).isFalse();
            }
            assertThat(copy()).as("again").isZero();
        }

        @Test
        void goes_on_where_it_ended_even_in_the_middle_of_a_line() throws IOException {
            Path progress = folder.resolve("progress");
            Files.writeString(progress, Sha256.of(new byte[] {1}) + "  " + FIRST + "\nabcd");
            assertThat(copy("--progress", progress.toString())).isZero();
            try (Vault vault = vault(to)) {
                assertThat(vault.list("")).as("the first was done before").containsExactly(SECOND);
            }
            assertThat(Files.readAllLines(progress)).hasSize(2).allMatch(it -> it.length() > 66);
        }

        @Test
        void of_what_is_not_what_the_inventory_says_is_broken_and_the_rest_is_there()
                throws IOException {
            Files.writeString(
                    inventory,
                    Sha256.of(new byte[] {9})
                            + "  "
                            + FIRST
                            + "\n"
                            + Sha256.of(new byte[] {3})
                            + "  segments/c/0\n");
            assertThat(copy("--inventory", inventory.toString())).isEqualTo(Sigillo.BROKEN);
            try (Vault vault = vault(to)) {
                assertThat(vault.stat(SECOND)).isPresent();
            }
        }

        @Test
        void over_other_bytes_at_the_same_address_is_broken() throws IOException {
            try (Vault vault = vault(to)) {
                put(vault, SECOND, 7);
            }
            assertThat(copy()).isEqualTo(Sigillo.BROKEN);
        }
    }

    @Nested
    class A_check {
        @Test
        void of_a_whole_vault_finds_nothing() {
            assertThat(check()).isZero();
        }

        @Test
        void finds_what_is_missing_and_what_is_altered_and_looks_again_at_that_alone()
                throws IOException {
            Path progress = folder.resolve("progress");
            Path second = from.resolve(".staging").resolve(SECOND);
            Files.write(second, new byte[] {8});
            assertThat(check("--progress", progress.toString())).isEqualTo(Sigillo.BROKEN);
            assertThat(Files.readAllLines(progress)).hasSize(1);
            Files.delete(second);
            assertThat(check("--progress", progress.toString())).isEqualTo(Sigillo.BROKEN);
            Files.write(second, new byte[] {2});
            assertThat(check("--progress", progress.toString())).isZero();
            assertThat(Files.readAllLines(progress)).hasSize(2);
        }

        @Test
        void with_what_is_no_inventory_is_refused() throws IOException {
            Files.writeString(inventory, "hello\n");
            assertThat(check()).isEqualTo(Sigillo.MALFORMED);
            assertThat(Sigillo.run("vault", "check", from.toString(), "--inventory", "/none"))
                    .isEqualTo(Sigillo.FAULT);
        }

        private int check(String... more) {
            return run(
                    "check", new String[] {from.toString(), "--inventory", inventory + ""}, more);
        }
    }

    @Test
    void a_file_of_settings_names_a_vault_too() throws IOException {
        Path settings = folder.resolve("vault.properties");
        Files.writeString(settings, "sigillo.vault.folder=" + from + "\n");
        assertThat(Sigillo.run("vault", "copy", settings.toString(), to.toString())).isZero();
        Files.writeString(settings, "sigillo.vault.s3.endpoint=http://127.0.0.1:1\n");
        assertThat(Sigillo.run("vault", "copy", settings.toString(), to.toString()))
                .isEqualTo(Sigillo.MALFORMED);
    }

    private int copy(String... more) {
        return run("copy", new String[] {from.toString(), to.toString()}, more);
    }

    private static int run(String command, String[] arguments, String... more) {
        return Sigillo.run(
                java.util.stream.Stream.of(new String[] {"vault", command}, arguments, more)
                        .flatMap(java.util.stream.Stream::of)
                        .toArray(String[]::new));
    }

    private static Vault vault(Path folder) throws IOException {
        return new FolderVault(folder, 0, InstantSource.system());
    }

    private static void put(Vault vault, String address, int one) throws IOException {
        vault.put(address, new byte[] {(byte) one});
    }
}
