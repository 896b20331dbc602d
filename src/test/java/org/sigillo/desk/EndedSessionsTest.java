package org.sigillo.desk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.oidc.SecurityEvent;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.function.Supplier;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Sessions by the identity provider's name for them, on a clock that the test turns.
class EndedSessionsTest {
    private static final AuthenticationRequestContext NOWHERE =
            new AuthenticationRequestContext() {
                @Override
                public Uni<SecurityIdentity> runBlocking(Supplier<SecurityIdentity> work) {
                    return Uni.createFrom().item(work);
                }
            };

    private Instant now = Instant.parse("2026-11-25T10:00:00Z");
    private final EndedSessions sessions = new EndedSessions(() -> now);

    @Test
    void are_taken_until_somebody_signs_out_and_never_after() {
        assertThat(asks("one")).isNotNull();
        sessions.signedOut(
                new SecurityEvent(SecurityEvent.Type.OIDC_LOGOUT_RP_INITIATED, of("one")));
        assertThatThrownBy(() -> asks("one")).isInstanceOf(AuthenticationFailedException.class);
        now = now.plus(Duration.ofMinutes(100));
        sessions.signedOut(
                new SecurityEvent(SecurityEvent.Type.OIDC_LOGOUT_RP_INITIATED, of("three")));
        assertThatThrownBy(() -> asks("one")).isInstanceOf(AuthenticationFailedException.class);
        assertThat(asks("two")).as("somebody else's").isNotNull();
    }

    @Test
    void are_not_ended_by_signing_in() {
        sessions.signedOut(new SecurityEvent(SecurityEvent.Type.OIDC_LOGIN, of("one")));
        assertThat(asks("one")).isNotNull();
    }

    private SecurityIdentity asks(String session) {
        return sessions.augment(of(session), NOWHERE).await().indefinitely();
    }

    private static SecurityIdentity of(String session) {
        return QuarkusSecurityIdentity.builder()
                .setPrincipal(
                        new JsonWebToken() {
                            @Override
                            public String getName() {
                                return "adam";
                            }

                            @Override
                            public Set<String> getClaimNames() {
                                return Set.of("sid");
                            }

                            @Override
                            @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
                            public <T> @Nullable T getClaim(String name) {
                                return name.equals("sid") ? (T) session : null;
                            }
                        })
                .build();
    }
}
