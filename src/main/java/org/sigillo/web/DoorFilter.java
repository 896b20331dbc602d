package org.sigillo.web;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Stands before everything else, authentication included: names the door, sets its headers, turns
/// away what is not its business, and sends the rest inside.
@ApplicationScoped
class DoorFilter {
    /// Under this name a request carries its [Door].
    static final String DOOR = "sigillo.door";

    /// Under this name, whether its answer may connect to nothing.
    private static final String ALONE = "sigillo.alone";

    /// Before CORS (300) and authentication (200).
    private static final int FIRST = 10_000;

    private static final int LAST = 1_000_000;

    private final Doors doors;
    private final BodyRooms rooms;
    private final ErrorPages pages;

    DoorFilter(Doors doors, BodyRooms rooms, ErrorPages pages) {
        this.doors = doors;
        this.rooms = rooms;
        this.pages = pages;
    }

    void stand(@Observes Filters filters) {
        filters.register(this::handle, FIRST);
    }

    /// Whatever nobody answered, and whatever could not even be asked: a request whose `Host` cannot be
    /// read fails before any handler, and the server would answer it without our headers and log its
    /// path. It could be a source's.
    void last(@Observes Router router) {
        router.route().order(-FIRST - 1).failureHandler(this::unreadable);
        router.route().order(LAST).handler(request -> pages.end(request, ErrorPages.NOT_FOUND));
    }

    private void unreadable(RoutingContext request) {
        if (request.get(DOOR) == null) {
            bare(request, ErrorPages.UNREADABLE);
        } else {
            request.next();
        }
    }

    /// An answer at no door, with the headers of the strictest.
    private void bare(RoutingContext request, ErrorPages.Plain error) {
        SecurityHeaders.of(Door.FILES, false)
                .forEach((name, value) -> request.response().putHeader(name, value));
        pages.end(request, error);
    }

    private void handle(RoutingContext request) {
        Door known = request.get(DOOR);
        if (known != null) {
            // Sent inside: a reroute clears the headers.
            secure(request, known);
            request.next();
            return;
        }
        if (!Connections.isOpen(request.request())) {
            // It was sent behind others, and its sender is gone: an answer would wait for ever to
            // be taken.
            return;
        }
        if (request.request().headers().getAll("Host").size() > 1) {
            // Whoever stands before us may have read the other one (RFC 9112 §3.2).
            bare(request, ErrorPages.UNREADABLE);
            return;
        }
        Optional<Door> named = authority(request.request()).flatMap(doors::named);
        if (named.isEmpty()) {
            bare(request, ErrorPages.MISDIRECTED);
            return;
        }
        Door door = named.get();
        request.put(DOOR, door);
        if (door == Door.DROP) {
            Unlogged.serve();
        }
        if (BodyLimit.small(door, request.normalizedPath(), request.request().method().name())) {
            Connections.small(request.request());
        }
        Origin own = doors.origin(door);
        String path = request.normalizedPath();
        request.put(ALONE, door.isAlone(path, request.request().query()));
        secure(request, door);
        Optional<String> inside = door.inside(path);
        if (inside.isEmpty()) {
            pages.end(request, ErrorPages.NOT_FOUND);
        } else if (!check(request.request())
                .admits(door, own, request.request().method().name(), path)) {
            pages.end(request, ErrorPages.FOREIGN);
        } else if (!BodyLimit.admits(
                door,
                path,
                request.request().method().name(),
                request.request().getHeader("Content-Length"),
                request.request().getHeader("Transfer-Encoding"))) {
            pages.end(request, ErrorPages.TOO_LARGE);
        } else if (!BodyLimit.understands(
                door,
                path,
                request.request().method().name(),
                request.request().headers().getAll("Content-Type"))) {
            pages.end(request, ErrorPages.ANOTHER_FORM);
        } else if (door.forTokens(path) && !bearer(request.request())) {
            request.response().putHeader("WWW-Authenticate", "Bearer");
            pages.end(request, ErrorPages.NO_TOKEN);
        } else if (!rooms.admit(request, door, path)) {
            pages.end(request, ErrorPages.BUSY);
        } else if (inside.get().equals(path)) {
            request.next();
        } else {
            String query = request.request().query();
            request.reroute(query == null ? inside.get() : inside.get() + "?" + query);
        }
    }

    private void secure(RoutingContext request, Door door) {
        boolean alone = Boolean.TRUE.equals(request.<Boolean>get(ALONE));
        Map<String, String> headers = SecurityHeaders.of(door, doors.origin(door).https(), alone);
        headers.forEach((name, value) -> request.response().putHeader(name, value));
        // What a resource says besides comes second; two of one name would be no answer at all.
        request.addHeadersEndHandler(sent -> {
            MultiMap all = request.response().headers();
            headers.keySet().stream()
                    .filter(name -> all.getAll(name).size() > 1)
                    .forEach(name -> all.set(name, all.getAll(name).getLast()));
        });
    }

    private static Optional<String> authority(HttpServerRequest request) {
        HostAndPort authority = request.authority();
        if (authority == null) {
            return Optional.empty();
        }
        return Optional.of(
                authority.port() < 0
                        ? authority.host()
                        : authority.host() + ":" + authority.port());
    }

    private static OriginCheck check(HttpServerRequest request) {
        return new OriginCheck(
                Optional.ofNullable(request.getHeader("Origin")),
                Optional.ofNullable(request.getHeader("Sec-Fetch-Site")),
                request.getHeader("Sec-Fetch-Mode") != null
                        || request.getHeader("Sec-Fetch-Dest") != null,
                request.getHeader("Cookie") != null,
                bearer(request));
    }

    private static boolean bearer(HttpServerRequest request) {
        String given = request.getHeader("Authorization");
        return given != null && given.toLowerCase(Locale.ROOT).startsWith("bearer ");
    }
}
