package org.sigillo.intake;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sigillo.people.People;
import org.sigillo.sealing.Codename;
import org.sigillo.waiting.Renewal;
import org.sigillo.web.Language;

/// Begin, be shown a codename, confirm it, come back, leave.
@Path("/drop")
@RunOnVirtualThread
public final class StartPage {
    /// Seconds until whoever waits asks again; that request waits as well.
    private static final int RENEWED = 2;

    private static final String WAIT = "wait";
    private static final Turn FIRST = new Turn(Crowd.PATIENCE, WAIT);

    private final Sessions sessions;
    private final Derivations derivations;
    private final Crowd crowd;
    private final Programs programs;
    private final SecureRandom random;

    StartPage(
            Sessions sessions,
            Derivations derivations,
            Crowd crowd,
            Programs programs,
            SecureRandom random) {
        this.sessions = sessions;
        this.derivations = derivations;
        this.crowd = crowd;
        this.programs = programs;
        this.random = random;
    }

    @GET
    @PermitAll
    public Response door(@Context HttpHeaders headers) {
        return start(
                Language.preferred(
                        Optional.ofNullable(headers.getHeaderString("Accept-Language"))));
    }

    @GET
    @Path("{language: [a-z]{2}}")
    @PermitAll
    public Response start(@PathParam("language") String language) {
        return start(Language.of(language));
    }

    private Response start(Language language) {
        People.Intake intake = crowd.door();
        return intake == People.Intake.OPEN
                ? Answers.page(
                                200,
                                language,
                                Pages.start(new Pages.View(language, ""), programs.program()))
                        .build()
                : Answers.closed(language, "", intake);
    }

    /// A fresh codename, in the browser's hands alone.
    @POST
    @Path("{language: [a-z]{2}}/start")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @PermitAll
    public Response begin(@PathParam("language") String code) {
        Language language = Language.of(code);
        People.Intake intake = crowd.door();
        if (intake != People.Intake.OPEN) {
            return Answers.closed(language, "", intake);
        }
        return turn(language, waiting(Optional.empty(), Session.Begin.IN_TURN), FIRST);
    }

    private Session.Waiting waiting(Optional<Codename> codename, Session.Begin begin) {
        return new Session.Waiting(codename, begin, sessions.last(), sessions.now());
    }

    /// How long a request waits for it, and the page that comes where it has not come.
    private record Turn(Duration patience, String page) {}

    /// Once it is this one's turn, the way goes on; until then by a page that renews itself.
    private Response turn(Language language, Session.Waiting waiting, Turn turn) {
        return waiting.codename()
                .map(codename -> derived(language, codename, waiting, turn))
                .orElseGet(() -> begun(language, waiting, turn));
    }

    private Response begun(Language language, Session.Waiting waiting, Turn turn) {
        Optional<Session.Begin> begin = crowd.mayBegin(waiting.place(), turn.patience());
        if (begin.isPresent()) {
            Session fresh =
                    new Session.Shown(
                            Codename.generate(random),
                            1 + random.nextInt(Codename.WORDS),
                            begin.get(),
                            sessions.now());
            return Answers.seeOther(language, "codename")
                    .header(HttpHeaders.SET_COOKIE, sessions.keep(fresh))
                    .build();
        }
        if (crowd.pace() == Crowd.Pace.FULL) {
            crowd.refused(Crowd.Why.QUOTA);
            return Answers.full(language);
        }
        crowd.slowed(Crowd.Why.QUOTA);
        return waits(language, waiting, turn);
    }

    private Response derived(
            Language language, Codename codename, Session.Waiting waiting, Turn turn) {
        return derivations
                .of(codename, waiting.begin(), waiting.place(), turn.patience())
                .map(known ->
                        Answers.seeOther(language, waiting.begin().may() ? "form" : "case")
                                .header(HttpHeaders.SET_COOKIE, sessions.keep(known))
                                .build())
                .orElseGet(() -> {
                    crowd.slowed(Crowd.Why.PLACES);
                    return waits(language, waiting, turn);
                });
    }

    private Response waits(Language language, Session.Waiting waiting, Turn turn) {
        return Answers.seeOther(language, turn.page())
                .header(HttpHeaders.SET_COOKIE, sessions.keep(waiting))
                .build();
    }

    /// Renews itself until it is its source's turn, and leads on then.
    @GET
    @Path("{language: [a-z]{2}}/wait")
    @PermitAll
    public Response wait(
            @PathParam("language") String code,
            @QueryParam("again") @Nullable String again,
            @QueryParam("still") @Nullable String still,
            @Context HttpHeaders headers) {
        Language language = Language.of(code);
        return sessions.read(headers)
                .map(session ->
                        switch (session) {
                            case Session.Waiting waiting when again == null ->
                                    Answers.waits(
                                            language,
                                            Renewal.of(waiting.place(), sessions.now(), still),
                                            WAIT,
                                            "wait?again=1",
                                            RENEWED);
                            case Session.Waiting waiting -> {
                                Renewal renewal =
                                        Renewal.of(waiting.place(), sessions.now(), still);
                                yield turn(
                                        language,
                                        waiting,
                                        new Turn(renewal.held(Crowd.LONG), renewal.page(WAIT)));
                            }
                            case Session.Shown _ -> Answers.seeOther(language, "codename").build();
                            case Session.Known known ->
                                    Answers.seeOther(
                                                    language, known.begin().may() ? "form" : "case")
                                            .build();
                            case Session.Proven _ -> Answers.expired(language);
                        })
                .orElseGet(() -> Answers.expired(language));
    }

    /// As often as the browser asks, until the source goes on: on a slow circuit people load a page
    /// again, and what they have begun to write down must still be there. Never after that.
    @GET
    @Path("{language: [a-z]{2}}/codename")
    @PermitAll
    public Response codename(@PathParam("language") String code, @Context HttpHeaders headers) {
        Language language = Language.of(code);
        return sessions.read(headers)
                .map(session ->
                        switch (session) {
                            case Session.Shown shown -> shown(200, language, shown, false);
                            case Session.Known known -> gone(language, known);
                            case Session.Waiting _ -> Answers.seeOther(language, "wait").build();
                            case Session.Proven _ -> Answers.expired(language);
                        })
                .orElseGet(() -> Answers.expired(language));
    }

    private Response gone(Language language, Session.Known known) {
        return Answers.page(410, language, Pages.gone(new Pages.View(language, "codename")))
                .header(HttpHeaders.SET_COOKIE, sessions.used(known))
                .build();
    }

    /// One word asked back: then the codename goes, and what follows from it stays. Whoever sends it
    /// twice goes on twice.
    @POST
    @Path("{language: [a-z]{2}}/confirm")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @PermitAll
    public Response confirm(
            @PathParam("language") String code,
            @FormParam("word") @Nullable String word,
            @Context HttpHeaders headers) {
        Language language = Language.of(code);
        Optional<Session> session = sessions.read(headers);
        if (session.isEmpty()) {
            return Answers.expired(language);
        }
        if (session.get() instanceof Session.Known known) {
            return Answers.seeOther(language, "form")
                    .header(HttpHeaders.SET_COOKIE, sessions.used(known))
                    .build();
        }
        if (!(session.get() instanceof Session.Shown shown)) {
            return Answers.expired(language);
        }
        String asked = shown.codename().words().get(shown.asked() - 1);
        if (word == null || !word.strip().toLowerCase(Locale.ROOT).equals(asked)) {
            return shown(400, language, shown, true);
        }
        return turn(language, shown.confirmed(sessions.last()), FIRST);
    }

    @GET
    @Path("{language: [a-z]{2}}/return")
    @PermitAll
    public Response comeBack(@PathParam("language") String code) {
        Language language = Language.of(code);
        return Answers.page(
                        200,
                        language,
                        Pages.comeback(new Pages.View(language, "return"), programs.program()))
                .build();
    }

    /// Right, wrong and malformed codenames get the same answer after the same work; the next page
    /// tells.
    @POST
    @Path("{language: [a-z]{2}}/return")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @PermitAll
    public Response comeBack(
            @PathParam("language") String code, @FormParam("codename") @Nullable String typed) {
        Language language = Language.of(code);
        Codename codename =
                Codename.parse(typed == null ? "" : typed)
                        .orElseGet(() -> Codename.generate(random));
        return turn(language, waiting(Optional.of(codename), Session.Begin.NOT), FIRST);
    }

    @POST
    @Path("{language: [a-z]{2}}/leave")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @PermitAll
    public Response leave(@PathParam("language") String code, @Context HttpHeaders headers) {
        Language language = Language.of(code);
        return Answers.page(200, language, Pages.left(new Pages.View(language, "")))
                .header(HttpHeaders.SET_COOKIE, sessions.end(headers))
                .header("Clear-Site-Data", "\"*\"")
                .build();
    }

    private static Response shown(
            int status, Language language, Session.Shown shown, boolean wrong) {
        return Answers.page(
                        status,
                        language,
                        Pages.codename(
                                new Pages.View(language, "codename"),
                                shown.codename().revealText(),
                                Integer.toString(shown.asked()),
                                wrong))
                .build();
    }
}
