package org.sigillo.intake;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sigillo.bytes.Sha256;
import org.sigillo.sealing.HybridIdentity;
import org.sigillo.sealing.SegmentSealer;
import org.sigillo.vault.S3Server;

/// What `infra/bench intake` runs: forms without JavaScript into our intake, on a folder and on MinIO, and into OnionShare
/// beside it. It prints figures and aims, and fails by none.
public final class IntakeBench {
    private static final long MB = 1_000_000;
    private static final long GIB = 1L << 30;
    private static final int SLOW = 200;

    private final Path folder;

    /// By what a whole run's sizes are divided.
    private final int part;

    private final Map<String, List<String>> rows = new LinkedHashMap<>();
    private final List<String> names = new ArrayList<>();

    private IntakeBench(Path folder, int part) {
        this.folder = folder;
        this.part = part;
    }

    public static void main(String[] arguments) throws Exception {
        boolean quick = List.of(arguments).contains("--quick");
        Path folder = Files.createTempDirectory("sigillo-bench");
        try {
            new IntakeBench(folder, quick ? 8 : 1).measure();
        } finally {
            // Tens of gigabytes.
            delete(folder);
        }
        System.exit(0);
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    private void measure() throws Exception {
        System.out.println("load when it began: " + load());
        System.out.printf("SHA-256 alone %.0f MB per CPU-s%n", hashing());
        System.out.printf(
                "hashed, sealed and hashed again, into nothing %.0f MB per CPU-s%n", sealing());
        try (OnionShare peer =
                OnionShare.start(Files.createDirectories(folder.resolve("onionshare")))) {
            measure(peer);
        }
        delete(folder.resolve("onionshare"));
        try (Ours ours = Ours.onFolder(folder.resolve("ours"))) {
            measure(ours);
        }
        delete(folder.resolve("ours"));
        try (S3Server server = S3Server.minio(folder.resolve("minio")).start();
                Ours ours = Ours.onStore(folder.resolve("ours-minio"), server.buckets())) {
            double before = Meter.cpu(server.pid());
            measure(ours);
            System.out.printf(
                    "MinIO's own processor time in all %.1f s%n", Meter.cpu(server.pid()) - before);
        }
        System.out.printf("%n%-44s", "");
        names.forEach(name -> System.out.printf(" %18s", name));
        rows.forEach((what, figures) -> {
            System.out.printf("%n%-44s", what);
            figures.forEach(figure -> System.out.printf(" %18s", figure));
        });
        System.out.println("\nload when it ended: " + load());
    }

    private void measure(Receiver receiver) throws Exception {
        names.add(receiver.name());
        System.out.println(receiver.name() + " …");
        for (int i = 0; i < 4; i++) {
            receiver.form().send(GIB / 4 / part); // warm
        }
        one(receiver);
        // Before there are many at once: of these the heap keeps what it has grown to.
        large(receiver);
        four(receiver);
        afterLast(receiver, "1 MB", MB, 9);
        afterLast(receiver, "500 MB", 500 * MB / part, 5);
        slow(receiver);
        receiver.forget();
    }

    private void one(Receiver receiver) throws Exception {
        List<Double> rates = new ArrayList<>();
        List<Double> costs = new ArrayList<>();
        long size = GIB / part;
        for (int i = 0; i < 3; i++) {
            Form form = receiver.form();
            try (Meter meter = new Meter(receiver.pid())) {
                rates.add(size / 1e6 / taken(form.send(size)).seconds());
                costs.add(size / 1e6 / meter.cpu());
            }
            receiver.forget();
        }
        row("1 GiB, MB/s", "%.0f", median(rates));
        row("1 GiB, MB per CPU-s (aim 300)", "%.0f", median(costs));
    }

    private void four(Receiver receiver) throws Exception {
        long size = GIB / part;
        List<Form> forms = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            forms.add(receiver.form());
        }
        try (Meter meter = new Meter(receiver.pid())) {
            for (Form.Sent sent : together(forms.stream().map(it -> task(it, size)).toList())) {
                taken(sent);
            }
            row("four of 1 GiB at once, MB/s in all", "%.0f", 4 * size / 1e6 / meter.seconds());
            row("four at once, MB per CPU-s", "%.0f", 4 * size / 1e6 / meter.cpu());
            row("four at once, RSS at most, MB", "%.0f", meter.megabytes());
        }
        receiver.forget();
    }

    private void afterLast(Receiver receiver, String what, long size, int times) throws Exception {
        List<Double> waits = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            waits.add(taken(receiver.form().send(size)).afterLast());
            receiver.forget();
        }
        row("last byte to answer, " + what + ", s (aim 0.2)", "%.3f", median(waits));
        row(
                "the longest of " + times,
                "%.3f",
                waits.stream().mapToDouble(it -> it).max().orElseThrow());
    }

    /// A quarter of a megabyte each, at 8 KB a second.
    private void slow(Receiver receiver) throws Exception {
        List<Callable<Form.Sent>> tasks = new ArrayList<>();
        for (int i = 0; i < SLOW; i++) {
            Form form = receiver.form();
            tasks.add(() -> form.send(256 * 1024 / part, 4 * 1024, 500));
        }
        try (Meter meter = new Meter(receiver.pid());
                ExecutorService one = Executors.newSingleThreadExecutor()) {
            Future<List<Double>> pages = one.submit(() -> pages(receiver));
            List<Form.Sent> sent = together(tasks);
            long taken = sent.stream().filter(IntakeBench::isTaken).count();
            row(SLOW + " slow sources at once, taken", "%.0f", taken);
            sent.stream()
                    .filter(it -> !isTaken(it))
                    .collect(Collectors.groupingBy(Form.Sent::status, Collectors.counting()))
                    .forEach((status, many) ->
                            System.out.printf("    %d were answered by %d%n", many, status));
            row("their CPU-s", "%.1f", meter.cpu());
            row("RSS at most, MB", "%.0f", meter.megabytes());
            row("a page for somebody else meanwhile, s", "%.3f", median(pages.get()));
        }
        receiver.forget();
    }

    private List<Double> pages(Receiver receiver) throws Exception {
        List<Double> seconds = new ArrayList<>();
        for (int i = 0; i < 32 / part; i++) {
            seconds.add(receiver.page());
            Thread.sleep(800);
        }
        return seconds;
    }

    private void large(Receiver receiver) throws Exception {
        long size = 9 * GIB / part;
        Form form = receiver.form();
        try (Meter meter = new Meter(receiver.pid());
                ExecutorService one = Executors.newSingleThreadExecutor()) {
            Future<Form.Sent> sent = one.submit(() -> form.send(size));
            List<Double> most = new ArrayList<>();
            while (!sent.isDone()) {
                meter.again();
                Thread.sleep(Math.max(1000, 5000 / part));
                most.add(meter.megabytes());
            }
            double seconds = taken(sent.get()).seconds();
            row("9 GiB, MB/s", "%.0f", size / 1e6 / seconds);
            row("RSS in its first tenth, MB", "%.0f", most(most, 0, most.size() / 10 + 1));
            row("in its last", "%.0f", most(most, most.size() * 9 / 10, most.size()));
            row("at most (aim 300)", "%.0f", most(most, 0, most.size()));
        }
        receiver.forget();
    }

    private static double most(List<Double> values, int from, int to) {
        return values.subList(from, to).stream().mapToDouble(it -> it).max().orElse(Double.NaN);
    }

    private static Callable<Form.Sent> task(Form form, long size) {
        return () -> form.send(size);
    }

    private static List<Form.Sent> together(List<Callable<Form.Sent>> tasks) throws Exception {
        List<Form.Sent> sent = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Form.Sent> one : threads.invokeAll(tasks)) {
                sent.add(one.get());
            }
        }
        return sent;
    }

    private static boolean isTaken(Form.Sent sent) {
        return sent.status() / 100 == 3;
    }

    private static Form.Sent taken(Form.Sent sent) throws IOException {
        if (!isTaken(sent)) {
            throw new IOException("a form was answered by " + sent.status());
        }
        return sent;
    }

    private void row(String what, String format, double figure) {
        String text = String.format(format, figure);
        rows.computeIfAbsent(what, it -> new ArrayList<>()).add(text);
        System.out.printf("    %-44s %10s%n", what, text);
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private static double hashing() {
        MessageDigest digest = Sha256.digest();
        byte[] chunk = new byte[1 << 20];
        long from = cpu();
        for (long done = 0; done < GIB; done += chunk.length) {
            digest.update(chunk);
        }
        digest.digest();
        return GIB / 1e6 / ((cpu() - from) / 1e9);
    }

    /// What nothing that seals as we do can beat on one processor; the second of two.
    private static double sealing() throws IOException {
        double rate = 0;
        byte[] chunk = new byte[64 * 1024];
        for (int i = 0; i < 2; i++) {
            try (HybridIdentity identity = HybridIdentity.generate(new SecureRandom())) {
                SegmentSealer sealer =
                        new SegmentSealer(identity.recipient(), number -> new Nowhere());
                long from = cpu();
                for (long done = 0; done < GIB; done += chunk.length) {
                    sealer.write(chunk, 0, chunk.length);
                }
                sealer.finish();
                rate = GIB / 1e6 / ((cpu() - from) / 1e9);
            }
        }
        return rate;
    }

    /// Nanoseconds of the processor that this thread has had: others may be at work here.
    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static final class Nowhere implements SegmentSealer.Segment {
        private final MessageDigest digest = Sha256.digest();

        @Override
        public void write(byte[] bytes, int offset, int length) {
            digest.update(bytes, offset, length);
        }

        @Override
        public Sha256 commit() {
            return Sha256.copyOf(digest.digest());
        }

        @Override
        public void abort() {}
    }

    private static String load() throws IOException {
        return Files.readString(Path.of("/proc/loadavg")).strip();
    }
}
