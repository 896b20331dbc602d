package org.sigillo.waiting;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import org.sigillo.bytes.Sha256;

/// What a program must compute before it has a session: nothing as long as few ask, more the more do.
///
/// Work w for a token is a number so that SHA-256("sigillo/work/v1" LF token LF w in decimal) begins with so many zero bits.
public final class Work {
    private static final long WINDOW = 10;

    /// Challenges in ten seconds for which nothing is asked.
    private static final long USUAL = 100;

    /// A second of a browser or two.
    private static final int LEAST = 16;

    private static final int MOST = 20;

    private final InstantSource clock;
    private long window;
    private long asked;
    private long before;

    public Work(InstantSource clock) {
        this.clock = clock;
    }

    /// How many bits of work the next challenge asks.
    ///
    /// @param always whether some is asked however few come
    public int asked(boolean always) {
        int slowed = always ? LEAST : 0;
        return Math.max(slowed, ofRate(lately()));
    }

    private static int ofRate(long lately) {
        return lately <= USUAL
                ? 0
                : Math.min(MOST, LEAST + 63 - Long.numberOfLeadingZeros(lately / USUAL));
    }

    private synchronized long lately() {
        long now = clock.instant().getEpochSecond() / WINDOW;
        if (now != window) {
            before = now == window + 1 ? asked : 0;
            asked = 0;
            window = now;
        }
        asked++;
        return Math.max(asked, before);
    }

    /// Whether this number is such work for a token.
    public static boolean done(String token, long found, int bits) {
        if (bits == 0) {
            return true;
        }
        return found >= 0 && zeros(token, found) >= bits;
    }

    /// The least number that is such work for a token: 2^bits hashes, more or less.
    public static long find(String token, int bits) {
        long found = 0;
        while (!done(token, found, bits)) {
            found++;
        }
        return found;
    }

    private static int zeros(String token, long found) {
        byte[] hash =
                Sha256.of(
                                ("sigillo/work/v1\n" + token + "\n" + found)
                                        .getBytes(StandardCharsets.US_ASCII))
                        .bytes();
        int zeros = 0;
        for (byte it : hash) {
            if (it != 0) {
                return zeros + Integer.numberOfLeadingZeros(it & 0xff) - 24;
            }
            zeros += 8;
        }
        return zeros;
    }
}
