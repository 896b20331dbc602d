package org.sigillo.ledger;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.sigillo.custody.Genesis;
import org.sigillo.merkle.TileCoordinate;

/// An export of the measured ledger, verified by our command line, as auditors have it, and by Tessera's `fsck`: both start
/// anew each time and read the same files.
final class VerifyBench {
    private static final int TIMES = 3;

    private final Path export;

    VerifyBench(Path export) {
        this.export = export;
    }

    /// Writes what the audit door's tar holds.
    ///
    /// @return how many bytes
    static long export(Ledger ledger, Path folder) throws IOException {
        SignedCheckpoint last = ledger.checkpoint().orElseThrow();
        long size = last.checkpoint().size();
        List<TileCoordinate> tiles = new ArrayList<>(TileCoordinate.forSize(size));
        tiles.addAll(TileCoordinate.ofLevel(TileCoordinate.ENTRIES, size));
        long bytes = write(folder.resolve("genesis.json"), ledger.genesis().bytes());
        bytes += write(folder.resolve("checkpoint"), text(last));
        for (SignedCheckpoint checkpoint : ledger.published().checkpoints(0, Integer.MAX_VALUE)) {
            bytes +=
                    write(
                            folder.resolve("checkpoints/" + checkpoint.checkpoint().size()),
                            text(checkpoint));
        }
        for (TileCoordinate tile : tiles) {
            bytes +=
                    write(folder.resolve(tile.path()), ledger.published().tile(tile).orElseThrow());
        }
        return bytes;
    }

    private static byte[] text(SignedCheckpoint checkpoint) {
        return checkpoint.note().getBytes(StandardCharsets.UTF_8);
    }

    private static long write(Path file, byte[] bytes) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
        return bytes.length;
    }

    void run() throws IOException, InterruptedException {
        Path genesis = export.resolve("genesis.json");
        Path key = export.resolveSibling("vkey");
        Files.writeString(
                key, Genesis.parse(Files.readAllBytes(genesis)).opened().keys().getFirst());
        List<String> ours =
                List.of(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-Xmx512m",
                        "-jar",
                        "target/sigillo-cli.jar",
                        "verify",
                        "--export",
                        export.toString(),
                        "--genesis",
                        genesis.toString());
        List<String> theirs =
                List.of(
                        "fsck",
                        "--storage_url=file://" + export + "/",
                        "--public_key=" + key,
                        "--ui=false",
                        "-N=" + Runtime.getRuntime().availableProcessors());
        Measured verify = best("sigillo verify", ours);
        Measured fsck = best("Tessera's fsck", theirs);
        System.out.printf(
                "time of verify to fsck %.2f (aim: 1.00 and 2 s)%n",
                verify.seconds() / fsck.seconds());
    }

    /// What a process took.
    private record Measured(double seconds, double cpu, String memory) {}

    private static Measured best(String name, List<String> command)
            throws IOException, InterruptedException {
        Measured best = measured(command);
        for (int i = 1; i < TIMES; i++) {
            Measured again = measured(command);
            best = again.seconds() < best.seconds() ? again : best;
        }
        System.out.printf(
                "%-15s best of %d: %.2f s, %.2f s of CPU, %s%n",
                name, TIMES, best.seconds(), best.cpu(), best.memory());
        return best;
    }

    private static Measured measured(List<String> command)
            throws IOException, InterruptedException {
        Path said = Files.createTempFile("said", ".txt");
        long from = System.nanoTime();
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(said.toFile())
                        .start();
        double cpu = 0;
        String memory = "";
        while (process.isAlive()) {
            cpu =
                    Math.max(
                            cpu,
                            process.info()
                                    .totalCpuDuration()
                                    .map(d -> d.toMillis() / 1e3)
                                    .orElse(0.0));
            String peak = BenchMachine.peak(process.pid());
            memory = peak.isEmpty() ? memory : peak;
            Thread.sleep(10);
        }
        double seconds = (System.nanoTime() - from) / 1e9;
        if (process.waitFor() != 0) {
            throw new IllegalStateException(command.getFirst() + ": " + Files.readString(said));
        }
        Files.delete(said);
        return new Measured(seconds, cpu, memory);
    }
}
