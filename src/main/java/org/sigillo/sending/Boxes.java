package org.sigillo.sending;

import java.util.ArrayList;
import java.util.List;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.CanonicalJson;
import org.sigillo.bytes.Hex;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Id;
import org.sigillo.sealing.HybridIdentity;
import org.sigillo.sealing.HybridRecipient;
import org.sigillo.sealing.SealBrokenException;
import org.sigillo.sealing.SealedBox;

/// What is said of an exhibit, sealed: its label for the newsroom, its stub for the source, and what the
/// newsroom answers (`docs/spec/envelope.md` §12–14).
final class Boxes {
    private static final int SALT = 32;

    private Boxes() {}

    /// Where an exhibit belongs.
    record Place(String origin, Id caseId, Id exhibit, long generation) {}

    /// An exhibit once all of it is sealed.
    record Whole(Content content, Sha256 sha256, byte[] salt, List<Sha256> segments) {}

    /// What a stub says of a finished exhibit.
    record Stub(boolean message, long size, Sha256 sha256, byte[] salt, List<Sha256> segments) {}

    /// What a stub says of one that is not finished.
    record Begun(boolean message, long size) {}

    static byte[] label(Place place, Whole whole, HybridRecipient recipient) {
        Json.Obj label =
                finished(whole.content().kind(), place, whole)
                        .with("mediaType", whole.content().mediaType());
        if (whole.content().name().isPresent()) {
            label = label.with("name", whole.content().name().get());
        }
        return SealedBox.sealPadded(CanonicalJson.encode(label), recipient);
    }

    static byte[] stub(Place place, Whole whole, HybridRecipient source) {
        return SealedBox.sealPadded(
                CanonicalJson.encode(
                        finished("stub", place, whole).with("of", whole.content().kind())),
                source);
    }

    static byte[] begun(Place place, Content content, HybridRecipient source) {
        return SealedBox.sealPadded(
                CanonicalJson.encode(
                        common("unfinished", place)
                                .with("size", content.size())
                                .with("of", content.kind())),
                source);
    }

    private static Json.Obj finished(String kind, Place place, Whole whole) {
        return common(kind, place)
                .with("size", whole.content().size())
                .with("sha256", whole.sha256())
                .with("salt", Hex.of(whole.salt()))
                .with("segments", Json.texts(whole.segments().stream().map(Sha256::hex).toList()));
    }

    private static Json.Obj common(String kind, Place place) {
        return Json.object()
                .with("v", 1)
                .with("kind", kind)
                .with("origin", place.origin())
                .with("case", place.caseId().hex())
                .with("exhibit", place.exhibit().hex())
                .with("generation", place.generation());
    }

    /// Opens the stub of a finished exhibit, and refuses another's, and one that says something else than the
    /// ledger.
    ///
    /// @param origins of which it may be
    /// @param content of the exhibit in the ledger
    static Stub stub(
            byte[] box, HybridIdentity source, Place place, List<String> origins, Sha256 content) {
        Json.Obj json = opened("stub", box, source, place, origins);
        List<Sha256> segments = new ArrayList<>();
        for (Json value : json.array("segments")) {
            if (!(value instanceof Json.Text(String hex))) {
                throw new MalformedException("a segment's digest is a text");
            }
            segments.add(Sha256.parse(hex));
        }
        Stub stub =
                new Stub(
                        isMessage(json),
                        json.number("size"),
                        json.digest("sha256"),
                        Hex.parse(json.text("salt"), SALT),
                        segments);
        Newsroom.same(
                "content of exhibit " + place.exhibit() + ", by its stub",
                content.hex(),
                Entry.content(stub.salt(), stub.sha256()).hex());
        return stub;
    }

    static Begun begun(byte[] box, HybridIdentity source, Place place, List<String> origins) {
        Json.Obj json = opened("unfinished", box, source, place, origins);
        return new Begun(isMessage(json), json.number("size"));
    }

    /// What a reply says.
    static String reply(
            byte[] box,
            HybridIdentity source,
            Id caseId,
            Id reply,
            long generation,
            Id writer,
            List<String> origins) {
        String where = "answer " + reply;
        Json.Obj json = open(where, box, source);
        boolean here =
                json.number("v") == 1
                        && json.text("kind").equals("reply")
                        && origins.contains(json.text("origin"))
                        && json.text("case").equals(caseId.hex())
                        && json.text("reply").equals(reply.hex())
                        && json.number("generation") == generation
                        && json.text("writer").equals(writer.hex());
        if (!here) {
            throw new BrokenEvidenceException(
                    where, "an answer of this place and writer", "another");
        }
        return json.text("text");
    }

    private static boolean isMessage(Json.Obj json) {
        return json.text("of").equals("message");
    }

    private static Json.Obj opened(
            String kind, byte[] box, HybridIdentity source, Place place, List<String> origins) {
        String where = "stub of exhibit " + place.exhibit();
        Json.Obj json = open(where, box, source);
        boolean here =
                json.number("v") == 1
                        && json.text("kind").equals(kind)
                        && origins.contains(json.text("origin"))
                        && json.text("case").equals(place.caseId().hex())
                        && json.text("exhibit").equals(place.exhibit().hex())
                        && json.number("generation") == place.generation();
        if (!here) {
            throw new BrokenEvidenceException(where, "a stub of this exhibit", "another's");
        }
        return json;
    }

    private static Json.Obj open(String where, byte[] box, HybridIdentity source) {
        try {
            return CanonicalJson.parseObject(SealedBox.openPadded(box, source));
        } catch (SealBrokenException | MalformedException e) {
            throw new BrokenEvidenceException(
                    where, "a box sealed to this codename", String.valueOf(e.getMessage()));
        }
    }
}
