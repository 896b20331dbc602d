package org.sigillo.intake;

import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sigillo.people.People;
import org.sigillo.sealing.Codename;
import org.sigillo.web.Language;

/// Begin, be shown a codename, confirm it, come back, leave.
@Path("/drop")
@RunOnVirtualThread
public final class StartPage {
    private final Sessions sessions;
    private final Derivations derivations;
    private final People people;
    private final SecureRandom random;

    StartPage(Sessions sessions, Derivations derivations, People people, SecureRandom random) {
        this.sessions = sessions;
        this.derivations = derivations;
        this.people = people;
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
        People.Intake intake = people.intake();
        return intake == People.Intake.OPEN
                ? Answers.page(200, language, Pages.start(new Pages.View(language, ""))).build()
                : Answers.closed(language, "", intake);
    }

    /// A fresh codename, in the browser's hands alone.
    @POST
    @Path("{language: [a-z]{2}}/start")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @PermitAll
    public Response begin(@PathParam("language") String code) {
        Language language = Language.of(code);
        People.Intake intake = people.intake();
        if (intake != People.Intake.OPEN) {
            return Answers.closed(language, "", intake);
        }
        Session fresh =
                new Session.Shown(
                        Codename.generate(random),
                        1 + random.nextInt(Codename.WORDS),
                        sessions.now());
        return Answers.seeOther(language, "codename")
                .header(HttpHeaders.SET_COOKIE, sessions.keep(fresh))
                .build();
    }

    @GET
    @Path("{language: [a-z]{2}}/codename")
    @PermitAll
    public Response codename(@PathParam("language") String code, @Context HttpHeaders headers) {
        Language language = Language.of(code);
        return sessions.read(headers)
                .filter(Session.Shown.class::isInstance)
                .map(Session.Shown.class::cast)
                .map(shown -> shown(200, language, shown, false))
                .orElseGet(() -> Answers.expired(language));
    }

    /// One word asked back: then the codename goes, and what follows from it stays.
    @POST
    @Path("{language: [a-z]{2}}/confirm")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @PermitAll
    public Response confirm(
            @PathParam("language") String code,
            @FormParam("word") @Nullable String word,
            @Context HttpHeaders headers) {
        Language language = Language.of(code);
        Optional<Session.Shown> session =
                sessions.read(headers)
                        .filter(Session.Shown.class::isInstance)
                        .map(Session.Shown.class::cast);
        if (session.isEmpty()) {
            return Answers.expired(language);
        }
        Session.Shown shown = session.get();
        String asked = shown.codename().words().get(shown.asked() - 1);
        if (word == null || !word.strip().toLowerCase(Locale.ROOT).equals(asked)) {
            return shown(400, language, shown, true);
        }
        return Answers.seeOther(language, "form")
                .header(
                        HttpHeaders.SET_COOKIE,
                        sessions.keep(derivations.begin(shown.codename(), sessions.now())))
                .build();
    }

    @GET
    @Path("{language: [a-z]{2}}/return")
    @PermitAll
    public Response comeBack(@PathParam("language") String code) {
        Language language = Language.of(code);
        return Answers.page(200, language, Pages.comeback(new Pages.View(language, "return")))
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
        return Answers.seeOther(language, "case")
                .header(
                        HttpHeaders.SET_COOKIE,
                        sessions.keep(derivations.comeBack(codename, sessions.now())))
                .build();
    }

    @POST
    @Path("{language: [a-z]{2}}/leave")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @PermitAll
    public Response leave(@PathParam("language") String code) {
        Language language = Language.of(code);
        return Answers.page(200, language, Pages.left(new Pages.View(language, "")))
                .header(HttpHeaders.SET_COOKIE, sessions.end())
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
                                shown.asked(),
                                wrong))
                .build();
    }
}
