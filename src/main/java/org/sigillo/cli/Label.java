package org.sigillo.cli;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sigillo.bytes.CanonicalJson;
import org.sigillo.bytes.Hex;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Id;
import org.sigillo.sealing.Padme;
import org.sigillo.sealing.SealedContent;

/// An exhibit's label, opened (`docs/spec/envelope.md` §12).
///
/// @param name as its sender named it; none for a message
record Label(
        Optional<String> name,
        String origin,
        Id caseId,
        Id exhibit,
        long generation,
        long size,
        Sha256 sha256,
        byte[] salt,
        List<Sha256> segments) {

    /// Bytes of a file's name; a number before it and `.part` behind it must still fit.
    private static final int LONGEST_NAME = 200;

    private static final int LONGEST_KIND = 16;

    static Label parse(byte[] bytes) {
        Json.Obj json = CanonicalJson.parseObject(bytes);
        String kind = json.text("kind");
        if (json.number("v") != 1 || !(kind.equals("file") || kind.equals("message"))) {
            throw new MalformedException("not a label of version 1");
        }
        List<Sha256> segments = new ArrayList<>();
        for (Json value : json.array("segments")) {
            if (!(value instanceof Json.Text(String hex))) {
                throw new MalformedException("a segment's digest is a text");
            }
            segments.add(Sha256.parse(hex));
        }
        long size = json.number("size");
        if (size < 0 || size > Padme.LARGEST || segments.size() != SealedContent.segments(size)) {
            throw new MalformedException("a content of this size has other segments");
        }
        return new Label(
                kind.equals("file") ? Optional.of(json.text("name")) : Optional.empty(),
                json.text("origin"),
                Id.parse(json.text("case")),
                Id.parse(json.text("exhibit")),
                json.number("generation"),
                size,
                json.digest("sha256"),
                Hex.parse(json.text("salt"), 32),
                segments);
    }

    /// A name that can do no harm in a folder: the sender chose the one in the label.
    String fileName() {
        StringBuilder safe = new StringBuilder();
        name.orElse("message.txt")
                .codePoints()
                .map(c -> harmless(c) ? c : '_')
                .forEach(safe::appendCodePoint);
        String text = shortened(safe.toString().strip());
        return text.startsWith(".") || text.isEmpty() ? "_" + text : text;
    }

    /// File systems count bytes, not letters, and refuse a name of more than 255. The end stays: it
    /// says what kind of file it is.
    private static String shortened(String text) {
        if (bytes(text) <= LONGEST_NAME) {
            return text;
        }
        int dot = text.lastIndexOf('.');
        String kind =
                dot > 0 && bytes(text.substring(dot)) <= LONGEST_KIND ? text.substring(dot) : "";
        StringBuilder stem = new StringBuilder();
        int left = LONGEST_NAME - bytes(kind);
        for (int c : text.substring(0, text.length() - kind.length()).codePoints().toArray()) {
            left -= bytes(Character.toString(c));
            if (left < 0) {
                break;
            }
            stem.appendCodePoint(c);
        }
        return stem + kind;
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static boolean harmless(int c) {
        return Character.isLetterOrDigit(c)
                || Character.getType(c) == Character.NON_SPACING_MARK
                || " ._-+=,@()[]".indexOf(c) >= 0;
    }
}
