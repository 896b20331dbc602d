package org.sigillo.custody;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.MalformedException;

/// The settings that events depend on.
///
/// @param version rises with each change
/// @param beat seconds between two states of the ledger that outsiders see; 0 publishes at once, which
///     hides nothing and is for tests and measurements
/// @param k entries that each beat gives to sources: their events, and fillers up to this number
/// @param minimumKeyAge seconds that a key must have counted before it confirms or decides
/// @param quorum editors who must approve a release
public record Rules(long version, long beat, long k, long minimumKeyAge, long quorum) {
    private static final long LONGEST_BEAT = 604_800;
    private static final long MOST_ENTRIES = 65_536;
    private static final long LONGEST_AGE = 31_536_000;
    private static final long LARGEST_QUORUM = 100;

    public Rules {
        boolean bounded =
                within(1, version, Json.MAX_INTEGER)
                        && within(0, beat, LONGEST_BEAT)
                        && within(1, k, MOST_ENTRIES)
                        && within(0, minimumKeyAge, LONGEST_AGE)
                        && within(2, quorum, LARGEST_QUORUM);
        if (!bounded) {
            throw new MalformedException(
                    "rules: version from 1, beat 0 to 604800 s, k 1 to 65536, minimumKeyAge 0 to"
                            + " 31536000 s, quorum 2 to 100");
        }
    }

    private static boolean within(long least, long value, long most) {
        return value >= least && value <= most;
    }

    public Json.Obj json() {
        return Json.object()
                .with("version", version)
                .with("beat", beat)
                .with("k", k)
                .with("minimumKeyAge", minimumKeyAge)
                .with("quorum", quorum);
    }

    public static Rules parse(Json.Obj json) {
        json.only("version", "beat", "k", "minimumKeyAge", "quorum");
        return new Rules(
                json.number("version"),
                json.number("beat"),
                json.number("k"),
                json.number("minimumKeyAge"),
                json.number("quorum"));
    }

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
}
