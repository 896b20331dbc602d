package org.sigillo.sealing;

import java.util.List;
import org.sigillo.bytes.Sha256;

/// What a [SegmentSealer] has sealed.
///
/// @param plaintext the content's own SHA-256, without padding: never for the ledger
/// @param size the content's true size: never for the ledger
/// @param paddedSize bytes of plaintext in all segments together
/// @param segments the SHA-256 of each sealed segment, in order
public record SealedContent(Sha256 plaintext, long size, long paddedSize, List<Sha256> segments) {
    public SealedContent {
        segments = List.copyOf(segments);
    }

    /// How many segments content of this true size has.
    public static int segments(long size) {
        return Math.toIntExact(Math.ceilDiv(Padme.paddedSize(size), (long) SegmentSealer.SEGMENT));
    }

    /// How many bytes of plaintext the numbered segment of content of this true size has.
    public static int segmentLength(long size, int number) {
        long left = Padme.paddedSize(size) - (long) number * SegmentSealer.SEGMENT;
        if (number < 0 || left <= 0) {
            throw new IllegalArgumentException("there is no such segment");
        }
        return (int) Math.min(SegmentSealer.SEGMENT, left);
    }
}
