package org.sigillo.note;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.Hex;
import org.sigillo.bytes.MalformedException;

/// A text with signature lines below it (C2SP signed-note).
public final class SignedNote {
    private static final String DASH = "\u2014 ";
    private static final int MOST_SIGNATURES = 100;

    private final String text;
    private final List<Line> lines;

    private SignedNote(String text, List<Line> lines) {
        if (lines.size() > MOST_SIGNATURES) {
            throw new NoteException("a note has at most 100 signatures");
        }
        this.text = text;
        this.lines = lines;
    }

    private record Line(String verbatim, String name, byte[] keyId, byte[] signature) {
        boolean by(NoteVerifier key) {
            return key.name().equals(name) && Arrays.equals(key.keyId(), keyId);
        }
    }

    /// Signs a text, which must end in a line feed. Lines stand in the order of the signers; an
    /// ML-DSA key signs a checkpoint without a time.
    public static String sign(String text, List<NoteSigner> signers) {
        checkText(text);
        StringBuilder note = new StringBuilder(text).append('\n');
        signers.forEach(signer -> note.append(signer.line(text)).append('\n'));
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
        return new SignedNote(text, lines(note.substring(cut + 2)));
    }

    /// The text, with its last line feed.
    public String text() {
        return text;
    }

    /// Text, empty line and signature lines, as they were read.
    public String note() {
        StringBuilder note = new StringBuilder(text).append('\n');
        lines.forEach(line -> note.append(line.verbatim()).append('\n'));
        return note.toString();
    }

    /// The same note with these lines below its own; a line that is there already is not repeated.
    public SignedNote with(Collection<Cosignature> cosignatures) {
        Set<String> all = new LinkedHashSet<>();
        lines.forEach(line -> all.add(line.verbatim()));
        cosignatures.forEach(cosignature -> all.add(cosignature.line()));
        return new SignedNote(text, all.stream().map(SignedNote::line).toList());
    }

    /// The same text with the lines of these keys alone, verified or not.
    ///
    /// @throws NoteException if there are none
    public SignedNote only(Collection<NoteVerifier> keys) {
        List<Line> kept = lines.stream().filter(line -> keys.stream().anyMatch(line::by)).toList();
        if (kept.isEmpty()) {
            throw new NoteException("no signature by a known key");
        }
        return new SignedNote(text, kept);
    }

    /// Checks the signatures by known keys: at least one must be there and every one must hold;
    /// signatures by unknown keys are ignored.
    ///
    /// @return the known keys that signed
    public List<NoteVerifier> verify(Collection<NoteVerifier> known) {
        List<NoteVerifier> signers = signed(known).map(Signed::key).toList();
        if (signers.isEmpty()) {
            throw new NoteException("no signature by a known key");
        }
        return signers;
    }

    /// The cosignatures of known keys, each of which must hold. There may be none.
    public List<Cosignature> cosignatures(Collection<NoteVerifier> known) {
        return signed(known)
                .filter(it -> it.key().cosigns())
                .map(it ->
                        new Cosignature(
                                it.line().name(),
                                Hex.of(it.line().keyId()),
                                it.key().type().time(it.line().signature()),
                                it.line().verbatim()))
                .toList();
    }

    /// Whether a line by one of these keys, each verified before, carries a time.
    boolean timed(Collection<NoteVerifier> verified) {
        return lines.stream()
                .anyMatch(line ->
                        verified.stream()
                                .filter(line::by)
                                .filter(NoteVerifier::cosigns)
                                .anyMatch(key -> key.type().time(line.signature()) != 0));
    }

    private record Signed(NoteVerifier key, Line line) {}

    private Stream<Signed> signed(Collection<NoteVerifier> known) {
        List<Signed> signed = new ArrayList<>();
        for (Line line : lines) {
            Optional<NoteVerifier> key = known.stream().filter(line::by).findFirst();
            if (key.isPresent()) {
                if (!key.get().verify(text, line.signature())) {
                    throw new NoteException("the signature by " + line.name() + " does not hold");
                }
                signed.add(new Signed(key.get(), line));
            }
        }
        return signed.stream();
    }

    /// A signature line without its line end.
    static String line(String name, byte[] keyId, byte[] signature) {
        byte[] bytes = Arrays.copyOf(keyId, keyId.length + signature.length);
        System.arraycopy(signature, 0, bytes, keyId.length, signature.length);
        return DASH + name + " " + Base64.of(bytes);
    }

    private static List<Line> lines(String signatures) {
        if (!signatures.endsWith("\n")) {
            throw new NoteException("a note has signatures and ends in a line feed");
        }
        return Stream.of(signatures.substring(0, signatures.length() - 1).split("\n", -1))
                .map(SignedNote::line)
                .toList();
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
                    line,
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
