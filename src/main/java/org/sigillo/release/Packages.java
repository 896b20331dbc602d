package org.sigillo.release;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Id;
import org.sigillo.custody.Manifest;
import org.sigillo.custody.ProvenEntry;
import org.sigillo.custody.ReleasePackage;
import org.sigillo.custody.ReleaseProof;
import org.sigillo.ledger.Ledger;
import org.sigillo.ledger.Recorded;
import org.sigillo.ledger.SignedCheckpoint;
import org.sigillo.people.People;

/// Builds what a package needs of the ledger; the same each time, since each part is in the first
/// checkpoint that covers it.
@ApplicationScoped
class Packages {
    private static final int ROUND = 1;

    private final Ledger ledger;

    Packages(Ledger ledger) {
        this.ledger = ledger;
    }

    /// The bag's own files. The approvals must be published.
    ReleasePackage of(Id release, Manifest manifest) {
        SignedCheckpoint covering = ready(release);
        long size = covering.checkpoint().size();
        List<Entry> known = new ArrayList<>(List.of(ledger.genesis().entry()));
        for (Recorded recorded : ledger.ofTypes(People.eventsAnd(Standing.EVENTS))) {
            if (recorded.index().isPresent() && recorded.index().getAsLong() < size) {
                known.add(entry(recorded.index().getAsLong()));
            }
        }
        known.sort(Comparator.comparingLong(Entry::n));
        return ReleasePackage.of(
                manifest,
                new ReleaseProof(
                        release,
                        manifest.digest(),
                        covering.signed(),
                        ReleaseProof.needed(release, known).stream()
                                .map(it -> proven(it.n(), size))
                                .toList()));
    }

    private SignedCheckpoint ready(Id release) {
        OptionalLong index = ledger.published().index("release.ready/" + release + "/" + ROUND);
        return ledger.published()
                .covering(index.orElseThrow())
                .orElseThrow(() -> new IllegalStateException("the approvals are published"));
    }

    private ProvenEntry proven(long index, long size) {
        return new ProvenEntry(entry(index), ledger.published().inclusion(index, size));
    }

    private Entry entry(long index) {
        return Entry.parse(ledger.published().entry(index).orElseThrow());
    }
}
