package org.sigillo.web;

import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;

/// What an error looks like before any resource was reached: a page at the doors for people, a
/// problem (RFC 9457) at the doors for programs. Each sentence says what to do next.
@ApplicationScoped
class ErrorPages {
    /// An answer that names no resource.
    record Plain(int status, String title, String sentence) {}

    static final Plain NOT_FOUND =
            new Plain(
                    404,
                    "Not here",
                    "There is nothing at this address. Go back to the start page.");
    static final Plain MISDIRECTED =
            new Plain(421, "Not this host", "No service answers under this name on this machine.");
    static final Plain UNREADABLE =
            new Plain(400, "Not readable", "The request cannot be read. Go back and try again.");
    static final Plain FOREIGN =
            new Plain(
                    403,
                    "Not from here",
                    "This request did not come from our own page. Open our page and send it again.");

    static final Plain TOO_LARGE =
            new Plain(
                    413,
                    "Too large",
                    "This is more than such a request may carry, or it does not say how much.");

    static final Plain BUSY =
            new Plain(
                    503,
                    "Too many at once",
                    "Too many ask at this moment. Try again in some seconds.");

    static final Plain ANOTHER_FORM =
            new Plain(415, "Another form", "This address takes another media type.");
    static final Plain NO_TOKEN =
            new Plain(
                    401,
                    "For auditors",
                    "This is for auditors' programs: send an access token (RFC 6750) with the"
                            + " request.");

    void end(RoutingContext request, Plain error) {
        HttpServerResponse response = request.response();
        if (response.ended()) {
            return;
        }
        if (response.headWritten()) {
            request.request().connection().close();
            return;
        }
        response.setStatusCode(error.status());
        if (error.equals(BUSY)) {
            response.putHeader("Retry-After", String.valueOf(Failures.AGAIN));
        }
        String asked = request.request().path();
        String path = asked != null && asked.startsWith("/") ? asked : "/";
        Door door = request.get(DoorFilter.DOOR);
        if (door != null && door.speaksJson(path)) {
            JsonObject problem =
                    new JsonObject()
                            .put("type", "about:blank")
                            .put("title", error.title())
                            .put("status", error.status())
                            .put("detail", error.sentence());
            if (error.equals(BUSY)) {
                problem.put("guard", "busy");
            }
            response.putHeader("Content-Type", "application/problem+json").end(problem.encode());
        } else {
            response.putHeader("Content-Type", "text/html; charset=utf-8")
                    .end(
                            page(
                                    path,
                                    String.valueOf(error.status()),
                                    error.title(),
                                    error.sentence()));
        }
    }

    /// A page of one sentence, in the language of the address.
    ///
    /// @param key under which the other languages have it: a status, or a word
    static String page(String path, String key, String title, String sentence) {
        Language language = ErrorTexts.of(path);
        String heading = ErrorTexts.title(language, key, title);
        return "<!doctype html><html lang=\""
                + language.code()
                + "\"><head><meta charset=\"utf-8\">"
                + "<meta name=\"viewport\" content=\"width=device-width\">"
                + "<link rel=\"stylesheet\" href=\"/style.css\"><title>"
                + heading
                + "</title></head><body><main><h1>"
                + heading
                + "</h1><p>"
                + escaped(ErrorTexts.sentence(language, key, sentence))
                + "</p><p><a href=\"/"
                + (language == Language.EN ? "" : language.code())
                + "\">"
                + ErrorTexts.startPage(language)
                + "</a></p></main></body></html>";
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
