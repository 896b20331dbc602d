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
import java.text.NumberFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Id;
import org.sigillo.docket.Cases;
import org.sigillo.docket.Replies;
import org.sigillo.sealing.Age;
import org.sigillo.sealing.HybridIdentity;
import org.sigillo.web.Language;

/// What arrived under a codename, from its stubs, and the receipts.
@Path("/drop/{language: [a-z]{2}}")
@RunOnVirtualThread
public final class CasePage {
    private final Sessions sessions;
    private final Cases cases;
    private final Replies replies;

    CasePage(Sessions sessions, Cases cases, Replies replies) {
        this.sessions = sessions;
        this.cases = cases;
        this.replies = replies;
    }

    @GET
    @Path("case")
    @PermitAll
    public Response arrived(
            @PathParam("language") String code,
            @QueryParam("again") @Nullable String again,
            @Context HttpHeaders headers) {
        Language language = Language.of(code);
        return sessions.known(headers)
                .map(session -> arrived(200, language, session, again != null, null))
                .orElseGet(() -> Answers.expired(language));
    }

    private Response arrived(
            int status,
            Language language,
            Session.Known session,
            boolean byItself,
            @Nullable String error) {
        Optional<Cases.Opened> opened = cases.byLocator(session.locator(), session.recipient());
        List<Pages.Line> lines =
                opened.map(known -> lines(language, session, known)).orElseGet(List::of);
        if (lines.isEmpty()) {
            // Right and wrong codenames alike: the session is of whoever typed it.
            return Answers.page(200, language, Pages.none(new Pages.View(language, "case")))
                    .header(HttpHeaders.SET_COOKIE, sessions.used(session))
                    .build();
        }
        Id caseId = opened.get().caseId();
        List<Pages.Reply> answers = answers(session, caseId);
        boolean waits = lines.stream().anyMatch(line -> line.index() == null);
        Response.ResponseBuilder page =
                Answers.page(
                        status,
                        language,
                        Pages.arrived(
                                new Pages.View(language, "case"), answers, lines, waits, error));
        if (waits) {
            page.header(
                    "Refresh", cases.beat() + 2 + "; url=/" + language.code() + "/case?again=1");
        }
        if (!byItself) {
            // A page that renews itself may have nobody before it.
            if (answers.stream().anyMatch(Pages.Reply::fresh)) {
                replies.seen(caseId);
            }
            page.header(HttpHeaders.SET_COOKIE, sessions.used(session));
        }
        return page.build();
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
        if ("plain".equals(form) && !"yes".equals(wish)) {
            return arrived(
                    400, language, session, false, Answers.texts(language).receipt_refused());
        }
        try (HybridIdentity source = session.identity()) {
            Optional<String> text = text(session, source, number);
            if (text.isEmpty()) {
                return arrived(
                        404, language, session, false, Answers.texts(language).receipt_none());
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
        return cases.exhibits(opened.get().caseId()).stream()
                .filter(shown -> shown.number() == number)
                .findFirst()
                .flatMap(shown ->
                        cases.receipt(
                                opened.get().caseId(),
                                shown.exhibit(),
                                stub(source, opened.get(), shown).salt()));
    }

    private List<Pages.Line> lines(Language language, Session.Known session, Cases.Opened opened) {
        NumberFormat format = NumberFormat.getIntegerInstance(Locale.of(language.code()));
        List<Pages.Line> lines = new ArrayList<>();
        try (HybridIdentity source = session.identity()) {
            for (Cases.Shown shown : cases.exhibits(opened.caseId())) {
                Boxes.Stub stub = stub(source, opened, shown);
                lines.add(
                        new Pages.Line(
                                shown.number(),
                                shown.day(),
                                format.format(stub.size()),
                                stub.sha256().hex(),
                                stub.message(),
                                shown.index().isPresent() ? shown.index().getAsLong() : null));
            }
        }
        return lines;
    }

    /// Those that are still there, the newest first.
    private List<Pages.Reply> answers(Session.Known session, Id caseId) {
        List<Pages.Reply> answers = new ArrayList<>();
        try (HybridIdentity source = session.identity()) {
            int number = 0;
            for (Replies.Reply reply : replies.toSource(caseId)) {
                number++;
                if (reply.box().isPresent()) {
                    answers.addFirst(
                            new Pages.Reply(
                                    number,
                                    reply.day().toString(),
                                    Boxes.reply(reply, source, cases.origins(), caseId)
                                            .orElse(null),
                                    !reply.seen()));
                }
            }
        }
        return answers;
    }

    @POST
    @Path("reply/remove")
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @PermitAll
    public Response remove(
            @PathParam("language") String code,
            @FormParam("number") int number,
            @Context HttpHeaders headers) {
        Language language = Language.of(code);
        Optional<Session.Known> known = sessions.known(headers);
        if (known.isEmpty()) {
            return Answers.expired(language);
        }
        Session.Known session = known.get();
        boolean removed =
                cases.byLocator(session.locator(), session.recipient())
                        .map(it -> removed(it.caseId(), number))
                        .orElse(false);
        return removed
                ? Answers.seeOther(language, "case")
                        .header(HttpHeaders.SET_COOKIE, sessions.used(session))
                        .build()
                : arrived(404, language, session, false, Answers.texts(language).reply_none());
    }

    private boolean removed(Id caseId, int number) {
        List<Replies.Reply> all = replies.toSource(caseId);
        return number > 0
                && number <= all.size()
                && replies.remove(caseId, all.get(number - 1).id());
    }

    private Boxes.Stub stub(HybridIdentity source, Cases.Opened opened, Cases.Shown shown) {
        Boxes.Stub stub =
                Boxes.open(
                        shown.stub(),
                        source,
                        cases.origins(),
                        opened.caseId(),
                        shown.exhibit(),
                        shown.generation());
        if (!Entry.content(stub.salt(), stub.sha256()).equals(shown.content())) {
            throw new BrokenEvidenceException(
                    "stub of exhibit " + shown.exhibit(), "what the ledger says", "another file");
        }
        return stub;
    }
}
