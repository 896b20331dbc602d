package org.sigillo.intake;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.Refusal;
import org.sigillo.bytes.Sha256;
import org.sigillo.docket.Cases;
import org.sigillo.docket.Tracing;
import org.sigillo.people.People;

/// Who asks, and for which case.
@ApplicationScoped
class Senders {
    private static final String LOCATOR = "Sigillo-Locator";

    private final Sessions sessions;
    private final Cases cases;
    private final Crowd crowd;

    Senders(Sessions sessions, Cases cases, Crowd crowd) {
        this.sessions = sessions;
        this.cases = cases;
        this.crowd = crowd;
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

    /// Whoever asks may say under which locator, and finds no session that is of another: two tabs share one cookie.
    Session.Proven session(HttpHeaders headers) {
        String locator = headers.getHeaderString(LOCATOR);
        return sessions.proven(headers)
                .filter(session -> locator == null || locator.equals(session.locator().hex()))
                .orElseThrow(() ->
                        new Refusal(
                                Refusal.Kind.SIGNED_OUT,
                                "session",
                                "There is no session, or it has ended. Prove the identity again."));
    }

    /// Whoever may send from a page.
    ///
    /// @param newcomer whether there is no case yet
    /// @param exhibits that the case has
    record Sender(Session.Known session, boolean newcomer, long exhibits) {
        Sender begins(Session.Begin when) {
            return new Sender(session.begins(when), newcomer, exhibits);
        }
    }

    /// A typed codename may send more to its case, but begins none: it may be mistyped.
    Optional<Sender> sender(Session.Known session) {
        Optional<Cases.Opened> known = cases.byLocator(session.locator(), session.recipient());
        return session.begin().may() || known.isPresent()
                ? Optional.of(
                        new Sender(
                                session,
                                known.isEmpty(),
                                known.map(it -> cases.exhibits(it.caseId())).orElse(0L)))
                : Optional.empty();
    }

    /// What a session asks for, in its turn.
    <T> T inTurn(Session.Proven session, Supplier<T> work) {
        return crowd.inTurn(session.locator(), work).orElseThrow(Crowd::busy);
    }

    /// The same of what asks the vault, too.
    <T> T atVault(Session.Proven session, Supplier<T> work) {
        return crowd.atVault(session.locator(), work).orElseThrow(Crowd::busy);
    }

    Cases.Opened opened(Session.Proven session) {
        return cases.ofSource(session.locator(), session.source())
                .orElseThrow(() ->
                        new Refusal(
                                Refusal.Kind.UNKNOWN,
                                "no-case",
                                "Nothing has arrived under this codename."));
    }

    /// That something can be taken in.
    void requireOpen() {
        if (crowd.door() != People.Intake.OPEN) {
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
