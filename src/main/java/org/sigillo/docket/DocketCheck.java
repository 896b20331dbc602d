package org.sigillo.docket;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Map;
import org.jboss.logging.Logger;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.MalformedException;
import org.sigillo.custody.Id;
import org.sigillo.ledger.Ledger;

/// That no row of the docket is missing of which the ledger has an event: a case that somebody has deleted would never
/// be looked at again, its source would be told that nothing came, and its segments would be nobody's. At a start every case is
/// compared with its events besides: what was found while somebody used it, a restart must not forget.
@ApplicationScoped
public class DocketCheck {
    private static final Logger LOG = Logger.getLogger(DocketCheck.class);

    private final Ledger ledger;
    private final DocketRows rows;
    private final Transactions transactions;
    private volatile boolean stopped;

    DocketCheck(Ledger ledger, DocketRows rows, Transactions transactions) {
        this.ledger = ledger;
        this.rows = rows;
        this.transactions = transactions;
    }

    void start(@Observes StartupEvent begin) {
        report();
        Thread.ofVirtual().name("docket-check").start(this::compareAll);
    }

    void stop(@Observes ShutdownEvent end) {
        stopped = true;
    }

    /// Each in a transaction of its own, while the doors are open already: it may take minutes.
    private void compareAll() {
        try {
            for (String caseId : transactions.call(rows::caseIds)) {
                if (stopped) {
                    return;
                }
                compare(caseId);
            }
        } catch (RuntimeException | Error e) {
            LOG.errorf(
                    "the cases are compared again at the next start, or when they are used: %s", e);
        }
    }

    private void compare(String caseId) {
        try {
            transactions.call(() -> CheckedCase.of(ledger, rows, rows.byId(caseId)));
        } catch (BrokenEvidenceException e) {
            ledger.report(e);
        } catch (MalformedException e) {
            ledger.report(
                    new BrokenEvidenceException(
                            "a row of case " + caseId,
                            "well formed",
                            String.valueOf(e.getMessage())));
        }
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
