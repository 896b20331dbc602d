package org.sigillo.intake;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import org.apache.commons.fileupload2.core.FileUploadException;
import org.apache.commons.fileupload2.core.MultipartInput;
import org.apache.commons.fileupload2.core.ParameterParser;
import org.sigillo.sealing.Codename;

/// Reads one `multipart/form-data` body (RFC 7578) part by part as it arrives.
final class Submission {
    /// Bytes that a message may have.
    static final int LONGEST_MESSAGE = 1024 * 1024;

    /// What any number of forms may hold of a message each; some twenty pages.
    static final int SHORT_MESSAGE = 64 * 1024;

    private static final int HEADERS = 8 * 1024;
    private static final int LONGEST_NAME = 1000;
    private static final Pattern MEDIA_TYPE =
            Pattern.compile("[a-z0-9][a-z0-9!#$&^_.+-]{0,62}/[a-z0-9][a-z0-9!#$&^_.+-]{0,62}");

    private final MultipartInput input;
    private final Arriving body;
    private final int mostFiles;
    private final int shortest;
    private final Semaphore longMessages;
    private boolean said;
    private int files;
    private int messages;
    private int taken;

    private Submission(
            MultipartInput input,
            Arriving body,
            int mostFiles,
            int shortest,
            Semaphore longMessages) {
        this.longMessages = longMessages;
        this.input = input;
        this.body = body;
        this.mostFiles = mostFiles;
        this.shortest = shortest;
        this.said = shortest == 0;
    }

    /// How a body ended.
    enum End {
        WHOLE,
        EMPTY,
        CODENAME,
        MESSAGE_TOO_SHORT,
        MESSAGE_TOO_LONG,
        BUSY,
        TOO_MANY,
        MALFORMED
    }

    /// What takes in a part.
    interface Taker {
        void take(Optional<String> name, String mediaType, InputStream in) throws IOException;
    }

    /// The reader of a body, or nothing if this is no form of ours.
    ///
    /// @param contentType with its boundary
    /// @param mostFiles in one body; and messages, of which a page sends one
    /// @param shortest characters that a message must have, white space left out, before a file is taken; 0: none is needed
    /// @param longMessages how many messages above [#SHORT_MESSAGE] may be held at once
    static Optional<Submission> of(
            String contentType,
            InputStream body,
            int mostFiles,
            int shortest,
            Semaphore longMessages)
            throws IOException {
        Map<String, String> parameters = new ParameterParser().parse(contentType, ';');
        String boundary = parameters.get("boundary");
        if (!parameters.containsKey("multipart/form-data")
                || boundary == null
                || boundary.isEmpty()
                || boundary.length() > 70) {
            return Optional.empty();
        }
        Arriving arriving = new Arriving(body);
        MultipartInput input =
                MultipartInput.builder()
                        .setInputStream(arriving)
                        .setBoundary(boundary.getBytes(StandardCharsets.US_ASCII))
                        .setPartHeaderSizeMax(HEADERS)
                        .get();
        input.setHeaderCharset(StandardCharsets.UTF_8);
        return Optional.of(new Submission(input, arriving, mostFiles, shortest, longMessages));
    }

    /// How many exhibits were made so far.
    int taken() {
        return taken;
    }

    /// Takes in every part in turn; each is an exhibit before the next begins.
    ///
    /// @throws IOException if the connection breaks off or storing fails
    End read(Taker taker) throws IOException {
        try {
            return parts(taker);
        } catch (FileUploadException e) {
            if (body.failed) {
                throw e;
            }
            // All of it came, and it has no end or no such headers.
            return End.MALFORMED;
        }
    }

    private End parts(Taker taker) throws IOException {
        for (boolean more = input.skipPreamble(); more; more = input.readBoundary()) {
            Headers headers = Headers.parse(input.readHeaders());
            End end =
                    switch (headers.field()) {
                        case "message" -> message(taker);
                        case "files" -> file(headers, taker);
                        default -> End.MALFORMED;
                    };
            if (end != End.WHOLE) {
                return end;
            }
        }
        return taken == 0 ? End.EMPTY : End.WHOLE;
    }

    private End message(Taker taker) throws IOException {
        try (InputStream in = input.newInputStream()) {
            byte[] beginning = in.readNBytes(SHORT_MESSAGE);
            if (beginning.length < SHORT_MESSAGE) {
                return message(beginning, taker);
            }
            if (!longMessages.tryAcquire()) {
                return End.BUSY;
            }
            try {
                byte[] rest = in.readNBytes(LONGEST_MESSAGE + 1 - SHORT_MESSAGE);
                byte[] typed = Arrays.copyOf(beginning, SHORT_MESSAGE + rest.length);
                System.arraycopy(rest, 0, typed, SHORT_MESSAGE, rest.length);
                return typed.length > LONGEST_MESSAGE
                        ? End.MESSAGE_TOO_LONG
                        : message(typed, taker);
            } finally {
                longMessages.release();
            }
        }
    }

    private End message(byte[] typed, Taker taker) throws IOException {
        // Many messages may be here at once: none is kept in a second form.
        int length = length(reader(typed), Math.max(1, shortest));
        if (length == 0 && said) {
            return End.WHOLE;
        }
        if (length < shortest && !said) {
            return End.MESSAGE_TOO_SHORT;
        }
        said = true;
        if (Codename.looksLikeCodename(reader(typed))) {
            return End.CODENAME;
        }
        if (++messages > mostFiles) {
            return End.TOO_MANY;
        }
        taker.take(Optional.empty(), "text/plain; charset=utf-8", new ByteArrayInputStream(typed));
        taken++;
        return End.WHOLE;
    }

    private static Reader reader(byte[] message) {
        return new InputStreamReader(new ByteArrayInputStream(message), StandardCharsets.UTF_8);
    }

    /// Its characters, white space left out, counted as far as it matters.
    private static int length(Reader message, int most) throws IOException {
        int length = 0;
        for (int c = message.read(); c >= 0 && length < most; c = message.read()) {
            if (!Character.isWhitespace(c) && !Character.isLowSurrogate((char) c)) {
                length++;
            }
        }
        return length;
    }

    private End file(Headers headers, Taker taker) throws IOException {
        try (InputStream in = input.newInputStream()) {
            if (headers.name().isEmpty()) {
                // No file was chosen: browsers send an empty part without a name.
                return in.read() < 0 ? End.WHOLE : End.MALFORMED;
            }
            if (!said) {
                return End.MESSAGE_TOO_SHORT;
            }
            if (++files > mostFiles) {
                return End.TOO_MANY;
            }
            taker.take(Optional.of(headers.name()), headers.mediaType(), in);
            taken++;
            return End.WHOLE;
        }
    }

    /// The body, and whether it was the connection that failed: the reader of parts says the same of
    /// both.
    private static final class Arriving extends FilterInputStream {
        private boolean failed;

        Arriving(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            failed = true;
            int read = in.read(bytes, offset, length);
            failed = false;
            return read;
        }
    }

    /// The headers of a part that concern us.
    private record Headers(String field, String name, String mediaType) {
        static Headers parse(String text) throws FileUploadException {
            String disposition = "";
            String type = "";
            for (String line : text.split("\r\n", -1)) {
                int colon = line.indexOf(':');
                if (colon > 0) {
                    String header = line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
                    String value = line.substring(colon + 1).strip();
                    switch (header) {
                        case "content-disposition" -> disposition = value;
                        case "content-type" -> type = value.toLowerCase(Locale.ROOT);
                        default -> {}
                    }
                }
            }
            ParameterParser parser = new ParameterParser();
            parser.setLowerCaseNames(true);
            Map<String, String> parameters = parser.parse(disposition, ';');
            if (!parameters.containsKey("form-data")) {
                throw new FileUploadException("a part without a disposition");
            }
            String name = decoded(Optional.ofNullable(parameters.get("filename")).orElse(""));
            return new Headers(
                    Optional.ofNullable(parameters.get("name")).orElse(""),
                    name.length() > LONGEST_NAME ? shortened(name) : name,
                    MEDIA_TYPE.matcher(type).matches() ? type : "application/octet-stream");
        }

        /// Undoes what browsers do to names in forms (WHATWG HTML §4.10.22.8).
        private static String decoded(String name) {
            return name.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n");
        }

        /// The end of a name says what kind of file it is: the middle goes.
        private static String shortened(String name) {
            int[] points = name.codePoints().toArray();
            if (points.length <= LONGEST_NAME / 2) {
                return name;
            }
            int half = LONGEST_NAME / 4;
            return new String(points, 0, half)
                    + "…"
                    + new String(points, points.length - half, half);
        }
    }
}
