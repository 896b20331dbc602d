package org.sigillo.custody;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What every key has said, each once. Immutable; adding costs the logarithm of what is there, since
/// sets of equal size are joined (Bentley and Saxe's method), so that a long ledger is followed in
/// time that grows with its length alone.
final class Said {
    static final Said NOTHING = new Said(List.of());

    private final List<Set<List<String>>> sets;

    private Said(List<Set<List<String>>> sets) {
        this.sets = sets;
    }

    boolean contains(List<String> words) {
        return sets.stream().anyMatch(set -> set.contains(words));
    }

    Said with(List<String> words) {
        List<Set<List<String>>> next = new ArrayList<>(sets);
        Set<List<String>> joined = Set.of(words);
        while (!next.isEmpty() && next.getLast().size() <= joined.size()) {
            Set<List<String>> both = new HashSet<>(next.removeLast());
            both.addAll(joined);
            joined = both;
        }
        next.add(joined);
        return new Said(List.copyOf(next));
    }
}
