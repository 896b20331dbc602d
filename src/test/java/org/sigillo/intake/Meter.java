package org.sigillo.intake;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Reads a process's processor time and memory from `/proc`, the memory again and again from its making to its end.
final class Meter implements AutoCloseable {
    private static final double TICKS = 100;

    private final long pid;
    private final double cpu;
    private final long from = System.nanoTime();
    private final Thread sampling;
    private volatile boolean over;
    private volatile long most;
    private volatile long now;

    Meter(long pid) throws IOException {
        this.pid = pid;
        this.cpu = cpu(pid);
        this.sampling = Thread.ofPlatform().daemon().name("meter").start(this::sample);
    }

    /// Seconds of the processors that a process has had, its own threads' alone.
    static double cpu(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS;
    }

    /// Seconds of processor since this was made.
    double cpu() throws IOException {
        return cpu(pid) - cpu;
    }

    double seconds() {
        return (System.nanoTime() - from) / 1e9;
    }

    /// The most that it held since this was made or since [#again], in MB.
    double megabytes() {
        return most / 1e6;
    }

    void again() {
        most = now;
    }

    private void sample() {
        while (!over) {
            try {
                long pages =
                        Long.parseLong(
                                Files.readString(Path.of("/proc/" + pid + "/statm")).split(" ")[1]);
                now = pages * 4096;
                most = Math.max(most, now);
                Thread.sleep(100);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    @Override
    public void close() {
        over = true;
        sampling.interrupt();
    }
}
