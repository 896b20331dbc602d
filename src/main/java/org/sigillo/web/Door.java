package org.sigillo.web;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// An entrance for one audience, with a host of its own.
///
/// Resources of the doors for sources, the public and released bytes live under an internal prefix
/// that no host shows; the other two keep their paths, because a sign-in must find its way back and
/// a ledger's tiles have addresses that others wrote down.
public enum Door {
    /// For sources.
    DROP("/drop", List.of()),
    /// For the newsroom.
    DESK("", List.of("/", "/api/", "/assets/", "/sw.js", "/signed-in", "/signed-out", "/sign-out")),
    /// For the public.
    NEWS("/news", List.of()),
    /// For released bytes.
    FILES("/files", List.of()),
    /// For auditors, witnesses and anybody's programs.
    AUDIT("", List.of("/log/", "/audit/"));

    /// Where the one style sheet of all doors lives.
    static final String STYLE = "/web/style.css";

    /// What runs in sources' browsers, where they let it: built with the desk's program.
    private static final Set<String> SCRIPTS = Set.of("/assets/drop.js", "/assets/drop-worker.js");

    /// Where a source checks a receipt: what is read there shall not even be able to leave.
    private static final Pattern ALONE = Pattern.compile("/[a-z]{2}/check");

    /// And the newsroom's mark.
    static final String LOGO = "/web/logo";

    private final String prefix;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<String> own;

    Door(String prefix, List<String> own) {
        this.prefix = prefix;
        this.own = own;
    }

    /// Where a request for this path is answered, or empty if it is not this door's.
    ///
    /// @param path normalized, beginning with a slash
    public Optional<String> inside(String path) {
        if (!path.startsWith("/") || path.contains("//") || path.contains(";")) {
            return Optional.empty();
        }
        if (path.equals("/style.css")) {
            return Optional.of(STYLE);
        }
        if (path.equals("/logo")) {
            return Optional.of(LOGO);
        }
        if (this == DROP && SCRIPTS.contains(path)) {
            return Optional.of(path);
        }
        if (!prefix.isEmpty()) {
            return Optional.of(prefix + path);
        }
        if (this == AUDIT && path.equals("/")) {
            return Optional.of("/audit/");
        }
        boolean mine =
                own.stream()
                        .anyMatch(it ->
                                it.endsWith("/") && it.length() > 1
                                        ? path.startsWith(it)
                                        : path.equals(it));
        return mine ? Optional.of(path) : Optional.empty();
    }

    /// Whether this is for programs with a token alone: nobody is sent to a page to sign in.
    boolean forTokens(String path) {
        return this == AUDIT
                && (path.startsWith("/audit/") || path.startsWith("/log/tile/entries/"));
    }

    /// Whether what is answered here may connect to nothing. A Worker has the policy of its own answer and
    /// not its page's: it is asked for by this query.
    boolean isAlone(String path, @Nullable String query) {
        return this == DROP && (ALONE.matcher(path).matches() || "alone".equals(query));
    }

    /// Whether this door's errors are problems (RFC 9457) rather than pages.
    boolean speaksJson(String path) {
        return this == AUDIT || path.startsWith("/api/");
    }
}
