package org.sigillo.intake;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.Cookie;
import jakarta.ws.rs.core.HttpHeaders;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.CanonicalJson;
import org.sigillo.bytes.Hmac;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.SecretBytes;
import org.sigillo.bytes.Sha256;
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
    private final Left left;

    Sessions(CookieKeys keys, InstantSource clock, SecureRandom random, Doors doors) {
        this.keys = keys;
        this.clock = clock;
        this.random = random;
        boolean onion =
                !doors.origin(Door.DROP).https()
                        && doors.origin(Door.DROP).host().endsWith(".onion");
        // A plain onion has no TLS: browsers would refuse prefix and Secure there.
        this.name = onion ? "sigillo" : "__Host-sigillo";
        byte[] own = new byte[32];
        random.nextBytes(own);
        try (SecretBytes key = SecretBytes.takeOwnership(own)) {
            this.left = new Left(Hmac.of(key));
        }
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
        return keys.open(cookie.getValue(), CONTEXT)
                .flatMap(text -> Session.decode(text, now()))
                .filter(session -> !left.has(session));
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
                new Session.Waiting(Optional.empty(), Session.Begin.NOT, place, now()).encode(),
                PLACE);
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

    /// The `Set-Cookie` that keeps this session until the browser closes; one that was left meanwhile stays left.
    String keep(Session session) {
        if (left.has(session)) {
            return gone();
        }
        return name + "=" + keys.seal(session.encode(), CONTEXT) + attributes;
    }

    /// The same for an answer that the source asked for: the session was used now.
    String used(Session.Known session) {
        return keep(session.renewed(now()));
    }

    /// Ends a session: copies of its cookie, and of those before it under the same codename, count no more.
    ///
    /// @return the `Set-Cookie` that removes it
    String end(HttpHeaders headers) {
        read(headers).ifPresent(session -> left.add(session, now()));
        return gone();
    }

    private String gone() {
        return name + "=; Max-Age=0" + attributes;
    }

    /// Sessions that were left. The cookie is all there is of one, and a copy of it would be taken until it ends by itself.
    ///
    /// In memory, as long as such a copy could be taken: another replica does not know of them, nor does this one after a
    /// restart. Whose they are is kept as a hash that nobody can make outside this process.
    private static final class Left {
        /// Of more, the first are forgotten. Some 200 bytes each.
        private static final int MOST = 1 << 15;

        private final Hmac hidden;
        private final LinkedHashMap<Sha256, Instant> since = new LinkedHashMap<>();

        /// @param hidden under a key of this process alone
        private Left(Hmac hidden) {
            this.hidden = hidden;
        }

        synchronized void add(Session session, Instant now) {
            forget(now);
            session.whose().map(this::mark).ifPresent(mark -> since.putLast(mark, now));
        }

        /// Whoever comes back under the same codename later is not meant.
        synchronized boolean has(Session session) {
            return session.whose()
                    .map(this::mark)
                    .map(since::get)
                    .filter(at -> session.issued().isBefore(at.truncatedTo(ChronoUnit.SECONDS)))
                    .isPresent();
        }

        private Sha256 mark(Sha256 whose) {
            return hidden.over(whose.bytes());
        }

        private void forget(Instant now) {
            while (!since.isEmpty()
                    && (since.size() >= MOST
                            || since.firstEntry().getValue().plus(Session.LONGEST).isBefore(now))) {
                since.pollFirstEntry();
            }
        }
    }
}
