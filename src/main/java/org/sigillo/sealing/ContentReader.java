package org.sigillo.sealing;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.Sha256;
import org.sigillo.sealing.SealBrokenException.Reason;

/// Opens sealed content: exactly its true bytes, out of its segments, without the padding.
///
/// The last bytes are given out only after everything behind them has been authenticated, the
/// padding found to be zeros and, if one was given, the content's SHA-256 found to agree.
public final class ContentReader extends InputStream {
    /// Where sealed segments come from.
    @FunctionalInterface
    public interface Segments {
        /// The sealed bytes of the segment of this number, counted from 0.
        InputStream open(int number) throws IOException;
    }

    private final HybridIdentity identity;
    private final Segments segments;
    private final Optional<Sha256> expected;
    private final long size;
    private final int count;
    private final MessageDigest digest = Sha256.digest();
    private long left;
    private int next;
    private boolean checked;
    private boolean failed;
    private int segmentLeft;
    private @Nullable InputStream segment;

    /// @param size the content's true size, from its label or stub
    /// @param expected the content's SHA-256, if it is to be checked
    public ContentReader(
            HybridIdentity identity, long size, Segments segments, Optional<Sha256> expected) {
        this.identity = identity;
        this.segments = segments;
        this.expected = expected;
        this.size = size;
        this.left = size;
        this.count = SealedContent.segments(size);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (failed) {
            throw new IOException("this content has failed or was closed");
        }
        if (length == 0) {
            return 0;
        }
        boolean read = false;
        try {
            int got = content(bytes, offset, length);
            read = true;
            return got;
        } finally {
            failed = !read;
        }
    }

    private int content(byte[] bytes, int offset, int length) throws IOException {
        int got = -1;
        if (left > 0) {
            got = plaintext(bytes, offset, (int) Math.min(length, left));
            digest.update(bytes, offset, got);
            left -= got;
        }
        if (left == 0 && !checked) {
            checkRest();
            checked = true;
        }
        return got;
    }

    private void checkRest() throws IOException {
        byte[] padding = new byte[Age.CHUNK];
        while (segmentLeft > 0 || next < count) {
            int got = plaintext(padding, 0, padding.length);
            int bits = 0;
            for (int i = 0; i < got; i++) {
                bits |= padding[i];
            }
            if (bits != 0) {
                throw new SealBrokenException(Reason.CONTENT);
            }
        }
        if (expected.isPresent() && !expected.get().equals(Sha256.copyOf(digest.digest()))) {
            throw new SealBrokenException(Reason.CONTENT);
        }
    }

    /// At least one byte of content or padding; every segment is read to its authenticated end.
    private int plaintext(byte[] bytes, int offset, int length) throws IOException {
        InputStream open = segment;
        if (open == null) {
            segmentLeft = SealedContent.segmentLength(size, next);
            open = opened(segments.open(next));
            segment = open;
            next++;
        }
        int got = open.read(bytes, offset, Math.min(length, segmentLeft));
        if (got < 0) {
            throw new SealBrokenException(Reason.CONTENT);
        }
        segmentLeft -= got;
        if (segmentLeft == 0) {
            if (open.read() >= 0) {
                throw new SealBrokenException(Reason.CONTENT);
            }
            segment = null;
            open.close();
        }
        return got;
    }

    private InputStream opened(InputStream sealed) throws IOException {
        boolean opened = false;
        try {
            InputStream plaintext = Age.opening(sealed, identity);
            opened = true;
            return plaintext;
        } finally {
            if (!opened) {
                sealed.close();
            }
        }
    }

    @Override
    public void close() throws IOException {
        failed = true;
        if (segment != null) {
            segment.close();
        }
    }
}
