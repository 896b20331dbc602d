package org.sigillo.ledger;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.sigillo.custody.Newsroom;
import org.sigillo.note.NoteSigner;
import org.sigillo.note.TestKeys;
import org.sigillo.note.Witness;
import org.sigillo.note.WitnessPolicy;

/// A witness of a newsroom's log over HTTP, on loopback, which remembers as long as nobody makes it
/// forget.
final class HttpWitness implements AutoCloseable {
    private final List<NoteSigner> signers;
    private final Map<String, String> kept = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger asked = new AtomicInteger();
    private volatile boolean refuses;
    private volatile OptionalLong claimed = OptionalLong.empty();
    private final Witness witness;
    private final HttpServer server;

    HttpWitness(Newsroom newsroom) throws IOException {
        this(newsroom, TestKeys.witness("witness.example", 7));
    }

    HttpWitness(Newsroom newsroom, List<NoteSigner> signers) throws IOException {
        this.signers = signers;
        witness =
                new Witness(
                        signers,
                        newsroom.logVerifiers(),
                        new Witness.State() {
                            @Override
                            public Optional<String> latest(String origin) {
                                return Optional.ofNullable(kept.get(origin));
                            }

                            @Override
                            public void keep(String origin, String note) {
                                kept.put(origin, note);
                            }
                        },
                        InstantSource.system());
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (exchange.getRequestMethod().equals("POST")) {
                asked.incrementAndGet();
                if (refuses) {
                    reply(exchange, 404, "");
                    return;
                }
                if (claimed.isPresent()) {
                    reply(exchange, 409, claimed.getAsLong() + "\n");
                    return;
                }
                Witness.Answer answer = witness.addCheckpoint(body);
                reply(exchange, answer.status(), answer.body());
                return;
            }
            Optional<String> latest =
                    witness.latest(exchange.getRequestURI().getPath().split("/")[1]);
            reply(exchange, latest.isPresent() ? 200 : 404, latest.orElse(""));
        }
    }

    private static void reply(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
    }

    String policyText() {
        return "witness one %s %s\nwitness two %s %s\ngroup both all one two\nquorum both\n"
                .formatted(
                        signers.getFirst().verifier().vkey(),
                        address(),
                        signers.getLast().verifier().vkey(),
                        address());
    }

    WitnessPolicy policy() {
        return WitnessPolicy.parse(policyText());
    }

    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /// The last note that it cosigned, with its lines.
    Optional<String> latest() {
        return Optional.ofNullable(kept.get(Newsroom.ORIGIN));
    }

    /// How often it was asked to cosign since it last forgot.
    int asked() {
        return asked.get();
    }

    /// Whether it knows no log from now on: it is there, and of no use.
    void refuse(boolean now) {
        refuses = now;
    }

    /// What it says that it has seen, from now on; nothing for the truth.
    void claims(OptionalLong size) {
        claimed = size;
    }

    void forget() {
        kept.clear();
        asked.set(0);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
