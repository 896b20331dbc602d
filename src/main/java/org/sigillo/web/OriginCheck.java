package org.sigillo.web;

import java.util.Optional;
import java.util.Set;

/// Whether a request comes from where its door may be asked (Fetch Metadata, RFC 6454 Origin).
///
/// A request that changes something must carry the door's own `Origin`; `null` is nobody's. Every
/// browser that knows SameSite cookies sends `Origin` with such requests, so one without it is a
/// program. A program has no visitor whose cookies another site could use, but nothing distinguishes
/// it from a browser that forgot: it must therefore show no trace of a browser (no `Sec-Fetch-*`),
/// and at the desk sign itself in with a bearer token and no cookie at all. Reading the desk's API is
/// refused to other sites too, whatever the method.
///
/// @param fetchSite `Sec-Fetch-Site`, if sent
record OriginCheck(
        Optional<String> origin,
        Optional<String> fetchSite,
        boolean otherFetchMetadata,
        boolean cookies,
        boolean bearer) {
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");

    /// Whether the door may act on it.
    boolean admits(Door door, Origin own, String method, String path) {
        boolean foreign =
                fetchSite.filter(it -> !it.equals("same-origin") && !it.equals("none")).isPresent();
        if (SAFE.contains(method)) {
            return !(foreign && door == Door.DESK && path.startsWith("/api/"));
        }
        if (foreign || fetchSite.filter("none"::equals).isPresent()) {
            return false;
        }
        if (origin.isPresent()) {
            return origin.get().equals(own.text());
        }
        if (fetchSite.isPresent() || otherFetchMetadata) {
            return false;
        }
        return door != Door.DESK || (bearer && !cookies);
    }
}
