package org.sigillo.sending;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sigillo.sealing.Codename;

/// What is to be sent: a file, or a message. Looked at before anything is sent, and held to what it was
/// then.
public final class Content {
    private static final int LONGEST_MESSAGE = 1 << 20;
    private static final int LONGEST_NAME = 1000;
    private static final Pattern MEDIA_TYPE =
            Pattern.compile("[a-z0-9][a-z0-9!#$&^_.+-]{0,62}/[a-z0-9][a-z0-9!#$&^_.+-]{0,62}");

    private final @Nullable Path path;
    private final @Nullable BasicFileAttributes seen;
    private final byte[] text;
    private final String mediaType;

    private Content(
            @Nullable Path path,
            @Nullable BasicFileAttributes seen,
            byte[] text,
            String mediaType) {
        this.path = path;
        this.seen = seen;
        this.text = text;
        this.mediaType = mediaType;
    }

    /// A file, under its own name without its folder's.
    ///
    /// @throws IllegalArgumentException if it is a folder, or anything else but a file
    /// @throws IOException if it cannot be read
    public static Content file(Path path) throws IOException {
        BasicFileAttributes seen = Files.readAttributes(path, BasicFileAttributes.class);
        if (seen.isDirectory()) {
            throw new IllegalArgumentException(
                    path + " is a folder: give its files, or one archive of them");
        }
        if (!seen.isRegularFile() || path.getFileName() == null) {
            throw new IllegalArgumentException(path + " is not a file");
        }
        FileChannel.open(path, StandardOpenOption.READ).close();
        return new Content(path, seen, new byte[0], mediaType(path));
    }

    private static String mediaType(Path path) throws IOException {
        String type = Files.probeContentType(path);
        String lower = type == null ? "" : type.toLowerCase(Locale.ROOT);
        return MEDIA_TYPE.matcher(lower).matches() ? lower : "application/octet-stream";
    }

    /// A message in UTF-8.
    ///
    /// @throws IllegalArgumentException if it is none that may be sent: it may hold the codename
    public static Content message(byte[] utf8) {
        if (utf8.length > LONGEST_MESSAGE) {
            throw new IllegalArgumentException(
                    "the message is longer than 1 MiB: send it as a file");
        }
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("the message is not UTF-8", e);
        }
        if (text.isBlank()) {
            throw new IllegalArgumentException("the message is empty");
        }
        if (Codename.looksLikeCodename(text)) {
            throw new IllegalArgumentException(
                    "the message holds seven neighbouring words of the codenames' list: it may give"
                            + " your codename away. Put other words between them");
        }
        return new Content(null, null, utf8.clone(), "text/plain; charset=utf-8");
    }

    /// Its name, for a file.
    Optional<String> name() {
        if (path == null) {
            return Optional.empty();
        }
        String name = path.getFileName().toString();
        return Optional.of(
                name.length() > LONGEST_NAME ? name.substring(name.length() - LONGEST_NAME) : name);
    }

    public boolean isMessage() {
        return path == null;
    }

    String kind() {
        return isMessage() ? "message" : "file";
    }

    /// As its owner calls it: shown to nobody else.
    public String shownName() {
        return path == null ? "the message" : path.toString();
    }

    String mediaType() {
        return mediaType;
    }

    /// True size in bytes.
    public long size() {
        return seen == null ? text.length : seen.size();
    }

    /// How many characters a message has, white space left out.
    long characters() {
        return new String(text, StandardCharsets.UTF_8)
                .codePoints()
                .filter(c -> !Character.isWhitespace(c))
                .count();
    }

    /// Reading at any place.
    interface Reading extends AutoCloseable {
        /// Fills as much as there is; less than nothing at the end.
        int read(ByteBuffer into, long position) throws IOException;

        @Override
        void close() throws IOException;
    }

    Reading open() throws IOException {
        if (path == null) {
            return new Reading() {
                @Override
                public int read(ByteBuffer into, long position) {
                    int from = (int) Math.min(position, text.length);
                    int length = Math.min(into.remaining(), text.length - from);
                    into.put(text, from, length);
                    return length == 0 ? -1 : length;
                }

                @Override
                public void close() {}
            };
        }
        FileChannel file;
        try {
            file = FileChannel.open(path, StandardOpenOption.READ);
        } catch (NoSuchFileException e) {
            throw changed();
        }
        return new Reading() {
            @Override
            public int read(ByteBuffer into, long position) throws IOException {
                return file.read(into, position);
            }

            @Override
            public void close() throws IOException {
                file.close();
            }
        };
    }

    /// That it is what it was when it was first looked at.
    ///
    /// @throws IllegalArgumentException if it has changed since
    void requireUnchanged() throws IOException {
        if (path == null || seen == null) {
            return;
        }
        BasicFileAttributes now;
        try {
            now = Files.readAttributes(path, BasicFileAttributes.class);
        } catch (NoSuchFileException e) {
            throw changed();
        }
        if (now.size() != seen.size()
                || !now.lastModifiedTime().equals(seen.lastModifiedTime())
                || !Objects.equals(now.fileKey(), seen.fileKey())) {
            throw changed();
        }
    }

    IllegalArgumentException changed() {
        return new IllegalArgumentException(
                shownName()
                        + " has changed while it was sent, and what was sent of it is of no use. Make a"
                        + " copy that nothing changes, and send that");
    }

    @Override
    public String toString() {
        return "Content[" + kind() + "]";
    }
}
