package org.sigillo.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// A Java process of ours, its output in a log file.
final class Child {
    private final String name;
    private final Process process;
    private final Path log;

    private Child(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    static Child start(String name, ProcessBuilder builder, Path log) throws IOException {
        builder.redirectErrorStream(true);
        builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        return new Child(name, builder.start(), log);
    }

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /// Waits for the end and says how it ended.
    int await() {
        return process.onExit().join().exitValue();
    }

    /// Ends the process in order, or after 15 seconds without.
    void stop() {
        process.destroy();
        if (!Leftovers.gone(process.toHandle(), Duration.ofSeconds(15))) {
            kill();
        }
    }

    /// Ends the process at once, as a power cut would.
    void kill() {
        process.destroyForcibly();
        Leftovers.gone(process.toHandle(), Duration.ofSeconds(10));
    }

    Refused failure(String what) throws IOException {
        List<String> lines = telling(Files.readAllLines(log));
        return new Refused(
                name + " " + what + ". The end of " + log + ":\n  " + String.join("\n  ", lines));
    }

    /// The last lines but those of stack traces: among them nobody finds the one that says why.
    static List<String> telling(List<String> lines) {
        List<String> said =
                lines.stream().filter(line -> !line.matches("\\s+(at |\\.\\.\\. ).*")).toList();
        return said.subList(Math.max(0, said.size() - 25), said.size());
    }
}
