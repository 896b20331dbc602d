package org.sigillo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Sha256;

/// Tars that look like a package or an export and are none.
class PackageFilesTest {
    @TempDir Path folder;

    @Test
    void a_tar_of_two_folders_is_no_package() throws IOException {
        Path tar = tar(file("aa/bagit.txt"), file("bb/manifest.json"));
        assertThatThrownBy(() -> PackageFiles.check(tar, Sha256.of()))
                .isInstanceOf(BrokenEvidenceException.class)
                .hasMessageContaining("bb/manifest.json")
                .hasMessageContaining("another folder");
    }

    @Test
    void a_link_is_no_file_wherever_it_lies() throws IOException {
        for (byte kind :
                new byte[] {TarConstants.LF_SYMLINK, TarConstants.LF_LINK, TarConstants.LF_FIFO}) {
            TarArchiveEntry link = new TarArchiveEntry("aa/ledger/consistency", kind);
            link.setLinkName("/etc/passwd");
            Path tar = tar(file("aa/bagit.txt"), link);
            assertThatThrownBy(() -> PackageFiles.check(tar, Sha256.of()))
                    .isInstanceOf(BrokenEvidenceException.class)
                    .hasMessageContaining("aa/ledger/consistency")
                    .hasMessageContaining("something else");
            assertThatThrownBy(() -> Exported.of(tar))
                    .isInstanceOf(BrokenEvidenceException.class)
                    .hasMessageContaining("aa/ledger/consistency");
        }
    }

    @Test
    void an_export_with_a_name_twice_is_refused() throws IOException {
        Path tar = tar(file("checkpoint"), file("checkpoint"));
        assertThatThrownBy(() -> Exported.of(tar)).hasMessageContaining("two");
    }

    @Test
    void a_file_larger_than_it_can_be_is_refused_before_it_is_kept() throws IOException {
        Path tar = tar(file("checkpoint"));
        try (Exported files = Exported.of(tar)) {
            assertThat(files.names()).containsExactly("checkpoint");
            assertThat(files.read("checkpoint", 1)).hasSize(1);
            assertThatThrownBy(() -> files.read("checkpoint", 0))
                    .isInstanceOf(BrokenEvidenceException.class);
        }
    }

    @Test
    void running_out_of_memory_is_a_fault_and_not_broken_evidence() throws Exception {
        TarArchiveEntry large = new TarArchiveEntry("aa/manifest.json");
        large.setSize(40 << 20);
        Path tar = tar(large);
        Process command =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx32m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "org.sigillo.cli.Sigillo",
                                "verify",
                                "--release",
                                tar.toString(),
                                "--genesis",
                                "00".repeat(32))
                        .redirectErrorStream(true)
                        .start();
        String said = new String(command.getInputStream().readAllBytes());
        assertThat(command.waitFor()).as(said).isEqualTo(3);
        assertThat(said).contains("OutOfMemoryError");
    }

    /// As where a server answered with a page, or the tar was packed.
    @ParameterizedTest
    @ValueSource(strings = {"--export", "--release"})
    void what_is_no_tar_says_nothing_about_the_evidence(String option) throws IOException {
        byte[] noise = new byte[100_000];
        new Random(5).nextBytes(noise);
        for (byte[] other :
                List.of(
                        new byte[0],
                        "<!DOCTYPE html>".getBytes(StandardCharsets.UTF_8),
                        "<!DOCTYPE html>".repeat(500).getBytes(StandardCharsets.UTF_8),
                        new byte[1_024],
                        noise)) {
            Path file = Files.write(folder.resolve("other"), other);
            assertThat(Sigillo.run("verify", option, file.toString(), "--genesis", "0".repeat(64)))
                    .isEqualTo(Sigillo.FAULT);
        }
    }

    private static TarArchiveEntry file(String name) {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(1);
        return entry;
    }

    private Path tar(TarArchiveEntry... entries) throws IOException {
        Path tar = folder.resolve(List.of(entries).hashCode() + ".tar");
        try (TarArchiveOutputStream out = new TarArchiveOutputStream(Files.newOutputStream(tar))) {
            for (TarArchiveEntry entry : entries) {
                out.putArchiveEntry(entry);
                out.write(new byte[Math.toIntExact(entry.getSize())]);
                out.closeArchiveEntry();
            }
        }
        return tar;
    }
}
