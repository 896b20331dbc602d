package org.sigillo.intake;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.Stream;
import org.sigillo.bytes.Sha256;
import org.sigillo.stack.DataFolder;
import org.sigillo.stack.Stack;

/// What `infra/bench intake` runs: one sealed upload of 1 GiB through the form, beside the rate at
/// which the same machine only hashes.
public final class IntakeBench {
    private static final long SIZE = 1L << 30;
    private static final int CHUNK = 1 << 20;

    private IntakeBench() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createTempDirectory("sigillo-bench");
        try {
            measure(folder);
        } finally {
            // More than a gigabyte.
            delete(folder);
        }
        System.exit(0);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    private static void measure(Path folder) throws Exception {
        try (DataFolder data = DataFolder.open(folder.resolve("data"), true);
                Stack stack = Stack.on(data, new SecureRandom())) {
            stack.start(true, System.out::println);
            byte[] chunk = new byte[CHUNK];
            new Random(1).nextBytes(chunk);
            upload(stack, chunk, 64L << 20); // warm
            double hashing = hash(chunk);
            Duration before = cpu(stack);
            long from = System.nanoTime();
            upload(stack, chunk, SIZE);
            double seconds = (System.nanoTime() - from) / 1e9;
            double server = cpu(stack).minus(before).toNanos() / 1e9;
            double megabytes = SIZE / 1e6;
            System.out.printf("hash only          %8.1f MB/s%n", hashing);
            System.out.printf("sealed upload      %8.1f MB/s%n", megabytes / seconds);
            System.out.printf("ratio to hash only %8.2f%n", megabytes / seconds / hashing);
            System.out.printf("per server CPU-s   %8.1f MB%n", megabytes / server);
            System.out.printf("server peak memory %8s%n", peak(stack));
            System.out.printf(
                    "load of machine    %8s%n", Files.readString(Path.of("/proc/loadavg")).strip());
        }
    }

    private static double hash(byte[] chunk) {
        java.security.MessageDigest digest = Sha256.digest();
        long from = System.nanoTime();
        for (long done = 0; done < SIZE; done += chunk.length) {
            digest.update(chunk);
        }
        digest.digest();
        return SIZE / 1e6 / ((System.nanoTime() - from) / 1e9);
    }

    private static void upload(Stack stack, byte[] chunk, long size)
            throws IOException, InterruptedException {
        try (SourceBrowser source = new SourceBrowser(stack)) {
            source.begin();
            byte[] frame = SourceBrowser.body(SourceBrowser.Part.file("bench.bin", new byte[0]));
            int cut = new String(frame, StandardCharsets.UTF_8).indexOf("\r\n\r\n") + 4;
            try (Socket socket = new Socket("127.0.0.1", stack.port())) {
                OutputStream out = socket.getOutputStream();
                String host = "drop.localhost:" + stack.port();
                out.write(
                        ("POST /en/submit HTTP/1.1\r\nHost: "
                                        + host
                                        + "\r\nOrigin: http://"
                                        + host
                                        + "\r\nConnection: close\r\nCookie: "
                                        + source.cookie()
                                        + "\r\nContent-Type: multipart/form-data; boundary="
                                        + SourceBrowser.BOUNDARY
                                        + "\r\nContent-Length: "
                                        + (frame.length + size)
                                        + "\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
                out.write(frame, 0, cut);
                for (long done = 0; done < size; done += chunk.length) {
                    out.write(chunk);
                }
                out.write(frame, cut, frame.length - cut);
                out.flush();
                InputStream in = socket.getInputStream();
                String answer = new String(in.readNBytes(12), StandardCharsets.US_ASCII);
                if (!answer.equals("HTTP/1.1 303")) {
                    throw new IOException("the upload was answered by " + answer);
                }
            }
        }
    }

    private static Duration cpu(Stack stack) {
        return ProcessHandle.of(stack.applicationPid())
                .flatMap(process -> process.info().totalCpuDuration())
                .orElseThrow();
    }

    private static String peak(Stack stack) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + stack.applicationPid() + "/status")).stream()
                .filter(line -> line.startsWith("VmHWM"))
                .findFirst()
                .orElse("?")
                .replaceAll("\\s+", " ");
    }
}
