package org.sigillo.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.stream.Stream;
import org.jboss.logmanager.ExtLogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnloggedTest {
    private final Unlogged filter = new Unlogged();

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1", "2001:db8::17", "fe80::1%1", "::ffff:192.0.2.9"})
    void no_line_names_the_other_end_of_a_connection(String address) throws UnknownHostException {
        SocketAddress peer = new InetSocketAddress(InetAddress.getByName(address), 40_000);
        String channel =
                new EmbeddedChannel() {
                    @Override
                    protected SocketAddress remoteAddress0() {
                        return peer;
                    }
                }.toString();

        assertThat(filter.isLoggable(line("Failed to register an accepted channel: " + channel)))
                .isFalse();
        assertThat(filter.isLoggable(line("io.netty.handler.Any", "closed by " + peer))).isFalse();
        assertThat(filter.isLoggable(line("io.vertx.core.Any", "closed by " + peer))).isFalse();
    }

    @Test
    void no_line_names_a_request_that_takes_long() {
        String watcher = "io.vertx.core.impl.BlockedThreadChecker";
        assertThat(filter.isLoggable(line(watcher, "has been blocked for 2100 ms"))).isFalse();
    }

    @Test
    void nor_what_befalls_a_connection_on_the_threads_that_serve_them() throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            CompletableFuture<List<Boolean>> logged = new CompletableFuture<>();
            vertx.runOnContext(_ ->
                    logged.complete(
                            Stream.of(
                                            "io.netty.channel.Any",
                                            "io.vertx.core.Any",
                                            "org.sigillo.Any")
                                    .map(it -> filter.isLoggable(line(it, "it was null")))
                                    .toList()));
            assertThat(logged.get()).containsExactly(false, false, true);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get();
        }
        assertThat(filter.isLoggable(line("io.netty.channel.Any", "it was null"))).isTrue();
    }

    @Test
    void nor_does_what_a_line_is_made_of_or_what_was_thrown() {
        SocketAddress peer = new InetSocketAddress("192.0.2.1", 40_000);
        ExtLogRecord made = line("io.netty.Any", "lost %s", ExtLogRecord.FormatStyle.PRINTF);
        made.setParameters(new Object[] {peer});
        ExtLogRecord thrown = line("io.netty.Any", "lost", ExtLogRecord.FormatStyle.NO_FORMAT);
        IOException suppressed = new IOException("not closed: " + peer);
        thrown.setThrown(new IllegalStateException("outer", new IOException("inner")));
        assertThat(filter.isLoggable(thrown)).isTrue();
        thrown.getThrown().getCause().addSuppressed(suppressed);

        assertThat(filter.isLoggable(made)).isFalse();
        assertThat(filter.isLoggable(thrown)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Listening on: http://127.0.0.1:8080. Management interface listening on http://[::1]:8092.",
                "Connection refused: localhost/127.0.0.1:5432",
                "keycloak.example/[2001:db8::1]:443",
                "the vault at s3.example/192.0.2.1:9000 is away",
                "started in 12:30:01/14:00",
                "GET /log/tile/0/x001/067",
            })
    void what_was_asked_for_by_name_is_named(String text) {
        assertThat(filter.isLoggable(line(text))).isTrue();
        assertThat(filter.isLoggable(line("io.vertx.core.Any", text))).isTrue();
    }

    @Test
    void and_what_could_not_be_reached_at_an_address() {
        assertThat(filter.isLoggable(line("Connection refused: /192.0.2.1:9000"))).isTrue();
    }

    private static LogRecord line(String text) {
        return line(UnloggedTest.class.getName(), text);
    }

    private static LogRecord line(String logger, String text) {
        return line(logger, text, ExtLogRecord.FormatStyle.NO_FORMAT);
    }

    private static ExtLogRecord line(String logger, String text, ExtLogRecord.FormatStyle style) {
        ExtLogRecord line = new ExtLogRecord(Level.WARNING, text, style, "any");
        line.setLoggerName(logger);
        return line;
    }
}
