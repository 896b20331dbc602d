package org.sigillo.ledger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// What a measurement was made on.
final class BenchMachine {
    private BenchMachine() {}

    static void print() throws IOException {
        System.out.printf(
                "%s, %d processors, %s, Linux %s, Java %s, load %s%n",
                line("/proc/cpuinfo", "model name").replaceAll("^.*: ", ""),
                Runtime.getRuntime().availableProcessors(),
                line("/proc/meminfo", "MemTotal"),
                System.getProperty("os.version"),
                System.getProperty("java.version"),
                load());
    }

    static void printEnd() throws IOException {
        System.out.printf(
                "%npeak memory of this JVM %s; load at the end %s%n",
                peak(ProcessHandle.current().pid()), load());
    }

    /// The most memory that a process has held; nothing if it is gone.
    static String peak(long pid) {
        try {
            return line("/proc/" + pid + "/status", "VmHWM").replaceAll("^VmHWM:\\s*", "");
        } catch (IOException e) {
            return "";
        }
    }

    /// 0 for a process that is gone.
    static double cpu(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().totalCpuDuration())
                .map(used -> used.toNanos() / 1e9)
                .orElse(0.0);
    }

    static String load() throws IOException {
        return Files.readString(Path.of("/proc/loadavg")).strip();
    }

    private static String line(String file, String start) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of(file))) {
            return lines.filter(it -> it.startsWith(start))
                    .findFirst()
                    .orElse("")
                    .replaceAll("\\s+", " ");
        } catch (java.io.UncheckedIOException e) {
            return "";
        }
    }
}
