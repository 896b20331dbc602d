package org.sigillo.sealing;

import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.Sha256;

/// Seals content of unknown length in one pass and constant memory: cut every 64 MiB, each cut an
/// age file of its own, zeros behind the content up to its [Padme] size.
///
/// Only [#finish] completes the content. On any failure the open segment is aborted; segments that
/// are complete already ([#completed] of them) lie in the sink and are its owner's to remove.
public final class SegmentSealer extends OutputStream {
    /// Bytes of plaintext in a segment: 1,024 age chunks.
    public static final int SEGMENT = 1024 * Age.CHUNK;

    private static final byte[] ZEROS = new byte[Age.CHUNK];

    /// Where segments go.
    @FunctionalInterface
    public interface SegmentSink {
        /// Makes room for the segment of this number, counted from 0.
        Segment open(int number) throws IOException;
    }

    /// Room for one sealed segment, invisible until committed. Ends with exactly one commit or
    /// abort.
    public interface Segment {
        void write(byte[] bytes, int offset, int length) throws IOException;

        /// The segment is whole.
        ///
        /// @return the digest of its sealed bytes, which whoever takes them in reckons on their way
        Sha256 commit() throws IOException;

        /// Throws away what was written.
        void abort() throws IOException;
    }

    private final HybridRecipient recipient;
    private final SegmentSink sink;
    private final MessageDigest plaintext = Sha256.digest();
    private final List<Sha256> digests = new ArrayList<>();
    private long size;
    private boolean over;
    private @Nullable OpenSegment current;

    public SegmentSealer(HybridRecipient recipient, SegmentSink sink) {
        this.recipient = recipient;
        this.sink = sink;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        checkOpen();
        plaintext.update(bytes, offset, length);
        size += length;
        seal(bytes, offset, length);
    }

    /// Pads, and completes the last segment.
    public SealedContent finish() throws IOException {
        checkOpen();
        long padded = Padme.paddedSize(size);
        for (long left = padded - size; left > 0; left -= ZEROS.length) {
            seal(ZEROS, 0, (int) Math.min(ZEROS.length, left));
        }
        if (current != null) {
            complete(current);
        }
        over = true;
        return new SealedContent(Sha256.copyOf(plaintext.digest()), size, padded, digests);
    }

    /// How many segments the sink has committed.
    public int completed() {
        return digests.size();
    }

    /// Bytes of content so far, without padding.
    public long size() {
        return size;
    }

    /// Gives the content up. Harmless when finished or aborted already.
    public void abort() throws IOException {
        over = true;
        OpenSegment open = current;
        current = null;
        if (open != null) {
            open.abort();
        }
    }

    /// Aborts unless finished.
    @Override
    public void close() throws IOException {
        abort();
    }

    private void checkOpen() throws IOException {
        if (over) {
            throw new IOException("this content has been finished or aborted");
        }
    }

    private void seal(byte[] bytes, int offset, int length) throws IOException {
        boolean sealed = false;
        try {
            int done = 0;
            while (done < length) {
                OpenSegment segment = current;
                if (segment == null) {
                    segment = new OpenSegment(sink.open(digests.size()));
                    current = segment;
                    segment.begin(recipient);
                }
                int part = Math.min(length - done, segment.room);
                segment.seal(bytes, offset + done, part);
                done += part;
                if (segment.room == 0) {
                    complete(segment);
                }
            }
            sealed = true;
        } finally {
            if (!sealed) {
                abort();
            }
        }
    }

    private void complete(OpenSegment segment) throws IOException {
        boolean complete = false;
        try {
            digests.add(segment.complete());
            current = null;
            complete = true;
        } finally {
            if (!complete) {
                abort();
            }
        }
    }

    private static final class OpenSegment extends OutputStream {
        private final Segment target;
        private int room = SEGMENT;
        private Age.@Nullable Writer writer;

        OpenSegment(Segment target) {
            this.target = target;
        }

        void begin(HybridRecipient recipient) throws IOException {
            writer = Age.sealing(this, recipient);
        }

        void seal(byte[] bytes, int offset, int length) throws IOException {
            Objects.requireNonNull(writer).write(bytes, offset, length);
            room -= length;
        }

        Sha256 complete() throws IOException {
            Objects.requireNonNull(writer).finish();
            return target.commit();
        }

        void abort() throws IOException {
            if (writer != null) {
                writer.abort();
            }
            target.abort();
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            target.write(bytes, offset, length);
        }
    }
}
