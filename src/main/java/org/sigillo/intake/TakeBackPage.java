package org.sigillo.intake;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.MalformedException;
import org.sigillo.custody.CaseEvent;
import org.sigillo.custody.Id;
import org.sigillo.docket.Cases;
import org.sigillo.docket.Replies;
import org.sigillo.docket.Wishes;
import org.sigillo.web.Language;

/// What a source takes back: an answer, what it was told of a file, its consent, or all that it sent.
@Path("/drop/{language: [a-z]{2}}")
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
@RunOnVirtualThread
public final class TakeBackPage {
    private final Sessions sessions;
    private final Cases cases;
    private final Replies replies;
    private final Wishes wishes;
    private final Arrived arrived;
    private final Crowd crowd;

    TakeBackPage(
            Sessions sessions,
            Cases cases,
            Replies replies,
            Wishes wishes,
            Arrived arrived,
            Crowd crowd) {
        this.sessions = sessions;
        this.cases = cases;
        this.replies = replies;
        this.wishes = wishes;
        this.arrived = arrived;
        this.crowd = crowd;
    }

    @POST
    @Path("reply/remove")
    @PermitAll
    public Response reply(
            @PathParam("language") String code,
            @FormParam("number") int number,
            @Context HttpHeaders headers) {
        return done(
                newest(code),
                headers,
                caseId -> replies.remove(caseId, number),
                ArrivedTexts::reply_none);
    }

    @POST
    @Path("exhibit/forget")
    @PermitAll
    public Response exhibit(
            @PathParam("language") String code,
            @FormParam("number") int number,
            @Context HttpHeaders headers) {
        return done(
                arrived.about(Language.of(code), number),
                headers,
                caseId -> wishes.forget(caseId, number),
                ArrivedTexts::forget_none);
    }

    @POST
    @Path("wish")
    @PermitAll
    public Response wish(
            @PathParam("language") String code,
            @FormParam("wish") @Nullable String word,
            @FormParam("sure") @Nullable String sure,
            @Context HttpHeaders headers) {
        if (word == null) {
            throw new MalformedException("no wish");
        }
        CaseEvent.Wish wish = CaseEvent.Wish.parse(word);
        Arrived.Asked here = newest(code);
        if (!"yes".equals(sure)) {
            String refusal = Answers.arrived(here.language()).wish_refused();
            return sessions.known(headers)
                    .map(session -> arrived.page(400, here, session, refusal))
                    .orElseGet(() -> Answers.expired(here.language()));
        }
        return done(here, headers, caseId -> wishes.wish(caseId, wish), ArrivedTexts::forget_none);
    }

    private static Arrived.Asked newest(String code) {
        return new Arrived.Asked(Language.of(code), null, false, false);
    }

    /// @param here the page that comes next
    /// @param act says whether there was what it is about
    private Response done(
            Arrived.Asked here,
            HttpHeaders headers,
            Predicate<Id> act,
            Function<ArrivedTexts, String> otherwise) {
        Language language = here.language();
        Optional<Session.Known> session = sessions.known(headers);
        if (session.isEmpty()) {
            return Answers.expired(language);
        }
        Session.Known known = session.get();
        boolean done =
                crowd.ofCase(
                                known.locator(),
                                () ->
                                        cases.byLocator(known.locator(), known.recipient())
                                                .filter(it -> act.test(it.caseId()))
                                                .isPresent())
                        .orElseThrow(Crowd::busy);
        return done
                ? Answers.seeOther(language, here.page())
                        .header(HttpHeaders.SET_COOKIE, sessions.used(session.get()))
                        .build()
                : arrived.page(
                        404, here, session.get(), otherwise.apply(Answers.arrived(language)));
    }
}
