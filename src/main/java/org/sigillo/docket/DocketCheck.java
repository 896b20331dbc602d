package org.sigillo.docket;

import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Map;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.custody.Id;
import org.sigillo.ledger.Ledger;

/// That no row of the docket is missing of which the ledger has an event: a case that somebody has deleted would never
/// be looked at again, its source would be told that nothing came, and its segments would be nobody's. At a start every case is
/// compared with its events besides: what was found while somebody used it, a restart must not forget.
@ApplicationScoped
public class DocketCheck {
    private final Ledger ledger;
    private final DocketRows rows;
    private final Transactions transactions;

    DocketCheck(Ledger ledger, DocketRows rows, Transactions transactions) {
        this.ledger = ledger;
        this.rows = rows;
        this.transactions = transactions;
    }

    void start(@Observes StartupEvent begin) {
        report();
        try {
            transactions.call(rows::caseIds).forEach(this::compare);
        } catch (BrokenEvidenceException e) {
            ledger.report(e);
        }
    }

    private void compare(String caseId) {
        transactions.call(() -> CheckedCase.of(ledger, rows, rows.byId(caseId)));
    }

    /// Takes note of what is missing.
    public void report() {
        try {
            run();
        } catch (BrokenEvidenceException e) {
            ledger.report(e);
        }
    }

    /// @throws BrokenEvidenceException if a case or an exhibit is missing
    void run() {
        // Rows and events come in one transaction: read later, the rows are at least as many.
        Map<Id, Long> known = ledger.cases();
        Map<String, Long> there = transactions.call(rows::exhibitCounts);
        known.forEach((caseId, exhibits) -> {
            Long found = there.get(caseId.hex());
            if (found == null) {
                throw new BrokenEvidenceException("case " + caseId, "a row", "none");
            }
            if (found < exhibits) {
                throw new BrokenEvidenceException(
                        "exhibits of case " + caseId, "at least " + exhibits, "" + found);
            }
        });
    }
}
