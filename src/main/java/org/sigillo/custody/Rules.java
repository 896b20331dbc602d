package org.sigillo.custody;

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
    public Rules {
        if (version < 1 || beat < 0 || k < 1 || minimumKeyAge < 0 || quorum < 2) {
            throw new MalformedException(
                    "rules need version and k of at least 1, a quorum of at least 2, no negative times");
        }
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
}
