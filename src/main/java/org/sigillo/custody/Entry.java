package org.sigillo.custody;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.sigillo.bytes.CanonicalJson;
import org.sigillo.bytes.Hex;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;
import org.sigillo.merkle.CompactRange;
import org.sigillo.merkle.MerkleHash;

/// One entry of the ledger: an event, its index, a nonce that makes its leaf unguessable, and the
/// leaf hash of the entry before it. The bytes are the truth; everything else is read from them.
public final class Entry {
    /// The largest entry in bytes.
    public static final int MAX_BYTES = 16_384;

    /// Bytes in a nonce.
    public static final int NONCE = 32;

    private static final String HEAD = "{\"event\":";
    private static final String END = "\",\"v\":1}";
    private static final int PREV_FROM_END = 2 * Sha256.LENGTH + END.length();

    private final byte[] bytes;
    private final long n;
    private final Sha256 prev;
    private final byte[] nonce;
    private final Event event;

    private Entry(byte[] bytes, long n, Sha256 prev, byte[] nonce, Event event) {
        this.bytes = bytes;
        this.n = n;
        this.prev = prev;
        this.nonce = nonce;
        this.event = event;
    }

    /// What happened, when, about which case (hidden by the nonce) and by whom.
    ///
    /// @param at RFC 3339 in whole seconds, or the day alone where a source caused it
    /// @param actor a person's id, `source` or `server`
    public record Event(
            String at, Optional<Sha256> caseTag, Optional<String> actor, CustodyEvent fact) {
        public static final String SOURCE = "source";
        public static final String SERVER = "server";

        public Event {
            if (at.length() == 10) {
                day(at);
            } else {
                Statement.time(at);
            }
            actor.filter(a -> !a.equals(SOURCE) && !a.equals(SERVER)).ifPresent(Id::parse);
            if (fact instanceof CaseEvent != caseTag.isPresent()) {
                throw new MalformedException("events of a case, and only they, name the case");
            }
        }

        /// The person who acted, unless it was a source or the server.
        public Optional<Id> person() {
            return actor.filter(a -> !a.equals(SOURCE) && !a.equals(SERVER)).map(Id::parse);
        }

        public Json.Obj json() {
            Json.Obj json =
                    Json.object()
                            .with("type", fact.type())
                            .with("at", at)
                            .with("body", fact.body());
            if (caseTag.isPresent()) {
                json = json.with("case", caseTag.get());
            }
            if (actor.isPresent()) {
                json = json.with("actor", actor.get());
            }
            return json;
        }

        public static Event parse(Json.Obj json) {
            json.only("type", "at", "case", "actor", "body");
            return new Event(
                    json.text("at"),
                    json.has("case") ? Optional.of(json.digest("case")) : Optional.empty(),
                    json.has("actor") ? Optional.of(json.text("actor")) : Optional.empty(),
                    CustodyEvent.parse(json.text("type"), json.object("body")));
        }

        private static void day(String text) {
            if (Times.isPlainDay(text)) {
                return;
            }
            try {
                LocalDate.parse(text);
            } catch (DateTimeParseException e) {
                throw new MalformedException("not a day", e);
            }
        }
    }

    /// Builds entry `n` after the entry whose leaf hash is `prev`.
    public static Entry of(long n, Sha256 prev, byte[] nonce, Event event) {
        if (nonce.length != NONCE) {
            throw new MalformedException("a nonce has 32 bytes");
        }
        byte[] bytes =
                CanonicalJson.encode(
                        Json.object()
                                .with("v", 1)
                                .with("n", n)
                                .with("prev", prev)
                                .with("nonce", Hex.of(nonce))
                                .with("event", event.json()));
        if (bytes.length > MAX_BYTES) {
            throw new MalformedException("an entry has at most 16384 bytes");
        }
        return new Entry(bytes, n, prev, nonce.clone(), event);
    }

    /// The bytes of an entry around the canonical bytes of its event: what [#of] gives, without reading
    /// the event again.
    public static byte[] around(long n, Sha256 prev, byte[] nonce, byte[] event) {
        byte[] head = ascii(HEAD);
        byte[] tail = ascii(tail(n, prev, nonce));
        byte[] bytes = new byte[head.length + event.length + tail.length];
        if (bytes.length > MAX_BYTES) {
            throw new MalformedException("an entry has at most 16384 bytes");
        }
        System.arraycopy(head, 0, bytes, 0, head.length);
        System.arraycopy(event, 0, bytes, head.length, event.length);
        System.arraycopy(tail, 0, bytes, head.length + event.length, tail.length);
        return bytes;
    }

    /// Whether these are the bytes of an entry of this index with this nonce around this event, whatever
    /// entry stands before it.
    public static boolean isAround(byte[] entry, long n, byte[] nonce, byte[] event) {
        byte[] other = around(n, Sha256.ZERO, nonce, event);
        int prev = other.length - PREV_FROM_END;
        return entry.length == other.length
                && Arrays.equals(entry, 0, prev, other, 0, prev)
                && Arrays.equals(
                        entry,
                        prev + 2 * Sha256.LENGTH,
                        entry.length,
                        other,
                        prev + 2 * Sha256.LENGTH,
                        other.length);
    }

    private static String tail(long n, Sha256 prev, byte[] nonce) {
        return ",\"n\":"
                + n
                + ",\"nonce\":\""
                + Hex.of(nonce)
                + "\",\"prev\":\""
                + prev.hex()
                + END;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /// Reads an entry and refuses bytes that differ from their own re-encoding.
    public static Entry parse(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            throw new MalformedException("an entry has at most 16384 bytes");
        }
        Json.Obj json = CanonicalJson.parseObject(bytes);
        json.only("v", "n", "prev", "nonce", "event");
        if (json.number("v") != 1) {
            throw new MalformedException("only entries of version 1 are known");
        }
        if (json.number("n") < 0) {
            throw new MalformedException("an index is not negative");
        }
        return new Entry(
                bytes.clone(),
                json.number("n"),
                json.digest("prev"),
                Hex.parse(json.text("nonce"), NONCE),
                Event.parse(json.object("event")));
    }

    /// A case's name in one entry: whoever knows id and nonce can make it, nobody else can link two.
    public static Sha256 caseTag(byte[] nonce, Id caseId) {
        return Sha256.tagged("sigillo/case/v1", nonce, caseId.bytes());
    }

    /// An exhibit's name in one entry.
    public static Sha256 exhibitTag(byte[] nonce, Id exhibit) {
        return Sha256.tagged("sigillo/exhibit/v1", nonce, exhibit.bytes());
    }

    /// A reply's name in one entry.
    public static Sha256 replyTag(byte[] nonce, Id reply) {
        return Sha256.tagged("sigillo/reply/v1", nonce, reply.bytes());
    }

    /// What commits to a plaintext without letting a holder of the original confirm it.
    public static Sha256 content(byte[] salt, Sha256 plaintext) {
        return Sha256.tagged("sigillo/content/v1", salt, plaintext.bytes());
    }

    /// The RFC 6962 root over leaves that are the SHA-256 of each stored segment.
    public static Sha256 root(List<Sha256> segments) {
        CompactRange range = CompactRange.empty();
        segments.forEach(segment -> range.append(MerkleHash.leaf(segment.bytes())));
        return range.root();
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    /// The RFC 6962 leaf hash.
    public Sha256 leaf() {
        return MerkleHash.leaf(bytes);
    }

    public long n() {
        return n;
    }

    public Sha256 prev() {
        return prev;
    }

    public byte[] nonce() {
        return nonce.clone();
    }

    public Event event() {
        return event;
    }
}
