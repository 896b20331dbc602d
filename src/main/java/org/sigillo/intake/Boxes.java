package org.sigillo.intake;

import java.util.List;
import java.util.Optional;
import org.sigillo.bytes.CanonicalJson;
import org.sigillo.bytes.Hex;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Id;
import org.sigillo.docket.Cases;
import org.sigillo.docket.Replies;
import org.sigillo.sealing.HybridIdentity;
import org.sigillo.sealing.HybridRecipient;
import org.sigillo.sealing.SealBrokenException;
import org.sigillo.sealing.SealedBox;
import org.sigillo.sealing.SealedContent;

/// An exhibit's label, for the newsroom, its stub, for the source, and what the newsroom answers
/// (`docs/spec/envelope.md` §5, §12, §13).
/// The stub has no name in it: the source's pages never show one.
final class Boxes {
    private static final int SALT = 32;

    private Boxes() {}

    /// Where an exhibit belongs.
    record Place(String origin, Id caseId, Id exhibit, long generation) {}

    /// What arrived, as its sender named it.
    ///
    /// @param name none for a message
    record Arrived(Optional<String> name, String mediaType, SealedContent content, byte[] salt) {}

    /// What a stub tells its source.
    record Stub(long size, Sha256 sha256, byte[] salt, boolean message) {}

    static byte[] label(Place place, Arrived arrived, HybridRecipient recipient) {
        Json.Obj label =
                common(arrived.name().isPresent() ? "file" : "message", place, arrived)
                        .with("mediaType", arrived.mediaType());
        if (arrived.name().isPresent()) {
            label = label.with("name", arrived.name().get());
        }
        return SealedBox.sealPadded(CanonicalJson.encode(label), recipient);
    }

    static byte[] stub(Place place, Arrived arrived, HybridRecipient source) {
        Json.Obj stub =
                common("stub", place, arrived)
                        .with("of", arrived.name().isPresent() ? "file" : "message");
        return SealedBox.sealPadded(CanonicalJson.encode(stub), source);
    }

    /// What a reply says; nothing if it is not one to this source, in this case and by this writer: a colleague's program may be
    /// wrong, and stops nobody.
    static Optional<String> reply(
            Replies.Reply reply, HybridIdentity source, List<String> origins, Id caseId) {
        try {
            Json.Obj json =
                    CanonicalJson.parseObject(
                            SealedBox.openPadded(reply.box().orElse(new byte[0]), source));
            boolean here =
                    isOf(json, "reply", origins, caseId, reply.generation())
                            && json.text("reply").equals(reply.id().hex())
                            && json.text("writer").equals(reply.writer().hex());
            return here ? Optional.of(json.text("text")) : Optional.empty();
        } catch (SealBrokenException | MalformedException e) {
            return Optional.empty();
        }
    }

    private static Json.Obj common(String kind, Place place, Arrived arrived) {
        List<String> segments = arrived.content().segments().stream().map(Sha256::hex).toList();
        return Json.object()
                .with("v", 1)
                .with("kind", kind)
                .with("origin", place.origin())
                .with("case", place.caseId().hex())
                .with("exhibit", place.exhibit().hex())
                .with("generation", place.generation())
                .with("size", arrived.content().size())
                .with("sha256", arrived.content().plaintext())
                .with("salt", Hex.of(arrived.salt()))
                .with("segments", Json.texts(segments));
    }

    private static boolean isOf(
            Json.Obj json, String kind, List<String> origins, Id caseId, long generation) {
        return json.text("kind").equals(kind)
                && json.number("v") == 1
                && origins.contains(json.text("origin"))
                && json.text("case").equals(caseId.hex())
                && json.number("generation") == generation;
    }

    /// What an exhibit's stub says; nothing if it is not one of that exhibit to this source, or speaks of another file than the
    /// ledger: any program may have made it, and neither a row nor an event is wrong for that.
    static Optional<Stub> stub(
            Cases.Shown exhibit, HybridIdentity source, List<String> origins, Id caseId) {
        try {
            Json.Obj json =
                    CanonicalJson.parseObject(
                            SealedBox.openPadded(exhibit.stub().orElse(new byte[0]), source));
            Stub stub =
                    new Stub(
                            json.number("size"),
                            json.digest("sha256"),
                            Hex.parse(json.text("salt"), SALT),
                            json.text("of").equals("message"));
            boolean here =
                    isOf(json, "stub", origins, caseId, exhibit.generation())
                            && json.text("exhibit").equals(exhibit.exhibit().hex())
                            && Entry.content(stub.salt(), stub.sha256()).equals(exhibit.content());
            return here ? Optional.of(stub) : Optional.empty();
        } catch (SealBrokenException | MalformedException e) {
            return Optional.empty();
        }
    }
}
