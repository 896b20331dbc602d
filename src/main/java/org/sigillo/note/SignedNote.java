package org.sigillo.note;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.MalformedException;

/// A text with signature lines below it (C2SP signed-note).
public final class SignedNote {
    private static final String DASH = "\u2014 ";
    private static final int MOST_SIGNATURES = 100;

    private final String text;
    private final List<Line> lines;

    private SignedNote(String text, List<Line> lines) {
        this.text = text;
        this.lines = lines;
    }

    private record Line(String name, byte[] keyId, byte[] signature) {}

    /// Signs a text, which must end in a line feed.
    public static String sign(String text, List<NoteSigner> signers) {
        checkText(text);
        StringBuilder note = new StringBuilder(text).append('\n');
        for (NoteSigner signer : signers) {
            byte[] signature = signer.sign(text.getBytes(StandardCharsets.UTF_8));
            byte[] line = Arrays.copyOf(signer.verifier().keyId(), 4 + signature.length);
            System.arraycopy(signature, 0, line, 4, signature.length);
            note.append(DASH)
                    .append(signer.verifier().name())
                    .append(' ')
                    .append(Base64.of(line))
                    .append('\n');
        }
        return note.toString();
    }

    /// Reads UTF-8.
    public static SignedNote parse(byte[] note) {
        try {
            return parse(
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(note)).toString());
        } catch (CharacterCodingException e) {
            throw new NoteException("a note is UTF-8", e);
        }
    }

    public static SignedNote parse(String note) {
        int cut = note.lastIndexOf("\n\n");
        if (cut < 0) {
            throw new NoteException("no empty line before the signatures");
        }
        String text = note.substring(0, cut + 1);
        checkText(text);
        String signatures = note.substring(cut + 2);
        if (!signatures.endsWith("\n")) {
            throw new NoteException("a note has signatures and ends in a line feed");
        }
        List<Line> lines = new ArrayList<>();
        for (String line : signatures.substring(0, signatures.length() - 1).split("\n", -1)) {
            lines.add(line(line));
        }
        if (lines.size() > MOST_SIGNATURES) {
            throw new NoteException("a note has at most 100 signatures");
        }
        return new SignedNote(text, lines);
    }

    /// The text, with its last line feed.
    public String text() {
        return text;
    }

    /// Checks the signatures by known keys: at least one must be there and every one must hold;
    /// signatures by unknown keys are ignored.
    ///
    /// @return the known keys that signed
    public List<NoteVerifier> verify(Collection<NoteVerifier> known) {
        byte[] signed = text.getBytes(StandardCharsets.UTF_8);
        List<NoteVerifier> signers = new ArrayList<>();
        for (Line line : lines) {
            Optional<NoteVerifier> key =
                    known.stream()
                            .filter(v ->
                                    v.name().equals(line.name())
                                            && Arrays.equals(v.keyId(), line.keyId()))
                            .findFirst();
            if (key.isPresent()) {
                if (!key.get().verify(signed, line.signature())) {
                    throw new NoteException("the signature by " + line.name() + " does not hold");
                }
                signers.add(key.get());
            }
        }
        if (signers.isEmpty()) {
            throw new NoteException("no signature by a known key");
        }
        return signers;
    }

    private static Line line(String line) {
        int space = line.indexOf(' ', DASH.length());
        if (!line.startsWith(DASH) || space < 0) {
            throw new NoteException("a signature line is: dash, name, base64");
        }
        try {
            byte[] bytes = Base64.parse(line.substring(space + 1));
            if (bytes.length < 5) {
                throw new NoteException("a signature is longer than its key id");
            }
            return new Line(
                    NoteVerifier.checkedName(line.substring(DASH.length(), space)),
                    Arrays.copyOf(bytes, 4),
                    Arrays.copyOfRange(bytes, 4, bytes.length));
        } catch (MalformedException e) {
            throw new NoteException("a signature is not base64", e);
        }
    }

    private static void checkText(String text) {
        if (!text.endsWith("\n") || text.chars().anyMatch(c -> c < 0x20 && c != '\n')) {
            throw new NoteException(
                    "a note's text ends in a line feed and has no control characters");
        }
    }
}
