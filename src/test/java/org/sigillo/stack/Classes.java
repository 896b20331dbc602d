package org.sigillo.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/// The classes of a program as one of its processes had them when it ended in order: with them the next start takes half
/// the work (the JDK's class data sharing).
///
/// The program has to be named from its working folder: what is kept says for the classes in it that they are where they were
/// then, and a program that looks for itself would find another stack's copy, or none.
final class Classes {
    private final Path program;
    private final Path kept;
    private final Path fresh;

    /// @param program the jar; what was kept of an earlier build of it counts for nothing
    /// @param kept for all processes, of each JDK by itself
    /// @param folder of the process, which is there
    Classes(Path program, Path kept, Path folder) {
        this.program = program;
        this.kept =
                kept.resolveSibling(kept.getFileName() + "-" + Runtime.version() + ".jsa")
                        .toAbsolutePath();
        this.fresh = folder.resolve("classes.jsa").toAbsolutePath();
    }

    List<String> options() throws IOException {
        Files.deleteIfExists(fresh);
        // It has much to say about classes that it leaves out.
        String quiet = "-Xlog:cds*=off,aot*=off";
        return areKept()
                ? List.of(quiet, "-XX:SharedArchiveFile=" + kept)
                : List.of(quiet, "-XX:ArchiveClassesAtExit=" + fresh);
    }

    /// After the end of a process that had come up.
    void keep() throws IOException {
        if (Files.exists(fresh) && !areKept()) {
            Path beside = Files.createTempFile(kept.getParent(), "classes", ".jsa");
            Files.copy(fresh, beside, StandardCopyOption.REPLACE_EXISTING);
            Files.move(beside, kept, StandardCopyOption.ATOMIC_MOVE);
        }
        Files.deleteIfExists(fresh);
    }

    private boolean areKept() throws IOException {
        return Files.exists(kept)
                && Files.getLastModifiedTime(kept).compareTo(Files.getLastModifiedTime(program))
                        > 0;
    }
}
