package org.sigillo.waiting;

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
/// would close the door for everybody. Of those who come for the first time and of those who have a case, neither can take
/// all places.
public final class Uploads {
    /// What a form must bring in this time to keep its place once others wait: 3.5 KB a second.
    private static final long STEP = 1 << 20;

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /// How long a form may bring nothing at all once others wait. A Tor circuit that still carries
    /// something is seldom silent for so long.
    private static final Duration SILENCE = Duration.ofSeconds(30);

    /// Forms of one source: what a browser sends, and what a broken circuit has left behind.
    private static final int EACH = 4;

    private final int most;
    private final int kept;
    private final Duration longest;
    private final InstantSource clock;
    private final Set<Place> taken = new HashSet<>();

    /// @param kept of these, places that newcomers leave to the others, and the others to newcomers
    /// @param longest how long a form may take: what it brought at first is removed as nobody's some time later
    public Uploads(int most, int kept, Duration longest, InstantSource clock) {
        this.most = most;
        this.kept = kept;
        this.longest = longest;
        this.clock = clock;
    }

    /// A place, if one is free or can be freed.
    ///
    /// @param source whose form it is, by its locator
    /// @param newcomer whether it has no case yet
    /// @param cut ends the form's connection, from any thread
    public synchronized Optional<Place> take(Sha256 source, boolean newcomer, Runnable cut) {
        List<Place> own = of(source);
        // Who has a few already waits for one of them, not for others'; who finds no place left for
        // their kind, for one of these.
        boolean free =
                own.size() >= EACH
                        ? free(own)
                        : ofKind(newcomer).size() >= most - kept
                                ? free(ofKind(newcomer))
                                : taken.size() < most || free(taken);
        if (!free) {
            return Optional.empty();
        }
        Place place = new Place(source, newcomer, cut);
        taken.add(place);
        return Optional.of(place);
    }

    public synchronized int taken() {
        return taken.size();
    }

    /// Whether one of this kind could be taken at this moment without anybody's giving way.
    public synchronized boolean room(boolean newcomer) {
        return taken.size() < most && ofKind(newcomer).size() < most - kept;
    }

    /// Somebody's turn in a line.
    ///
    /// @param place none for whoever has enough of them, who would hold up all that come after
    public record Turn(Optional<Place> place) {}

    /// A turn, once there is a place, or for a source that waits for nobody but itself.
    public synchronized Optional<Turn> turn(Sha256 source, boolean newcomer, Runnable cut) {
        return enough(source)
                ? Optional.of(new Turn(Optional.empty()))
                : take(source, newcomer, cut).map(it -> new Turn(Optional.of(it)));
    }

    /// Whether this source has as many as one may, and none of them gives way.
    synchronized boolean enough(Sha256 source) {
        List<Place> own = of(source);
        return own.size() >= EACH && own.stream().noneMatch(Place::late);
    }

    private List<Place> of(Sha256 source) {
        return taken.stream().filter(it -> it.source.equals(source)).toList();
    }

    private List<Place> ofKind(boolean newcomer) {
        return taken.stream().filter(it -> it.newcomer == newcomer).toList();
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
    public final class Place implements AutoCloseable {
        private final Sha256 source;
        private final boolean newcomer;
        private final Runnable cut;
        private final Instant begun = clock.instant();
        private volatile Instant moved = begun;

        /// Since when the next byte is waited for; none while what came is being sealed and stored,
        /// for which the sender is not to blame.
        private volatile @Nullable Instant waiting;

        private long step;

        private Place(Sha256 source, boolean newcomer, Runnable cut) {
            this.source = source;
            this.newcomer = newcomer;
            this.cut = cut;
        }

        private boolean late() {
            Instant now = clock.instant();
            Instant since = waiting;
            return moved.isBefore(now.minus(PATIENCE))
                    || (since != null && since.isBefore(now.minus(SILENCE)));
        }

        /// The form's body, watched as it comes in.
        public InputStream watched(InputStream body) {
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
