package org.sigillo.ledger;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.sigillo.custody.Id;

/// Which waiting events are numbered now, and in which order.
///
/// Sources' events only on a beat, at most k of them, shuffled between cases and in each case's own
/// order; staff events at once, but those about a case that still has a source's event waiting after
/// that one.
final class Beat {
    private Beat() {}

    static List<Rows.Pending> choose(
            List<Rows.Pending> waiting, boolean beat, long k, RandomGenerator random) {
        Map<Id, Deque<Rows.Pending>> ofCase = new LinkedHashMap<>();
        List<Id> tickets = new ArrayList<>();
        for (Rows.Pending pending : waiting) {
            if (pending.bySource()) {
                Id id = pending.caseId().orElseThrow();
                ofCase.computeIfAbsent(id, _ -> new ArrayDeque<>()).add(pending);
                tickets.add(id);
            }
        }
        List<Rows.Pending> chosen = new ArrayList<>();
        if (beat) {
            Collections.shuffle(tickets, java.util.Random.from(random));
            for (Id ticket : tickets.subList(0, (int) Math.min(k, tickets.size()))) {
                Deque<Rows.Pending> queue = ofCase.getOrDefault(ticket, new ArrayDeque<>());
                chosen.add(queue.removeFirst());
            }
        }
        Set<Id> stillWaiting = new HashSet<>();
        ofCase.forEach((id, queue) -> {
            if (!queue.isEmpty()) {
                stillWaiting.add(id);
            }
        });
        for (Rows.Pending pending : waiting) {
            boolean held = pending.caseId().filter(stillWaiting::contains).isPresent();
            if (!pending.bySource() && !held) {
                chosen.add(pending);
            }
        }
        return chosen;
    }
}
