package org.sigillo.web;

import jakarta.ws.rs.core.Response;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sigillo.bytes.Refusal;

/// Octets of a known size, whole or the one range that was asked for (RFC 9110 §14). Several ranges
/// at once are answered with the whole, as the RFC allows.
public final class Partial {
    private static final Pattern ONE = Pattern.compile("bytes=([0-9]{0,18})-([0-9]{0,18})");

    private Partial() {}

    /// Gives octets from an offset on.
    @FunctionalInterface
    public interface Source {
        InputStream open(long offset, long length) throws IOException;
    }

    /// Starts the answer; the caller may add headers.
    ///
    /// @param range the request's `Range`
    public static Response.ResponseBuilder of(InputStream bytes, long size, Optional<String> range)
            throws IOException {
        try {
            // The whole is read to its very end, where a stream may compare what it gave.
            return of(
                    (offset, length) -> length == size ? bytes : from(bytes, offset, length),
                    size,
                    range);
        } catch (Refusal outOfRange) {
            bytes.close();
            throw outOfRange;
        }
    }

    /// The same where what comes before the range need not be read.
    public static Response.ResponseBuilder of(Source source, long size, Optional<String> range)
            throws IOException {
        Matcher asked = ONE.matcher(range.orElse("").strip());
        boolean one = asked.matches() && !(asked.group(1).isEmpty() && asked.group(2).isEmpty());
        if (!one) {
            return octets(200, source.open(0, size), size);
        }
        long from;
        long to = size - 1;
        if (asked.group(1).isEmpty()) {
            from = Math.max(0, size - Long.parseLong(asked.group(2)));
        } else {
            from = Long.parseLong(asked.group(1));
            to = asked.group(2).isEmpty() ? to : Math.min(to, Long.parseLong(asked.group(2)));
        }
        if (from > to) {
            throw new Refusal(
                    Refusal.Kind.OUT_OF_RANGE, "", "There are only " + size + " bytes here.");
        }
        long length = to - from + 1;
        return octets(206, source.open(from, length), length)
                .header("Content-Range", "bytes " + from + "-" + to + "/" + size);
    }

    private static InputStream from(InputStream bytes, long offset, long length)
            throws IOException {
        bytes.skipNBytes(offset);
        return new First(bytes, length);
    }

    private static Response.ResponseBuilder octets(int status, InputStream bytes, long length) {
        return Response.status(status)
                .type("application/octet-stream")
                .header("Accept-Ranges", "bytes")
                .header("Content-Length", length)
                .entity(bytes);
    }

    /// Ends after so many bytes.
    private static final class First extends FilterInputStream {
        private long left;

        First(InputStream in, long left) {
            super(in);
            this.left = left;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int read = in.read(bytes, offset, (int) Math.min(length, left));
            left -= Math.max(0, read);
            return read;
        }

        @Override
        public int available() throws IOException {
            return (int) Math.min(in.available(), left);
        }
    }
}
