package org.sigillo.sending;

import java.io.IOException;
import java.io.OutputStream;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;
import org.sigillo.bytes.Sha256;
import org.sigillo.sealing.Age;
import org.sigillo.sealing.HybridRecipient;

/// One cut, sealed, in memory: its digest goes before it, and it may have to go more than once.
final class SealedCut {
    private static final MediaType OCTETS = MediaType.get("application/octet-stream");
    private static final int STEP = 1 << 16;

    private final int number;
    private final byte[] sealed;
    private final Sha256 cut;
    private final Sha256 digest;

    private SealedCut(int number, byte[] sealed, Sha256 cut) {
        this.number = number;
        this.sealed = sealed;
        this.cut = cut;
        this.digest = Sha256.of(sealed);
    }

    static SealedCut of(Cuts cuts, int number, HybridRecipient recipient) throws IOException {
        int size = Math.toIntExact(Age.sealedSize(cuts.length(number)));
        Sink sink = new Sink(new byte[size]);
        Sha256 cut;
        try (Age.Writer writer = Age.sealing(sink, recipient)) {
            cut = cuts.read(number, writer);
            writer.finish();
        }
        if (sink.filled != size) {
            throw new IllegalStateException("a sealed segment has the size that follows");
        }
        return new SealedCut(number, sink.bytes, cut);
    }

    int number() {
        return number;
    }

    /// Of the cut, padding included.
    Sha256 cut() {
        return cut;
    }

    /// Of the sealed bytes.
    Sha256 digest() {
        return digest;
    }

    /// For one attempt; says how much has gone, and takes it back when it is made anew.
    RequestBody body(int plaintext, Watcher watcher) {
        return new RequestBody() {
            private long said;

            @Override
            public MediaType contentType() {
                return OCTETS;
            }

            @Override
            public long contentLength() {
                return sealed.length;
            }

            @Override
            public void writeTo(BufferedSink sink) throws IOException {
                watcher.sent(-said);
                said = 0;
                for (int from = 0; from < sealed.length; from += STEP) {
                    int length = Math.min(STEP, sealed.length - from);
                    sink.write(sealed, from, length);
                    long now = (long) plaintext * (from + length) / sealed.length;
                    watcher.sent(now - said);
                    said = now;
                }
            }
        };
    }

    private static final class Sink extends OutputStream {
        private final byte[] bytes;
        private int filled;

        Sink(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public void write(int b) {
            bytes[filled++] = (byte) b;
        }

        @Override
        public void write(byte[] from, int offset, int length) {
            System.arraycopy(from, offset, bytes, filled, length);
            filled += length;
        }
    }
}
