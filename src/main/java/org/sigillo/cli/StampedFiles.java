package org.sigillo.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.MalformedException;
import org.sigillo.note.TimeStamp;
import picocli.CommandLine.Option;

/// Where a command finds a checkpoint, its stamp and the roots that stamps lead to: as files of their own,
/// or in a ledger's export, a tar or its folder (`checkpoints/<size>`, `stamps/<size>/<authority>.tsr`).
final class StampedFiles {
    @Option(names = "--checkpoint", description = "the signed checkpoint that was stamped")
    private @Nullable Path checkpoint;

    @Option(
            names = "--export",
            description = "instead: a ledger's export, a tar or its folder, with --size")
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
        try (Exported files = exported()) {
            if (!files.names().contains(name)) {
                throw new MalformedException("the export has no " + name);
            }
            return new String(files.read(name, LogClient.LARGEST), StandardCharsets.UTF_8);
        }
    }

    /// The stamp that the export has.
    byte[] stamp() throws IOException {
        String folder = "stamps/" + exportedSize() + "/";
        try (Exported files = exported()) {
            List<String> stamps =
                    files.names().stream()
                            .filter(name -> name.startsWith(folder) && name.endsWith(".tsr"))
                            .filter(name -> by == null || name.equals(folder + by + ".tsr"))
                            .sorted()
                            .toList();
            if (stamps.size() != 1) {
                throw new MalformedException(
                        "expected one stamp below "
                                + folder
                                + ", found "
                                + stamps
                                + "; choose with --by");
            }
            return files.read(stamps.getFirst(), LogClient.LARGEST);
        }
    }

    private long exportedSize() {
        if (export == null || size == null) {
            throw new IllegalArgumentException("give --checkpoint, or --export and --size");
        }
        return size;
    }

    private Exported exported() throws IOException {
        return Exported.of(Objects.requireNonNull(export));
    }
}
