package org.sigillo.intake;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Cookie;
import jakarta.ws.rs.core.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.sigillo.web.Door;
import org.sigillo.web.Doors;

/// Opens and seals the cookie.
@ApplicationScoped
class Sessions {
    private static final String CONTEXT = "session";
    private static final String CHALLENGE = "challenge";

    /// How long a challenge may be answered.
    private static final Duration UNANSWERED = Duration.ofMinutes(2);

    private final CookieKeys keys;
    private final InstantSource clock;
    private final String name;
    private final String attributes;

    Sessions(CookieKeys keys, InstantSource clock, Doors doors) {
        this.keys = keys;
        this.clock = clock;
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

    /// What whoever has a recipient's identity sends back to prove it.
    String challenge(Session.Proven claimed) {
        return keys.seal(claimed.encode(), CHALLENGE);
    }

    /// Who has proven it, if this is such a thing and not too old.
    Optional<Session.Proven> answered(String token) {
        return keys.open(token, CHALLENGE)
                .flatMap(text -> Session.decode(text, now()))
                .filter(Session.Proven.class::isInstance)
                .map(Session.Proven.class::cast)
                .filter(it -> !now().isAfter(it.issued().plus(UNANSWERED)));
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
