package org.sigillo.intake;

import io.quarkus.qute.TemplateInstance;
import io.quarkus.qute.i18n.MessageBundles;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.Locale;
import org.sigillo.people.People;
import org.sigillo.waiting.Renewal;
import org.sigillo.web.Language;

/// Answers of this door.
final class Answers {
    private Answers() {}

    static Response.ResponseBuilder page(int status, Language language, TemplateInstance page) {
        return Response.status(status)
                .type("text/html; charset=utf-8")
                .header(HttpHeaders.CONTENT_LANGUAGE, language.code())
                .entity(
                        page.setAttribute(
                                        MessageBundles.ATTRIBUTE_LOCALE, Locale.of(language.code()))
                                .render());
    }

    /// To another page of this door, by its path alone (RFC 9110 §10.2.2): only the browser knows whether it came by https.
    static Response.ResponseBuilder seeOther(Language language, String page) {
        return Response.status(Response.Status.SEE_OTHER)
                .header(HttpHeaders.LOCATION, "/" + language.code() + "/" + page);
    }

    /// The texts of a language, for what templates do not say themselves.
    static Texts texts(Language language) {
        return texts(Texts.class, language);
    }

    static ArrivedTexts arrived(Language language) {
        return texts(ArrivedTexts.class, language);
    }

    private static <T> T texts(Class<T> bundle, Language language) {
        return MessageBundles.get(
                bundle, io.quarkus.qute.i18n.Localized.Literal.of(language.code()));
    }

    /// Why nothing is taken in: no more than a source needs to know.
    static Response closed(Language language, String page, People.Intake intake) {
        Texts texts = texts(language);
        String text = intake == People.Intake.HALTED ? texts.halted_text() : texts.closed_text();
        return notice(503, language, page, texts.closed_title(), text);
    }

    static Response expired(Language language) {
        Texts texts = texts(language);
        return notice(403, language, "", texts.expired_title(), texts.expired_text());
    }

    /// No new case begins today.
    static Response full(Language language) {
        WaitTexts texts = texts(WaitTexts.class, language);
        return notice(503, language, "", texts.full_title(), texts.full_text());
    }

    /// The page of whoever waits.
    ///
    /// @param here the page itself, below `/<language>/`, as it is where it comes by itself
    /// @param next what it asks for then
    /// @param seconds until then, of whoever has just come
    static Response waits(
            Language language, Renewal renewal, String here, String next, int seconds) {
        Pages.View view = new Pages.View(language, renewal.page(next));
        Pages.Waiting waiting =
                new Pages.Waiting(
                        renewal.minutes(),
                        next.startsWith("form"),
                        !next.startsWith("case"),
                        renewal.byItself(),
                        Renewal.withState(renewal.page(next)),
                        Renewal.withState(renewal.byItself() ? Renewal.still(here) : here));
        Response.ResponseBuilder page = page(200, language, Pages.wait(view, waiting));
        return renewal.byItself()
                ? page.header(
                                "Refresh",
                                renewal.seconds(seconds)
                                        + "; url=/"
                                        + language.code()
                                        + "/"
                                        + Renewal.withState(next))
                        .build()
                : page.build();
    }

    private static Response notice(
            int status, Language language, String page, String title, String text) {
        return page(status, language, Pages.notice(new Pages.View(language, page), title, text))
                .build();
    }
}
