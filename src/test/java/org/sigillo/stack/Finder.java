package org.sigillo.stack;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;

/// Finds many marks at once in what is written to it, and in what of it is gzip, wherever that begins. What is met of a
/// gzip member is what lies in the same window.
final class Finder extends OutputStream {
    private static final int WINDOW = 4 << 20;

    /// RFC 1952 §2.3: the two bytes of its name, and deflate.
    private static final int GZIP = 0x1f8b08;

    private final Index index;
    private final Consumer<Mark.Shape> found;
    private final boolean inside;
    private final byte[] window;
    private int filled;
    private int from;

    Finder(Index index, Consumer<Mark.Shape> found) {
        this(index, found, false);
    }

    private Finder(Index index, Consumer<Mark.Shape> found, boolean inside) {
        this.index = index;
        this.found = found;
        this.inside = inside;
        this.window = new byte[WINDOW + index.longest + 2];
    }

    /// The shapes by their first four bytes, and a small table that most of what is looked at is not in.
    static final class Index {
        private static final int BITS = 18;

        private final long[] some = new long[1 << BITS - 6];
        private final Map<Integer, List<Mark.Shape>> byFour = new HashMap<>();
        private final int longest;

        Index(List<Mark> marks) {
            int most = 0;
            for (Mark mark : marks) {
                for (Mark.Shape shape : mark.shapes()) {
                    most = Math.max(most, shape.bytes().length);
                    int four = ByteBuffer.wrap(shape.bytes()).getInt();
                    some[hash(four) >>> 6] |= 1L << hash(four);
                    byFour.computeIfAbsent(four, it -> new ArrayList<>()).add(shape);
                }
            }
            longest = most;
        }

        private static int hash(int four) {
            return four * 0x9E3779B1 >>> 32 - BITS;
        }

        private boolean mayHave(int four) {
            int hash = hash(four);
            return (some[hash >>> 6] >>> hash & 1) != 0;
        }
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int at = offset;
        while (at < offset + length) {
            int taken = Math.min(window.length - filled, offset + length - at);
            System.arraycopy(bytes, at, window, filled, taken);
            filled += taken;
            at += taken;
            if (filled == window.length) {
                look(filled - index.longest - 1);
                // One byte before what is still to be looked at: it may be a digit.
                int kept = filled - from + 1;
                System.arraycopy(window, from - 1, window, 0, kept);
                filled = kept;
                from = 1;
            }
        }
    }

    /// Looks at the rest.
    @Override
    public void close() {
        look(filled);
        filled = 0;
        from = 0;
    }

    /// @param end before which what is found begins
    private void look(int end) {
        int four = 0;
        int last = Math.min(end, filled - 3);
        for (int at = from; at < from + 3 && at < filled; at++) {
            four = four << 8 | window[at] & 0xff;
        }
        for (int at = from; at < last; at++) {
            four = four << 8 | window[at + 3] & 0xff;
            if (index.mayHave(four)) {
                for (Mark.Shape shape : index.byFour.getOrDefault(four, List.of())) {
                    if (isAt(shape, at)) {
                        found.accept(shape);
                    }
                }
            }
            if (four >>> 8 == GZIP && !inside) {
                inflated(at);
            }
        }
        from = end;
    }

    private boolean isAt(Mark.Shape shape, int at) {
        byte[] bytes = shape.bytes();
        int end = at + bytes.length;
        return end <= filled
                && Arrays.equals(window, at, end, bytes, 0, bytes.length)
                && !(shape.alone()
                        && (at > 0 && isDigit(window[at - 1])
                                || end < filled && isDigit(window[end])));
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    private void inflated(int at) {
        try (GZIPInputStream in =
                        new GZIPInputStream(
                                new ByteArrayInputStream(window, at, filled - at), 1 << 16);
                Finder within = new Finder(index, found, true)) {
            byte[] buffer = new byte[1 << 16];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                within.write(buffer, 0, read);
            }
        } catch (IOException e) {
            // No gzip, or no more of it in this window.
        }
    }

    /// What of some bytes is found.
    static List<String> in(byte[] bytes, List<Mark> marks) throws IOException {
        List<String> found = new ArrayList<>();
        try (Finder finder = new Finder(new Index(marks), it -> found.add(it.toString()))) {
            finder.write(bytes);
        }
        return found;
    }
}
