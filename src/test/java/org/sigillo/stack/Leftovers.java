package org.sigillo.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// What a launcher that was killed left running on a data folder. Processes are told by their arguments, which name the
/// folder, never by a number alone: numbers are used again.
final class Leftovers {
    private Leftovers() {}

    /// The first argument of every Java process of ours.
    static String mark(DataFolder data) {
        return "-Dsigillo.stack=" + data.root();
    }

    static void end(DataFolder data) throws IOException {
        String mark = mark(data);
        ProcessHandle.allProcesses()
                .filter(process -> process.pid() != ProcessHandle.current().pid())
                .filter(process -> arguments(process).contains(mark + "\n"))
                .forEach(Leftovers::kill);
        // What makes PostgreSQL's folder; what it made is made anew.
        ProcessHandle.allProcesses()
                .filter(process -> process.info().command().orElse("").endsWith("/initdb"))
                .filter(process -> namesPostgres(process, data))
                .forEach(Leftovers::killAll);
        endPostgres(data);
    }

    static void endPostgres(DataFolder data) throws IOException {
        Path pidFile = data.path("postgres").resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return;
        }
        Optional<ProcessHandle> running = postmaster(data);
        if (running.isPresent()) {
            signal(running.get(), "-INT");
            if (!gone(running.get(), Duration.ofSeconds(15))) {
                kill(running.get());
            }
        }
        Files.deleteIfExists(pidFile);
    }

    /// At once, with all its processes, as a power cut would.
    static void killPostgres(DataFolder data) throws IOException {
        postmaster(data).ifPresent(Leftovers::killAll);
    }

    static Optional<ProcessHandle> postmaster(DataFolder data) throws IOException {
        Path pidFile = data.path("postgres").resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return Optional.empty();
        }
        String first = Files.readString(pidFile).lines().findFirst().orElse("").strip();
        if (!first.matches("[0-9]{1,9}")) {
            return Optional.empty();
        }
        return ProcessHandle.of(Long.parseLong(first))
                .filter(process -> namesPostgres(process, data));
    }

    private static boolean namesPostgres(ProcessHandle process, DataFolder data) {
        return arguments(process).contains("\n" + data.path("postgres") + "\n");
    }

    static boolean gone(ProcessHandle process, Duration patience) {
        try {
            process.onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException late) {
            return false;
        } catch (ExecutionException | InterruptedException interrupted) {
            return !process.isAlive();
        }
    }

    private static void killAll(ProcessHandle process) {
        List<ProcessHandle> children = process.descendants().toList();
        kill(process);
        children.forEach(Leftovers::kill);
    }

    private static void kill(ProcessHandle process) {
        process.destroyForcibly();
        gone(process, Duration.ofSeconds(10));
    }

    private static void signal(ProcessHandle process, String signal) throws IOException {
        new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().onExit().join();
    }

    private static String arguments(ProcessHandle process) {
        String command = process.info().command().orElse("");
        String[] arguments = process.info().arguments().orElse(new String[0]);
        return command + "\n" + String.join("\n", Arrays.asList(arguments)) + "\n";
    }
}
