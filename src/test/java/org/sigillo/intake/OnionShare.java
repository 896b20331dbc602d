package org.sigillo.intake;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Debian's OnionShare, receiving on loopback alone: it writes what comes to a folder as it is.
final class OnionShare implements Receiver {
    private static final Pattern ADDRESS = Pattern.compile("http://127\\.0\\.0\\.1:([0-9]+)");

    private final Path folder;
    private final Process process;
    private final int port;

    private OnionShare(Path folder, Process process, int port) {
        this.folder = folder;
        this.process = process;
        this.port = port;
    }

    static OnionShare start(Path folder) throws IOException, InterruptedException {
        Path received = Files.createDirectories(folder.resolve("received"));
        Path log = folder.resolve("log");
        ProcessBuilder builder =
                new ProcessBuilder(
                        "onionshare-cli",
                        "--receive",
                        "--local-only",
                        "--data-dir",
                        received.toString());
        builder.environment().put("HOME", folder.toString());
        builder.environment().put("PYTHONUNBUFFERED", "1");
        Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        long end = System.nanoTime() + Duration.ofSeconds(90).toNanos();
        while (process.isAlive() && System.nanoTime() < end) {
            Matcher address = ADDRESS.matcher(Files.readString(log));
            if (address.find()) {
                return new OnionShare(received, process, Integer.parseInt(address.group(1)));
            }
            Thread.sleep(200);
        }
        process.destroyForcibly();
        throw new IOException("OnionShare did not start: " + Files.readString(log));
    }

    @Override
    public String name() {
        return "OnionShare";
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public Form form() {
        return new Form(
                port,
                "POST /upload HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nConnection: close\r\n",
                "file[]");
    }

    @Override
    public double page() throws IOException {
        long from = System.nanoTime();
        try (InputStream in = URI.create("http://127.0.0.1:" + port + "/").toURL().openStream()) {
            in.readAllBytes();
        }
        return (System.nanoTime() - from) / 1e9;
    }

    @Override
    public void forget() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            List<Path> inside =
                    all.filter(it -> !it.equals(folder)).sorted(Comparator.reverseOrder()).toList();
            for (Path path : inside) {
                Files.deleteIfExists(path);
            }
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
