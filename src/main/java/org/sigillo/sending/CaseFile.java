package org.sigillo.sending;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Hex;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.CaseEvent;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Id;
import org.sigillo.custody.Statement;
import org.sigillo.sealing.HybridRecipient;
import org.sigillo.sealing.SealedContent;

/// What the server says of a case: nothing of it is believed yet (`docs/spec/drop-api.md` §3).
///
/// @param earlier older generations to which something unfinished is sealed
/// @param next where what arrived goes on, if this is not all of it
record CaseFile(
        Id id,
        Generation newest,
        List<Generation> earlier,
        List<Arrived> arrived,
        OptionalLong next,
        List<Unfinished> unfinished,
        List<Reply> replies,
        List<Wish> wishes) {

    /// @param keepsake of generation 0, where its sender's program made it
    /// @param made of a later one
    record Generation(
            long number,
            HybridRecipient recipient,
            Optional<Sha256> keepsake,
            Optional<Made> made) {
        /// Whether the other is newer, or this very one.
        boolean isFollowedBy(Generation other) {
            return other.number() > number
                    || other.number() == number
                            && other.recipient().fingerprint().equals(recipient.fingerprint());
        }
    }

    record Made(byte[] nonce, Id person, Statement statement) {}

    /// @param content what the ledger says of it
    /// @param stub none once it was removed
    record Arrived(
            Id exhibit,
            long number,
            String day,
            long generation,
            Sha256 content,
            OptionalLong index,
            Optional<byte[]> stub) {}

    record Unfinished(
            Id exhibit,
            long generation,
            long size,
            byte[] stub,
            SortedMap<Integer, Segment> segments) {}

    record Segment(Sha256 digest, Sha256 mark) {}

    /// @param box none once it was removed
    record Reply(
            Id id, String day, long generation, Id writer, boolean seen, Optional<byte[]> box) {}

    /// @param settled whether a reviewer has seen to it
    record Wish(CaseEvent.Wish wish, String day, boolean settled) {}

    static CaseFile parse(Json.Obj json) {
        List<Arrived> arrived = new ArrayList<>();
        objects(json, "exhibits").forEach(it -> arrived.add(arrived(it)));
        List<Unfinished> unfinished = new ArrayList<>();
        objects(json, "unfinished").forEach(it -> unfinished.add(unfinished(it)));
        List<Reply> replies = new ArrayList<>();
        objects(json, "replies").forEach(it -> replies.add(reply(it)));
        return new CaseFile(
                Id.parse(json.text("case")),
                generation(json.object("generation")),
                json.has("earlier")
                        ? objects(json, "earlier").stream().map(CaseFile::generation).toList()
                        : List.of(),
                arrived,
                json.has("next") ? OptionalLong.of(json.number("next")) : OptionalLong.empty(),
                unfinished,
                replies,
                objects(json, "wishes").stream().map(CaseFile::wish).toList());
    }

    /// The same, and all of this has arrived.
    CaseFile with(Collection<Arrived> all) {
        return new CaseFile(
                id,
                newest,
                earlier,
                List.copyOf(all),
                OptionalLong.empty(),
                unfinished,
                replies,
                wishes);
    }

    private static Generation generation(Json.Obj json) {
        return new Generation(
                json.number("generation"),
                HybridRecipient.parse(json.text("recipient")),
                json.has("keepsake") ? Optional.of(json.digest("keepsake")) : Optional.empty(),
                json.has("statement")
                        ? Optional.of(
                                new Made(
                                        Hex.parse(json.text("nonce"), Entry.NONCE),
                                        Id.parse(json.text("person")),
                                        Statement.parse(json.object("statement"))))
                        : Optional.empty());
    }

    private static Arrived arrived(Json.Obj json) {
        return new Arrived(
                Id.parse(json.text("exhibit")),
                json.number("number"),
                day(json),
                json.number("generation"),
                json.digest("content"),
                json.has("index") ? OptionalLong.of(json.number("index")) : OptionalLong.empty(),
                box(json, "stub"));
    }

    private static Unfinished unfinished(Json.Obj json) {
        SortedMap<Integer, Segment> segments = new TreeMap<>();
        long size = json.number("size");
        Id exhibit = Id.parse(json.text("exhibit"));
        for (Json.Obj it : objects(json, "segments")) {
            long number = it.number("number");
            if (number < 0 || number >= SealedContent.segments(size)) {
                throw new BrokenEvidenceException(
                        "unfinished exhibit " + exhibit,
                        "segments below " + SealedContent.segments(size),
                        "" + number);
            }
            segments.put(
                    Math.toIntExact(number), new Segment(it.digest("sha256"), it.digest("mark")));
        }
        return new Unfinished(
                exhibit, json.number("generation"), size, stub(json, "stub"), segments);
    }

    private static Reply reply(Json.Obj json) {
        return new Reply(
                Id.parse(json.text("reply")),
                day(json),
                json.number("generation"),
                Id.parse(json.text("writer")),
                json.get("seen") instanceof Json.Bool(boolean seen) && seen,
                box(json, "box"));
    }

    private static Wish wish(Json.Obj json) {
        return new Wish(CaseEvent.Wish.parse(json.text("wish")), day(json), json.has("settled"));
    }

    private static String day(Json.Obj json) {
        String day = json.text("day");
        if (!day.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}")) {
            throw Answer.malformed("day");
        }
        return day;
    }

    private static Optional<byte[]> box(Json.Obj json, String name) {
        return json.has(name) ? Optional.of(stub(json, name)) : Optional.empty();
    }

    /// One that is not even in its form is one that does not open: what is beside it can be read.
    private static byte[] stub(Json.Obj json, String name) {
        try {
            return Base64.parse(json.text(name));
        } catch (MalformedException e) {
            return new byte[0];
        }
    }

    private static List<Json.Obj> objects(Json.Obj json, String name) {
        List<Json.Obj> objects = new ArrayList<>();
        for (Json value : json.array(name)) {
            if (!(value instanceof Json.Obj object)) {
                throw Answer.malformed(name);
            }
            objects.add(object);
        }
        return objects;
    }

    /// The newest generation, or an older one that is told.
    Optional<Generation> generation(long number) {
        return number == newest.number()
                ? Optional.of(newest)
                : earlier.stream().filter(it -> it.number() == number).findFirst();
    }

    /// Of these exhibits the first that has no entry yet.
    OptionalLong waiting(Set<Id> exhibits) {
        return arrived.stream()
                .filter(it -> it.index().isEmpty() && exhibits.contains(it.exhibit()))
                .mapToLong(Arrived::number)
                .min();
    }
}
