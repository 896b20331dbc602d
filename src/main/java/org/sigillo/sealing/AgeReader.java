package org.sigillo.sealing;

import com.exceptionfactory.jagged.DecryptingChannelFactory;
import com.exceptionfactory.jagged.RecipientStanzaReader;
import com.exceptionfactory.jagged.UnsupportedRecipientStanzaException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.sigillo.sealing.SealBrokenException.Reason;

/// Reads one age file. A failure is final: the framework must not be asked again after one, since
/// its buffers would be stale.
final class AgeReader extends InputStream {
    private final Source source;
    private final ReadableByteChannel plain;
    private boolean failed;

    private AgeReader(Source source, ReadableByteChannel plain) {
        this.source = source;
        this.plain = plain;
    }

    static AgeReader open(
            InputStream in, List<RecipientStanzaReader> readers, DecryptingChannelFactory factory)
            throws IOException {
        Source source = new Source(in);
        try {
            return new AgeReader(source, factory.newDecryptingChannel(source, readers));
        } catch (UnsupportedRecipientStanzaException e) {
            throw new SealBrokenException(Reason.WRONG_KEY, e);
        } catch (GeneralSecurityException | IOException | RuntimeException e) {
            // Whatever the framework throws at hostile bytes, a buffer's underflow included.
            source.rethrow();
            throw new SealBrokenException(Reason.HEADER, e);
        }
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
            throw new IOException("this sealed file has failed or was closed");
        }
        if (length == 0) {
            return 0;
        }
        boolean read = false;
        try {
            int count = plain.read(ByteBuffer.wrap(bytes, offset, length));
            read = true;
            return count;
        } catch (IOException | RuntimeException e) {
            source.rethrow();
            throw new SealBrokenException(Reason.PAYLOAD, e);
        } finally {
            failed = !read;
        }
    }

    @Override
    public void close() throws IOException {
        failed = true;
        plain.close();
    }

    /// Fills whole buffers, and remembers a failure of its own, so that a broken disk or
    /// connection is never reported as a broken seal.
    private static final class Source implements ReadableByteChannel {
        private final InputStream in;
        private boolean open = true;
        private @Nullable IOException failure;

        Source(InputStream in) {
            this.in = in;
        }

        void rethrow() throws IOException {
            if (failure != null) {
                throw failure;
            }
        }

        @Override
        public int read(ByteBuffer buffer) throws IOException {
            try {
                int count =
                        in.readNBytes(
                                buffer.array(),
                                buffer.arrayOffset() + buffer.position(),
                                buffer.remaining());
                buffer.position(buffer.position() + count);
                return count == 0 ? -1 : count;
            } catch (IOException e) {
                failure = e;
                throw e;
            }
        }

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public void close() throws IOException {
            open = false;
            in.close();
        }
    }
}
