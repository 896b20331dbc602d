package org.sigillo.vault;

import io.minio.GetObjectArgs;
import io.minio.MinioClient;
import io.minio.UploadObjectArgs;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.sigillo.bytes.Sha256;

/// What `infra/bench vault` runs: sealed segments of 64 MiB put and got, one and eight at a time, beside `dd` on
/// the same disk and the SDK alone with the same MinIO.
public final class VaultBench {
    /// Of a segment of 64 MiB, sealed.
    private static final int SIZE = 67_126_891;

    private static final int COUNT = 16;

    private final Path folder;
    private final Path segment;
    private final Sha256 digest;
    private int round;

    private VaultBench(Path folder) throws IOException {
        this.folder = folder;
        this.segment = folder.resolve("segment");
        byte[] bytes = new byte[SIZE];
        new Random(1).nextBytes(bytes);
        Files.write(segment, bytes);
        this.digest = Sha256.of(bytes);
    }

    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createTempDirectory("sigillo-vault-bench");
        try {
            new VaultBench(folder).measure();
        } finally {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(path);
                }
            }
        }
        System.exit(0);
    }

    /// One of many like it.
    @FunctionalInterface
    private interface Work {
        void on(int number) throws Exception;
    }

    private void measure() throws Exception {
        System.out.printf(
                "%-26s %10s %10s %8s %14s%n",
                "", "bare MB/s", "vault MB/s", "ratio", "CPU-s per GiB");
        try (FolderVault vault =
                new FolderVault(folder.resolve("vault"), 0, InstantSource.system())) {
            Path plain = Files.createDirectory(folder.resolve("plain"));
            compare(
                    "folder",
                    n -> dd("if=" + segment, "of=" + plain.resolve(n + ""), "conv=fsync"),
                    n -> dd("if=" + plain.resolve(n + ""), "of=/dev/null"),
                    vault);
        }
        try (S3Server server = S3Server.minio(folder.resolve("minio")).start()) {
            Map<String, String> settings = server.buckets();
            try (S3Vault vault = server.open(settings);
                    MinioClient client = server.client()) {
                String bucket = settings.get("staging-bucket");
                compare(
                        "MinIO",
                        n ->
                                client.uploadObject(
                                        UploadObjectArgs.builder()
                                                .bucket(bucket)
                                                .object("bare/" + n)
                                                .filename(segment.toString(), SIZE)
                                                .build()),
                        n -> {
                            try (InputStream in =
                                    client.getObject(
                                            GetObjectArgs.builder()
                                                    .bucket(bucket)
                                                    .object("bare/" + n)
                                                    .build())) {
                                in.transferTo(OutputStream.nullOutputStream());
                            }
                        },
                        vault);
            }
        }
        System.out.printf("this process at most      %10s%n", peak());
        System.out.printf(
                "load of machine           %10s%n",
                Files.readString(Path.of("/proc/loadavg")).strip());
    }

    private void compare(String name, Work barePut, Work bareGet, Vault vault) throws Exception {
        for (int callers : new int[] {1, 8}) {
            int first = round;
            round += COUNT;
            // By turns would warm the disk for one of them only: the bare one is measured before
            // and after.
            double before = rate(callers, n -> barePut.on(first + n));
            double cpu = cpu();
            double put = rate(callers, n -> put(vault, "segments/" + (first + n) + "/0"));
            cpu = cpu() - cpu;
            double after = rate(callers, n -> barePut.on(first + n));
            print(name + ", put, " + callers + " at a time", (before + after) / 2, put, cpu);
            // As a reader finds them from the second day on.
            for (int n = first; n < round; n++) {
                vault.settle("segments/" + n + "/0", digest, Optional.empty());
            }
            before = rate(callers, n -> bareGet.on(first + n));
            cpu = cpu();
            double get = rate(callers, n -> get(vault, "segments/" + (first + n) + "/0"));
            cpu = cpu() - cpu;
            after = rate(callers, n -> bareGet.on(first + n));
            print(name + ", get, " + callers + " at a time", (before + after) / 2, get, cpu);
        }
    }

    private void put(Vault vault, String address) throws IOException {
        Vault.Writer writer = vault.create(address);
        try (InputStream in = Files.newInputStream(segment)) {
            byte[] buffer = new byte[64 * 1024];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                writer.write(buffer, 0, read);
            }
            writer.commit();
        } finally {
            writer.abort();
        }
    }

    private static void get(Vault vault, String address) throws IOException {
        try (InputStream in = vault.open(address)) {
            byte[] buffer = new byte[64 * 1024];
            while (in.read(buffer) >= 0) {
                // What is read goes nowhere, as dd's.
            }
        }
    }

    private static double rate(int callers, Work work) throws Exception {
        long from = System.nanoTime();
        try (ExecutorService threads = Executors.newFixedThreadPool(callers)) {
            List<Callable<Boolean>> all = new ArrayList<>();
            for (int i = 0; i < COUNT; i++) {
                int number = i;
                all.add(() -> {
                    work.on(number);
                    return true;
                });
            }
            for (Future<Boolean> one : threads.invokeAll(all)) {
                one.get();
            }
        }
        return COUNT * (double) SIZE / 1e6 / ((System.nanoTime() - from) / 1e9);
    }

    private static void print(String what, double bare, double vault, double cpu) {
        System.out.printf(
                "%-26s %10.0f %10.0f %8.2f %14.2f%n",
                what, bare, vault, vault / bare, cpu / (COUNT * (double) SIZE / (1L << 30)));
    }

    private static void dd(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("dd", "bs=1M", "status=none"));
        command.addAll(List.of(arguments));
        if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
            throw new IOException("dd failed");
        }
    }

    private static double cpu() {
        com.sun.management.OperatingSystemMXBean machine =
                (com.sun.management.OperatingSystemMXBean)
                        ManagementFactory.getOperatingSystemMXBean();
        return machine.getProcessCpuTime() / 1e9;
    }

    private static String peak() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmHWM"))
                .map(line -> line.substring(6).strip())
                .findFirst()
                .orElse("?");
    }
}
