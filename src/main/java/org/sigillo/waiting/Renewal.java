package org.sigillo.waiting;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// How the page of somebody who waits comes again: by itself, the more rarely the longer they have waited, so that whoever listens to
/// it is not interrupted every few seconds; or only when they ask (WCAG 2.2.1, 2.2.2, 3.2.5).
///
/// The request is held the longer, too: most of the time its place stands in the line.
///
/// @param byItself whether it comes without being asked for
public record Renewal(Duration waited, boolean byItself) {
    /// Where the page says how it stands: there whoever listens is put when it has come again.
    private static final String STATE = "#state";

    public static Renewal of(Line.Place place, Instant now, @Nullable String still) {
        Duration waited = Duration.between(place.since(), now);
        return new Renewal(waited.isNegative() ? Duration.ZERO : waited, still == null);
    }

    /// How long a request waits for its turn.
    ///
    /// @param first of whoever has just come, or asks by hand
    public Duration held(Duration first) {
        return byItself ? first.multipliedBy(1L << step()) : first;
    }

    /// Between two requests.
    ///
    /// @param first of whoever has just come
    public int seconds(int first) {
        return first * (1 + step());
    }

    private int step() {
        return waited.toMinutes() < 1 ? 0 : waited.toMinutes() < 5 ? 1 : 2;
    }

    public String minutes() {
        return Long.toString(waited.toMinutes());
    }

    /// The address of a page that comes again as this one.
    public String page(String page) {
        return byItself ? page : still(page);
    }

    /// The address of a page that comes when it is asked for.
    public static String still(String page) {
        return page + (page.contains("?") ? "&" : "?") + "still=1";
    }

    public static String withState(String address) {
        return address + STATE;
    }
}
