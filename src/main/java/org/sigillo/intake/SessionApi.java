package org.sigillo.intake;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.Refusal;
import org.sigillo.bytes.Sha256;
import org.sigillo.sealing.Age;
import org.sigillo.sealing.HybridRecipient;

/// How a sender's program proves that it has a source's identity, without showing it (`docs/spec/drop-api.md` §1).
@Path("/drop/api/session")
@RunOnVirtualThread
public final class SessionApi {
    private final Sessions sessions;

    SessionApi(Sessions sessions) {
        this.sessions = sessions;
    }

    /// @param begin whether the codename was made just now
    record ClaimRequest(boolean begin, String locator, String recipient) {}

    /// @param challenge an age file in base64
    record ChallengeView(String challenge) {}

    record ProofRequest(String token) {}

    /// Looks nothing up: the same work and the same answer for every locator.
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @PermitAll
    public ChallengeView claim(ClaimRequest request) {
        HybridRecipient recipient = HybridRecipient.parse(request.recipient());
        Session.Proven claimed =
                new Session.Proven(
                        Sha256.parse(request.locator()),
                        recipient.fingerprint(),
                        request.begin(),
                        sessions.now(),
                        sessions.now());
        byte[] token = sessions.challenge(claimed).getBytes(StandardCharsets.US_ASCII);
        return new ChallengeView(Base64.of(Age.seal(token, recipient)));
    }

    @POST
    @Path("proof")
    @Consumes(MediaType.APPLICATION_JSON)
    @PermitAll
    public Response prove(ProofRequest request) {
        Session.Proven proven =
                sessions.answered(request.token())
                        .orElseThrow(() ->
                                new Refusal(
                                        Refusal.Kind.SIGNED_OUT,
                                        "session",
                                        "This is no answer to a challenge of the last two minutes. Ask"
                                                + " for a new one."));
        return Response.noContent().header(HttpHeaders.SET_COOKIE, sessions.used(proven)).build();
    }

    @DELETE
    @PermitAll
    public Response leave() {
        return Response.noContent()
                .header(HttpHeaders.SET_COOKIE, sessions.end())
                .header("Clear-Site-Data", "\"cookies\", \"cache\", \"storage\"")
                .build();
    }
}
