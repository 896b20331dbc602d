package org.sigillo.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.ReleaseCheck;

/// Reads a published package, tar or folder, in one pass: released files of any size are hashed, the
/// others kept.
final class PackageFiles {
    private static final int LARGEST_TEXTS = 64 << 20;

    private int left = LARGEST_TEXTS;
    private final Map<String, byte[]> texts = new HashMap<>();
    private final Map<String, ReleaseCheck.Payload> payload = new HashMap<>();

    private PackageFiles() {}

    /// Verifies a package back to this genesis hash.
    static ReleaseCheck.Report check(Path path, Sha256 genesis) throws IOException {
        PackageFiles files = new PackageFiles();
        Optional<String> folder = Optional.empty();
        if (Files.isDirectory(path)) {
            files.folder(path);
        } else {
            folder = files.tar(path);
        }
        ReleaseCheck.Report report = new ReleaseCheck(files.texts, files.payload).against(genesis);
        String release = report.manifest().release().hex();
        if (folder.filter(name -> !name.equals(release)).isPresent()) {
            throw new BrokenEvidenceException("the tar's folder", release, folder.get());
        }
        return report;
    }

    private void folder(Path root) throws IOException {
        try (Stream<Path> tree = Files.walk(root)) {
            for (Path file : tree.toList()) {
                String name = root.relativize(file).toString().replace('\\', '/');
                if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                    try (InputStream in = Files.newInputStream(file)) {
                        add(name, in);
                    }
                } else if (!Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
                    throw new BrokenEvidenceException(name, "a file", "a link");
                }
            }
        }
    }

    /// @return the one folder in which all of it lies
    private Optional<String> tar(Path tar) throws IOException {
        Optional<String> folder = Optional.empty();
        Exported.requireTar(tar);
        try (TarArchiveInputStream in =
                new TarArchiveInputStream(Files.newInputStream(tar), "UTF-8")) {
            for (TarArchiveEntry entry = in.getNextEntry();
                    entry != null;
                    entry = in.getNextEntry()) {
                String[] parts = entry.getName().split("/", 2);
                if (!folder.orElse(parts[0]).equals(parts[0])) {
                    throw new BrokenEvidenceException(
                            entry.getName(), "everything in " + folder.get(), "another folder");
                }
                folder = Optional.of(parts[0]);
                if (entry.isDirectory()) {
                    continue;
                }
                if (parts.length < 2 || !Exported.plain(entry)) {
                    throw new BrokenEvidenceException(
                            entry.getName(), "a file of the bag", "something else");
                }
                add(parts[1], in);
            }
        }
        return folder;
    }

    private void add(String name, InputStream in) throws IOException {
        boolean second;
        if (name.startsWith("data/")) {
            MessageDigest digest = Sha256.digest();
            long size = 0;
            byte[] buffer = new byte[1 << 16];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
                size += n;
            }
            ReleaseCheck.Payload found =
                    new ReleaseCheck.Payload(size, Sha256.copyOf(digest.digest()));
            second = payload.put(name, found) != null;
        } else {
            byte[] bytes = in.readNBytes(left + 1);
            if (bytes.length > left) {
                throw new BrokenEvidenceException(
                        name, "at most 64 MiB of files beside the released ones", "more");
            }
            left -= bytes.length;
            second = texts.put(name, bytes) != null;
        }
        if (second) {
            throw new BrokenEvidenceException(name, "one file", "two");
        }
    }
}
