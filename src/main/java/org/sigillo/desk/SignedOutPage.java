package org.sigillo.desk;

import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;

/// Where a sign-out ends: a page that does not sign in again by itself.
@Path("/signed-out")
public final class SignedOutPage {
    @GET
    @Produces("text/html; charset=utf-8")
    @PermitAll
    public String signedOut() {
        return "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\""
                + " content=\"width=device-width\"><link rel=\"stylesheet\" href=\"/style.css\">"
                + "<title>Signed out · Sigillo</title></head><body><main><h1>Signed out</h1><p>Your"
                + " keys are locked and your session has ended.</p><p><a href=\"/\">Sign in</a></p>"
                + "</main></body></html>";
    }
}
