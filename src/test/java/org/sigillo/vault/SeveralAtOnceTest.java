package org.sigillo.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.Sha256;

/// What another process does to an object between two questions of ours.
class SeveralAtOnceTest extends FakeStore {
    private static final String SETTLED = "/settled/" + VaultContract.ADDRESS;
    private static final String STAGED = "/staging/" + VaultContract.ADDRESS;
    private static final byte[] OURS = {1, 2, 3};
    private static final byte[] OTHERS = {4, 5, 6};

    private final Map<String, byte[]> objects = new ConcurrentHashMap<>();

    /// Objects by path, and nothing else that a store does.
    private void objects(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        byte[] bytes = objects.get(path);
        exchange.getResponseHeaders().add("ETag", "\"x\"");
        exchange.getResponseHeaders().add("Last-Modified", "Wed, 04 Mar 2026 12:34:56 GMT");
        switch (exchange.getRequestMethod()) {
            case "PUT" -> {
                objects.put(path, OURS);
                exchange.sendResponseHeaders(200, -1);
            }
            case "DELETE" -> {
                objects.remove(path);
                exchange.sendResponseHeaders(204, -1);
            }
            default -> {
                if (bytes == null) {
                    exchange.sendResponseHeaders(404, -1);
                } else if (exchange.getRequestMethod().equals("HEAD")) {
                    exchange.getResponseHeaders()
                            .add("Content-Length", String.valueOf(bytes.length));
                    exchange.sendResponseHeaders(200, -1);
                } else {
                    exchange.sendResponseHeaders(200, bytes.length);
                    exchange.getResponseBody().write(bytes);
                }
            }
        }
    }

    @Test
    void what_is_put_while_other_bytes_settle_at_its_address_is_refused() throws IOException {
        assertThatThrownBy(() -> putWhile(OTHERS)).isInstanceOf(FileAlreadyExistsException.class);
    }

    @Test
    void what_is_put_while_the_same_bytes_settle_is_there() throws IOException {
        assertThat(putWhile(OURS).digest()).isEqualTo(Sha256.of(OURS));
    }

    private Vault.Stored putWhile(byte[] settling) throws IOException {
        answer =
                exchange -> {
                    objects(exchange);
                    if (exchange.getRequestMethod().equals("PUT")) {
                        objects.put(SETTLED, settling);
                    }
                };
        try (Vault vault = written()) {
            return vault.put(VaultContract.ADDRESS, OURS);
        }
    }

    @Test
    void what_another_settles_between_two_questions_is_not_missing() throws IOException {
        objects.put(STAGED, OURS);
        answer =
                exchange -> {
                    objects(exchange);
                    if (objects.remove(STAGED) != null) {
                        objects.put(SETTLED, OURS);
                    }
                };
        try (Vault vault = written()) {
            vault.settle(VaultContract.ADDRESS, Sha256.of(OURS), Optional.empty());
        }
        assertThat(asked).containsExactly("HEAD", "HEAD", "HEAD", "GET");
    }
}
