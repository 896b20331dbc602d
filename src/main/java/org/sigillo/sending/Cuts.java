package org.sigillo.sending;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import org.sigillo.bytes.Sha256;
import org.sigillo.sealing.Padme;
import org.sigillo.sealing.SealedContent;
import org.sigillo.sealing.SegmentSealer;

/// Content cut every 64 MiB, zeros behind it up to its padded size (`docs/spec/envelope.md` §4). Read in
/// order once for its SHA-256, and any cut again.
final class Cuts implements AutoCloseable {
    private static final int BUFFER = 1 << 16;

    private final Content content;
    private final Content.Reading reading;
    private final MessageDigest whole = Sha256.digest();
    private final byte[] buffer = new byte[BUFFER];
    private int next;

    private Cuts(Content content, Content.Reading reading) {
        this.content = content;
        this.reading = reading;
    }

    static Cuts open(Content content) throws IOException {
        content.requireUnchanged();
        return new Cuts(content, content.open());
    }

    static long padded(Content content) {
        return Padme.paddedSize(content.size());
    }

    int count() {
        return SealedContent.segments(content.size());
    }

    int length(int number) {
        return SealedContent.segmentLength(content.size(), number);
    }

    /// Reads one.
    ///
    /// @param into is given the cut, padding included
    /// @return its SHA-256
    Sha256 read(int number, OutputStream into) throws IOException {
        boolean inOrder = number == next;
        MessageDigest cut = Sha256.digest();
        long position = (long) number * SegmentSealer.SEGMENT;
        long left = length(number);
        while (left > 0) {
            int length = (int) Math.min(buffer.length, left);
            int plain = (int) Math.max(0, Math.min(length, content.size() - position));
            fill(position, plain);
            Arrays.fill(buffer, plain, length, (byte) 0);
            if (inOrder) {
                whole.update(buffer, 0, plain);
            }
            cut.update(buffer, 0, length);
            into.write(buffer, 0, length);
            position += length;
            left -= length;
        }
        if (inOrder) {
            next++;
        }
        return Sha256.copyOf(cut.digest());
    }

    private void fill(long position, int length) throws IOException {
        ByteBuffer into = ByteBuffer.wrap(buffer, 0, length);
        while (into.hasRemaining()) {
            if (reading.read(into, position + into.position()) < 0) {
                throw content.changed();
            }
        }
    }

    /// The content's SHA-256, once every cut has been read in order and it is still what it was.
    Sha256 whole() throws IOException {
        if (next != count()) {
            throw new IllegalStateException("not every cut has been read");
        }
        if (reading.read(ByteBuffer.allocate(1), content.size()) > 0) {
            throw content.changed();
        }
        content.requireUnchanged();
        return Sha256.copyOf(whole.digest());
    }

    /// The SHA-256 of all of a content.
    static Sha256 digest(Content content) throws IOException {
        try (Cuts cuts = open(content)) {
            for (int n = 0; n < cuts.count(); n++) {
                cuts.read(n, OutputStream.nullOutputStream());
            }
            return cuts.whole();
        }
    }

    @Override
    public void close() throws IOException {
        Arrays.fill(buffer, (byte) 0);
        reading.close();
    }
}
