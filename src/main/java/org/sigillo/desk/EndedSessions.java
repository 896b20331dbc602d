package org.sigillo.desk;

import io.quarkus.oidc.SecurityEvent;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.SecurityIdentityAugmentor;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.jwt.JsonWebToken;

/// Sessions that were signed out of. A browser's cookies hold all there is of a session, and a copy of
/// them would be taken until the tokens in it end; the identity provider gives no new ones by then.
///
/// Kept in memory: a restart, or another process on the same database, does not know of them.
@ApplicationScoped
class EndedSessions implements SecurityIdentityAugmentor {
    /// Longer than any token that we take in lives; the realm of ours gives five minutes.
    private static final Duration REMEMBERED = Duration.ofHours(2);

    /// Before roles are read for nothing.
    private static final int FIRST = 100;

    private final InstantSource clock;
    private final Map<String, Instant> ended = new ConcurrentHashMap<>();

    EndedSessions(InstantSource clock) {
        this.clock = clock;
    }

    void signedOut(@Observes SecurityEvent event) {
        switch (event.getEventType()) {
            case OIDC_LOGOUT_RP_INITIATED, OIDC_LOGOUT_RP_INITIATED_SESSION_EXPIRED ->
                    session(event.getSecurityIdentity()).ifPresent(this::end);
            default -> {}
        }
    }

    private void end(String session) {
        Instant now = clock.instant();
        ended.values().removeIf(until -> until.isBefore(now));
        ended.put(session, now.plus(REMEMBERED));
    }

    @Override
    public Uni<SecurityIdentity> augment(
            SecurityIdentity identity, AuthenticationRequestContext context) {
        return session(identity).filter(ended::containsKey).isPresent()
                ? Uni.createFrom().failure(new AuthenticationFailedException("signed out"))
                : Uni.createFrom().item(identity);
    }

    @Override
    public int priority() {
        return FIRST;
    }

    /// The identity provider's name for it, the same in every token of one session.
    private static Optional<String> session(SecurityIdentity identity) {
        return identity != null && identity.getPrincipal() instanceof JsonWebToken token
                ? token.claim("sid").map(Object::toString)
                : Optional.empty();
    }
}
