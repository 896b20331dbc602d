package org.sigillo.sealing;

import com.exceptionfactory.jagged.RecipientStanzaWriter;
import com.exceptionfactory.jagged.framework.stream.StandardDecryptingChannelFactory;
import com.exceptionfactory.jagged.framework.stream.StandardEncryptingChannelFactory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// age v1 files (C2SP `age.md`) sealed to hybrid recipients.
///
/// Small things in one call ([#seal], [#open]), long ones as streams ([#sealing], [#opening]). The
/// bulk cipher is the JDK's ChaCha20-Poly1305.
public final class Age {
    /// Bytes of plaintext in a chunk.
    static final int CHUNK = 64 * 1024;

    /// More stanzas than this do not fit into the header that our reader accepts.
    static final int MAX_RECIPIENTS = 42;

    /// Bytes of the header of a file to one recipient.
    public static final int HEADER = 1627;

    private static final int NONCE = 16;
    private static final int TAG = 16;

    /// The header of a file to one recipient, as `docs/spec/envelope.md` §3 has it.
    private static final Pattern ONE_RECIPIENT =
            Pattern.compile(
                    """
                    age-encryption\\.org/v1
                    -> mlkem768x25519 [A-Za-z0-9+/]{1494}
                    [A-Za-z0-9+/]{43}
                    --- [A-Za-z0-9+/]{43}
                    """);

    private Age() {}

    /// The size of the age file with so much plaintext and one recipient.
    public static long sealedSize(long plaintext) {
        long chunks = Math.max(1, Math.ceilDiv(plaintext, (long) CHUNK));
        return HEADER + NONCE + Math.addExact(plaintext, chunks * TAG);
    }

    /// Whether a file that somebody else sealed begins as one to a single hybrid recipient does: who has no key can see that much.
    ///
    /// @param beginning its first [#HEADER] bytes
    public static boolean isToOne(byte[] beginning) {
        return beginning.length == HEADER
                && ONE_RECIPIENT
                        .matcher(new String(beginning, StandardCharsets.ISO_8859_1))
                        .matches();
    }

    /// Whether this may be a plaintext of so many bytes, sealed to one hybrid recipient.
    public static boolean isToOne(byte[] file, long plaintext) {
        return file.length == sealedSize(plaintext) && isToOne(Arrays.copyOf(file, HEADER));
    }

    /// Seals something small; any one of the recipients opens it.
    public static byte[] seal(byte[] plaintext, HybridRecipient... recipients) {
        return seal(plaintext, writers(recipients));
    }

    static byte[] seal(byte[] plaintext, List<RecipientStanzaWriter> writers) {
        ByteArrayOutputStream sealed = new ByteArrayOutputStream(plaintext.length + 4096);
        try (Writer writer = new Writer(sealed, writers)) {
            writer.write(plaintext);
            writer.finish();
        } catch (IOException e) {
            throw new UncheckedIOException("an array does not fail", e);
        }
        return sealed.toByteArray();
    }

    /// Opens something small.
    ///
    /// @throws SealBrokenException if it does not open; nothing of it is given out then
    public static byte[] open(byte[] file, HybridIdentity identity) {
        try (InputStream plaintext = opening(new ByteArrayInputStream(file), identity)) {
            return plaintext.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("an array does not fail", e);
        }
    }

    /// A writer whose file stays incomplete until [Writer#finish]. The sink stays the caller's to
    /// close.
    public static Writer sealing(OutputStream sink, HybridRecipient... recipients)
            throws IOException {
        return new Writer(sink, writers(recipients));
    }

    /// A stream that authenticates each chunk before it gives it out, and is complete only when it
    /// has been read to its end. Closing it closes the source.
    ///
    /// @throws SealBrokenException here or from any read, if it does not open
    /// @throws IOException if the source fails, which says nothing about the seal
    public static InputStream opening(InputStream source, HybridIdentity identity)
            throws IOException {
        return AgeReader.open(
                source,
                List.of(HybridStanza.reader(identity)),
                new StandardDecryptingChannelFactory());
    }

    private static List<RecipientStanzaWriter> writers(HybridRecipient... recipients) {
        if (recipients.length == 0 || recipients.length > MAX_RECIPIENTS) {
            throw new IllegalArgumentException("1 to " + MAX_RECIPIENTS + " recipients");
        }
        return Stream.of(recipients).map(HybridStanza::writer).toList();
    }

    /// Seals what is written to it. Only [#finish] completes the file: closed, aborted or failed
    /// before, what the sink holds does not open.
    public static final class Writer extends OutputStream {
        private final OutputStream out;
        private final Sink sink;
        private final WritableByteChannel plain;
        private boolean finished;

        private Writer(OutputStream out, List<RecipientStanzaWriter> writers) throws IOException {
            this.out = out;
            this.sink = new Sink(out);
            try {
                this.plain =
                        new StandardEncryptingChannelFactory().newEncryptingChannel(sink, writers);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("the header could not be sealed", e);
            }
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, bytes.length);
            if (!sink.isOpen()) {
                throw new IOException("this sealed file has been finished or aborted");
            }
            boolean written = false;
            try {
                plain.write(ByteBuffer.wrap(bytes, offset, length));
                written = true;
            } finally {
                if (!written) {
                    abort();
                }
            }
        }

        /// Writes the last chunk; the file is complete when this returns.
        public void finish() throws IOException {
            if (!sink.isOpen()) {
                throw new IOException("this sealed file has been finished or aborted");
            }
            try {
                plain.close();
                out.flush();
                finished = true;
            } finally {
                if (!finished) {
                    abort();
                }
            }
        }

        /// Gives the file up. Poisons the way to the sink, since the framework's own `close()`
        /// would write a valid last chunk.
        public void abort() {
            sink.close();
        }

        /// Aborts unless finished.
        @Override
        public void close() {
            abort();
        }
    }

    /// The only way from the cipher, whose buffers are arrays, to the sink; once closed, nothing
    /// passes any more.
    private static final class Sink implements WritableByteChannel {
        private @Nullable OutputStream out;

        Sink(OutputStream out) {
            this.out = out;
        }

        @Override
        public int write(ByteBuffer buffer) throws IOException {
            OutputStream open = out;
            if (open == null) {
                throw new IOException("this sealed file has been aborted");
            }
            int length = buffer.remaining();
            open.write(buffer.array(), buffer.arrayOffset() + buffer.position(), length);
            buffer.position(buffer.limit());
            return length;
        }

        @Override
        public boolean isOpen() {
            return out != null;
        }

        @Override
        public void close() {
            out = null;
        }
    }
}
