package org.sigillo.web;

import java.net.URI;
import java.util.Locale;
import org.sigillo.bytes.MalformedException;

/// Where a door stands: scheme and authority (RFC 6454), as browsers write them, so that comparing
/// texts compares origins.
///
/// @param host host and, unless it is the scheme's own, port
public record Origin(boolean https, String host) {
    /// Reads `https://desk.example.org`, or `desk.localhost:8080`, which is http.
    public static Origin parse(String text) {
        String lower = text.strip().toLowerCase(Locale.ROOT);
        boolean https = lower.startsWith("https://");
        String rest = https ? lower.substring(8) : lower.replaceFirst("^http://", "");
        URI uri;
        try {
            uri = URI.create("http://" + rest);
        } catch (IllegalArgumentException e) {
            throw new MalformedException(
                    "a door's host must be a host, with a port where needed", e);
        }
        if (uri.getHost() == null || !rest.equals(uri.getRawAuthority())) {
            throw new MalformedException("a door's host must be a host, with a port where needed");
        }
        return new Origin(https, withoutOwnPort(https, rest));
    }

    private static String withoutOwnPort(boolean https, String host) {
        String own = https ? ":443" : ":80";
        return host.endsWith(own) ? host.substring(0, host.length() - own.length()) : host;
    }

    /// Whether a request's `Host` names this origin; the port counts.
    boolean hosts(String authority) {
        return withoutOwnPort(https, authority.toLowerCase(Locale.ROOT)).equals(host);
    }

    /// The same port on the loopback address, for programs that do not resolve `*.localhost`.
    Origin onLoopback() {
        int colon = host.lastIndexOf(':');
        return new Origin(https, "127.0.0.1" + (colon < 0 ? "" : host.substring(colon)));
    }

    /// Without a slash at the end.
    public String text() {
        return (https ? "https://" : "http://") + host;
    }
}
