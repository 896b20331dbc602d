package org.sigillo.intake;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Optional;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Refusal;
import org.sigillo.bytes.Sha256;
import org.sigillo.sealing.Age;
import org.sigillo.sealing.HybridRecipient;
import org.sigillo.waiting.Line;
import org.sigillo.waiting.Once;
import org.sigillo.waiting.Work;
import org.sigillo.web.Connections;

/// How a sender's program proves that it has a source's identity, without showing it (`docs/spec/drop-api.md` §1).
@Path("/drop/api/session")
@RunOnVirtualThread
public final class SessionApi {
    private final Sessions sessions;
    private final Crowd crowd;
    private final Work work;
    private final Once once = new Once();

    SessionApi(Sessions sessions, Crowd crowd, InstantSource clock) {
        this.sessions = sessions;
        this.crowd = crowd;
        this.work = new Work(clock);
    }

    /// @param begin whether the codename was made just now
    record ClaimRequest(boolean begin, String locator, String recipient) {}

    /// @param challenge an age file in base64
    /// @param work bits of work to answer it with
    record ChallengeView(String challenge, int work) {}

    /// @param work the number that was found; whichever where none was asked
    /// @param place as it was given by an answer `busy`, or empty
    record ProofRequest(String token, long work, String place) {}

    record BusyView(
            String type, String title, int status, String detail, String guard, String place) {}

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
                        request.begin() ? Session.Begin.IN_TURN : Session.Begin.NOT,
                        sessions.now(),
                        sessions.now());
        int bits = work.asked(request.begin() && crowd.pace() != Crowd.Pace.FREE);
        byte[] token = sessions.challenge(claimed, bits).getBytes(StandardCharsets.US_ASCII);
        return new ChallengeView(Base64.of(Age.seal(token, recipient)), bits);
    }

    @POST
    @Path("proof")
    @Consumes(MediaType.APPLICATION_JSON)
    @PermitAll
    public Response prove(@Context HttpServerRequest http, ProofRequest request) {
        Sessions.Answered answered =
                sessions.answered(request.token()).orElseThrow(SessionApi::noAnswer);
        if (!Work.done(request.token(), request.work(), answered.work())) {
            throw new MalformedException("\"work\" is not what was asked with the challenge");
        }
        Session.Proven proven = answered.proven();
        try (Once.Claim claim = once.claim(request.token()).orElseThrow(SessionApi::noAnswer)) {
            if (proven.begin().may()) {
                Line.Place place = sessions.brought(request.place());
                Optional<Session.Begin> turn =
                        crowd.mayBegin(place, Crowd.LONG, () -> Connections.isOpen(http));
                if (turn.isEmpty()) {
                    return notYet(place);
                }
                proven = proven.begins(turn.get());
            }
            claim.spend();
        }
        return Response.noContent().header(HttpHeaders.SET_COOKIE, sessions.used(proven)).build();
    }

    private static Refusal noAnswer() {
        return new Refusal(
                Refusal.Kind.SIGNED_OUT,
                "session",
                "This is no answer to a challenge of the last two minutes, or it has counted"
                        + " already. Ask for a new one.");
    }

    private Response notYet(Line.Place place) {
        if (crowd.pace() == Crowd.Pace.FULL) {
            throw crowd.notYet();
        }
        crowd.slowed(Crowd.Why.QUOTA);
        return Response.status(429)
                .type("application/problem+json")
                .header(HttpHeaders.RETRY_AFTER, 2)
                .entity(
                        new BusyView(
                                "about:blank",
                                "Refused",
                                429,
                                "Many begin at this moment. Ask again with the place that is given.",
                                "busy",
                                sessions.place(place)))
                .build();
    }

    @DELETE
    @PermitAll
    public Response leave(@Context HttpHeaders headers) {
        return Response.noContent()
                .header(HttpHeaders.SET_COOKIE, sessions.end(headers))
                .header("Clear-Site-Data", "\"cookies\", \"cache\", \"storage\"")
                .build();
    }
}
