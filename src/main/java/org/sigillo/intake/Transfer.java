package org.sigillo.intake;

/// So many bytes on their way to us.
record Transfer(long bytes) {
    /// What an onion service brings through on most days, in bytes a second: 3 Mbit/s.
    private static final long OVER_TOR = 375_000;

    /// In the largest unit that it fills.
    public String size() {
        return bytes < 1_000_000_000 ? bytes / 1_000_000 + " MB" : bytes / 1_000_000_000 + " GB";
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
