package org.sigillo.ledger;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.sigillo.bytes.CanonicalJson;
import org.sigillo.custody.CaseEvent;
import org.sigillo.custody.CustodyEvent;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Id;
import org.sigillo.custody.Role;
import org.sigillo.ledger.QueueRows.Pending;

/// Which waiting events are numbered now, and in which order.
///
/// On a beat sources get exactly k entries: their events, each drawn from a case at random and in the
/// case's own order, so that a case with many holds up no other, and fillers for the rest. Staff events
/// go at once, but those about a case go after what they follow from.
final class Beat {
    /// What a person or the server says of a case without a signature: follows from all that came in, and
    /// nothing follows from it.
    private static final Set<String> UNSIGNED =
            Set.of(
                    "exhibit.fetched",
                    "case.exported",
                    "case.taken-up",
                    "exhibit.damaged",
                    "exhibit.mended");

    private static final String GRANT = "grant.given";
    private static final Set<String> OPENING = Set.of("case.opened", GRANT);

    private final Map<Id, Deque<Pending>> sources = new LinkedHashMap<>();

    private Beat(List<Pending> sources) {
        for (Pending pending : sources) {
            this.sources
                    .computeIfAbsent(pending.caseId().orElseThrow(), _ -> new ArrayDeque<>())
                    .add(pending);
        }
    }

    /// How many entries a turn gives to sources.
    sealed interface Share {}

    /// None: no beat.
    record Nothing() implements Share {}

    /// As many as the rules say, filled up.
    record Filled(long k) implements Share {}

    /// Whatever waits, nothing more: hides nothing.
    record AllAtOnce() implements Share {}

    /// Chooses from what waits.
    ///
    /// @return the events in the order of their entries; an empty one stands for a filler
    static List<Optional<Pending>> choose(
            List<Pending> sources, List<Pending> staff, Share share, RandomGenerator random) {
        Beat beat = new Beat(sources);
        List<Optional<Pending>> chosen =
                new ArrayList<>(
                        switch (share) {
                            case Nothing() -> List.of();
                            case AllAtOnce() -> beat.everything(sources);
                            case Filled(long k) -> beat.filled(k, random);
                        });
        chosen.addAll(beat.free(staff));
        return chosen;
    }

    private List<Optional<Pending>> everything(List<Pending> all) {
        sources.clear();
        return all.stream().map(Optional::of).toList();
    }

    private List<Optional<Pending>> filled(long k, RandomGenerator random) {
        List<Id> cases = new ArrayList<>(sources.keySet());
        Map<Id, Deque<Pending>> drawn = new LinkedHashMap<>();
        List<Optional<Id>> places = new ArrayList<>();
        while (places.size() < k && !cases.isEmpty()) {
            int place = random.nextInt(cases.size());
            Id id = cases.get(place);
            Deque<Pending> queue = sources.getOrDefault(id, new ArrayDeque<>());
            drawn.computeIfAbsent(id, _ -> new ArrayDeque<>()).add(queue.removeFirst());
            places.add(Optional.of(id));
            if (queue.isEmpty()) {
                sources.remove(id);
                cases.set(place, cases.getLast());
                cases.removeLast();
            }
        }
        while (places.size() < k) {
            places.add(Optional.empty());
        }
        Collections.shuffle(places, Random.from(random));
        return places.stream()
                .map(place ->
                        place.map(id -> drawn.getOrDefault(id, new ArrayDeque<>()).removeFirst()))
                .toList();
    }

    /// What a person signed holds under the roles and rules of that moment. So what may take a role away
    /// or changes the rules never overtakes a signed act that has to wait, and nothing overtakes that.
    /// What only adds to who counts waits for nobody: a source with many files must not be able to keep
    /// a colleague out.
    private List<Optional<Pending>> free(List<Pending> staff) {
        List<Optional<Pending>> free = new ArrayList<>();
        boolean signedHeld = false;
        boolean allHeld = false;
        for (Pending pending : staff) {
            boolean signed = !UNSIGNED.contains(pending.type());
            boolean held = allHeld || pending.caseId().filter(id -> waits(id, signed)).isPresent();
            if (!held && takesAway(pending)) {
                held = signedHeld || grantsWaitFor(pending);
                allHeld = held;
            }
            if (held) {
                signedHeld |= signed;
            } else {
                free.add(Optional.of(pending));
            }
        }
        return free;
    }

    /// Whether it may take the right away under which sources' grants were given.
    static boolean mayTakeAway(Pending staff) {
        return newAdministrator(staff).isPresent();
    }

    /// Whether a source's event still waits that an act about its case follows from: for a signed act
    /// those that began the case, for any other every one.
    private boolean waits(Id caseId, boolean signed) {
        Deque<Pending> queue = sources.get(caseId);
        return queue != null
                && (!signed || queue.stream().anyMatch(p -> OPENING.contains(p.type())));
    }

    private static boolean takesAway(Pending pending) {
        return pending.type().equals("rules.changed") || newAdministrator(pending).isPresent();
    }

    /// Who gets the role that excludes all others.
    private static Optional<Id> newAdministrator(Pending pending) {
        return pending.type().equals("person.role-given")
                        && fact(pending) instanceof CustodyEvent.RoleGiven given
                        && given.role() == Role.ADMINISTRATOR
                ? Optional.of(given.person())
                : Optional.empty();
    }

    /// A case was granted to them while they counted as reviewers: the ledger must say so first.
    private boolean grantsWaitFor(Pending administrator) {
        Optional<Id> person = newAdministrator(administrator);
        return person.isPresent()
                && sources.values().stream()
                        .flatMap(Deque::stream)
                        .filter(p -> p.type().equals(GRANT))
                        .anyMatch(p ->
                                fact(p) instanceof CaseEvent.GrantGiven given
                                        && given.person().equals(person.get()));
    }

    private static CustodyEvent fact(Pending pending) {
        return Entry.Event.parse(CanonicalJson.parseObject(pending.event())).fact();
    }
}
