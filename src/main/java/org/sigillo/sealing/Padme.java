package org.sigillo.sealing;

/// Padmé (Nikitin, Barman, Lueks, Underwood, Hubaux and Ford, *Reducing Metadata Leakage from
/// Encrypted Files and Communication with PURBs*, PETS 2019, §4): sizes are rounded up so that
/// only the top few bits of a length show, at a cost of at most 12 percent.
public final class Padme {
    /// Nothing is smaller than this: one age chunk.
    public static final long SMALLEST = 64 * 1024;

    /// And nothing larger. The largest size that a label can state (2^53 − 1, RFC 7493) is larger than any disk.
    public static final long LARGEST = 1L << 52;

    private Padme() {}

    /// The size to which content of this true size is padded.
    public static long paddedSize(long size) {
        if (size < 0 || size > LARGEST) {
            throw new IllegalArgumentException("no content has this size");
        }
        if (size <= SMALLEST) {
            return SMALLEST;
        }
        int exponent = floorLog2(size);
        int shown = floorLog2(exponent) + 1;
        long hidden = (1L << (exponent - shown)) - 1;
        return (size + hidden) & ~hidden;
    }

    private static int floorLog2(long value) {
        return Long.SIZE - 1 - Long.numberOfLeadingZeros(value);
    }
}
