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
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;
import org.sigillo.custody.CaseEvent;
import org.sigillo.custody.Id;
import org.sigillo.docket.Cases;
import org.sigillo.docket.Replies;
import org.sigillo.docket.Wishes;
import org.sigillo.sealing.HybridIdentity;
import org.sigillo.waiting.Renewal;
import org.sigillo.web.Language;

/// What a source finds under its codename: the newsroom's answers, what arrived, and what it has taken back.
@ApplicationScoped
class Arrived {
    private static final String PAGE = "case";

    /// Seconds until somebody asks again whose turn did not come.
    private static final int RENEWED = 10;

    private final Sessions sessions;
    private final Cases cases;
    private final Replies replies;
    private final int exhibits;
    private final Crowd crowd;

    /// @param exhibits on a page: every stub on it is opened for it, and a case may have thousands
    Arrived(
            Sessions sessions,
            Cases cases,
            Replies replies,
            Crowd crowd,
            @ConfigProperty(name = "sigillo.intake.page") int exhibits) {
        this.sessions = sessions;
        this.cases = cases;
        this.replies = replies;
        this.crowd = crowd;
        this.exhibits = exhibits;
    }

    /// Which of a case's pages is asked for.
    ///
    /// @param part the page with so many numbers, counted from 1; null for the newest
    /// @param byItself whether nobody asked for it: the page before renewed itself
    /// @param still whether a page that waits for its turn stays until it is asked
    record Asked(Language language, @Nullable Integer part, boolean byItself, boolean still) {
        /// Below `/<language>/`.
        String page() {
            return part == null ? PAGE : PAGE + "?part=" + part;
        }

        /// Where it renews itself.
        String again() {
            return PAGE + "?again=1" + (part == null ? "" : "&part=" + part);
        }
    }

    /// The page on which this number stands.
    Asked about(Language language, int number) {
        return new Asked(language, partOf(number), false, false);
    }

    private int partOf(int number) {
        return (number - 1) / exhibits + 1;
    }

    /// In its turn.
    ///
    /// @param error what went wrong with what was asked before, if anything did
    Response page(int status, Asked asked, Session.Known session, @Nullable String error) {
        return crowd.ofCase(session.locator(), () -> inTurn(status, asked, session, error))
                .orElseGet(() ->
                        Answers.waits(
                                asked.language(),
                                new Renewal(Duration.ZERO, !asked.still()),
                                asked.again(),
                                asked.again(),
                                RENEWED));
    }

    private Response inTurn(
            int status, Asked asked, Session.Known session, @Nullable String error) {
        Language language = asked.language();
        Optional<Cases.Opened> opened = cases.byLocator(session.locator(), session.recipient());
        SortedMap<Integer, List<Integer>> parts =
                parts(opened.map(known -> cases.numbers(known.caseId())).orElse(List.of()));
        int part =
                asked.part() != null && parts.containsKey(asked.part())
                        ? asked.part()
                        : newest(parts);
        Optional<Cases.ToSource> found =
                opened.map(known ->
                                cases.toSource(known.caseId(), (part - 1) * exhibits + 1, exhibits))
                        .filter(it -> it.count() > 0);
        if (opened.isEmpty() || found.isEmpty()) {
            // Right and wrong codenames alike: the session is of whoever typed it.
            boolean mayBegin = session.begin().may() || opened.isPresent();
            return Answers.page(200, language, Pages.none(new Pages.View(language, PAGE), mayBegin))
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
                                new Pages.View(language, asked.page()),
                                answers,
                                lines,
                                labels(parts, part, numbers(language)),
                                new Pages.TakenBack(
                                        found.get().wishes().stream().map(Arrived::wish).toList()),
                                waits,
                                error));
        if (waits) {
            page.header(
                    "Refresh",
                    cases.beat() + 2 + "; url=/" + language.code() + "/" + asked.again());
        }
        if (!asked.byItself()) {
            // A page that renews itself may have nobody before it.
            if (answers.stream().anyMatch(Pages.Reply::fresh)) {
                replies.seen(
                        caseId, sent.stream().map(Replies.Reply::id).collect(Collectors.toSet()));
            }
            page.header(HttpHeaders.SET_COOKIE, sessions.used(session));
        }
        return page.build();
    }

    /// What can be shown, by its page. A number keeps its page, whatever its source takes off it.
    private SortedMap<Integer, List<Integer>> parts(List<Integer> numbers) {
        SortedMap<Integer, List<Integer>> parts = new TreeMap<>();
        for (int number : numbers) {
            parts.computeIfAbsent(partOf(number), _ -> new ArrayList<>()).add(number);
        }
        return parts;
    }

    private static NumberFormat numbers(Language language) {
        return NumberFormat.getIntegerInstance(Locale.of(language.code()));
    }

    private static int newest(SortedMap<Integer, List<Integer>> parts) {
        return parts.isEmpty() ? 1 : parts.lastKey();
    }

    private static Pages.Parts labels(
            SortedMap<Integer, List<Integer>> parts, int here, NumberFormat format) {
        long count = parts.values().stream().mapToLong(List::size).sum();
        return new Pages.Parts(
                parts.entrySet().stream()
                        .map(it ->
                                new Pages.Part(
                                        it.getKey(),
                                        Integer.toString(it.getValue().getFirst()),
                                        Integer.toString(it.getValue().getLast()),
                                        it.getKey() == here))
                        .toList(),
                format.format(count));
    }

    private List<Pages.Line> lines(
            Language language,
            Session.Known session,
            Cases.Opened opened,
            List<Cases.Shown> exhibits) {
        NumberFormat format = numbers(language);
        List<Pages.Line> lines = new ArrayList<>();
        try (HybridIdentity source = session.identity()) {
            for (Cases.Shown shown : exhibits) {
                if (shown.stub().isEmpty()) {
                    continue;
                }
                lines.add(
                        new Pages.Line(
                                shown.number(),
                                shown.day(),
                                Boxes.stub(shown, source, cases.origins(), opened.caseId())
                                        .map(stub -> said(stub, format))
                                        .orElse(null),
                                shown.index().isPresent() ? shown.index().getAsLong() : null));
            }
        }
        return lines;
    }

    private static Pages.Said said(Boxes.Stub stub, NumberFormat format) {
        return new Pages.Said(format.format(stub.size()), stub.sha256().hex(), stub.message());
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
}
