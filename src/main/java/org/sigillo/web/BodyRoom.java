package org.sigillo.web;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/// The memory that small bodies may take which are read at once, from their heads to their answers: anybody may begin one. When there
/// is no more, of those that are still coming and have had their time the one that began first is ended: otherwise a few that never
/// go on would keep out everybody else. For a brief one, which is all that a page's form ever is, one that is none is ended as soon
/// as it was given the least time: who makes bodies long on purpose would hold for the price of few connections what many can use.
final class BodyRoom {
    /// How long a body may be coming once others need its room: an honest one that is short comes with its head. After that so many bytes a
    /// second, which a slow circuit brings, and never longer than the most. What it says that it will bring gives it no time.
    private static final Duration LEAST = Duration.ofSeconds(1);

    private static final long RATE = 8 << 10;
    private static final Duration MOST = Duration.ofSeconds(10);

    /// Bytes of a body that comes whole with its head, or nearly so.
    private static final long BRIEF = 4 << 10;

    /// What any takes, however short: its thread, and the buffers that it is read through.
    private static final long EACH = 24 << 10;

    /// Every byte becomes a character of two, a text, and what was written in it.
    private static final long TIMES = 4;

    private final long most;
    private final LongSupplier nanos;
    private final Set<Body> coming = new LinkedHashSet<>();
    private long taken;

    /// @param most bytes
    /// @param nanos a time that only goes on
    BodyRoom(long most, LongSupplier nanos) {
        this.most = most;
        this.nanos = nanos;
    }

    /// Room for one, if there is or can be made.
    ///
    /// @param end ends its connection, from any thread
    synchronized Optional<Body> take(long length, Runnable end) {
        long wanted = EACH + TIMES * length;
        while (taken + wanted > most) {
            Optional<Body> gives =
                    first(Body::late)
                            .or(() ->
                                    length <= BRIEF
                                            ? first(it -> !it.brief && it.hadLeast())
                                            : Optional.empty());
            if (gives.isEmpty()) {
                return Optional.empty();
            }
            gives.get().close();
            gives.get().end.run();
        }
        Body body = new Body(wanted, length <= BRIEF, end);
        coming.add(body);
        taken += wanted;
        return Optional.of(body);
    }

    private Optional<Body> first(Predicate<Body> which) {
        return coming.stream().filter(which).findFirst();
    }

    /// One body's.
    final class Body implements Watch.Arriving, AutoCloseable {
        private final long bytes;
        private final boolean brief;
        private final Runnable end;
        private final long begun = nanos.getAsLong();
        private long brought;
        private boolean closed;

        private Body(long bytes, boolean brief, Runnable end) {
            this.bytes = bytes;
            this.brief = brief;
            this.end = end;
        }

        private boolean late() {
            long earned = LEAST.plusMillis(brought * 1000 / RATE).toNanos();
            return since() >= Math.min(earned, MOST.toNanos());
        }

        private boolean hadLeast() {
            return since() >= LEAST.toNanos();
        }

        private long since() {
            return nanos.getAsLong() - begun;
        }

        @Override
        public void brought(int more) {
            synchronized (BodyRoom.this) {
                brought += more;
            }
        }

        /// That all of it is here: what it waits for from now on is not its sender's fault.
        @Override
        public void whole() {
            synchronized (BodyRoom.this) {
                coming.remove(this);
            }
        }

        /// That it was answered, or its connection has ended.
        @Override
        public void close() {
            synchronized (BodyRoom.this) {
                if (!closed) {
                    closed = true;
                    coming.remove(this);
                    taken -= bytes;
                }
            }
        }
    }
}
