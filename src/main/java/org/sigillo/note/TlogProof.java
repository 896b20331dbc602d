package org.sigillo.note;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;

/// An inclusion proof with its checkpoint in one text (C2SP tlog-proof, version 1).
///
/// @param extra base64 of what the holder needs to rebuild the leaf; not authenticated
/// @param note the signed checkpoint, verbatim
public record TlogProof(Optional<String> extra, long index, List<Sha256> hashes, String note) {
    private static final String HEADER = "c2sp.org/tlog-proof@v1\n";

    public TlogProof {
        hashes = List.copyOf(hashes);
    }

    public String text() {
        StringBuilder text = new StringBuilder(HEADER);
        extra.ifPresent(e -> text.append("extra ").append(e).append('\n'));
        text.append("index ").append(index).append('\n');
        hashes.forEach(h -> text.append(Base64.of(h.bytes())).append('\n'));
        return text.append('\n').append(note).toString();
    }

    public static TlogProof parse(String text) {
        int cut = text.indexOf("\n\n");
        if (!text.startsWith(HEADER) || cut < HEADER.length()) {
            throw new NoteException("not a tlog-proof of version 1");
        }
        List<String> lines =
                new ArrayList<>(List.of(text.substring(HEADER.length(), cut).split("\n", -1)));
        try {
            Optional<String> extra = Optional.empty();
            if (lines.getFirst().startsWith("extra ")) {
                extra = Optional.of(lines.removeFirst().substring("extra ".length()));
                Base64.parse(extra.get());
            }
            if (lines.isEmpty() || !lines.getFirst().startsWith("index ")) {
                throw new NoteException("a tlog-proof names its index");
            }
            long index = Checkpoint.decimal(lines.removeFirst().substring("index ".length()));
            if (lines.size() > 63) {
                throw new NoteException("a proof has at most 63 hashes");
            }
            List<Sha256> hashes = lines.stream().map(l -> Sha256.copyOf(Base64.parse(l))).toList();
            String note = text.substring(cut + 2);
            SignedNote.parse(note);
            return new TlogProof(extra, index, hashes, note);
        } catch (MalformedException e) {
            throw new NoteException("malformed tlog-proof", e);
        }
    }
}
