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
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sigillo.bytes.Sha256;
import org.sigillo.vault.FolderVault;
import org.sigillo.vault.ForwardingVault;
import org.sigillo.vault.Retention;
import org.sigillo.vault.Vault;
import org.sigillo.vault.VaultFullException;
import picocli.CommandLine;

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
            return VaultCommandTest.this.between(said, standing, more);
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

    private static String checkpoint(String ledger, long size) {
        return "%scheckpoints/%020d".formatted(ledger, size);
    }

    private void checkpoints(String ledger, int... sizes) throws IOException {
        try (Vault vault = vault(from)) {
            for (int size : sizes) {
                put(vault, checkpoint(ledger, size), size);
            }
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
            assertThat(Files.readAllLines(progress)).hasSize(2);
            Files.delete(second);
            assertThat(check("--progress", progress.toString())).isEqualTo(Sigillo.BROKEN);
            Files.write(second, new byte[] {2});
            assertThat(check("--progress", progress.toString())).isZero();
            assertThat(Files.readAllLines(progress)).hasSize(3);
        }

        @Test
        void a_file_that_cannot_be_read_is_named_and_the_rest_is_read() throws IOException {
            Path first = from.resolve(FIRST);
            Files.delete(first);
            Files.createDirectory(first);
            Path progress = folder.resolve("progress");
            assertThat(check("--progress", progress.toString())).isEqualTo(Sigillo.FAULT);
            assertThat(Files.readString(progress)).contains(SECOND).doesNotContain(FIRST);
        }

        @Test
        void by_a_list_that_names_checkpoints_misses_none_that_two_later_ones_have_followed()
                throws IOException {
            for (int size : List.of(1, 2)) {
                Files.writeString(
                        inventory,
                        Sha256.of(new byte[] {(byte) size}) + "  " + checkpoint("", size) + "\n",
                        StandardOpenOption.APPEND);
            }
            checkpoints("", 3);
            assertThat(check()).isEqualTo(Sigillo.BROKEN);
            checkpoints("", 4);
            assertThat(check()).isZero();
            Files.delete(from.resolve(FIRST));
            assertThat(check()).isEqualTo(Sigillo.BROKEN);
        }

        @Test
        void with_what_is_no_inventory_is_refused() throws IOException {
            Files.writeString(inventory, "hello\n");
            assertThat(check()).isEqualTo(Sigillo.MALFORMED);
            assertThat(Sigillo.run("vault", "check", from.toString(), "--inventory", "/none"))
                    .isEqualTo(Sigillo.FAULT);
        }

        @Test
        void leaves_as_it_is_what_may_only_be_read() throws IOException {
            // What a process that ended had on its way; whoever may write removes it.
            Path left = Files.createDirectory(from.resolve(".incoming").resolve("p1"));
            Files.createFile(left.resolve("lock"));
            Files.createFile(left.resolve("1"));
            onlyRead(true);
            try {
                Map<Path, Map<String, Object>> before = state();
                assertThat(check()).isZero();
                assertThat(state()).isEqualTo(before);
            } finally {
                onlyRead(false);
            }
        }

        /// Root may write all the same: so times and modes are compared, too.
        private void onlyRead(boolean only) throws IOException {
            for (Path path : all()) {
                if (Files.isDirectory(path)) {
                    Files.setPosixFilePermissions(
                            path,
                            PosixFilePermissions.fromString(only ? "r-xr-x---" : "rwx------"));
                }
            }
        }

        private Map<Path, Map<String, Object>> state() throws IOException {
            Map<Path, Map<String, Object>> state = new TreeMap<>();
            for (Path path : all()) {
                state.put(path, Files.readAttributes(path, "unix:mode,lastModifiedTime,ctime"));
            }
            return state;
        }

        private List<Path> all() throws IOException {
            try (Stream<Path> all = Files.walk(from)) {
                return all.toList();
            }
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
