package org.sigillo.docket;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.SortedSet;
import org.jboss.logging.Logger;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.CaseEvent;
import org.sigillo.custody.CustodyEvent;
import org.sigillo.custody.Entry;
import org.sigillo.ledger.Draft;
import org.sigillo.ledger.Ledger;
import org.sigillo.vault.Scrub;

/// Enters what the vault has lost or altered or no longer gives back, and that it was put back. The events are all that is kept
/// of it: health and case pages read them.
@ApplicationScoped
class Damage {
    private static final Logger LOG = Logger.getLogger(Damage.class);
    private static final String DAMAGED = "exhibit.damaged";
    private static final String MENDED = "exhibit.mended";

    private final Ledger ledger;
    private final DocketRows rows;
    private final Transactions transactions;

    Damage(Ledger ledger, DocketRows rows, Transactions transactions) {
        this.ledger = ledger;
        this.rows = rows;
        this.transactions = transactions;
    }

    /// Takes note of what was found at a segment's address; says it once.
    void note(SealedSegments.Segment at, Scrub.Found found) {
        note(at, found instanceof Scrub.Whole, digest(found));
    }

    /// Takes note of a segment that the vault could not be made to give back, whatever lies at its address.
    void noteUnreadable(SealedSegments.Segment at) {
        note(at, false, Optional.empty());
    }

    private void note(SealedSegments.Segment at, boolean whole, Optional<Sha256> found) {
        boolean news = transactions.call(() -> entered(at, whole, found));
        if (news) {
            LOG.errorf(
                    "segment %d of exhibit %s %s",
                    at.number(), at.exhibit(), whole ? "is whole again" : "is damaged");
        }
    }

    private boolean entered(SealedSegments.Segment at, boolean whole, Optional<Sha256> found) {
        rows.lock("damage/" + at.exhibit());
        if (whole != known(at).contains(at.number())) {
            return false;
        }
        enter(at, whole, found);
        return true;
    }

    private SortedSet<Integer> known(SealedSegments.Segment at) {
        CheckedCase known = CheckedCase.of(ledger, rows, rows.byId(at.caseId().hex()));
        return known.exhibits().stream()
                .filter(it -> it.id().equals(at.exhibit()))
                .findFirst()
                .orElseThrow(() ->
                        new BrokenEvidenceException("exhibit " + at.exhibit(), "a row", "none"))
                .damaged();
    }

    private void enter(SealedSegments.Segment at, boolean whole, Optional<Sha256> found) {
        long before =
                ledger.ofCase(at.caseId()).stream().filter(it -> about(it.event().fact())).count();
        ledger.append(
                Draft.byServer(
                        (whole ? MENDED : DAMAGED)
                                + "/"
                                + at.exhibit()
                                + "/"
                                + at.number()
                                + "/"
                                + before,
                        at.caseId(),
                        nonce -> {
                            Sha256 tag = Entry.exhibitTag(nonce, at.exhibit());
                            return whole
                                    ? new CaseEvent.ExhibitMended(tag, at.number())
                                    : new CaseEvent.ExhibitDamaged(tag, at.number(), found);
                        }));
    }

    private static boolean about(CustodyEvent fact) {
        return fact instanceof CaseEvent.ExhibitDamaged || fact instanceof CaseEvent.ExhibitMended;
    }

    private static Optional<Sha256> digest(Scrub.Found found) {
        return switch (found) {
            case Scrub.Altered(Sha256 digest) -> Optional.of(digest);
            case Scrub.Missing ignored -> Optional.empty();
            case Scrub.Whole ignored -> Optional.empty();
        };
    }

    /// How many segments are damaged now: each is entered as mended at most as often as damaged, be it in a later ledger.
    long count() {
        return (long) ledger.everOfTypes(DAMAGED).size() - ledger.everOfTypes(MENDED).size();
    }
}
