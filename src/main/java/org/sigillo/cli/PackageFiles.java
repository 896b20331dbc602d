package org.sigillo.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.ReleaseCheck;

/// Reads a published package, tar or folder, in one pass: released files of any size are hashed, the
/// others kept.
final class PackageFiles {
    private static final int LARGEST_TEXT = 16 << 20;

    private final Map<String, byte[]> texts = new HashMap<>();
    private final Map<String, ReleaseCheck.Payload> payload = new HashMap<>();

    private PackageFiles() {}

    static ReleaseCheck read(Path path) throws IOException {
        PackageFiles files = new PackageFiles();
        if (Files.isDirectory(path)) {
            files.folder(path);
        } else {
            files.tar(path);
        }
        return new ReleaseCheck(files.texts, files.payload);
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

    private void tar(Path tar) throws IOException {
        try (TarArchiveInputStream in =
                new TarArchiveInputStream(Files.newInputStream(tar), "UTF-8")) {
            for (TarArchiveEntry entry = in.getNextEntry();
                    entry != null;
                    entry = in.getNextEntry()) {
                if (entry.isDirectory()) {
                    continue;
                }
                // The bag lies in one folder, named by the release.
                int cut = entry.getName().indexOf('/');
                if (cut < 0 || !entry.isFile()) {
                    throw new BrokenEvidenceException(
                            entry.getName(), "a file of the bag", "something else");
                }
                add(entry.getName().substring(cut + 1), in);
            }
        }
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
            byte[] bytes = in.readNBytes(LARGEST_TEXT + 1);
            if (bytes.length > LARGEST_TEXT) {
                throw new BrokenEvidenceException(name, "at most 16 MiB", "more");
            }
            second = texts.put(name, bytes) != null;
        }
        if (second) {
            throw new BrokenEvidenceException(name, "one file", "two");
        }
    }
}
