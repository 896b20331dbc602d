package org.sigillo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.Sha256;
import org.sigillo.vault.ForwardingVault;
import org.sigillo.vault.Vault;
import org.sigillo.vault.VaultFullException;
import picocli.CommandLine;

/// `sigillo vault copy`, from folder to folder.
class VaultCopyTest extends TwoVaults {
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
            assertThat(copy("--progress", progress.toString())).isZero();
            String text = Files.readString(progress);
            Files.writeString(progress, text.substring(0, text.length() - SECOND.length() - 9));
            try (Vault vault = vault(to)) {
                vault.remove(SECOND);
            }
            // Its retention has not ended: it is still there, and would be compared.
            Files.delete(to.resolve(FIRST));
            assertThat(copy("--progress", progress.toString())).isZero();
            try (Vault vault = vault(to)) {
                assertThat(vault.list("")).as("the first was done before").containsExactly(SECOND);
            }
            assertThat(Files.readAllLines(progress)).hasSize(3).allMatch(it -> it.length() > 66);
        }

        @Test
        void does_not_take_the_progress_of_another_for_its_own() throws IOException {
            Path progress = folder.resolve("progress");
            assertThat(copy("--progress", progress.toString())).isZero();
            String mine = Files.readString(progress);
            Path other = Files.createDirectory(folder.resolve("other"));
            assertThat(
                            run(
                                    "copy",
                                    new String[] {from.toString(), other.toString()},
                                    "--progress",
                                    progress.toString()))
                    .isEqualTo(Sigillo.MALFORMED);
            assertThat(
                            run(
                                    "check",
                                    new String[] {from.toString(), "--inventory", inventory + ""},
                                    "--progress",
                                    progress.toString()))
                    .isEqualTo(Sigillo.MALFORMED);
            assertThat(progress).hasContent(mine);
            Files.writeString(progress, Sha256.of(new byte[] {1}) + "  " + FIRST + "\n");
            assertThat(copy("--progress", progress.toString()))
                    .as("one that does not say whose it is")
                    .isEqualTo(Sigillo.MALFORMED);
            Path settings = folder.resolve("vault.properties");
            Files.writeString(settings, "sigillo.vault.folder=" + from + "\n");
            Files.delete(progress);
            String[] bySettings = {settings.toString(), to.toString()};
            assertThat(run("copy", bySettings, "--progress", progress.toString())).isZero();
            Files.writeString(settings, "sigillo.vault.folder=" + other + "\n");
            assertThat(run("copy", bySettings, "--progress", progress.toString()))
                    .as("another behind the same file of settings")
                    .isEqualTo(Sigillo.MALFORMED);
        }

        @Test
        void goes_on_past_what_cannot_be_read_and_names_it() throws IOException {
            StringWriter said = new StringWriter();
            Function<Vault, Vault> failing =
                    it ->
                            new ForwardingVault(it) {
                                @Override
                                public Optional<Held> stat(String address) throws IOException {
                                    if (address.equals(FIRST)) {
                                        throw new IOException("Input/output error");
                                    }
                                    return super.stat(address);
                                }
                            };
            assertThat(between(said, failing, "--inventory", inventory.toString()))
                    .isEqualTo(Sigillo.FAULT);
            assertThat(said.toString())
                    .contains(
                            FIRST + ": cannot read or write: Input/output error",
                            "1 done now, 0 before, 0 removed meanwhile, 0 broken, 1 not readable");
            Files.writeString(
                    inventory,
                    Sha256.of(new byte[] {9}) + "  " + SECOND + "\n",
                    StandardOpenOption.APPEND);
            assertThat(between(said, failing, "--inventory", inventory.toString(), "--json"))
                    .as("broken evidence weighs more")
                    .isEqualTo(Sigillo.BROKEN);
            assertThat(said.toString())
                    .contains(
                            "\"unreadable\":[{\"error\":\"cannot read or write: Input/output"
                                    + " error\",\"where\":\"segments/a/0\"}]");
        }

        /// As [VaultCheckTest] has it of the same.
        @Test
        void names_a_folder_in_the_place_of_an_object_as_not_readable() throws IOException {
            Files.delete(from.resolve(FIRST));
            Files.createDirectory(from.resolve(FIRST));
            assertThat(copy("--inventory", inventory.toString())).isEqualTo(Sigillo.FAULT);
            try (Vault vault = vault(to)) {
                assertThat(vault.list("")).containsExactly(SECOND);
            }
        }

        @Test
        void ends_when_there_is_no_room() {
            assertThatThrownBy(() ->
                            between(
                                    new StringWriter(),
                                    it ->
                                            new ForwardingVault(it) {
                                                @Override
                                                public Optional<Held> stat(String address)
                                                        throws IOException {
                                                    throw new VaultFullException();
                                                }
                                            }))
                    .isInstanceOf(VaultFullException.class);
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
                assertThat(vault.stat(FIRST)).as("it would be in the way").isEmpty();
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
    class A_copy_of_a_vault_in_use {
        private final StringWriter said = new StringWriter();

        @Test
        void passes_over_a_checkpoint_that_two_later_ones_have_followed() throws IOException {
            checkpoints("", 1, 2, 3);
            checkpoints("ledgers/1/", 1, 2, 3);
            assertThat(copyLosing(checkpoint("", 1), checkpoint("ledgers/1/", 1))).isZero();
            assertThat(said.toString())
                    .contains(
                            "8 objects: 6 done now, 0 before, 2 removed meanwhile, 0 broken, 0 not readable.");
        }

        @Test
        void misses_a_checkpoint_that_fewer_have_followed() throws IOException {
            checkpoints("", 1, 2);
            checkpoints("ledgers/1/", 3, 4, 5);
            assertThat(copyLosing(checkpoint("", 1))).isEqualTo(Sigillo.BROKEN);
            assertThat(said.toString()).contains(checkpoint("", 1) + ": expected an object");
        }

        @Test
        void passes_over_what_its_inventory_does_not_name() throws IOException {
            String mine = "segments/c/0";
            String torn = "segments/c/1";
            try (Vault vault = vault(from)) {
                put(vault, mine, 3);
                put(vault, torn, 3);
            }
            assertThat(copyLosing(mine)).as("anything may be held").isEqualTo(Sigillo.BROKEN);
            assertThat(copyLosing(List.of(mine), "--inventory", inventory.toString())).isZero();
            assertThat(said.toString()).contains("3 done now, 0 before, 1 removed meanwhile");
        }

        @Test
        void misses_what_the_inventory_names() throws IOException {
            for (String one : List.of(FIRST, SECOND)) {
                assertThat(copyLosing(List.of(one), "--inventory", inventory.toString()))
                        .isEqualTo(Sigillo.BROKEN);
                assertThat(said.toString()).contains(one + ": expected ", "0 removed meanwhile");
            }
        }

        @Test
        void misses_what_the_vault_still_lists() throws IOException {
            try (Vault vault = vault(from)) {
                put(vault, "segments/c/0", 3);
            }
            assertThat(
                            between(
                                    it -> new Losing(it, Set.of("segments/c/0"), true),
                                    "--inventory",
                                    inventory.toString()))
                    .isEqualTo(Sigillo.BROKEN);
        }

        private int copyLosing(String... lost) throws IOException {
            return copyLosing(List.of(lost));
        }

        private int copyLosing(List<String> lost, String... more) throws IOException {
            return between(it -> new Losing(it, Set.copyOf(lost), false), more);
        }

        private int between(Function<Vault, Vault> standing, String... more) throws IOException {
            return VaultCopyTest.this.between(said, standing, more);
        }
    }

    private int between(StringWriter said, Function<Vault, Vault> standing, String... more)
            throws IOException {
        VaultCopy copy = new VaultCopy();
        CommandLine line = new CommandLine(copy).setOut(new PrintWriter(said));
        line.parseArgs(
                Stream.concat(Stream.of(from.toString(), to.toString()), Stream.of(more))
                        .toArray(String[]::new));
        try (Vault source = vault(from);
                Vault target = vault(to)) {
            return copy.between(standing.apply(source), target);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        } finally {
            line.getOut().flush();
        }
    }

    /// After its first listing, these are gone: at the moment when they are asked for, or opened.
    private static final class Losing extends ForwardingVault {
        private final Set<String> lost;
        private final boolean listed;
        private boolean begun;

        private Losing(Vault real, Set<String> lost, boolean listed) {
            super(real);
            this.lost = lost;
            this.listed = listed;
        }

        @Override
        public List<String> list(String prefix) throws IOException {
            List<String> all = super.list(prefix);
            boolean first = !begun;
            begun = true;
            return first || listed ? all : all.stream().filter(it -> !lost.contains(it)).toList();
        }

        @Override
        public InputStream open(String address) throws IOException {
            if (lost.contains(address)) {
                throw new NoSuchFileException(address);
            }
            return super.open(address);
        }

        @Override
        public Optional<Held> stat(String address) throws IOException {
            return lost.contains(address) && address.endsWith("1")
                    ? Optional.empty()
                    : super.stat(address);
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
}
