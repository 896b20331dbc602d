package org.sigillo.testimony;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// What others have said of the last checkpoint, as this replica heard it since it began.
///
/// @param words `cosigned`, `stamped`, or why not, by the names of witnesses and authorities
/// @param unwitnessed since when the witness policy's quorum has been missing
/// @param uncosigned since when lines have been, by the names of their witnesses
/// @param unstamped since when stamps have been, by the names of their authorities
/// @param awaited whose answer the next signature waits for, where it does
public record Answers(
        Map<String, String> words,
        Optional<Instant> unwitnessed,
        Map<String, Instant> uncosigned,
        Map<String, Instant> unstamped,
        Optional<String> awaited) {
    public Answers {
        words = Map.copyOf(words);
        uncosigned = Map.copyOf(uncosigned);
        unstamped = Map.copyOf(unstamped);
    }

    /// For how long the quorum has been missing; zero where it is there.
    public Duration unwitnessed(Instant now) {
        return unwitnessed.map(since -> Duration.between(since, now)).orElse(Duration.ZERO);
    }

    /// The same of the line that has been missing longest, whether the quorum is there without it or not.
    public Duration uncosigned(Instant now) {
        return longest(uncosigned, now);
    }

    /// The same of the stamp.
    public Duration unstamped(Instant now) {
        return longest(unstamped, now);
    }

    private static Duration longest(Map<String, Instant> missing, Instant now) {
        return missing.values().stream()
                .map(since -> Duration.between(since, now))
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }
}
