package org.sigillo.intake;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Cookie;
import jakarta.ws.rs.core.HttpHeaders;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.CanonicalJson;
import org.sigillo.bytes.Json;
import org.sigillo.custody.Id;
import org.sigillo.waiting.Line;
import org.sigillo.web.Door;
import org.sigillo.web.Doors;

/// Opens and seals the cookie.
@ApplicationScoped
class Sessions {
    private static final String CONTEXT = "session";
    private static final String CHALLENGE = "challenge";
    private static final String PLACE = "place";

    /// How long a challenge may be answered.
    private static final Duration UNANSWERED = Duration.ofMinutes(2);

    private final CookieKeys keys;
    private final InstantSource clock;
    private final SecureRandom random;
    private final String name;
    private final String attributes;

    Sessions(CookieKeys keys, InstantSource clock, SecureRandom random, Doors doors) {
        this.keys = keys;
        this.clock = clock;
        this.random = random;
        boolean onion =
                !doors.origin(Door.DROP).https()
                        && doors.origin(Door.DROP).host().endsWith(".onion");
        // A plain onion has no TLS: browsers would refuse prefix and Secure there.
        this.name = onion ? "sigillo" : "__Host-sigillo";
        this.attributes = "; Path=/; HttpOnly; SameSite=Strict" + (onion ? "" : "; Secure");
    }

    Instant now() {
        return clock.instant();
    }

    Optional<Session> read(HttpHeaders headers) {
        Cookie cookie = headers.getCookies().get(name);
        if (cookie == null) {
            return Optional.empty();
        }
        return keys.open(cookie.getValue(), CONTEXT).flatMap(text -> Session.decode(text, now()));
    }

    Optional<Session.Known> known(HttpHeaders headers) {
        return read(headers).filter(Session.Known.class::isInstance).map(Session.Known.class::cast);
    }

    Optional<Session.Proven> proven(HttpHeaders headers) {
        return read(headers)
                .filter(Session.Proven.class::isInstance)
                .map(Session.Proven.class::cast);
    }

    /// A place in a line, for a page's address or a program to bring again.
    String place(Line.Place place) {
        return keys.seal(
                new Session.Waiting(Optional.empty(), false, place, now()).encode(), PLACE);
    }

    /// A place at the end of every line.
    Line.Place last() {
        return new Line.Place(Id.random(random), now());
    }

    /// The place that was brought again, or one at the end.
    Line.Place brought(@Nullable String token) {
        return Optional.ofNullable(token)
                .flatMap(it -> keys.open(it, PLACE))
                .flatMap(text -> Session.decode(text, now()))
                .filter(Session.Waiting.class::isInstance)
                .map(it -> ((Session.Waiting) it).place())
                .orElseGet(this::last);
    }

    /// What whoever has a recipient's identity sends back to prove it.
    ///
    /// @param work bits of work that are asked with it
    String challenge(Session.Proven claimed, int work) {
        return keys.seal(
                CanonicalJson.encode(
                        Json.object()
                                .with("v", 1)
                                .with("claimed", Base64.of(claimed.encode()))
                                .with("work", work)),
                CHALLENGE);
    }

    /// A challenge that was answered in time.
    ///
    /// @param work bits of work that were asked with it
    record Answered(Session.Proven proven, int work) {}

    Optional<Answered> answered(String token) {
        return keys.open(token, CHALLENGE)
                .map(CanonicalJson::parseObject)
                .flatMap(json ->
                        Session.decode(Base64.parse(json.text("claimed")), now())
                                .filter(Session.Proven.class::isInstance)
                                .map(Session.Proven.class::cast)
                                .filter(it -> !now().isAfter(it.issued().plus(UNANSWERED)))
                                .map(it -> new Answered(it, Math.toIntExact(json.number("work")))));
    }

    /// The same as [#used(Session.Known)].
    String used(Session.Proven session) {
        return keep(session.renewed(now()));
    }

    /// The `Set-Cookie` that keeps this session until the browser closes.
    String keep(Session session) {
        return name + "=" + keys.seal(session.encode(), CONTEXT) + attributes;
    }

    /// The same for an answer that the source asked for: the session was used now.
    String used(Session.Known session) {
        return keep(session.renewed(now()));
    }

    /// The `Set-Cookie` that ends it.
    String end() {
        return name + "=; Max-Age=0" + attributes;
    }
}
