package org.sigillo.intake;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// The forms that are read at once. When there are as many as there may be, one that hardly moves
/// gives way: otherwise a few idle connections would close the door for everybody.
final class Uploads {
    /// What a form must bring in this time to keep its place once others wait: 3.5 KB a second.
    private static final long STEP = 1 << 20;

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final int most;
    private final InstantSource clock;
    private final Set<Place> taken = new HashSet<>();

    Uploads(int most, InstantSource clock) {
        this.most = most;
        this.clock = clock;
    }

    /// A place, if one is free or can be freed.
    ///
    /// @param cut ends the form's connection, from any thread
    synchronized Optional<Place> take(Runnable cut) {
        if (taken.size() >= most) {
            Instant late = clock.instant().minus(PATIENCE);
            Optional<Place> slowest =
                    taken.stream()
                            .filter(it -> it.moved.isBefore(late))
                            .min(Comparator.comparing(it -> it.moved));
            if (slowest.isEmpty()) {
                return Optional.empty();
            }
            slowest.get().close();
            slowest.get().cut.run();
        }
        Place place = new Place(cut);
        taken.add(place);
        return Optional.of(place);
    }

    /// One form's.
    final class Place implements AutoCloseable {
        private final Runnable cut;
        private volatile Instant moved = clock.instant();
        private long step;

        private Place(Runnable cut) {
            this.cut = cut;
        }

        /// The form's body, watched as it comes in.
        InputStream watched(InputStream body) {
            return new FilterInputStream(body) {
                @Override
                public int read() throws IOException {
                    int read = super.read();
                    moved(read < 0 ? 0 : 1);
                    return read;
                }

                @Override
                public int read(byte[] buffer, int offset, int length) throws IOException {
                    int read = super.read(buffer, offset, length);
                    moved(read);
                    return read;
                }
            };
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
