package org.sigillo.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.MalformedException;
import org.sigillo.note.TimeStamp;
import picocli.CommandLine.Option;

/// Where a command finds a checkpoint, its stamp and the roots that stamps lead to: as files of their own,
/// or in a ledger's export (`checkpoints/<size>`, `stamps/<size>/<authority>.tsr`).
final class StampedFiles {
    @Option(names = "--checkpoint", description = "the signed checkpoint that was stamped")
    private @Nullable Path checkpoint;

    @Option(names = "--export", description = "instead: a ledger's export, with --size")
    private @Nullable Path export;

    @Option(names = "--size", description = "which checkpoint of the export")
    private @Nullable Long size;

    @Option(names = "--by", description = "whose stamp of the export, if there are several")
    private @Nullable String by;

    @Option(
            names = "--trust",
            required = true,
            description = "PEM file of roots that stamps lead to; may be repeated")
    private List<Path> trust = List.of();

    TimeStamp.Anchors anchors() throws IOException {
        StringBuilder pem = new StringBuilder();
        for (Path file : trust) {
            pem.append(Files.readString(file, StandardCharsets.US_ASCII)).append('\n');
        }
        return TimeStamp.Anchors.parse(pem.toString());
    }

    /// The note as it was written.
    String note() throws IOException {
        if (checkpoint != null) {
            return Files.readString(checkpoint);
        }
        String name = "checkpoints/" + exportedSize();
        return new String(
                Optional.ofNullable(exported().get(name))
                        .orElseThrow(() -> new MalformedException("the export has no " + name)),
                StandardCharsets.UTF_8);
    }

    /// The stamp that the export has.
    byte[] stamp() throws IOException {
        String folder = "stamps/" + exportedSize() + "/";
        TreeMap<String, byte[]> stamps = new TreeMap<>();
        exported()
                .forEach((name, bytes) -> {
                    if (name.startsWith(folder) && name.endsWith(".tsr")) {
                        String authority =
                                name.substring(folder.length(), name.length() - ".tsr".length());
                        if (by == null || by.equals(authority)) {
                            stamps.put(authority, bytes);
                        }
                    }
                });
        if (stamps.size() != 1) {
            throw new MalformedException(
                    "expected one stamp below "
                            + folder
                            + ", found those by "
                            + stamps.keySet()
                            + "; choose with --by");
        }
        return stamps.firstEntry().getValue();
    }

    private long exportedSize() {
        if (export == null || size == null) {
            throw new IllegalArgumentException("give --checkpoint, or --export and --size");
        }
        return size;
    }

    private TreeMap<String, byte[]> exported() throws IOException {
        TreeMap<String, byte[]> files = new TreeMap<>();
        if (export == null) {
            return files;
        }
        try (TarArchiveInputStream in = new TarArchiveInputStream(Files.newInputStream(export))) {
            for (TarArchiveEntry entry = in.getNextEntry();
                    entry != null;
                    entry = in.getNextEntry()) {
                if (entry.getName().matches("(checkpoints|stamps)/.*") && entry.isFile()) {
                    files.put(entry.getName(), in.readAllBytes());
                }
            }
        }
        return files;
    }
}
