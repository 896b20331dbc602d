package org.sigillo.sending;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.CanonicalJson;
import org.sigillo.bytes.Json;
import org.sigillo.sealing.Age;
import org.sigillo.sealing.HybridRecipient;
import org.sigillo.waiting.Work;

/// Who has proven at a [FakeDrop] that they have the identity.
final class FakeSessions {
    /// Bits of work that a session costs.
    volatile int work;

    /// How often whoever proves themselves is told to wait.
    volatile int inLine;

    /// What was proven with.
    final List<Json.Obj> proofs = new CopyOnWriteArrayList<>();

    /// Instead of the challenge that would be right.
    volatile byte @Nullable [] challenge;

    private final SecureRandom random = new SecureRandom();
    private final Set<String> tokens = ConcurrentHashMap.newKeySet();
    private final Set<String> sessions = ConcurrentHashMap.newKeySet();

    void end() {
        sessions.clear();
    }

    boolean know(HttpExchange exchange) {
        return sessions.contains(cookie(exchange));
    }

    private static String cookie(HttpExchange exchange) {
        return String.valueOf(exchange.getRequestHeaders().getFirst("Cookie"));
    }

    void claim(HttpExchange exchange, String method) throws IOException {
        if (method.equals("DELETE")) {
            sessions.remove(cookie(exchange));
            FakeDrop.done(exchange, 204);
            return;
        }
        Json.Obj request = FakeDrop.body(exchange);
        byte[] bytes = new byte[40];
        random.nextBytes(bytes);
        String token =
                "1" + java.util.Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        tokens.add(token);
        byte[] sealed =
                challenge != null
                        ? challenge
                        : Age.seal(
                                token.getBytes(StandardCharsets.US_ASCII),
                                HybridRecipient.parse(request.text("recipient")));
        FakeDrop.answer(
                exchange,
                200,
                Json.object().with("challenge", Base64.of(sealed)).with("work", work));
    }

    void prove(HttpExchange exchange) throws IOException {
        Json.Obj proof = FakeDrop.body(exchange);
        proofs.add(proof);
        String token = proof.text("token");
        if (!Work.done(token, proof.number("work"), work)) {
            FakeDrop.refuse(exchange, 400, "malformed");
            return;
        }
        if (inLine > 0) {
            inLine--;
            exchange.getResponseHeaders().set("Content-Type", "application/problem+json");
            byte[] busy =
                    CanonicalJson.encode(
                            Json.object().with("guard", "busy").with("place", "place " + inLine));
            exchange.sendResponseHeaders(429, busy.length);
            exchange.getResponseBody().write(busy);
            exchange.close();
            return;
        }
        if (!tokens.remove(token)) {
            FakeDrop.refuse(exchange, 401, "session");
            return;
        }
        String cookie = "sigillo=" + token;
        sessions.add(cookie);
        exchange.getResponseHeaders()
                .set("Set-Cookie", cookie + "; Path=/; HttpOnly; SameSite=Strict; Secure");
        FakeDrop.done(exchange, 204);
    }
}
