package org.sigillo.docket;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.LocalDate;
import java.util.Optional;
import org.sigillo.bytes.Refusal;
import org.sigillo.custody.CaseEvent;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Id;
import org.sigillo.ledger.Draft;
import org.sigillo.ledger.Ledger;

/// What a source takes back. The events are all that is kept of it; a reviewer sees to it.
@ApplicationScoped
public class Wishes {
    private final Ledger ledger;
    private final CaseDesk desk;
    private final DocketRows rows;

    Wishes(Ledger ledger, CaseDesk desk, DocketRows rows) {
        this.ledger = ledger;
        this.desk = desk;
        this.rows = rows;
    }

    /// A wish of the source.
    ///
    /// @param settled the day on which a reviewer had seen to it
    public record Wish(CaseEvent.Wish wish, LocalDate day, Optional<LocalDate> settled) {}

    /// Enters a wish of the case's source. Doing so again changes nothing.
    ///
    /// @return whether there is anything to take back
    @Transactional
    public boolean wish(Id caseId, CaseEvent.Wish wish) {
        // Where rows are missing, the reading says so.
        if (Narrow.without(ledger, rows, rows.byId(caseId.hex())).exhibits() == 0) {
            return false;
        }
        ledger.append(
                Draft.bySource(
                        "source.wished/" + caseId + "/" + wish.word(),
                        caseId,
                        nonce -> new CaseEvent.SourceWished(wish)));
        return true;
    }

    /// Enters that a reviewer has seen to it. The first who says so is entered.
    @Transactional
    public void settle(Id person, Id caseId, CaseEvent.Wish wish) {
        ledger.lockGuards();
        rows.lock(caseId.hex());
        Wish asked =
                desk.held(person, caseId).wishes().stream()
                        .filter(it -> it.wish() == wish)
                        .findFirst()
                        .orElseThrow(() ->
                                new Refusal(
                                        Refusal.Kind.UNKNOWN,
                                        "no-wish",
                                        "The source of this case has not asked for that."));
        if (asked.settled().isEmpty()) {
            ledger.append(
                    Draft.byPerson(
                            "wish.settled/" + caseId + "/" + wish.word(),
                            person,
                            Optional.of(caseId),
                            nonce -> new CaseEvent.WishSettled(wish)));
        }
    }

    /// Removes for its source what that was told of an exhibit: gone here at once. What was sent stays.
    ///
    /// @param number the exhibit's in the case
    /// @return whether there is such an exhibit
    @Transactional
    public boolean forget(Id caseId, int number) {
        return Narrow.numbered(ledger, rows, rows.byId(caseId.hex()), number)
                .filter(it -> forget(caseId, it.id()))
                .isPresent();
    }

    /// The same by its id.
    @Transactional
    public boolean forget(Id caseId, Id exhibit) {
        if (rows.exhibit(exhibit.hex()).isEmpty()) {
            // Nobody waits for one that is not there; whether it is this case's is seen below.
            return false;
        }
        ledger.lockGuards();
        rows.lock(caseId.hex());
        // Another tab may have done so meanwhile.
        rows.forget();
        Optional<CheckedCase.Held> found =
                Narrow.exhibit(
                        ledger, rows, rows.byId(caseId.hex()), () -> rows.exhibit(exhibit.hex()));
        if (found.filter(it -> it.row().stub != null).isPresent()) {
            ledger.append(
                    Draft.bySource(
                            removed(exhibit),
                            caseId,
                            nonce -> new CaseEvent.StubRemoved(Entry.exhibitTag(nonce, exhibit))));
            found.get().row().stub = null;
        }
        return found.isPresent();
    }

    static String removed(Id exhibit) {
        return "stub.removed/" + exhibit;
    }
}
