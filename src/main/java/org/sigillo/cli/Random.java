package org.sigillo.cli;

import java.security.SecureRandom;

/// The command line's source of randomness and of time.
final class Random {
    private Random() {}

    static SecureRandom secure() {
        return new SecureRandom();
    }

    static String now() {
        return java.time.Instant.now()
                .truncatedTo(java.time.temporal.ChronoUnit.SECONDS)
                .toString();
    }
}
