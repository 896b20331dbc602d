package org.sigillo.ledger;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/// Somebody who takes every request, and answers none until told to.
final class HangingServer implements AutoCloseable {
    private final CountDownLatch ended = new CountDownLatch(1);
    private final HttpServer server;

    HangingServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::hang);
        server.start();
    }

    private void hang(HttpExchange exchange) throws IOException {
        try (exchange) {
            ended.await();
            exchange.sendResponseHeaders(404, -1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    }

    /// From now on it answers, of no use to anybody.
    void answer() {
        ended.countDown();
    }

    @Override
    public void close() {
        answer();
        server.stop(0);
    }
}
