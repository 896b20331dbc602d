package org.sigillo.vault;

import java.nio.file.Path;
import java.util.List;

/// A disk of some MiB that one process sees, and that goes when it ends.
final class OwnDisk {
    private OwnDisk() {}

    /// What a command is to begin with.
    static List<String> around(Path folder, int megabytes) {
        return List.of(
                "unshare",
                "--user",
                "--map-root-user",
                "--mount",
                "sh",
                "-c",
                "mount -t tmpfs -o size=" + megabytes + "m tmpfs " + folder + " && exec \"$@\"",
                "sh");
    }
}
