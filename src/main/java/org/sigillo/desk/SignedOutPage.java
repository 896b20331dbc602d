package org.sigillo.desk;

import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sigillo.web.Language;

/// Where a sign-out ends: a page that does not sign in again by itself. In the browser's language,
/// because what was chosen at the desk is not sent along.
@Path("/signed-out")
public final class SignedOutPage {
    @GET
    @PermitAll
    public Response signedOut(@HeaderParam("Accept-Language") @Nullable String accept) {
        Language language = Language.preferred(Optional.ofNullable(accept));
        return Response.ok(page(language, Words.of(language)), "text/html; charset=utf-8")
                .header(HttpHeaders.CONTENT_LANGUAGE, language.code())
                .build();
    }

    static String page(Language language, Words words) {
        return "<!doctype html><html lang=\""
                + language.code()
                + "\"><head><meta charset=\"utf-8\"><meta name=\"viewport\""
                + " content=\"width=device-width\"><link rel=\"stylesheet\" href=\"/style.css\"><title>"
                + words.title()
                + " · Sigillo</title></head><body><main><h1>"
                + words.title()
                + "</h1><p>"
                + words.text()
                + "</p><p><a href=\"/\">"
                + words.signIn()
                + "</a></p></main></body></html>";
    }

    /// What the page says.
    record Words(String title, String text, String signIn) {
        static Words of(Language language) {
            return switch (language) {
                case EN ->
                        new Words(
                                "Signed out",
                                "Your keys are locked and your session has ended.",
                                "Sign in");
                case FR ->
                        new Words(
                                "Déconnexion faite",
                                "Vos clés sont verrouillées et votre session est terminée.",
                                "Se connecter");
                case DE ->
                        new Words(
                                "Abgemeldet",
                                "Ihre Schlüssel sind verschlossen, und Ihre Sitzung ist beendet.",
                                "Anmelden");
                case IT ->
                        new Words(
                                "Disconnessione avvenuta",
                                "Le sue chiavi sono bloccate e la sua sessione è terminata.",
                                "Accedi");
            };
        }
    }
}
