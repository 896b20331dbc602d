package org.sigillo.docket;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.CaseEvent;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Genesis;
import org.sigillo.custody.Id;
import org.sigillo.ledger.Ledger;
import org.sigillo.ledger.Recorded;

/// A case's rows, once each was compared with its event and each event with its row: what somebody has
/// added, changed or taken away in the tables is found before it is believed.
record CheckedCase(
        Id caseId,
        String day,
        String source,
        List<GenerationRow> generations,
        List<GrantRow> grants,
        List<Held> exhibits,
        List<Answer> replies,
        List<Wishes.Wish> wishes,
        Optional<LocalDate> takenUp) {
    private static final Pattern SEGMENT = Pattern.compile("([0-9]{1,18}):([0-9a-f]{64})");

    /// A reply to the source, and its event.
    ///
    /// @param removed whether its source wished it away: then the row has no box any more
    record Answer(ReplyRow row, Recorded event, CaseEvent.ReplySent fact, boolean removed) {
        Id id() {
            return Id.parse(row.id);
        }
    }

    /// An exhibit as it is held, and its event.
    ///
    /// @param damaged numbers of segments that the vault has lost or altered or no longer gives back, as was last entered
    record Held(
            ExhibitRow row,
            List<Cases.Segment> segments,
            Recorded event,
            CaseEvent.ExhibitSealed fact,
            SortedSet<Integer> damaged) {

        Id id() {
            return Id.parse(row.id);
        }

        /// The day on which it came.
        String day() {
            return event.event().at();
        }
    }

    GenerationRow newest() {
        return generations.getLast();
    }

    static CheckedCase of(Ledger ledger, DocketRows rows, CaseRow row) {
        return undisturbed(ledger, rows, row, it -> read(ledger, rows, it, Id.parse(it.id)));
    }

    /// Reads, and where something is broken once more while nobody can change anything.
    static <T> T undisturbed(
            Ledger ledger, DocketRows rows, CaseRow row, Function<CaseRow, T> read) {
        try {
            return read.apply(row);
        } catch (BrokenEvidenceException e) {
            // Rows and events are read one after the other; now nobody can come between, and what
            // was read a moment ago is read again.
            ledger.lockGuards();
            rows.lock(row.id);
            rows.forget();
            return read.apply(rows.byId(row.id));
        }
    }

    /// That a stub is there as long as its source has not removed it.
    static void sameStub(ExhibitRow row, boolean removed) {
        String found = row.stub == null ? "removed" : "there";
        same("stub of exhibit " + row.id, removed ? "removed" : "there", found);
    }

    /// That an event's entry hides this case.
    static void isOf(Id caseId, Recorded event) {
        same(
                "event " + event.key() + ", case",
                Entry.caseTag(event.nonce(), caseId).hex(),
                event.event().caseTag().map(Sha256::hex).orElse("none"));
    }

    /// The event that began a case, and that it is whose its row says.
    static Recorded first(Id caseId, CaseRow row, List<Recorded> events) {
        for (Recorded it : events) {
            if (it.event().fact() instanceof CaseEvent.Opened opened) {
                same(
                        "source of case " + caseId,
                        opened.source().hex(),
                        Genesis.recipientHash(row.source).hex());
                return it;
            }
        }
        throw new BrokenEvidenceException("case " + caseId, "an event", "none");
    }

    private static CheckedCase read(Ledger ledger, DocketRows rows, CaseRow row, Id caseId) {
        List<GenerationRow> generations = rows.generations(row.id);
        List<GrantRow> grants = rows.grants(row.id);
        List<ExhibitRow> exhibits = rows.exhibits(row.id);
        List<ReplyRow> replies = rows.replies(row.id);
        List<Recorded> events = ledger.ofCase(caseId);
        return checked(
                caseId,
                row,
                generations,
                grants,
                replies,
                events,
                exhibits(caseId, exhibits, events));
    }

    /// What was read of a case, once all of it but the exhibits, which were, is compared.
    static CheckedCase checked(
            Id caseId,
            CaseRow row,
            List<GenerationRow> generations,
            List<GrantRow> grants,
            List<ReplyRow> replies,
            List<Recorded> events,
            List<Held> exhibits) {
        Recorded first = first(caseId, row, events);
        sameRows("recipient of case " + caseId + ", generation ", given(events), made(generations));
        sameRows("grant of case " + caseId + ", generation ", granted(events), held(grants));
        return new CheckedCase(
                caseId,
                first.event().at(),
                row.source,
                generations,
                grants,
                exhibits,
                replies(caseId, replies, events),
                wishes(events),
                takenUp(events));
    }

    /// In the order of their numbers, which is that of their events.
    private static List<Held> exhibits(Id caseId, List<ExhibitRow> rows, List<Recorded> events) {
        List<Recorded> sealed =
                events.stream()
                        .filter(it -> it.event().fact() instanceof CaseEvent.ExhibitSealed)
                        .toList();
        same("exhibits of case " + caseId, sealed.size() + "", rows.size() + "");
        Set<String> forgotten = new HashSet<>();
        for (Recorded it : events) {
            if (it.event().fact() instanceof CaseEvent.StubRemoved(Sha256 exhibit)) {
                isOf(it.about(), exhibit, it);
                forgotten.add(it.about());
            }
        }
        Map<String, SortedSet<Integer>> damaged = damaged(events);
        List<Held> held = new ArrayList<>();
        for (ExhibitRow row : rows) {
            held.add(
                    held(
                            row,
                            held.size() + 1,
                            sealed.get(held.size()),
                            damaged.getOrDefault(row.id, new TreeSet<>())));
            sameStub(row, forgotten.contains(row.id));
        }
        return held;
    }

    private static List<Answer> replies(Id caseId, List<ReplyRow> rows, List<Recorded> events) {
        Map<String, ReplyRow> byId = new HashMap<>();
        rows.forEach(row -> byId.put(row.id, row));
        Set<String> removed = new HashSet<>();
        List<Recorded> sent = new ArrayList<>();
        for (Recorded it : events) {
            if (it.event().fact() instanceof CaseEvent.ReplyRemoved(Sha256 reply)) {
                isReply(reply, it);
                removed.add(it.about());
            } else if (it.event().fact() instanceof CaseEvent.ReplySent fact) {
                isReply(fact.reply(), it);
                sent.add(it);
            }
        }
        List<Answer> replies = new ArrayList<>();
        for (Recorded event : sent) {
            ReplyRow row = byId.get(event.about());
            if (row == null) {
                throw new BrokenEvidenceException("a reply of case " + caseId, "a row", "none");
            }
            CaseEvent.ReplySent fact = (CaseEvent.ReplySent) event.event().fact();
            replies.add(reply(row, event, fact, removed.contains(row.id)));
        }
        same("replies of case " + caseId, replies.size() + "", rows.size() + "");
        return replies;
    }

    private static Answer reply(
            ReplyRow row, Recorded event, CaseEvent.ReplySent sent, boolean removed) {
        String where = "reply " + row.id;
        same(where + ", generation", sent.generation() + "", row.generation + "");
        same(
                where,
                removed ? "removed" : sent.box().hex(),
                row.box == null ? "removed" : Sha256.of(row.box).hex());
        return new Answer(row, event, sent, removed);
    }

    private static void isReply(Sha256 tag, Recorded event) {
        same(
                "event " + event.key() + ", reply",
                tag.hex(),
                Entry.replyTag(event.nonce(), Id.parse(event.about())).hex());
    }

    private static Optional<LocalDate> takenUp(List<Recorded> events) {
        return events.stream()
                .filter(it -> it.event().fact() instanceof CaseEvent.TakenUp)
                .findFirst()
                .map(CheckedCase::day);
    }

    private static LocalDate day(Recorded event) {
        return LocalDate.parse(event.event().at().substring(0, 10));
    }

    /// Whatever the order of their entries: what a reviewer says may be numbered first.
    private static List<Wishes.Wish> wishes(List<Recorded> events) {
        Map<CaseEvent.Wish, LocalDate> settled = new EnumMap<>(CaseEvent.Wish.class);
        Map<CaseEvent.Wish, LocalDate> asked = new EnumMap<>(CaseEvent.Wish.class);
        for (Recorded it : events) {
            if (it.event().fact() instanceof CaseEvent.SourceWished(CaseEvent.Wish wish)) {
                asked.put(wish, day(it));
            } else if (it.event().fact() instanceof CaseEvent.WishSettled(CaseEvent.Wish wish)) {
                settled.put(wish, day(it));
            }
        }
        return asked.entrySet().stream()
                .map(it ->
                        new Wishes.Wish(
                                it.getKey(),
                                it.getValue(),
                                Optional.ofNullable(settled.get(it.getKey()))))
                .toList();
    }

    /// Of exhibits that are or were damaged, the numbers of the segments that are, as was last entered.
    static Map<String, SortedSet<Integer>> damaged(List<Recorded> events) {
        Map<String, SortedSet<Integer>> damaged = new HashMap<>();
        events.forEach(it -> damage(it, damaged));
        return damaged;
    }

    private static void damage(Recorded it, Map<String, SortedSet<Integer>> damaged) {
        if (it.event().fact() instanceof CaseEvent.ExhibitDamaged found) {
            isOf(it.about(), found.exhibit(), it);
            damaged.computeIfAbsent(it.about(), _ -> new TreeSet<>())
                    .add(Math.toIntExact(found.segment()));
        } else if (it.event().fact() instanceof CaseEvent.ExhibitMended found) {
            isOf(it.about(), found.exhibit(), it);
            damaged.getOrDefault(it.about(), new TreeSet<>())
                    .remove(Math.toIntExact(found.segment()));
        }
    }

    /// That an event's key names the exhibit that its entry hides.
    static void isOf(String exhibit, Sha256 tag, Recorded event) {
        same(
                "event " + event.key() + ", exhibit",
                tag.hex(),
                Entry.exhibitTag(event.nonce(), Id.parse(exhibit)).hex());
    }

    /// An exhibit whose row was compared with its event.
    static Held held(ExhibitRow row, int number, Recorded event, SortedSet<Integer> damaged) {
        String where = "exhibit " + row.id;
        CaseEvent.ExhibitSealed fact = (CaseEvent.ExhibitSealed) event.event().fact();
        List<Cases.Segment> segments = segments(where, row.segments);
        same(where + ", number", number + "", row.number + "");
        same(
                where + ", id",
                fact.exhibit().hex(),
                Entry.exhibitTag(event.nonce(), Id.parse(row.id)).hex());
        same(where + ", generation", fact.generation() + "", row.generation + "");
        same(where + ", size", fact.size() + "", row.size + "");
        same("label of " + where, fact.label().hex(), Sha256.of(row.label).hex());
        same(
                "segments of " + where,
                fact.root().hex(),
                Entry.root(segments.stream().map(Cases.Segment::digest).toList()).hex());
        return new Held(row, segments, event, fact, damaged);
    }

    private static List<Cases.Segment> segments(String where, String text) {
        List<Cases.Segment> segments = new ArrayList<>();
        for (String one : text.split(" ", -1)) {
            Matcher segment = SEGMENT.matcher(one);
            if (!segment.matches()) {
                throw new BrokenEvidenceException(
                        "segments of " + where, "sizes and digests", "another text");
            }
            segments.add(
                    new Cases.Segment(
                            Long.parseLong(segment.group(1)), Sha256.parse(segment.group(2))));
        }
        return segments;
    }

    /// To what a case is sealed, by what was entered.
    static Map<String, Sha256> given(List<Recorded> events) {
        Map<String, Sha256> recipients = new TreeMap<>();
        for (Recorded recorded : events) {
            switch (recorded.event().fact()) {
                case CaseEvent.Opened opened -> recipients.put("0", opened.recipient());
                case CaseEvent.GenerationMade made ->
                        recipients.put("" + made.generation(), made.recipient());
                default -> {}
            }
        }
        return recipients;
    }

    /// To what a case is sealed, by its rows.
    static Map<String, Sha256> made(List<GenerationRow> rows) {
        Map<String, Sha256> recipients = new TreeMap<>();
        rows.forEach(it -> recipients.put("" + it.generation, Genesis.recipientHash(it.recipient)));
        return recipients;
    }

    private static Map<String, Sha256> granted(List<Recorded> events) {
        Map<String, Sha256> grants = new TreeMap<>();
        for (Recorded recorded : events) {
            if (recorded.event().fact() instanceof CaseEvent.GrantGiven given) {
                grants.put(given.generation() + " to " + given.person(), given.grant());
            }
        }
        return grants;
    }

    private static Map<String, Sha256> held(List<GrantRow> rows) {
        Map<String, Sha256> grants = new TreeMap<>();
        rows.forEach(it -> grants.put(it.generation + " to " + it.person, Sha256.of(it.sealed)));
        return grants;
    }

    /// That each event has its row, and each row its event.
    static void sameRows(String where, Map<String, Sha256> expected, Map<String, Sha256> found) {
        Set<String> names = new TreeSet<>(expected.keySet());
        names.addAll(found.keySet());
        for (String name : names) {
            same(where + name, text(expected.get(name)), text(found.get(name)));
        }
    }

    private static String text(@Nullable Sha256 digest) {
        return digest == null ? "none" : digest.hex();
    }

    static void same(String where, String expected, String found) {
        if (!expected.equals(found)) {
            throw new BrokenEvidenceException(where, expected, found);
        }
    }
}
