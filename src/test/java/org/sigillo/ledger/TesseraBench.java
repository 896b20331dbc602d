package org.sigillo.ledger;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.sigillo.bytes.SecretBytes;
import org.sigillo.note.NoteSigner;

/// Tessera's log on POSIX files under its own load tool, on the same machine and disk.
final class TesseraBench {
    private static final int[] WRITERS = {8, 32, 90, 512};

    private final Path folder;
    private final int seconds;

    TesseraBench(Path folder, int seconds) {
        this.folder = folder;
        this.seconds = seconds;
    }

    void run() throws IOException, InterruptedException {
        NoteSigner key =
                NoteSigner.ed25519("bench.example/log", SecretBytes.takeOwnership(new byte[32]));
        Path secret = Files.writeString(folder.resolve("tessera-key"), key.revealText());
        int port = port();
        Process log =
                new ProcessBuilder(
                                "posix",
                                "--private_key=" + secret,
                                "--storage_dir="
                                        + Files.createDirectories(folder.resolve("tessera")),
                                "--listen=127.0.0.1:" + port)
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("tessera.log").toFile())
                        .start();
        try {
            System.out.println("\nTessera's POSIX log, entries of 300 bytes, each writer waits");
            for (int writers : WRITERS) {
                System.out.printf(
                        "%3d writers  %8.0f/s%n",
                        writers, rate(key.verifier().vkey(), port, writers));
            }
            System.out.println("its peak memory " + BenchMachine.peak(log.pid()));
        } finally {
            log.destroy();
            log.waitFor(10, TimeUnit.SECONDS);
        }
    }

    private double rate(String vkey, int port, int writers)
            throws IOException, InterruptedException {
        String url = "http://127.0.0.1:" + port;
        long before = size(url);
        long from = System.nanoTime();
        Process hammer =
                new ProcessBuilder(
                                "hammer",
                                "--log_public_key=" + vkey,
                                "--log_url=" + url,
                                "--write_log_url=" + url,
                                "--show_ui=false",
                                "--num_writers=" + writers,
                                "--max_write_ops=1000000",
                                "--max_read_ops=0",
                                "--num_readers_full=0",
                                "--num_readers_random=0",
                                "--leaf_min_size=300",
                                "--dup_chance=0")
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("hammer-" + writers + ".log").toFile())
                        .start();
        try {
            hammer.waitFor(seconds, TimeUnit.SECONDS);
            return (size(url) - before) / ((System.nanoTime() - from) / 1e9);
        } finally {
            hammer.destroy();
            hammer.waitFor(10, TimeUnit.SECONDS);
        }
    }

    /// 0 before there is a checkpoint.
    private static long size(String url) throws InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            for (int i = 0; i < 50; i++) {
                try {
                    HttpResponse<String> answer =
                            http.send(
                                    HttpRequest.newBuilder(URI.create(url + "/checkpoint")).build(),
                                    HttpResponse.BodyHandlers.ofString());
                    if (answer.statusCode() == 200) {
                        return Long.parseLong(answer.body().split("\n")[1]);
                    }
                } catch (IOException e) {
                    // Not up yet.
                }
                Thread.sleep(100);
            }
        }
        return 0;
    }

    private static int port() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
