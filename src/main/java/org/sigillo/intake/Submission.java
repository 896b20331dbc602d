package org.sigillo.intake;

import java.io.ByteArrayInputStream;
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
import org.apache.commons.fileupload2.core.ParameterParser;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.MimeIOException;
import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.Field;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;
import org.apache.james.mime4j.stream.RecursionMode;
import org.apache.james.mime4j.util.ContentUtil;
import org.sigillo.sealing.Codename;

/// Reads one `multipart/form-data` body (RFC 7578) part by part as it arrives.
///
/// A part ends where two hyphens and the boundary come, at the beginning of a line or where one read ended: browsers draw a boundary
/// by chance, and whoever puts their own into a file cuts that short themselves.
final class Submission {
    /// Bytes that a message may have.
    static final int LONGEST_MESSAGE = 1024 * 1024;

    /// What any number of forms may hold of a message each; some twenty pages.
    static final int SHORT_MESSAGE = 64 * 1024;

    /// RFC 2046 §5.1.1.
    private static final Pattern BOUNDARY =
            Pattern.compile("[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]");

    /// Of a part: browsers send two headers.
    private static final int HEADERS = 8;

    private static final int LONGEST_HEADER = 8 * 1024;
    private static final int LONGEST_NAME = 1000;
    private static final Pattern MEDIA_TYPE =
            Pattern.compile("[a-z0-9][a-z0-9!#$&^_.+-]{0,62}/[a-z0-9][a-z0-9!#$&^_.+-]{0,62}");

    private final MimeTokenStream input;
    private final int mostFiles;
    private final int shortest;
    private final Semaphore longMessages;
    private boolean said;
    private int files;
    private int messages;
    private int taken;

    private Submission(MimeTokenStream input, int mostFiles, int shortest, Semaphore longMessages) {
        this.longMessages = longMessages;
        this.input = input;
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
        Map<String, String> parameters = parameters(contentType);
        String boundary = parameters.get("boundary");
        if (!parameters.containsKey("multipart/form-data")
                || boundary == null
                || !BOUNDARY.matcher(boundary).matches()) {
            return Optional.empty();
        }
        MimeConfig limits =
                MimeConfig.custom()
                        .setStrictParsing(true)
                        .setMaxLineLen(LONGEST_HEADER)
                        .setMaxHeaderLen(LONGEST_HEADER)
                        .setMaxHeaderCount(HEADERS)
                        .build();
        MimeTokenStream input = new MimeTokenStream(limits, DecodeMonitor.STRICT, null, null);
        input.parseHeadless(body, "multipart/form-data; boundary=\"" + boundary + "\"");
        return Optional.of(new Submission(input, mostFiles, shortest, longMessages));
    }

    /// Of a header's value, with what stands before them. Names are the same in any case (RFC 9110 §5.6.6, §8.3.1).
    private static Map<String, String> parameters(String value) {
        ParameterParser parser = new ParameterParser();
        parser.setLowerCaseNames(true);
        return parser.parse(value, ';');
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
        } catch (MimeException | MimeIOException e) {
            // All of it came, and it has no end or no such headers.
            return End.MALFORMED;
        }
    }

    private End parts(Taker taker) throws IOException, MimeException {
        PartHeaders headers = PartHeaders.NONE;
        EntityState at = input.getState();
        // What comes after the last boundary is nothing.
        while (at != EntityState.T_EPILOGUE && at != EntityState.T_END_OF_STREAM) {
            switch (at) {
                // Whatever a part says that it is, it is one file.
                case T_START_MULTIPART -> input.setRecursionMode(RecursionMode.M_FLAT);
                case T_START_BODYPART -> headers = PartHeaders.NONE;
                case T_FIELD -> headers = headers.with(input.getField());
                case T_BODY -> {
                    End end = part(headers, taker);
                    if (end != End.WHOLE) {
                        return end;
                    }
                }
                default -> {}
            }
            at = input.next();
        }
        return taken == 0 ? End.EMPTY : End.WHOLE;
    }

    private End part(PartHeaders headers, Taker taker) throws IOException {
        return switch (headers.field()) {
            case "message" -> message(taker);
            case "files" -> file(headers, taker);
            default -> End.MALFORMED;
        };
    }

    private End message(Taker taker) throws IOException {
        try (InputStream in = input.getInputStream()) {
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

    private End file(PartHeaders headers, Taker taker) throws IOException {
        String name = headers.name();
        try (InputStream in = input.getInputStream()) {
            if (name.isEmpty()) {
                // No file was chosen: browsers send an empty part without a name.
                return in.read() < 0 ? End.WHOLE : End.MALFORMED;
            }
            if (!said) {
                return End.MESSAGE_TOO_SHORT;
            }
            if (++files > mostFiles) {
                return End.TOO_MANY;
            }
            taker.take(Optional.of(name), headers.mediaType(), in);
            taken++;
            return End.WHOLE;
        }
    }

    /// The headers of a part that concern us (RFC 7578 §4.2 and §4.4).
    ///
    /// @param disposition parameters of it, and what it is
    private record PartHeaders(Map<String, String> disposition, String type) {
        private static final PartHeaders NONE = new PartHeaders(Map.of(), "");

        PartHeaders with(Field header) {
            String text = ContentUtil.decode(StandardCharsets.UTF_8, header.getRaw());
            String value = text.substring(text.indexOf(':') + 1).strip();
            return switch (header.getNameLowerCase()) {
                case "content-disposition" -> new PartHeaders(parameters(value), type);
                case "content-type" -> new PartHeaders(disposition, value.toLowerCase(Locale.ROOT));
                default -> this;
            };
        }

        /// Of the form; empty if there is none.
        String field() {
            return disposition.containsKey("form-data") ? parameter("name") : "";
        }

        String name() {
            String name = decoded(parameter("filename"));
            return name.length() > LONGEST_NAME ? shortened(name) : name;
        }

        String mediaType() {
            return MEDIA_TYPE.matcher(type).matches() ? type : "application/octet-stream";
        }

        private String parameter(String name) {
            return Optional.ofNullable(disposition.get(name)).orElse("");
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
