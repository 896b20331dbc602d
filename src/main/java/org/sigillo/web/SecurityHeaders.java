package org.sigillo.web;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a browser is told at each door; `docs/spec/headers.md` gives the reason of each line.
final class SecurityHeaders {
    private static final String NOTHING =
            "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; ";

    private static final String NO_SCRIPT =
            "require-trusted-types-for 'script'; trusted-types 'none'";

    /// Of the sources' door, for a page and its Worker that only read what they are given there.
    private static final String ALONE =
            NOTHING
                    + "form-action 'none'; script-src 'self'; worker-src 'self'; img-src 'self'; style-src"
                    + " 'self'; require-trusted-types-for 'script'; trusted-types sigillo";

    /// Every feature that Chromium knows, client hints among them.
    private static final String PERMISSIONS =
            Stream.of(
                            """
                            accelerometer aria-notify autoplay browsing-topics camera captured-surface-control
                            ch-device-memory ch-downlink ch-dpr ch-ect ch-prefers-color-scheme
                            ch-prefers-reduced-motion ch-prefers-reduced-transparency ch-rtt ch-save-data ch-ua
                            ch-ua-arch ch-ua-bitness ch-ua-form-factors ch-ua-full-version ch-ua-full-version-list
                            ch-ua-high-entropy-values ch-ua-mobile ch-ua-model ch-ua-platform ch-ua-platform-version
                            ch-ua-wow64 ch-viewport-height ch-viewport-width ch-width clipboard-read clipboard-write
                            compute-pressure cross-origin-isolated deferred-fetch deferred-fetch-minimal
                            digital-credentials-create digital-credentials-get display-capture encrypted-media
                            fullscreen gamepad geolocation gyroscope hid identity-credentials-get idle-detection
                            interest-cohort keyboard-map language-detector language-model local-fonts local-network
                            local-network-access loopback-network magnetometer media-playback-while-not-visible
                            microphone midi on-device-speech-recognition otp-credentials payment picture-in-picture
                            private-state-token-issuance private-state-token-redemption publickey-credentials-create
                            publickey-credentials-get screen-wake-lock serial speaker-selection storage-access
                            summarizer sync-xhr translator unload usb window-management xr-spatial-tracking
                            """
                                    .strip()
                                    .split("\\s+"))
                    .map(it -> it + "=()")
                    .collect(Collectors.joining(", "));

    private SecurityHeaders() {}

    /// Every header of every answer at this door. A resource may replace one by a stricter one.
    static Map<String, String> of(Door door, boolean https) {
        return of(door, https, false);
    }

    /// @param alone whether it may connect to nothing
    static Map<String, String> of(Door door, boolean https, boolean alone) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Security-Policy", alone ? ALONE : policy(door));
        headers.put("Cross-Origin-Opener-Policy", "same-origin");
        headers.put("Cross-Origin-Embedder-Policy", "require-corp");
        headers.put("Cross-Origin-Resource-Policy", "same-origin");
        headers.put("Origin-Agent-Cluster", "?1");
        headers.put("Permissions-Policy", PERMISSIONS);
        headers.put("Referrer-Policy", "same-origin");
        headers.put("X-Content-Type-Options", "nosniff");
        headers.put("X-DNS-Prefetch-Control", "off");
        headers.put("X-Frame-Options", "DENY");
        headers.put("X-Permitted-Cross-Domain-Policies", "none");
        headers.put("X-Robots-Tag", "noindex, nofollow, noarchive, nosnippet");
        headers.put("Cache-Control", "no-store");
        if (door == Door.FILES) {
            headers.put("Content-Disposition", "attachment");
        }
        if (https) {
            headers.put("Strict-Transport-Security", "max-age=63072000; includeSubDomains");
        }
        return headers;
    }

    private static String policy(Door door) {
        return switch (door) {
            case DROP ->
                    NOTHING
                            + "form-action 'self'; script-src 'self'; worker-src 'self'; connect-src"
                            + " 'self'; img-src 'self'; style-src 'self';"
                            + " require-trusted-types-for 'script'; trusted-types sigillo";
            case NEWS ->
                    NOTHING + "form-action 'self'; img-src 'self'; style-src 'self'; " + NO_SCRIPT;
            case DESK ->
                    NOTHING
                            + "form-action 'none'; script-src 'self'; worker-src 'self'; connect-src"
                            + " 'self'; style-src 'self'; img-src 'self'; manifest-src 'none';"
                            + " require-trusted-types-for 'script'; trusted-types sigillo";
            case FILES -> NOTHING + "form-action 'none'; sandbox; " + NO_SCRIPT;
            case AUDIT -> NOTHING + "form-action 'none'; style-src 'self'; sandbox; " + NO_SCRIPT;
        };
    }
}
