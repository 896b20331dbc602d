package org.sigillo.sending;

import java.time.Duration;

/// How long a lost connection is sought again.
///
/// @param first how long after the first loss; twice as long after each further one
/// @param longest between two attempts
/// @param unheard how long a newsroom may be out of reach before it has ever answered
/// @param lost how long once it has
public record Patience(Duration first, Duration longest, Duration unheard, Duration lost) {
    /// For a circuit that breaks and a server that is started again.
    public static final Patience USUAL =
            new Patience(
                    Duration.ofSeconds(1),
                    Duration.ofMinutes(1),
                    Duration.ofMinutes(3),
                    Duration.ofHours(2));

    /// Before attempt number `attempt`, counted from 1.
    Duration before(int attempt) {
        Duration pause = first.multipliedBy(1L << Math.min(attempt - 1, 16));
        return pause.compareTo(longest) > 0 ? longest : pause;
    }
}
