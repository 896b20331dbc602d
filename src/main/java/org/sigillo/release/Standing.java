package org.sigillo.release;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.CustodyEvent.RulesChanged;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Id;
import org.sigillo.custody.ReleaseEvent;
import org.sigillo.custody.Releases;
import org.sigillo.custody.Trust;
import org.sigillo.ledger.Ledger;
import org.sigillo.ledger.Recorded;
import org.sigillo.people.People;
import org.sigillo.vault.Holdings.Held;

/// What releases have come to, read from entries and waiting events each time it is asked.
@ApplicationScoped
class Standing {
    static final String[] EVENTS = {
        "release.proposed",
        "release.approval-given",
        "release.approved",
        "release.ready",
        "release.package-sealed",
        "release.released"
    };

    private final Ledger ledger;

    Standing(Ledger ledger) {
        this.ledger = ledger;
    }

    Optional<Releases.Release> of(Id release) {
        return followed().find(release);
    }

    /// What a release was sealed with.
    ///
    /// @param manifest of what is released
    /// @param packageDigest of the package's tag manifest
    record Sealed(Sha256 manifest, Sha256 packageDigest) {}

    /// The same by this ledger, or by one that is closed: that one's entries were followed by the check.
    Optional<Sealed> sealed(Id release) {
        return of(release)
                .flatMap(it ->
                        it.packageDigest().map(of -> new Sealed(it.proposal().manifest(), of)))
                .or(() -> ofClosed("release.package-sealed/" + release + "/1"));
    }

    private Optional<Sealed> ofClosed(String key) {
        return ledger.find(key)
                .filter(it -> it.closed() && it.index().isPresent())
                .map(it -> (ReleaseEvent.PackageSealed) it.event().fact())
                .map(it -> new Sealed(it.manifest(), it.packageDigest()));
    }

    /// What closed ledgers released.
    List<Id> releasedBefore() {
        return ledger.everOfTypes("release.released").stream()
                .filter(Recorded::closed)
                .map(it -> Id.parse(it.about()))
                .toList();
    }

    /// Every proposed release, in the order of their proposals.
    List<Releases.Release> all() {
        Set<Id> ids = new LinkedHashSet<>();
        Releases releases = new Releases();
        follow(releases, ids);
        List<Releases.Release> all = new ArrayList<>();
        ids.forEach(id -> releases.find(id).ifPresent(all::add));
        return all;
    }

    /// Adds what belongs to a release that was proposed and of which the register knows nothing, because it is being
    /// written, a closed ledger released it, or somebody deleted rows: it is nobody's rubbish.
    ///
    /// @param rows proposals by their rows
    /// @param register tells what it knows; the rest is added, too, where it cannot tell all
    void withProposed(
            List<String> addresses,
            List<String> rows,
            Consumer<Held> visitor,
            Consumer<Consumer<Held>> register) {
        Set<String> proposed = new HashSet<>(rows);
        ledger.everOfTypes("release.proposed").forEach(it -> proposed.add(it.about()));
        Set<String> known = new HashSet<>();
        try {
            register.accept(it -> {
                known.add(it.address());
                visitor.accept(it);
            });
        } finally {
            addresses.stream()
                    .filter(it -> proposed.contains(it.split("/", -1)[1]) && known.add(it))
                    .map(it -> new Held(it, Sha256.ZERO, false, Optional.empty()))
                    .forEach(visitor);
        }
    }

    private Releases followed() {
        Releases releases = new Releases();
        follow(releases, new LinkedHashSet<>());
        return releases;
    }

    private void follow(Releases releases, Set<Id> ids) {
        List<Recorded> events = ledger.ofTypes(People.eventsAnd(EVENTS));
        // Who counted when was checked when these were entered; here only the rules matter.
        boolean oneRules =
                events.stream().noneMatch(it -> it.event().fact() instanceof RulesChanged);
        Trust trust = Trust.of(ledger.genesis());
        for (Recorded recorded : events) {
            Entry.Event event = recorded.event();
            if (event.fact() instanceof ReleaseEvent fact) {
                ids.add(fact.release());
                releases.follow(
                        fact,
                        event,
                        trust.rules(),
                        recorded.index().isPresent()
                                ? "entry " + recorded.index().getAsLong()
                                : "pending " + fact.type());
            } else if (!oneRules) {
                trust = trust.with(event, recorded.index().orElse(Trust.PENDING));
            }
        }
    }
}
