package org.sigillo.ledger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.sigillo.ledger.Load.Done;
import org.sigillo.ledger.Load.Latencies;

/// What `infra/bench ledger` runs: the ledger beside the same rows without one, on a PostgreSQL that
/// keeps what it acknowledged. Rules without beats, a vault of files, everything on 127.0.0.1.
public final class LedgerBench {
    private static final int[] CALLERS = {1, 8, 32, BenchLedger.CALLERS};
    private static final Duration FILLING = Duration.ofSeconds(120);
    private static final double WARM = 5;
    private static final String RAW =
            "INSERT INTO bench_raw (id, key, facts, nonce, by_source, case_id, position, type, event,"
                    + " beat, seal) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    private final BenchLedger bench;
    private final double seconds;
    private final int entries;
    private final AtomicLong keys = new AtomicLong();

    private LedgerBench(BenchLedger bench, boolean quick) {
        this.bench = bench;
        this.seconds = quick ? 1.5 : 6;
        this.entries = quick ? 60_000 : 1_000_000;
    }

    public static void main(String[] arguments) throws Exception {
        boolean quick = List.of(arguments).contains("--quick");
        // As the application: otherwise the log manager keeps every line of the database's driver.
        Logger.getLogger("").setLevel(Level.INFO);
        Path folder = Files.createTempDirectory("sigillo-bench");
        BenchMachine.print();
        try (BenchLedger bench = new BenchLedger(folder)) {
            LedgerBench all = new LedgerBench(bench, quick);
            all.singly();
            all.latencies();
            all.bulk();
            all.proofs();
            all.sizes();
            Path export = all.export(folder.resolve("export"));
            bench.close();
            new VerifyBench(export).run();
        }
        new TesseraBench(folder, quick ? 3 : 12).run();
        BenchMachine.printEnd();
        try (Stream<Path> tree = Files.walk(folder)) {
            tree.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        }
        System.exit(0);
    }

    /// One event or row per transaction.
    private void singly() throws Exception {
        bench.owner(
                "CREATE TABLE bench_raw (LIKE ledger_pending)",
                "ALTER TABLE bench_raw ADD PRIMARY KEY (id)",
                "GRANT INSERT ON bench_raw TO sigillo_app");
        // A server runs for months: what its compiler still does at first is not the ledger's.
        Load.run(8, WARM, raw(false));
        Load.run(8, 2 * WARM, ours(false));
        List<String> lines = new ArrayList<>();
        for (int callers : CALLERS) {
            for (boolean alone : new boolean[] {true, false}) {
                bench.settle();
                bench.owner("CHECKPOINT");
                double idle = bench.cpu();
                Done rows = Load.run(callers, seconds, raw(alone));
                double rowsCpu = bench.cpu() - idle;
                bench.owner("CHECKPOINT");
                long before = bench.signed();
                long from = System.nanoTime();
                double beforeCpu = bench.cpu();
                Done events = Load.run(callers, seconds, ours(alone));
                bench.settle();
                double signed = (bench.signed() - before) / ((System.nanoTime() - from) / 1e9);
                double eventsCpu = bench.cpu() - beforeCpu;
                lines.add(
                        "%3d callers, %-16s %8.0f %8.0f %8.0f  %5.2f  %5.0f  %5.0f  %5.2f"
                                .formatted(
                                        callers,
                                        alone ? "each by itself" : "in a transaction",
                                        rows.rate(),
                                        events.rate(),
                                        signed,
                                        signed / rows.rate(),
                                        1e6 * rowsCpu / rows.times(),
                                        1e6 * eventsCpu / events.times(),
                                        rowsCpu / rows.times() / (eventsCpu / events.times())));
                System.out.println("  … " + lines.getLast());
            }
        }
        System.out.println(
                "\none at a time, per second: rows without a ledger; events of ours committed; numbered and"
                        + " under a checkpoint; ratio of\nthat to the rows (aim: 0.60); CPU in µs of JVM"
                        + " and PostgreSQL for a row and for an event; ratio of these");
        lines.forEach(System.out::println);
    }

    /// @param alone whether the append is its own transaction
    private Load.Task ours(boolean alone) {
        return alone
                ? _ -> bench.ledger().append(bench.act(key()))
                : _ -> bench.append(bench.act(key()));
    }

    /// The same rows into a table without a ledger.
    ///
    /// @param alone whether the insert is its own transaction, one round trip
    private Load.Task raw(boolean alone) {
        QueueRows.Pending row = bench.row(1, "");
        return _ -> {
            try (Connection connection = bench.pool.getConnection()) {
                connection.setAutoCommit(alone);
                try (PreparedStatement insert = connection.prepareStatement(RAW)) {
                    insert.setLong(1, ThreadLocalRandom.current().nextLong());
                    insert.setString(2, key());
                    insert.setBytes(3, row.facts().bytes());
                    insert.setBytes(4, row.nonce());
                    insert.setBoolean(5, row.bySource());
                    insert.setBytes(6, row.caseId().orElseThrow().bytes());
                    insert.setLong(7, keys.get());
                    insert.setString(8, row.type());
                    insert.setBytes(9, row.event());
                    insert.setLong(10, row.beat());
                    insert.setBytes(11, row.facts().bytes());
                    insert.executeUpdate();
                }
                if (!alone) {
                    connection.commit();
                    connection.setAutoCommit(true);
                }
            }
        };
    }

    /// From the moment when an event is due until its index, or the checkpoint over it, is known.
    private void latencies() throws Exception {
        bench.settle();
        Latencies index =
                Load.paced(
                        200,
                        seconds,
                        _ -> {
                            String key = key();
                            bench.append(bench.act(key));
                            if (bench.ledger().awaitIndex(key, Duration.ofSeconds(20)).isEmpty()) {
                                throw new IllegalStateException("no index within 20 s");
                            }
                        });
        System.out.printf("%nindex at 200/s         %s (aim: p99 50 ms)%n", index);
        List<Long> after = Collections.synchronizedList(new ArrayList<>());
        Load.paced(
                20,
                seconds,
                _ -> {
                    String key = key();
                    bench.append(bench.act(key));
                    long committed = System.nanoTime();
                    if (bench.ledger().awaitCheckpoint(key, Duration.ofSeconds(20)).isEmpty()) {
                        throw new IllegalStateException("no checkpoint within 20 s");
                    }
                    after.add(System.nanoTime() - committed);
                });
        System.out.printf(
                "checkpoint after commit %s (aim: 1 s)%n",
                new Latencies(after.stream().mapToLong(Long::longValue).toArray()));
    }

    /// Many in few transactions; then what the sequencer takes when all of it waits.
    private void bulk() throws Exception {
        int most = Math.max(20_000, entries / 20);
        bench.settle();
        long from = System.nanoTime();
        AtomicLong left = new AtomicLong(most / 1000);
        List<Thread> callers =
                IntStream.range(0, 2)
                        .mapToObj(_ ->
                                Thread.ofPlatform()
                                        .start(() -> {
                                            while (left.getAndDecrement() > 0) {
                                                bench.append(
                                                        IntStream.range(0, 1000)
                                                                .mapToObj(_ -> bench.act(key()))
                                                                .toList());
                                            }
                                        }))
                        .toList();
        for (Thread caller : callers) {
            caller.join();
        }
        double committed = (System.nanoTime() - from) / 1e9;
        bench.settle();
        double numbered = (System.nanoTime() - from) / 1e9;
        System.out.printf(
                "%nbulk, %d in transactions of 1,000 by 2 callers: %.0f/s committed, %.0f/s numbered and"
                        + " under a checkpoint (aim: 30,000)%n",
                most, most / committed, most / numbered);

        bench.pause();
        from = System.nanoTime();
        int missing = fill(Math.toIntExact(Math.max(20_000, entries - bench.signed())));
        System.out.printf(
                "rows queued by the database's bulk load: %.0f/s%n",
                missing / ((System.nanoTime() - from) / 1e9));
        Sequencer sequencer =
                new Sequencer(
                        bench.database,
                        bench.newsroom.genesis,
                        bench.newsroom.logKeys,
                        InstantSource.system(),
                        bench.random);
        from = System.nanoTime();
        boolean more = true;
        while (more) {
            more = sequencer.number(new Sequencer.NoBeat()).more();
        }
        sequencer.sign(bench.newsroom.genesis.opened().rules());
        System.out.printf(
                "the sequencer alone, %d waiting: %.0f/s numbered and signed (aim: 30,000)%n",
                missing, missing / ((System.nanoTime() - from) / 1e9));
        from = System.nanoTime();
        bench.resume();
        System.out.printf(
                "start with %d entries, all of them checked: %.1f s%n",
                bench.signed(), (System.nanoTime() - from) / 1e9);
        from = System.nanoTime();
        bench.keep();
        System.out.printf(
                "until tiles and bundles lie in the vault, too: %.1f s%n",
                (System.nanoTime() - from) / 1e9);
    }

    /// @return how many, as time allowed
    private int fill(int rows) throws SQLException {
        long until = System.nanoTime() + FILLING.toNanos();
        int done = 0;
        for (; done < rows && System.nanoTime() < until; done += 5_000) {
            int now = Math.min(5_000, rows - done);
            long[] positions = positions(now);
            List<QueueRows.Pending> made =
                    IntStream.range(0, now)
                            .parallel()
                            .mapToObj(i -> bench.row(positions[i], key()))
                            .toList();
            bench.load(made);
        }
        return Math.min(done, rows);
    }

    private long[] positions(int many) throws SQLException {
        long last =
                bench.number(
                        "SELECT setval('ledger_staff_position', nextval('ledger_staff_position') + "
                                + (many - 1)
                                + ")");
        return IntStream.range(0, many).mapToLong(i -> last - many + 1 + i).toArray();
    }

    private void proofs() throws SQLException {
        long size = bench.signed();
        Random random = new Random(1);
        long[] nanos = new long[2_000];
        for (int warm = 0; warm < 200; warm++) {
            bench.ledger().published().inclusion(random.nextLong(size), size);
        }
        for (int i = 0; i < nanos.length; i++) {
            long from = System.nanoTime();
            bench.ledger().published().inclusion(random.nextLong(size), size);
            nanos[i] = System.nanoTime() - from;
        }
        System.out.printf(
                "%ninclusion proof of %d entries  %s (aim: p99 5 ms)%n",
                size, new Latencies(nanos));
    }

    private void sizes() throws SQLException {
        long size = bench.signed();
        bench.owner("VACUUM ANALYZE");
        System.out.printf("%nbytes per entry in PostgreSQL, of %d entries%n", size);
        for (String table : List.of("ledger_pending", "ledger_entry", "ledger_node")) {
            System.out.printf(
                    "  %-15s %5d, of which indexes %4d%n",
                    table,
                    bench.number("SELECT pg_total_relation_size('" + table + "')") / size,
                    bench.number("SELECT pg_indexes_size('" + table + "')") / size);
        }
    }

    /// The files of the audit door's tar.
    private Path export(Path folder) throws IOException {
        long from = System.nanoTime();
        long bytes = VerifyBench.export(bench.ledger(), folder);
        long size = bench.ledger().checkpoint().orElseThrow().checkpoint().size();
        System.out.printf(
                "export of %d entries: %.1f s, %d bytes per entry%n",
                size, (System.nanoTime() - from) / 1e9, bytes / size);
        return folder;
    }

    private String key() {
        return "bench/" + keys.incrementAndGet();
    }
}
