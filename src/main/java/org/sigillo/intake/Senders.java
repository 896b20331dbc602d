package org.sigillo.intake;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.Refusal;
import org.sigillo.bytes.Sha256;
import org.sigillo.docket.Cases;
import org.sigillo.docket.Tracing;
import org.sigillo.people.People;

/// Who asks at the sources' API, and for which case.
@ApplicationScoped
class Senders {
    private final Sessions sessions;
    private final Cases cases;
    private final People people;

    Senders(Sessions sessions, Cases cases, People people) {
        this.sessions = sessions;
        this.cases = cases;
        this.people = people;
    }

    /// An entry and its proof, as programs get it.
    record ProofView(String checkpoint, String entry, long index, List<String> proof) {
        static ProofView of(Tracing.Proof it) {
            return new ProofView(
                    it.note(),
                    Base64.of(it.entry()),
                    it.index(),
                    it.hashes().stream().map(Sha256::hex).toList());
        }
    }

    Session.Proven session(HttpHeaders headers) {
        return sessions.proven(headers)
                .orElseThrow(() ->
                        new Refusal(
                                Refusal.Kind.SIGNED_OUT,
                                "session",
                                "There is no session, or it has ended. Prove the identity again."));
    }

    Cases.Opened opened(Session.Proven session) {
        return cases.ofSource(session.locator(), session.source())
                .orElseThrow(() ->
                        new Refusal(
                                Refusal.Kind.UNKNOWN,
                                "no-case",
                                "Nothing has arrived under this codename."));
    }

    Cases.Opened opened(HttpHeaders headers) {
        return opened(session(headers));
    }

    /// That something can be taken in.
    void requireOpen() {
        if (!people.intakeOpen()) {
            throw new Refusal(
                    Refusal.Kind.CLOSED,
                    "closed",
                    "Nothing is taken in at the moment. Come back later.");
        }
    }

    static Refusal notYet() {
        return new Refusal(
                Refusal.Kind.UNKNOWN, "not-yet", "Its beat has not come. Ask again later.");
    }

    /// An answer to something that the source asked for: the session was used now.
    Response.ResponseBuilder used(Session.Proven session, Response.ResponseBuilder answer) {
        return answer.header(HttpHeaders.SET_COOKIE, sessions.used(session));
    }
}
