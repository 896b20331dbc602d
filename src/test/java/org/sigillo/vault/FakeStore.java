package org.sigillo.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A server on loopback that answers as a test wants it to, and a bucket in it.
abstract class FakeStore {
    @TempDir Path folder;
    final List<String> asked = new CopyOnWriteArrayList<>();
    HttpHandler answer = exchange -> exchange.sendResponseHeaders(200, -1);
    S3Client client;
    S3Bucket bucket;
    private HttpServer store;
    private Map<String, String> settings;

    @BeforeEach
    void open() throws IOException {
        store = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
        store.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        store.createContext(
                "/",
                exchange -> {
                    asked.add(exchange.getRequestMethod());
                    try (exchange) {
                        exchange.getRequestBody().readAllBytes();
                        answer.handle(exchange);
                    }
                });
        store.start();
        settings =
                Map.of(
                        "endpoint",
                        "http://127.0.0.1:" + store.getAddress().getPort(),
                        "bucket",
                        "settled",
                        "staging-bucket",
                        "staging",
                        "access-key-file",
                        Files.writeString(folder.resolve("id"), "sigillo-test").toString(),
                        "secret-key-file",
                        Files.writeString(folder.resolve("key"), "only-for-this-test").toString(),
                        "patience-seconds",
                        patience());
        client = new S3Client(S3Settings.read(name -> Optional.ofNullable(settings.get(name))));
        bucket = new S3Bucket(client, "staging");
    }

    @AfterEach
    void close() {
        client.close();
        store.stop(0);
    }

    /// In seconds.
    String patience() {
        return "1";
    }

    /// To be read, with nothing asked before.
    S3Vault vault() throws IOException {
        return S3Vault.toRead(
                InstantSource.system(), name -> Optional.ofNullable(settings.get(name)));
    }

    /// To be written, without a lock. What it asks of the store at its start is answered, and only then the test's answer given.
    S3Vault written() throws IOException {
        HttpHandler then = answer;
        answer =
                exchange -> {
                    String query = String.valueOf(exchange.getRequestURI().getQuery());
                    xml(
                            exchange,
                            query.startsWith("versioning")
                                    ? "<VersioningConfiguration/>"
                                    : "<ListMultipartUploadsResult/>");
                };
        S3Vault vault =
                S3Vault.open(
                        folder.resolve("spool"),
                        0,
                        InstantSource.system(),
                        name ->
                                name.equals("lock-required")
                                        ? Optional.of("false")
                                        : Optional.ofNullable(settings.get(name)));
        asked.clear();
        answer = then;
        return vault;
    }

    private static void xml(HttpExchange exchange, String text) throws IOException {
        byte[] said = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/xml");
        exchange.sendResponseHeaders(200, said.length);
        exchange.getResponseBody().write(said);
    }

    /// Within a time that anybody waits, with an error.
    static void ends(ThrowingCallable call) {
        long begun = System.nanoTime();
        assertThatThrownBy(call).isInstanceOf(IOException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(40));
    }
}
