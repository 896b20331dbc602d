package org.sigillo.intake;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.text.NumberFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.custody.CaseEvent;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Id;
import org.sigillo.docket.Cases;
import org.sigillo.docket.Replies;
import org.sigillo.docket.Wishes;
import org.sigillo.sealing.HybridIdentity;
import org.sigillo.waiting.OneEach;
import org.sigillo.waiting.Renewal;
import org.sigillo.web.Language;

/// What a source finds under its codename: the newsroom's answers, what arrived, and what it has taken back.
@ApplicationScoped
class Arrived {
    private static final String AGAIN = "case?again=1";

    /// Seconds until somebody asks again whose turn did not come.
    private static final int RENEWED = 10;

    private final Sessions sessions;
    private final Cases cases;
    private final Replies replies;

    /// Half of the processors: the other half is everybody else's.
    private final OneEach shown =
            new OneEach(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));

    Arrived(Sessions sessions, Cases cases, Replies replies) {
        this.sessions = sessions;
        this.cases = cases;
        this.replies = replies;
    }

    /// In its turn: every stub is opened for it, and a case may have thousands.
    ///
    /// @param byItself whether nobody asked for it: the page before renewed itself
    /// @param error what went wrong with what was asked before, if anything did
    Response page(
            int status,
            Language language,
            Session.Known session,
            boolean byItself,
            @Nullable String error) {
        return shown.of(
                        session.locator(),
                        Crowd.LONG,
                        () -> inTurn(status, language, session, byItself, error))
                .orElseGet(() ->
                        Answers.waits(
                                language, new Renewal(Duration.ZERO, true), AGAIN, AGAIN, RENEWED));
    }

    private Response inTurn(
            int status,
            Language language,
            Session.Known session,
            boolean byItself,
            @Nullable String error) {
        Optional<Cases.Opened> opened = cases.byLocator(session.locator(), session.recipient());
        Optional<Cases.ToSource> found =
                opened.map(known -> cases.toSource(known.caseId()))
                        .filter(it -> !it.exhibits().isEmpty());
        if (opened.isEmpty() || found.isEmpty()) {
            // Right and wrong codenames alike: the session is of whoever typed it.
            return Answers.page(200, language, Pages.none(new Pages.View(language, "case")))
                    .header(HttpHeaders.SET_COOKIE, sessions.used(session))
                    .build();
        }
        Id caseId = opened.get().caseId();
        List<Replies.Reply> sent = found.get().replies();
        List<Pages.Reply> answers = answers(session, caseId, sent);
        List<Pages.Line> lines = lines(language, session, opened.get(), found.get().exhibits());
        boolean waits = lines.stream().anyMatch(line -> line.index() == null);
        Response.ResponseBuilder page =
                Answers.page(
                        status,
                        language,
                        Pages.arrived(
                                new Pages.View(language, "case"),
                                answers,
                                lines,
                                new Pages.TakenBack(
                                        found.get().wishes().stream().map(Arrived::wish).toList()),
                                waits,
                                error));
        if (waits) {
            page.header(
                    "Refresh", cases.beat() + 2 + "; url=/" + language.code() + "/case?again=1");
        }
        if (!byItself) {
            // A page that renews itself may have nobody before it.
            if (answers.stream().anyMatch(Pages.Reply::fresh)) {
                replies.seen(
                        caseId, sent.stream().map(Replies.Reply::id).collect(Collectors.toSet()));
            }
            page.header(HttpHeaders.SET_COOKIE, sessions.used(session));
        }
        return page.build();
    }

    private List<Pages.Line> lines(
            Language language,
            Session.Known session,
            Cases.Opened opened,
            List<Cases.Shown> exhibits) {
        NumberFormat format = NumberFormat.getIntegerInstance(Locale.of(language.code()));
        List<Pages.Line> lines = new ArrayList<>();
        try (HybridIdentity source = session.identity()) {
            for (Cases.Shown shown : exhibits) {
                if (shown.stub().isEmpty()) {
                    continue;
                }
                Boxes.Stub stub = stub(source, opened, shown, shown.stub().get());
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
    private List<Pages.Reply> answers(Session.Known session, Id caseId, List<Replies.Reply> sent) {
        List<Pages.Reply> answers = new ArrayList<>();
        try (HybridIdentity source = session.identity()) {
            int number = 0;
            for (Replies.Reply reply : sent) {
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

    private static Pages.Wish wish(Wishes.Wish it) {
        return new Pages.Wish(
                it.wish() == CaseEvent.Wish.DELETION,
                it.day().toString(),
                it.settled().isPresent());
    }

    /// What its source was told of an exhibit.
    ///
    /// @throws BrokenEvidenceException if the ledger says something else
    Boxes.Stub stub(HybridIdentity source, Cases.Opened opened, Cases.Shown shown, byte[] box) {
        Boxes.Stub stub =
                Boxes.open(
                        box,
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
