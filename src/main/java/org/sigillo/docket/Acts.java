package org.sigillo.docket;

import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Refusal;
import org.sigillo.custody.CustodyEvent;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Id;
import org.sigillo.custody.Nonce;
import org.sigillo.custody.Role;
import org.sigillo.custody.Trust;
import org.sigillo.ledger.Draft;
import org.sigillo.ledger.Ledger;
import org.sigillo.ledger.Recorded;

/// What one person does in one case within one transaction, under the guards' lock. Each act is
/// judged after all that was said before it, the acts of the same request included: a key says each
/// thing once, and what is entered twice could never be taken back.
final class Acts {
    private final Ledger ledger;
    private final InstantSource clock;
    private final Id person;
    private final Id caseId;
    private Trust trust;

    /// @param trust who counts, once a case's own signed events are followed too
    Acts(
            Ledger ledger,
            InstantSource clock,
            Id person,
            Id caseId,
            Function<List<Recorded>, Trust> trust) {
        this.ledger = ledger;
        this.clock = clock;
        this.person = person;
        this.caseId = caseId;
        this.trust =
                trust.apply(
                        ledger.ofCase(caseId).stream()
                                .filter(it ->
                                        !it.closed() && it.event().fact().signed().isPresent())
                                .toList());
    }

    /// Whether a grant may be given to this person.
    boolean countsAsReviewer(Id holder) {
        return trust.counts(holder, Role.REVIEWER);
    }

    /// Enters an act if its statement holds.
    ///
    /// @param key of the event, which nothing else has
    /// @throws Refusal saying what does not hold
    void enter(String key, Nonce nonce, CustodyEvent fact) {
        Entry.Event event =
                new Entry.Event(
                        clock.instant().truncatedTo(ChronoUnit.SECONDS).toString(),
                        Optional.of(Entry.caseTag(nonce.bytes(), caseId)),
                        Optional.of(person.hex()),
                        fact);
        try {
            trust = trust.admit(event);
        } catch (BrokenEvidenceException e) {
            throw Refusal.ofStatement(e);
        }
        ledger.append(Draft.signed(key, person, Optional.of(caseId), nonce, fact));
    }
}
