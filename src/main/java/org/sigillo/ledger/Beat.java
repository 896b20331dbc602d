package org.sigillo.ledger;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.sigillo.bytes.CanonicalJson;
import org.sigillo.bytes.Sha256;
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
/// go at once, but what is signed about a case goes after what began it, and what nobody signed about one goes with the next
/// beat: if it went at once where nothing of its source waits, and later where something does, whoever counts entries could tell.
final class Beat {
    /// What a person or the server says of a case without a signature: nothing follows from it.
    private static final Set<String> UNSIGNED =
            Set.of(
                    "exhibit.fetched",
                    "case.exported",
                    "case.taken-up",
                    "exhibit.damaged",
                    "exhibit.mended",
                    "wish.settled");

    /// So many of them at once.
    private static final int MOST = 4_000;

    static final String GRANT = "grant.given";
    static final Set<String> OPENING = Set.of("case.opened", GRANT);

    /// What still waits of it after this turn.
    private final List<Pending> before;

    private final boolean onBeat;

    private Beat(List<Pending> before, boolean onBeat) {
        this.before = before;
        this.onBeat = onBeat;
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
    /// @param sources what their share is taken from: with a beat no more than k
    /// @param before what staff events may have to wait for, see [SourceQueue#followedBy]
    /// @return the events in the order of their entries; an empty one stands for a filler
    static List<Optional<Pending>> choose(
            List<Pending> sources,
            List<Pending> before,
            List<Pending> staff,
            Share share,
            RandomGenerator random) {
        List<Optional<Pending>> chosen =
                new ArrayList<>(
                        switch (share) {
                            case Nothing() -> List.of();
                            case AllAtOnce() -> sources.stream().map(Optional::of).toList();
                            case Filled(long k) -> filled(sources, k, random);
                        });
        Set<Long> numbered = new HashSet<>();
        chosen.forEach(it -> it.map(Pending::id).ifPresent(numbered::add));
        List<Pending> left = before.stream().filter(it -> !numbered.contains(it.id())).toList();
        chosen.addAll(new Beat(left, !(share instanceof Nothing)).free(staff));
        return chosen;
    }

    /// In any order, but each case's in its own.
    private static List<Optional<Pending>> filled(
            List<Pending> sources, long k, RandomGenerator random) {
        Map<Id, Deque<Pending>> cases = new HashMap<>();
        List<Optional<Id>> places = new ArrayList<>();
        for (Pending pending : sources) {
            Id caseId = pending.caseId().orElseThrow();
            cases.computeIfAbsent(caseId, _ -> new ArrayDeque<>()).add(pending);
            places.add(Optional.of(caseId));
        }
        while (places.size() < k) {
            places.add(Optional.empty());
        }
        Collections.shuffle(places, Random.from(random));
        return places.stream()
                .map(place ->
                        place.map(id -> cases.getOrDefault(id, new ArrayDeque<>()).removeFirst()))
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
        int unsigned = 0;
        for (Pending pending : staff) {
            boolean signed = !UNSIGNED.contains(pending.type());
            boolean held =
                    allHeld
                            || !signed && unsigned == MOST
                            || pending.caseId()
                                    .filter(id -> signed ? waitsFor(id) : !onBeat)
                                    .isPresent();
            if (!held && takesAway(pending)) {
                held = signedHeld || grantsWaitFor(pending);
                allHeld = held;
            }
            if (held) {
                signedHeld |= signed;
            } else {
                unsigned += signed ? 0 : 1;
                free.add(Optional.of(pending));
            }
        }
        return free;
    }

    /// Whether it may have to wait for what began its case.
    static boolean mayFollow(Pending staff) {
        return !UNSIGNED.contains(staff.type());
    }

    private boolean waitsFor(Id caseId) {
        return before.stream()
                .anyMatch(it ->
                        OPENING.contains(it.type()) && it.caseId().equals(Optional.of(caseId)));
    }

    private static boolean takesAway(Pending pending) {
        return pending.type().equals("rules.changed") || newAdministrator(pending).isPresent();
    }

    /// Who gets the role that excludes all others.
    static Optional<Id> newAdministrator(Pending pending) {
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
                && before.stream()
                        .filter(p -> p.type().equals(GRANT))
                        .anyMatch(p ->
                                fact(p) instanceof CaseEvent.GrantGiven given
                                        && given.person().equals(person.get()));
    }

    private static CustodyEvent fact(Pending pending) {
        return Entry.Event.parse(CanonicalJson.parseObject(pending.event())).fact();
    }

    /// The entry that is nobody's event.
    static byte[] filler(long n, Sha256 prev, Instant now, RandomGenerator random) {
        byte[] nonce = new byte[Entry.NONCE];
        random.nextBytes(nonce);
        Entry.Event event =
                new Entry.Event(
                        now.toString().substring(0, 10),
                        Optional.empty(),
                        Optional.of(Entry.Event.SERVER),
                        new CustodyEvent.IntakeFiller());
        return Entry.around(n, prev, nonce, CanonicalJson.encode(event.json()));
    }
}
