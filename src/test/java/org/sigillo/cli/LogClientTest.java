package org.sigillo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A log that answers with more than any of its files can be, or never to the end.
class LogClientTest {
    private HttpServer server;

    @BeforeEach
    void a_log() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/log/",
                request -> {
                    if (request.getRequestURI().getPath().endsWith("stalled")) {
                        request.sendResponseHeaders(200, 10);
                        request.getResponseBody().flush();
                        return;
                    }
                    int length = Integer.parseInt(request.getRequestURI().getPath().substring(5));
                    request.sendResponseHeaders(200, 0);
                    try (OutputStream out = request.getResponseBody()) {
                        out.write(new byte[length]);
                    }
                });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void is_not_read_to_its_end() {
        URI log = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/log");
        try (LogClient client = new LogClient(log)) {
            assertThat(client.read("8192")).hasValueSatisfying(it -> assertThat(it).hasSize(8192));
            assertThatThrownBy(() -> client.read(String.valueOf(LogClient.LARGEST + 1)))
                    .isInstanceOf(UncheckedIOException.class);
        }
    }

    @Test
    void is_not_waited_for_when_it_stalls_after_the_headers() {
        URI log = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/log");
        assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> {
                    try (LogClient client = new LogClient(log, Duration.ofSeconds(1))) {
                        assertThatThrownBy(() -> client.read("stalled"))
                                .isInstanceOf(UncheckedIOException.class)
                                .hasMessageContaining("stalled did not come in 1 s");
                    }
                });
    }
}
