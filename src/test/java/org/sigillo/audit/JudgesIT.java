package org.sigillo.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.sigillo.custody.Genesis;
import org.sigillo.intake.SourceBrowser;
import org.sigillo.stack.Hand;
import org.sigillo.stack.Stack;
import org.sigillo.stack.StackExtension;

/// The running ledger before judges that have never heard of us: Go's own log package, and the checker
/// of Tessera.
///
/// Needs `sumdb` (`infra/judges`) and `fsck` on the path.
@Tag("stack")
@ExtendWith(StackExtension.class)
class JudgesIT {
    private final Stack stack;
    private final String vkey;
    @TempDir Path folder;

    JudgesIT(Stack stack) throws IOException {
        this.stack = stack;
        this.vkey = Genesis.parse(Files.readAllBytes(stack.genesis())).opened().keys().getFirst();
    }

    @Nested
    class Gos_sumdb {
        @Test
        void finds_that_the_live_log_holds_and_only_grows() throws Exception {
            Path earlier = folder.resolve("earlier");
            Said first = sumdb("-keep", earlier.toString());
            assertThat(first.code()).as(first.text()).isZero();
            long before = size(Files.readString(earlier));
            try (SourceBrowser source = new SourceBrowser(stack)) {
                source.begin();
                assertThat(source.submit(SourceBrowser.Part.message("to be judged")).statusCode())
                        .isEqualTo(303);
            }
            Path later = folder.resolve("later");
            Said second = sumdb("-before", earlier.toString(), "-keep", later.toString());
            for (int i = 0; i < 60 && size(Files.readString(later)) == before; i++) {
                Thread.sleep(500);
                second = sumdb("-before", earlier.toString(), "-keep", later.toString());
            }
            assertThat(second.code()).as(second.text()).isZero();
            assertThat(second.text()).contains("continues size " + before + ",");
            assertThat(size(Files.readString(later))).isGreaterThan(before);
            Said back = sumdb("-before", later.toString());
            assertThat(back.code()).as(back.text()).isZero();
        }

        @Test
        void reads_the_entries_for_an_auditor() throws Exception {
            try (Hand aldo = auditor();
                    Server live = Server.start(path -> live(aldo, path))) {
                Said said = run("sumdb", "-url", live.url(), "-vkey", vkey, "-entries");
                assertThat(said.code()).as(said.text()).isZero();
            }
        }

        @Test
        void refuses_another_key_a_changed_tile_and_another_history() throws Exception {
            String other =
                    "audit.localhost/log+8a3cba75+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx";
            assertThat(run("sumdb", "-url", live("/log"), "-host", host(), "-vkey", other).code())
                    .isEqualTo(1);
            Path export = export();
            try (Server copy = Server.of(export)) {
                Path earlier = folder.resolve("earlier");
                Said whole =
                        run(
                                "sumdb",
                                "-url",
                                copy.url(),
                                "-vkey",
                                vkey,
                                "-entries",
                                "-keep",
                                earlier.toString());
                assertThat(whole.code()).as(whole.text()).isZero();
                Path forked = folder.resolve("forked");
                Files.writeString(
                        forked, Files.readString(earlier).replaceFirst("\n[0-9]+\n", "\n1\n"));
                assertThat(
                                run(
                                                "sumdb",
                                                "-url",
                                                copy.url(),
                                                "-vkey",
                                                vkey,
                                                "-before",
                                                forked.toString())
                                        .code())
                        .isEqualTo(1);
                for (Path tile : files(export.resolve("tile/0"))) {
                    byte[] bytes = flip(tile);
                    Said said = run("sumdb", "-url", copy.url(), "-vkey", vkey);
                    assertThat(said.code()).as("%s: %s", tile, said.text()).isEqualTo(1);
                    Files.write(tile, bytes);
                }
            }
        }

        private Said sumdb(String... more) throws Exception {
            List<String> command =
                    new ArrayList<>(
                            List.of("sumdb", "-url", live("/log"), "-host", host(), "-vkey", vkey));
            command.addAll(Arrays.asList(more));
            return run(command.toArray(String[]::new));
        }
    }

    @Nested
    class Tesseras_fsck {
        private static final String HOLDS = "Successfully fsck'd";

        @Test
        void passes_on_the_live_log_for_an_auditor() throws Exception {
            try (Hand aldo = auditor();
                    Server live = Server.start(path -> live(aldo, path))) {
                assertThat(fsck(live)).contains(HOLDS);
            }
        }

        @Test
        void passes_on_an_export_and_fails_on_a_flipped_byte_in_any_file() throws Exception {
            Path export = export();
            try (Server copy = Server.of(export)) {
                assertThat(fsck(copy)).contains(HOLDS);
                List<Path> files = new ArrayList<>(files(export.resolve("tile")));
                files.add(export.resolve("checkpoint"));
                for (Path file : files) {
                    byte[] bytes = flip(file);
                    assertThat(fsck(copy)).as(file.toString()).contains("fsck failed");
                    Files.write(file, bytes);
                }
            }
        }

        /// Its exit code is 0 whatever it finds: what it says is what counts.
        private String fsck(Server log) throws Exception {
            Path key = Files.writeString(folder.resolve("vkey"), vkey);
            return run(
                            "fsck",
                            "--storage_url=" + log.url(),
                            "--public_key=" + key,
                            "--ui=false",
                            "-N=2")
                    .text();
        }
    }

    private Hand auditor() throws Exception {
        Hand aldo = new Hand(stack, "aldo");
        aldo.link();
        return aldo;
    }

    /// What an auditor unpacked.
    private Path export() throws Exception {
        Path unpacked = Files.createDirectories(folder.resolve("export"));
        try (Hand aldo = auditor()) {
            HttpResponse<byte[]> answer = aldo.octets("GET", "audit", "/audit/export", new byte[0]);
            assertThat(answer.statusCode()).isEqualTo(200);
            try (TarArchiveInputStream tar =
                    new TarArchiveInputStream(new ByteArrayInputStream(answer.body()))) {
                for (TarArchiveEntry entry = tar.getNextEntry();
                        entry != null;
                        entry = tar.getNextEntry()) {
                    Path file = unpacked.resolve(entry.getName());
                    Files.createDirectories(file.getParent());
                    Files.copy(tar, file);
                }
            }
        }
        return unpacked;
    }

    private static byte[] live(Hand auditor, String path) throws IOException {
        try {
            HttpResponse<byte[]> answer =
                    auditor.octets("GET", "audit", "/log" + path, new byte[0]);
            return answer.statusCode() == 200 ? answer.body() : new byte[0];
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new byte[0];
        }
    }

    private String live(String path) {
        return stack.application() + path;
    }

    private String host() {
        return "audit.localhost:" + stack.port();
    }

    private static List<Path> files(Path root) throws IOException {
        try (Stream<Path> tree = Files.walk(root)) {
            return tree.filter(Files::isRegularFile).sorted().toList();
        }
    }

    /// One bit in the middle, or of a checkpoint's root.
    ///
    /// @return what was there
    private static byte[] flip(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        byte[] changed = bytes.clone();
        // In a checkpoint the root: other tools do not know the log's second signature.
        int at = file.endsWith("checkpoint") ? new String(bytes, UTF_8).indexOf('=') - 9 : -1;
        changed[at < 0 ? changed.length / 2 : at] ^= 1;
        Files.write(file, changed);
        return bytes;
    }

    private static long size(String checkpoint) {
        return Long.parseLong(checkpoint.lines().skip(1).findFirst().orElseThrow());
    }

    private record Said(int code, String text) {}

    private static Said run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (InputStream out = process.getInputStream()) {
            String text = new String(out.readAllBytes(), UTF_8);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return new Said(process.exitValue(), text);
        }
    }

    @FunctionalInterface
    private interface Source {
        byte[] read(String path) throws IOException;
    }

    /// Any static web server, on 127.0.0.1.
    private record Server(HttpServer http) implements AutoCloseable {
        static Server of(Path root) throws IOException {
            return start(path -> {
                Path file = root.resolve(path.substring(1)).normalize();
                return file.startsWith(root) && Files.isRegularFile(file)
                        ? Files.readAllBytes(file)
                        : new byte[0];
            });
        }

        static Server start(Source files) throws IOException {
            HttpServer http =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            http.setExecutor(Executors.newFixedThreadPool(4));
            http.createContext(
                    "/",
                    exchange -> {
                        try (exchange) {
                            byte[] found = files.read(exchange.getRequestURI().getPath());
                            exchange.sendResponseHeaders(
                                    found.length == 0 ? 404 : 200,
                                    found.length == 0 ? -1 : found.length);
                            exchange.getResponseBody().write(found);
                        }
                    });
            http.start();
            return new Server(http);
        }

        String url() {
            return "http://127.0.0.1:" + http.getAddress().getPort() + "/";
        }

        @Override
        public void close() {
            http.stop(0);
            ((ExecutorService) http.getExecutor()).shutdownNow();
        }
    }
}
