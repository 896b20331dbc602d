package org.sigillo.cli;

import java.security.SecureRandom;
import java.time.InstantSource;

/// The command line's source of randomness and of time.
final class Random {
    private Random() {}

    static SecureRandom secure() {
        return new SecureRandom();
    }

    static InstantSource clock() {
        return InstantSource.system();
    }

    static String now() {
        return java.time.Instant.now()
                .truncatedTo(java.time.temporal.ChronoUnit.SECONDS)
                .toString();
    }
}
