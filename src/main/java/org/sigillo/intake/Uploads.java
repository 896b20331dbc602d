package org.sigillo.intake;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.Sha256;

/// The forms that are read at once. No source has more than a few of them, and when there are as many
/// as there may be, one that has stopped or hardly moves gives way: otherwise a few idle connections
/// would close the door for everybody.
final class Uploads {
    /// What a form must bring in this time to keep its place once others wait: 3.5 KB a second.
    private static final long STEP = 1 << 20;

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /// How long a form may bring nothing at all once others wait. A Tor circuit that still carries
    /// something is seldom silent for so long.
    private static final Duration SILENCE = Duration.ofSeconds(30);

    /// Forms of one source: what a browser sends, and what a broken circuit has left behind.
    private static final int EACH = 4;

    private final int most;
    private final Duration longest;
    private final InstantSource clock;
    private final Set<Place> taken = new HashSet<>();

    /// @param longest how long a form may take: what it brought at first is removed as nobody's some time later
    Uploads(int most, Duration longest, InstantSource clock) {
        this.most = most;
        this.longest = longest;
        this.clock = clock;
    }

    /// A place, if one is free or can be freed.
    ///
    /// @param source whose form it is, by its locator
    /// @param cut ends the form's connection, from any thread
    synchronized Optional<Place> take(Sha256 source, Runnable cut) {
        List<Place> own = taken.stream().filter(it -> it.source.equals(source)).toList();
        if (own.size() >= EACH) {
            // Who has a few already waits for one of them, not for others'.
            return free(own) ? Optional.of(added(source, cut)) : Optional.empty();
        }
        return taken.size() < most || free(taken)
                ? Optional.of(added(source, cut))
                : Optional.empty();
    }

    private Place added(Sha256 source, Runnable cut) {
        Place place = new Place(source, cut);
        taken.add(place);
        return place;
    }

    /// Ends the slowest of these, if one is slow enough.
    private static boolean free(Collection<Place> places) {
        Optional<Place> slowest =
                places.stream().filter(Place::late).min(Comparator.comparing(it -> it.moved));
        slowest.ifPresent(place -> {
            place.close();
            place.cut.run();
        });
        return slowest.isPresent();
    }

    /// One form's.
    final class Place implements AutoCloseable {
        private final Sha256 source;
        private final Runnable cut;
        private final Instant begun = clock.instant();
        private volatile Instant moved = begun;

        /// Since when the next byte is waited for; none while what came is being sealed and stored,
        /// for which the sender is not to blame.
        private volatile @Nullable Instant waiting;

        private long step;

        private Place(Sha256 source, Runnable cut) {
            this.source = source;
            this.cut = cut;
        }

        private boolean late() {
            Instant now = clock.instant();
            Instant since = waiting;
            return moved.isBefore(now.minus(PATIENCE))
                    || (since != null && since.isBefore(now.minus(SILENCE)));
        }

        /// The form's body, watched as it comes in.
        InputStream watched(InputStream body) {
            return new FilterInputStream(body) {
                @Override
                public int read() throws IOException {
                    inTime();
                    waiting = clock.instant();
                    try {
                        int read = super.read();
                        moved(read < 0 ? 0 : 1);
                        return read;
                    } finally {
                        waiting = null;
                    }
                }

                @Override
                public int read(byte[] buffer, int offset, int length) throws IOException {
                    inTime();
                    waiting = clock.instant();
                    try {
                        int read = super.read(buffer, offset, length);
                        moved(read);
                        return read;
                    } finally {
                        waiting = null;
                    }
                }
            };
        }

        private void inTime() throws IOException {
            if (clock.instant().isAfter(begun.plus(longest))) {
                throw new IOException("a form took longer than " + longest);
            }
        }

        private void moved(int bytes) {
            step += Math.max(0, bytes);
            if (step >= STEP) {
                step = 0;
                moved = clock.instant();
            }
        }

        @Override
        public void close() {
            synchronized (Uploads.this) {
                taken.remove(this);
            }
        }
    }
}
