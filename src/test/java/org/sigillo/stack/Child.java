package org.sigillo.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A Java process of ours, its output in a log file.
final class Child {
    private final String name;
    private final Process process;
    private final Path log;
    private @Nullable Classes classes;
    private volatile boolean ready;

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

    /// One whose classes are kept, if it comes up, when it ends in order.
    static Child start(String name, ProcessBuilder builder, Path log, Classes classes)
            throws IOException {
        builder.command().addAll(2, classes.options());
        Child child = start(name, builder, log);
        child.classes = classes;
        return child;
    }

    /// It has come up.
    void isReady() {
        ready = true;
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

    /// Ends the process in order, or after 30 seconds without.
    void stop() throws IOException {
        process.destroy();
        if (!Leftovers.gone(process.toHandle(), Duration.ofSeconds(30))) {
            kill();
        } else if (ready && classes != null) {
            classes.keep();
            classes = null;
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
