package org.sigillo.sending;

import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/// The way to a newsroom: the address of its sources' pages and, where one is used, the proxy that alone
/// looks up names.
public final class Way {
    private static final int SOCKS = 1080;

    private final URI base;
    private final Optional<InetSocketAddress> proxy;

    private Way(URI base, Optional<InetSocketAddress> proxy) {
        this.base = base;
        this.proxy = proxy;
    }

    /// Reads the addresses that somebody has typed.
    ///
    /// @param to `https://drop.example.org`, or an onion's `http://`; any page of it will do
    /// @param proxy `socks5://127.0.0.1:9050`
    /// @throws IllegalArgumentException with a sentence that says what to do
    public static Way of(String to, Optional<String> proxy) {
        URI uri = uri(to, "the newsroom's address");
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        String host = String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT);
        boolean onion = host.endsWith(".onion");
        if (uri.getHost() == null || uri.getUserInfo() != null) {
            throw new IllegalArgumentException(
                    "the newsroom's address is one like https://drop.example.org");
        }
        if (scheme.equals("http") ? !onion && !isHere(host) : !scheme.equals("https")) {
            throw new IllegalArgumentException(
                    "only https, and http to an onion, keep what is sent from being read on its way");
        }
        if (onion && proxy.isEmpty()) {
            throw new IllegalArgumentException(
                    "an onion is reached through Tor alone: give --proxy socks5://127.0.0.1:9050");
        }
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        return new Way(URI.create(scheme + "://" + host + port + "/"), proxy.map(Way::socks));
    }

    private static InetSocketAddress socks(String text) {
        URI uri = uri(text, "the proxy's address");
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        boolean known = scheme.equals("socks5") || scheme.equals("socks5h");
        if (!known || uri.getHost() == null || uri.getUserInfo() != null) {
            throw new IllegalArgumentException("--proxy takes socks5://127.0.0.1:9050");
        }
        return new InetSocketAddress(
                uri.getHost().replaceAll("^\\[|]$", ""), uri.getPort() < 0 ? SOCKS : uri.getPort());
    }

    private static URI uri(String text, String what) {
        try {
            return URI.create(text.strip());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(what + " cannot be read", e);
        }
    }

    /// Whether this is a name of this machine, which Java does not look up (RFC 6761 §6.3).
    static boolean isLocalhost(String host) {
        return host.equals("localhost") || host.endsWith(".localhost");
    }

    private static boolean isHere(String host) {
        return isLocalhost(host) || host.equals("127.0.0.1") || host.equals("[::1]");
    }

    /// Scheme, host and port, with a slash at the end.
    URI base() {
        return base;
    }

    Optional<InetSocketAddress> proxy() {
        return proxy;
    }
}
