package org.sigillo.intake;

import org.sigillo.web.Language;

/// So many bytes on their way to us.
record Transfer(long bytes) {
    /// What an onion service brings through on most days, in bytes a second: 3 Mbit/s.
    private static final long OVER_TOR = 375_000;

    /// In the largest unit that it fills, in this language's words.
    public String size(Language language) {
        String unit = language == Language.FR ? "o" : "B";
        return bytes < 1_000_000_000
                ? bytes / 1_000_000 + " M" + unit
                : bytes / 1_000_000_000 + " G" + unit;
    }

    /// How long it takes over Tor, rounded up.
    public int minutes() {
        return Math.toIntExact(Math.ceilDiv(bytes, 60 * OVER_TOR));
    }

    /// The same in hours.
    public int hours() {
        return Math.ceilDiv(minutes(), 60);
    }
}
