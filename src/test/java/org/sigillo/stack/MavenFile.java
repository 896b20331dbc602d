package org.sigillo.stack;

import java.nio.file.Files;
import java.nio.file.Path;

/// A file that Maven has fetched into its local repository.
final class MavenFile {
    private MavenFile() {}

    static Path of(String group, String artifact, String version, String type) {
        String repository =
                System.getProperty(
                        "localRepository",
                        System.getProperty(
                                "maven.repo.local",
                                System.getProperty("user.home") + "/.m2/repository"));
        Path file =
                Path.of(
                        repository,
                        group.replace('.', '/'),
                        artifact,
                        version,
                        artifact + "-" + version + "." + type);
        if (!Files.exists(file)) {
            throw new Refused(
                    "Missing "
                            + file
                            + "; fetch it with: mvn dependency:get -Dtransitive=false -Dartifact="
                            + String.join(":", group, artifact, version, type));
        }
        return file;
    }
}
