package org.sigillo.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sigillo.bytes.CanonicalJson;
import org.sigillo.bytes.Hex;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Id;

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
        return new Label(
                kind.equals("file") ? Optional.of(json.text("name")) : Optional.empty(),
                json.text("origin"),
                Id.parse(json.text("case")),
                Id.parse(json.text("exhibit")),
                json.number("generation"),
                json.number("size"),
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
                .limit(120)
                .forEach(safe::appendCodePoint);
        String text = safe.toString().strip();
        return text.startsWith(".") || text.isEmpty() ? "_" + text : text;
    }

    private static boolean harmless(int c) {
        return Character.isLetterOrDigit(c)
                || Character.getType(c) == Character.NON_SPACING_MARK
                || " ._-+=,@()[]".indexOf(c) >= 0;
    }
}
