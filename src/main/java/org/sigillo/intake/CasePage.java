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
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sigillo.custody.Id;
import org.sigillo.docket.Cases;
import org.sigillo.docket.Tracing;
import org.sigillo.sealing.Age;
import org.sigillo.sealing.HybridIdentity;
import org.sigillo.web.Language;

/// What arrived under a codename, from its stubs, and the receipts.
@Path("/drop/{language: [a-z]{2}}")
@RunOnVirtualThread
public final class CasePage {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,6}");

    private final Sessions sessions;
    private final Cases cases;
    private final Tracing tracing;
    private final Arrived arrived;
    private final Crowd crowd;

    CasePage(Sessions sessions, Cases cases, Tracing tracing, Arrived arrived, Crowd crowd) {
        this.sessions = sessions;
        this.cases = cases;
        this.tracing = tracing;
        this.arrived = arrived;
        this.crowd = crowd;
    }

    @GET
    @Path("case")
    @PermitAll
    public Response page(
            @PathParam("language") String code,
            @QueryParam("again") @Nullable String again,
            @QueryParam("part") @Nullable String part,
            @QueryParam("still") @Nullable String still,
            @Context HttpHeaders headers) {
        Language language = Language.of(code);
        return sessions.known(headers)
                .map(session ->
                        arrived.page(
                                200,
                                new Arrived.Asked(
                                        language, number(part), again != null, still != null),
                                session,
                                null))
                .orElseGet(() -> Answers.expired(language));
    }

    /// None where the address has something else: the newest are shown then.
    private static @Nullable Integer number(@Nullable String part) {
        return part != null && NUMBER.matcher(part).matches() ? Integer.valueOf(part) : null;
    }

    /// Sealed to the source's own identity, or plain on an explicit wish.
    @POST
    @Path("receipt")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @PermitAll
    public Response receipt(
            @PathParam("language") String code,
            @FormParam("number") int number,
            @FormParam("form") @Nullable String form,
            @FormParam("wish") @Nullable String wish,
            @Context HttpHeaders headers) {
        Language language = Language.of(code);
        Optional<Session.Known> known = sessions.known(headers);
        if (known.isEmpty()) {
            return Answers.expired(language);
        }
        Session.Known session = known.get();
        Arrived.Asked here = arrived.about(language, number);
        if ("plain".equals(form) && !"yes".equals(wish)) {
            return arrived.page(400, here, session, Answers.arrived(language).receipt_refused());
        }
        try (HybridIdentity source = session.identity()) {
            Optional<String> text =
                    crowd.ofCase(session.locator(), () -> text(session, source, number))
                            .orElseThrow(Crowd::busy);
            if (text.isEmpty()) {
                return arrived.page(404, here, session, Answers.arrived(language).receipt_none());
            }
            byte[] receipt = text.get().getBytes(StandardCharsets.UTF_8);
            boolean plain = "plain".equals(form);
            return Response.ok(
                            plain ? receipt : Age.seal(receipt, source.recipient()),
                            "application/octet-stream")
                    .header(
                            "Content-Disposition",
                            "attachment; filename=\""
                                    + number
                                    + (plain ? ".tlog-proof\"" : ".age\""))
                    .header(HttpHeaders.SET_COOKIE, sessions.used(session))
                    .build();
        }
    }

    private Optional<String> text(Session.Known session, HybridIdentity source, int number) {
        Optional<Cases.Opened> opened = cases.byLocator(session.locator(), session.recipient());
        if (opened.isEmpty()) {
            return Optional.empty();
        }
        Id caseId = opened.get().caseId();
        return cases.toSource(caseId, number)
                .flatMap(shown ->
                        Boxes.stub(shown, source, cases.origins(), caseId)
                                .flatMap(stub ->
                                        tracing.receipt(caseId, shown.exhibit(), stub.salt())));
    }
}
