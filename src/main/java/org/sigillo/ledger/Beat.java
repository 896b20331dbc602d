package org.sigillo.ledger;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.sigillo.custody.Id;
import org.sigillo.ledger.QueueRows.Pending;

/// Which waiting events are numbered now, and in which order.
///
/// On a beat sources get exactly k entries: their events, shuffled between cases and in each case's own
/// order, and fillers for the rest. Staff events go at once, but those about a case that still has a
/// source's event waiting go after that one.
final class Beat {
    private Beat() {}

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
        Map<Id, Deque<Pending>> ofCase = new LinkedHashMap<>();
        List<Optional<Id>> tickets = new ArrayList<>();
        for (Pending pending : sources) {
            Id id = pending.caseId().orElseThrow();
            ofCase.computeIfAbsent(id, _ -> new ArrayDeque<>()).add(pending);
            tickets.add(Optional.of(id));
        }
        List<Optional<Pending>> chosen = new ArrayList<>();
        for (Optional<Id> ticket : drawn(tickets, share, random)) {
            chosen.add(ticket.map(id -> ofCase.getOrDefault(id, new ArrayDeque<>()).removeFirst()));
        }
        Set<Id> stillWaiting = new HashSet<>();
        ofCase.forEach((id, queue) -> {
            if (!queue.isEmpty()) {
                stillWaiting.add(id);
            }
        });
        chosen.addAll(free(staff, stillWaiting));
        return chosen;
    }

    private static List<Optional<Id>> drawn(
            List<Optional<Id>> tickets, Share share, RandomGenerator random) {
        return switch (share) {
            case Nothing() -> List.of();
            case AllAtOnce() -> tickets;
            case Filled(long k) -> {
                List<Optional<Id>> drawn = new ArrayList<>(tickets);
                Collections.shuffle(drawn, java.util.Random.from(random));
                drawn = new ArrayList<>(drawn.subList(0, (int) Math.min(k, drawn.size())));
                while (drawn.size() < k) {
                    drawn.add(Optional.empty());
                }
                Collections.shuffle(drawn, java.util.Random.from(random));
                yield drawn;
            }
        };
    }

    /// What a person signed holds under the roles and rules of that moment. So what changes those never
    /// overtakes an act that has to wait, and nothing overtakes what changes those.
    private static List<Optional<Pending>> free(List<Pending> staff, Set<Id> stillWaiting) {
        List<Optional<Pending>> free = new ArrayList<>();
        boolean someHeld = false;
        boolean allHeld = false;
        for (Pending pending : staff) {
            boolean held = pending.caseId().filter(stillWaiting::contains).isPresent();
            allHeld |= someHeld && changesTrust(pending.type());
            if (held || allHeld) {
                someHeld = true;
            } else {
                free.add(Optional.of(pending));
            }
        }
        return free;
    }

    private static boolean changesTrust(String type) {
        return type.startsWith("person.") || type.equals("rules.changed");
    }
}
