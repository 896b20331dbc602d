package org.sigillo.custody;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// The rules in force, and who has signed for which others to follow them.
record Ruling(Rules inForce, Map<Rules, Set<Id>> asked) {
    static Ruling of(Rules first) {
        return new Ruling(first, Map.of());
    }

    Set<Id> signersOf(Rules rules) {
        return asked.getOrDefault(rules, Set.of());
    }

    Ruling signedBy(Rules rules, Id person) {
        Set<Id> signers = new HashSet<>(signersOf(rules));
        signers.add(person);
        Map<Rules, Set<Id>> next = new HashMap<>(asked);
        next.put(rules, Set.copyOf(signers));
        return new Ruling(inForce, Map.copyOf(next));
    }
}
