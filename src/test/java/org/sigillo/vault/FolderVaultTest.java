package org.sigillo.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sigillo.bytes.Sha256;

class FolderVaultTest implements VaultContract {
    private static final Instant NOON = Instant.parse("2026-03-04T12:34:56.789Z");

    @TempDir Path folder;
    private FolderVault vault;

    @BeforeEach
    void open() throws IOException {
        vault = new FolderVault(folder.resolve("vault"), 0, InstantSource.system());
    }

    @AfterEach
    void close() throws IOException {
        vault.close();
    }

    @Override
    public Vault vault() {
        return vault;
    }

    @Override
    public Vault toRead() throws IOException {
        return FolderVault.toRead(folder.resolve("vault"), InstantSource.system());
    }

    @Test
    void what_a_crashed_writer_left_is_gone_after_the_next_start() throws IOException {
        vault.create(ADDRESS).write(new byte[5], 0, 5);
        assertThat(incoming()).hasSize(1);
        vault.close();
        open();
        assertThat(incoming()).isEmpty();
    }

    @Test
    void a_listing_goes_past_what_is_removed_meanwhile() throws Exception {
        AtomicBoolean listed = new AtomicBoolean();
        Thread busy =
                Thread.ofPlatform()
                        .start(() -> {
                            try {
                                for (int i = 0; !listed.get(); i++) {
                                    String address = "segments/" + i % 50 + "/0";
                                    vault.put(address, new byte[] {1});
                                    vault.remove("segments/" + (i + 25) % 50 + "/0");
                                }
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        });
        put("packages/a/manifest", new byte[] {2});
        try {
            for (int i = 0; i < 1000; i++) {
                assertThat(vault.list("")).contains("packages/a/manifest");
            }
        } finally {
            listed.set(true);
            busy.join();
        }
    }

    @Test
    void another_process_does_not_take_away_what_is_being_written() throws IOException {
        Vault.Writer writer = vault.create(ADDRESS);
        writer.write(new byte[5], 0, 5);
        try (FolderVault beside =
                new FolderVault(folder.resolve("vault"), 0, InstantSource.system())) {
            assertThat(beside.list("segments")).isEmpty();
        }
        writer.commit();
        assertThat(vault.size(ADDRESS)).hasValue(5);
    }

    @Test
    void the_folder_is_its_owners_alone_and_times_tell_the_day() throws IOException {
        try (FolderVault noon =
                new FolderVault(folder.resolve("noon"), 0, InstantSource.fixed(NOON))) {
            Vault.Writer writer = noon.create(ADDRESS);
            Sha256 digest = writer.commit().digest();
            assertThat(Files.getPosixFilePermissions(folder.resolve("noon"))).hasSize(3);
            Path staged = folder.resolve("noon/.staging").resolve(ADDRESS);
            assertThat(times(staged)).containsOnly(Instant.parse("2026-03-04T00:00:00Z"));
            noon.settle(
                    ADDRESS,
                    digest,
                    Optional.of(Retention.governance(java.time.LocalDate.parse("2026-04-03"))));
            Path settled = folder.resolve("noon").resolve(ADDRESS);
            assertThat(staged).doesNotExist();
            assertThat(times(settled)).containsOnly(Instant.parse("2026-04-03T00:00:00Z"));
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(settled)))
                    .isEqualTo("r--------");
        }
    }

    @Test
    void a_folder_that_was_there_is_shut_for_everybody_else_and_so_is_every_file()
            throws IOException {
        Path open = Files.createDirectories(folder.resolve("open/.staging")).getParent();
        Files.createDirectory(open.resolve(".incoming"));
        List<Path> folders = List.of(open, open.resolve(".staging"), open.resolve(".incoming"));
        for (Path one : folders) {
            Files.setPosixFilePermissions(one, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        try (FolderVault vault = new FolderVault(open, 0, InstantSource.system())) {
            Vault.Writer writer = vault.create(ADDRESS);
            try (Stream<Path> files = Files.walk(open)) {
                assertThat(files.filter(Files::isRegularFile).map(FolderVaultTest::mode))
                        .hasSize(3)
                        .containsOnly("rw-------");
            }
            writer.commit();
            assertThat(mode(open.resolve(".staging").resolve(ADDRESS))).isEqualTo("rw-------");
        }
        assertThat(folders).extracting(FolderVaultTest::mode).containsOnly("rwx------");
    }

    /// A name lasts once the folder that it is in is forced; so do those of the folders on the way.
    @Test
    void every_folder_with_a_name_that_may_be_new_is_forced() throws IOException {
        Path deep = folder.resolve("a/b/c");
        assertThat(OwnFolder.withNewNames(deep))
                .containsExactly(folder.resolve("a/b"), folder.resolve("a"), folder);
        OwnFolder made = OwnFolder.open(deep);
        assertThat(OwnFolder.withNewNames(deep)).isEmpty();
        // Whoever made them: another writer may not have forced them yet.
        Path object = Files.createDirectories(made.path().resolve("segments/0")).resolve("1");
        assertThat(made.onTheWayTo(object))
                .containsExactly(
                        made.path().resolve("segments/0"),
                        made.path().resolve("segments"),
                        made.path());
    }

    @Test
    void a_folder_of_somebody_else_that_everybody_reads_is_refused() {
        // Of the kernel's: no user, root included, can shut it.
        assertThatThrownBy(() -> OwnFolder.open(Path.of("/proc/self/task")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("/task belongs to ")
                .hasMessageContaining("chmod 700");
    }

    @Test
    void a_folder_of_its_own_that_is_a_link_is_refused() throws IOException {
        Path open = Files.createDirectory(folder.resolve("linked"));
        Files.createSymbolicLink(
                open.resolve(".staging"), Files.createDirectory(folder.resolve("elsewhere")));
        assertThatThrownBy(() -> new FolderVault(open, 0, InstantSource.system()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(".staging is a link");
    }

    @Test
    void what_lies_beyond_a_link_is_neither_read_nor_removed_nor_listed() throws IOException {
        Path away = Files.createDirectories(folder.resolve("away/a"));
        Path precious = Files.writeString(away.resolve("0"), "mine");
        for (String area : List.of("vault", "vault/.staging")) {
            Path link = folder.resolve(area).resolve("segments");
            Files.createSymbolicLink(link, away.getParent());
            for (ThrowingCallable call :
                    List.<ThrowingCallable>of(
                            () -> vault.remove("segments/a/0"),
                            () -> vault.open("segments/a/0"),
                            () -> vault.stat("segments/a/0"),
                            () -> vault.list("segments/a"),
                            () -> vault.create("segments/a/1"))) {
                assertThatThrownBy(call)
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("is in the way");
            }
            assertThat(vault.list("segments")).isEmpty();
            assertThat(precious).exists();
            Files.delete(link);
        }
    }

    @Test
    @Timeout(10)
    void a_pipe_at_an_address_is_not_waited_for() throws Exception {
        for (String area : List.of("vault", "vault/.staging")) {
            Path pipe = folder.resolve(area).resolve("segments/a/0");
            Files.createDirectories(pipe.getParent());
            new ProcessBuilder("mkfifo", pipe.toString()).inheritIO().start().waitFor();
            assertThatThrownBy(() -> vault.open("segments/a/0"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("is no file");
            Files.delete(pipe);
        }
    }

    private static String mode(Path file) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void a_retention_that_has_ended_keeps_nothing() throws IOException {
        try (FolderVault march =
                new FolderVault(folder.resolve("vault"), 0, InstantSource.fixed(NOON))) {
            Vault.Writer writer = march.create(ADDRESS);
            march.settle(
                    ADDRESS,
                    writer.commit().digest(),
                    Optional.of(Retention.governance(java.time.LocalDate.parse("2026-04-03"))));
            assertThatThrownBy(() -> march.remove(ADDRESS)).isInstanceOf(RetainedException.class);
        }
        // Today is later.
        vault.remove(ADDRESS);
        assertThat(vault.stat(ADDRESS)).isEmpty();
    }

    @Test
    void an_end_between_the_copy_and_the_removal_is_made_good() throws IOException {
        put(ADDRESS, new byte[] {7});
        Path staged = folder.resolve("vault/.staging").resolve(ADDRESS);
        Path beside = Files.copy(staged, folder.resolve("beside"));
        vault.settle(ADDRESS, Sha256.of(new byte[] {7}), Optional.empty());
        Files.createDirectories(staged.getParent());
        Files.copy(beside, staged);
        assertThat(vault.list("segments")).hasSize(1);
        vault.settle(ADDRESS, Sha256.of(new byte[] {7}), Optional.empty());
        assertThat(staged).doesNotExist();
    }

    @Test
    void a_settled_copy_with_other_bytes_does_not_cost_the_staged_one() throws IOException {
        put(ADDRESS, new byte[] {7});
        Path settled = folder.resolve("vault").resolve(ADDRESS);
        Files.createDirectories(settled.getParent());
        Files.write(settled, new byte[] {8});
        vault.settle(ADDRESS, Sha256.of(new byte[] {7}), Optional.empty());
        assertThat(Files.readAllBytes(settled)).containsExactly(7);
        assertThat(folder.resolve("vault/.staging").resolve(ADDRESS)).doesNotExist();
    }

    @Test
    void what_is_put_while_other_bytes_settle_at_its_address_is_refused() throws IOException {
        Path settled = folder.resolve("vault").resolve(ADDRESS);
        InstantSource meanwhile =
                () -> {
                    try {
                        Files.createDirectories(settled.getParent());
                        Files.write(settled, new byte[] {8});
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                    return NOON;
                };
        try (FolderVault other = new FolderVault(folder.resolve("vault"), 0, meanwhile)) {
            assertThat(settled).doesNotExist();
            assertThatThrownBy(() -> other.put(ADDRESS, new byte[] {7}))
                    .isInstanceOf(FileAlreadyExistsException.class);
        }
    }

    @Test
    void a_folder_that_was_taken_away_or_mounted_over_has_lost_nothing() throws IOException {
        put(ADDRESS, new byte[] {7});
        Path vaults = folder.resolve("vault");
        Path beside = Files.move(vaults, folder.resolve("unmounted"));
        elsewhere();
        Files.createDirectory(vaults);
        elsewhere();
        assertThat(vaults).isEmptyDirectory();
        Files.delete(vaults);
        Files.move(beside, vaults);
        assertThat(vault.digest(ADDRESS)).isEqualTo(Sha256.of(new byte[] {7}));
    }

    private void elsewhere() {
        for (ThrowingCallable ask :
                List.<ThrowingCallable>of(
                        () -> vault.stat(ADDRESS),
                        () -> vault.open(ADDRESS),
                        () -> vault.list("segments"),
                        () -> vault.staged("segments"),
                        () -> vault.remove(ADDRESS),
                        () -> vault.create(ADDRESS),
                        () -> vault.settle(ADDRESS, Sha256.of(), Optional.empty()))) {
            assertThatThrownBy(ask)
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(NoSuchFileException.class)
                    .hasMessageContaining("is its disk mounted?");
        }
    }

    @Test
    void what_a_file_system_keeps_for_itself_is_passed_over() throws IOException {
        put(ADDRESS, new byte[] {7});
        Path own = Files.createDirectory(folder.resolve("vault/lost+found"));
        Files.setPosixFilePermissions(own, Set.of());
        assertThat(vault.list("")).containsExactly(ADDRESS);
    }

    @Test
    void less_than_the_reserve_is_refused_before_and_during() throws IOException {
        long free = vault.free();
        try (FolderVault full =
                new FolderVault(folder.resolve("full"), 2 * free, InstantSource.system())) {
            assertThatThrownBy(() -> full.create(ADDRESS)).isInstanceOf(VaultFullException.class);
            // The reserve is for these.
            full.create("checkpoints/1").commit();
            full.create("tile/0/000").commit();
        }
        // The disk fills while somebody writes: of what was reserved, the rest is not enough.
        try (FolderVault filling =
                new FolderVault(
                        folder.resolve("filling"), free - (40 << 20), InstantSource.system())) {
            Vault.Writer writer = filling.create(ADDRESS);
            byte[] bytes = new byte[1 << 20];
            assertThatThrownBy(
                            () -> {
                                for (int i = 0; i < 200; i++) {
                                    writer.write(bytes, 0, bytes.length);
                                }
                            })
                    .isInstanceOf(VaultFullException.class);
            writer.abort();
            assertThat(filling.list("segments")).isEmpty();
        }
    }

    private List<Path> incoming() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("vault/.incoming"))) {
            return files.filter(Files::isRegularFile).filter(it -> !it.endsWith("lock")).toList();
        }
    }

    private static List<Instant> times(Path file) throws IOException {
        BasicFileAttributes it = Files.readAttributes(file, BasicFileAttributes.class);
        return List.of(it.lastModifiedTime().toInstant(), it.lastAccessTime().toInstant());
    }
}
