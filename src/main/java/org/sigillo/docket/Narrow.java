package org.sigillo.docket;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.CaseEvent;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Id;
import org.sigillo.ledger.Ledger;
import org.sigillo.ledger.Recorded;

/// What a request needs of a case, compared with its events as in a whole reading, but without the rest, which may be thousands
/// of exhibits. What the vault has lost of an exhibit is not among it.
final class Narrow {
    /// Of each exhibit there is one or more of these.
    private static final String[] OF_EXHIBITS = {
        "exhibit.sealed", "exhibit.damaged", "exhibit.mended", "exhibit.fetched", "stub.removed"
    };

    private final Ledger ledger;
    private final DocketRows rows;
    private final Id caseId;

    private Narrow(Ledger ledger, DocketRows rows, CaseRow row) {
        this.ledger = ledger;
        this.rows = rows;
        this.caseId = Id.parse(row.id);
    }

    /// To what a case is sealed, and that it is whose its row says.
    static List<GenerationRow> generations(Ledger ledger, DocketRows rows, CaseRow row) {
        return CheckedCase.undisturbed(
                ledger, rows, row, it -> new Narrow(ledger, rows, it).generations(it));
    }

    /// Some of a case.
    ///
    /// @param exhibits how many it has in all: as many as their events say
    record Part(CheckedCase known, long exhibits) {}

    /// A case without its exhibits.
    static Part without(Ledger ledger, DocketRows rows, CaseRow row) {
        return part(ledger, rows, row, 1, 0);
    }

    /// A case with so many of its exhibits, from this number on.
    static Part part(Ledger ledger, DocketRows rows, CaseRow row, int from, int most) {
        return CheckedCase.undisturbed(
                ledger, rows, row, it -> new Narrow(ledger, rows, it).part(it, from, most));
    }

    /// The same, with what is known of damage to them.
    static CheckedCase withDamage(Ledger ledger, DocketRows rows, CaseRow row, int from, int most) {
        return CheckedCase.undisturbed(
                ledger,
                rows,
                row,
                it -> {
                    Narrow narrow = new Narrow(ledger, rows, it);
                    List<Recorded> ofDamage =
                            ledger.ofCase(narrow.caseId, "exhibit.sealed", "exhibit.fetched");
                    return narrow.part(it, from, most, CheckedCase.damaged(ofDamage)).known();
                });
    }

    /// One exhibit of a case.
    static Optional<CheckedCase.Held> exhibit(
            Ledger ledger, DocketRows rows, CaseRow row, Supplier<Optional<ExhibitRow>> find) {
        return CheckedCase.undisturbed(
                ledger, rows, row, it -> new Narrow(ledger, rows, it).exhibit(find.get()));
    }

    /// The exhibit of this number, by the order of the events, which is that of the numbers: two rows may have changed theirs.
    static Optional<CheckedCase.Held> numbered(
            Ledger ledger, DocketRows rows, CaseRow row, int number) {
        return CheckedCase.undisturbed(
                ledger, rows, row, it -> new Narrow(ledger, rows, it).numbered(number));
    }

    private Optional<CheckedCase.Held> numbered(int number) {
        List<Recorded> sealed =
                ledger.ofCase(caseId).stream()
                        .filter(it -> it.event().fact() instanceof CaseEvent.ExhibitSealed)
                        .toList();
        if (number < 1 || number > sealed.size()) {
            return Optional.empty();
        }
        String id = sealed.get(number - 1).about();
        CheckedCase.Held found =
                exhibit(rows.exhibit(id))
                        .orElseThrow(() ->
                                new BrokenEvidenceException("exhibit " + id, "a row", "none"));
        CheckedCase.same("exhibit " + id + ", number", number + "", found.row().number + "");
        return Optional.of(found);
    }

    private List<GenerationRow> generations(CaseRow row) {
        List<GenerationRow> generations = rows.generations(row.id);
        List<Recorded> events = new ArrayList<>();
        ledger.find(Cases.opened(caseId)).ifPresent(events::add);
        // One more than there are rows: of a row that somebody has taken away the event tells.
        for (int i = 1; i <= generations.size(); i++) {
            ledger.find(Cases.generation(caseId, i)).ifPresent(events::add);
        }
        events.forEach(it -> CheckedCase.isOf(caseId, it));
        CheckedCase.first(caseId, row, events);
        CheckedCase.sameRows(
                "recipient of case " + caseId + ", generation ",
                CheckedCase.given(events),
                CheckedCase.made(generations));
        return generations;
    }

    private Part part(CaseRow row, int from, int most) {
        return part(row, from, most, Map.of());
    }

    private Part part(CaseRow row, int from, int most, Map<String, SortedSet<Integer>> damaged) {
        List<GenerationRow> generations = rows.generations(row.id);
        List<GrantRow> grants = rows.grants(row.id);
        List<ReplyRow> replies = rows.replies(row.id);
        List<ExhibitRow> exhibits = most == 0 ? List.of() : rows.exhibits(row.id, from, most);
        long count = rows.exhibitCount(row.id);
        CheckedCase.same("exhibits of case " + caseId, ledger.exhibits(caseId) + "", count + "");
        long expected = Math.clamp(count - from + 1, 0, most);
        CheckedCase.same(
                "exhibits of case " + caseId + " from " + from,
                expected + "",
                exhibits.size() + "");
        CheckedCase known =
                CheckedCase.checked(
                        caseId,
                        row,
                        generations,
                        grants,
                        replies,
                        ledger.ofCase(caseId, OF_EXHIBITS),
                        held(exhibits, from, damaged));
        return new Part(known, count);
    }

    private List<CheckedCase.Held> held(
            List<ExhibitRow> exhibits, int from, Map<String, SortedSet<Integer>> damaged) {
        Map<String, Recorded> events = events(exhibits);
        List<CheckedCase.Held> held = new ArrayList<>();
        for (ExhibitRow row : exhibits) {
            SortedSet<Integer> known = damaged.getOrDefault(row.id, new TreeSet<>());
            held.add(held(row, from + held.size(), events, known));
        }
        return held;
    }

    private Map<String, Recorded> events(List<ExhibitRow> exhibits) {
        return ledger.find(
                exhibits.stream()
                        .map(row -> Id.parse(row.id))
                        .flatMap(id -> Stream.of(Cases.key(id), Wishes.removed(id)))
                        .toList());
    }

    private Optional<CheckedCase.Held> exhibit(Optional<ExhibitRow> found) {
        if (found.isEmpty()) {
            return Optional.empty();
        }
        ExhibitRow row = found.get();
        Map<String, Recorded> events = events(List.of(row));
        if (!row.caseId.equals(caseId.hex())) {
            Id exhibit = Id.parse(row.id);
            if (isOurs(sealed(exhibit, events))) {
                throw new BrokenEvidenceException(
                        "case of exhibit " + exhibit, caseId.hex(), row.caseId);
            }
            return Optional.empty();
        }
        return Optional.of(held(row, row.number, events, new TreeSet<>()));
    }

    private CheckedCase.Held held(
            ExhibitRow row, int number, Map<String, Recorded> events, SortedSet<Integer> damaged) {
        Id exhibit = Id.parse(row.id);
        Recorded event = sealed(exhibit, events);
        CheckedCase.isOf(caseId, event);
        CheckedCase.sameStub(row, isForgotten(exhibit, events));
        return CheckedCase.held(row, number, event, damaged);
    }

    private static Recorded sealed(Id exhibit, Map<String, Recorded> events) {
        return Optional.ofNullable(events.get(Cases.key(exhibit)))
                .filter(it -> it.event().fact() instanceof CaseEvent.ExhibitSealed)
                .orElseThrow(() ->
                        new BrokenEvidenceException("exhibit " + exhibit, "an event", "none"));
    }

    private boolean isOurs(Recorded event) {
        Sha256 tag = Entry.caseTag(event.nonce(), caseId);
        return event.event().caseTag().filter(tag::equals).isPresent();
    }

    private boolean isForgotten(Id exhibit, Map<String, Recorded> events) {
        Recorded event = events.get(Wishes.removed(exhibit));
        if (event == null) {
            return false;
        }
        CheckedCase.isOf(caseId, event);
        if (!(event.event().fact() instanceof CaseEvent.StubRemoved(Sha256 tag))) {
            throw new BrokenEvidenceException(
                    "event " + event.key(), "of a stub that was removed", "another");
        }
        CheckedCase.isOf(exhibit.hex(), tag, event);
        return true;
    }
}
