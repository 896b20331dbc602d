package org.sigillo.testimony;

import java.net.URI;
import java.util.Optional;

/// Where somebody can be asked.
final class Addresses {
    private Addresses() {}

    /// An address over HTTP, encrypted or not; nothing if it is none.
    static Optional<URI> web(String address) {
        try {
            URI uri = URI.create(address);
            boolean web = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
            return web && uri.getHost() != null ? Optional.of(uri) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
