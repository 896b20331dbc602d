package org.sigillo.release;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
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

    /// The last proofs, once a checkpoint covers the release.
    Optional<SortedMap<String, byte[]>> lastProofs(Id release) {
        long sealed = index("release.package-sealed", release);
        long released = index("release.released", release);
        if (sealed < 0 || released < 0) {
            return Optional.empty();
        }
        return ledger.witnessed(Math.max(sealed, released))
                .map(last -> {
                    long old = ready(release).checkpoint().size();
                    long size = last.checkpoint().size();
                    return ReleasePackage.lastProofs(
                            proven(sealed, size),
                            proven(released, size),
                            last.note(),
                            old,
                            ledger.published().consistency(old, size));
                });
    }

    private SignedCheckpoint ready(Id release) {
        return Optional.of(index("release.ready", release))
                .filter(it -> it >= 0)
                .flatMap(ledger::covering)
                .orElseThrow(() -> new IllegalStateException("the approvals are published"));
    }

    private long index(String type, Id release) {
        return ledger.find(type + "/" + release + "/" + ROUND)
                .filter(it -> !it.closed())
                .map(it -> it.index().orElse(-1))
                .orElse(-1L);
    }

    private ProvenEntry proven(long index, long size) {
        return new ProvenEntry(entry(index), ledger.published().inclusion(index, size));
    }

    private Entry entry(long index) {
        return Entry.parse(ledger.published().entry(index).orElseThrow());
    }
}
