package org.sigillo.web;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// How much a request may carry, decided before a byte of it is read. A source's upload is bounded
/// by the intake while it streams; everything else must say its length and keep it small.
final class BodyLimit {
    /// Forms and JSON; the largest are the grants of a new generation.
    static final int SMALL = 1 << 20;

    /// What a source's program or browser sends before it has a session, and most of what it sends then: the largest is a hybrid
    /// recipient's text of some 2 KB, or a token of at most 2,048 characters beside a place.
    private static final int TINY = 8 << 10;

    /// An exhibit's beginning, with a box of one step; the ids of a case's answers.
    private static final int LIST = 64 << 10;

    /// An exhibit's end: two boxes in base64, each of which names some thousand segments at most (`SealedBox`).
    private static final int FINISH = 704 << 10;

    /// One sealed segment: 64 MiB, 1,024 tags of 16 bytes, the header.
    private static final long SEGMENT = (64 << 20) + 1024 * 16 + 4096;

    private static final Pattern UPLOAD = Pattern.compile("/[a-z]{2}/submit");
    private static final Pattern SEGMENTS =
            Pattern.compile("/api/(releases|exhibits)/[0-9a-f]{32}/segments/[0-9]+");
    private static final Pattern FINISHED = Pattern.compile("/api/exhibits/[0-9a-f]{32}/finish");
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");

    private BodyLimit() {}

    /// Whether this door reads such a body. A form of parts is a source's upload, which the intake
    /// takes apart as it streams; whatever else took one apart would write its files to the disk.
    ///
    /// @param types every `Content-Type` that the request has
    static boolean understands(Door door, String path, String method, List<String> types) {
        return upload(door, path, method)
                || types.stream()
                        .noneMatch(it -> it.toLowerCase(Locale.ROOT).contains("multipart"));
    }

    private static boolean upload(Door door, String path, String method) {
        return door == Door.DROP && method.equals("POST") && UPLOAD.matcher(path).matches();
    }

    /// Whether anything at this door reads the bodies of this method.
    private static boolean reads(Door door, String method, String path) {
        return switch (door) {
            case DROP ->
                    method.equals("POST") || (method.equals("PUT") && path.startsWith("/api/"));
            case DESK -> method.equals("POST") || method.equals("PUT");
            case NEWS, FILES, AUDIT -> false;
        };
    }

    static boolean admits(
            Door door,
            String path,
            String method,
            @Nullable String length,
            @Nullable String encoding) {
        if (upload(door, path, method)) {
            return true;
        }
        if (encoding != null) {
            return false;
        }
        if (length == null) {
            // In HTTP/1.1 that is no body; where one is read, nothing is built on that alone.
            // Elsewhere
            // there is a better answer: no such method.
            return !reads(door, method, path);
        }
        return LENGTH.matcher(length).matches()
                && Long.parseLong(length) <= most(door, path, method);
    }

    private static long most(Door door, String path, String method) {
        if (segment(door, path, method)) {
            return SEGMENT;
        }
        return door == Door.DROP ? ofSource(path, method) : SMALL;
    }

    private static int ofSource(String path, String method) {
        return switch (method + " " + path) {
            // A grant of some 2.5 KB for everybody who receives.
            case "PUT /api/case" -> SMALL;
            case "POST /api/exhibits", "POST /api/replies/seen" -> LIST;
            default -> method.equals("POST") && FINISHED.matcher(path).matches() ? FINISH : TINY;
        };
    }

    /// The length of what is read whole at the sources' door, whoever sends it: 0 for what has lines and places of its own.
    ///
    /// @param length as it was admitted
    static long whole(Door door, String path, String method, @Nullable String length) {
        return length != null
                        && door == Door.DROP
                        && reads(door, method, path)
                        && small(door, path, method)
                ? Long.parseLong(length)
                : 0;
    }

    private static boolean segment(Door door, String path, String method) {
        return reads(door, method, path)
                && method.equals("PUT")
                && SEGMENTS.matcher(path).matches();
    }

    /// Whether a body of this request, if it has one, comes in a few minutes even over Tor.
    static boolean small(Door door, String path, String method) {
        return !upload(door, path, method) && !segment(door, path, method);
    }
}
