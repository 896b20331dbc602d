package org.sigillo.web;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/// The memory for bodies that are read at once at the sources' door, in rooms that cannot be filled from one another: what comes before
/// a session keeps out nothing that wants one, nor do large bodies keep out short ones. By its address alone: whose session it is
/// shows later.
@Singleton
class BodyRooms {
    private static final String REFUSED = "sigillo.http.bodies.refused";

    /// A room's part of the heap.
    private static final int PART = 16;

    /// Bytes up to which a body counts as short; of honest ones those of a case's grants, and of the end of an exhibit of many segments,
    /// are longer.
    private static final int SHORT = 64 << 10;

    /// Pages' forms that come before a session.
    private static final Pattern FIRST = Pattern.compile("/[a-z]{2}/(start|confirm|return)");

    private enum Kind {
        /// What comes before a session.
        ANYBODY,
        /// Pages' forms with one. Who only says that they have one is refused at once.
        PAGES,
        /// What programs send with one.
        PROGRAMS,
        /// The same, of some length.
        LARGE;

        private static Kind of(String path, long length) {
            if (path.startsWith("/api/session") || FIRST.matcher(path).matches()) {
                return ANYBODY;
            }
            if (!path.startsWith("/api/")) {
                return PAGES;
            }
            return length > SHORT ? LARGE : PROGRAMS;
        }

        private String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Map<Kind, BodyRoom> rooms = new EnumMap<>(Kind.class);
    private final MeterRegistry meters;

    BodyRooms(MeterRegistry meters) {
        this.meters = meters;
        for (Kind kind : Kind.values()) {
            rooms.put(
                    kind, new BodyRoom(Runtime.getRuntime().maxMemory() / PART, System::nanoTime));
            // From the first minute: an alert on what is not there never comes.
            meters.counter(REFUSED, "of", kind.word());
        }
    }

    /// Whether there is room to read the request's body, if it has one that is read whole; from now until its answer it has that.
    boolean admit(RoutingContext request, Door door, String path) {
        HttpServerRequest asked = request.request();
        long length =
                BodyLimit.whole(
                        door, path, asked.method().name(), asked.getHeader("Content-Length"));
        if (length == 0) {
            return true;
        }
        Kind kind = Kind.of(path, length);
        Optional<BodyRoom.Body> taken =
                Objects.requireNonNull(rooms.get(kind), "one of each kind")
                        .take(length, () -> asked.connection().close());
        taken.ifPresentOrElse(
                body -> {
                    Connections.follow(asked, body);
                    request.addEndHandler(_ -> body.close());
                },
                () -> meters.counter(REFUSED, "of", kind.word()).increment());
        return taken.isPresent();
    }
}
