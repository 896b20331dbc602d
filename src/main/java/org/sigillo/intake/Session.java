package org.sigillo.intake;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.sigillo.bytes.CanonicalJson;
import org.sigillo.bytes.Hex;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.SecretBytes;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Id;
import org.sigillo.sealing.Codename;
import org.sigillo.sealing.HybridIdentity;
import org.sigillo.waiting.Line;

/// What a source's browser keeps, sealed, between two requests. There is no row anywhere.
sealed interface Session {
    /// As long as it holds a codename: until one word is confirmed, or while a turn is waited for.
    Duration UNCONFIRMED = Duration.ofMinutes(30);

    Duration IDLE = Duration.ofHours(2);
    Duration LONGEST = Duration.ofHours(24);

    /// Whether a case may be begun.
    enum Begin {
        /// The codename was typed, and may be mistyped.
        NOT(0),
        /// It came while nobody was slowed: where cases are slowed by the time that its own begins, in its turn.
        IN_TURN(1),
        /// Its turn was waited for.
        AT_ONCE(2);

        private final int stored;

        Begin(int stored) {
            this.stored = stored;
        }

        boolean may() {
            return this != NOT;
        }

        private static Begin of(Json.Obj json) {
            // Of a codename that was shown, versions before this one did not say it.
            long stored = json.has("mayBegin") ? json.number("mayBegin") : IN_TURN.stored;
            return Stream.of(values())
                    .filter(it -> it.stored == stored)
                    .findFirst()
                    .orElseThrow(() -> new MalformedException("\"mayBegin\" is " + stored));
        }
    }

    /// A codename that was shown and not yet confirmed.
    ///
    /// @param asked which word is asked back, counted from 1
    record Shown(Codename codename, int asked, Begin begin, Instant issued) implements Session {
        /// Its word was said: the half hour goes on while the turn is waited for, it does not begin again.
        Waiting confirmed(Line.Place place) {
            return new Waiting(Optional.of(codename), begin, place, issued);
        }
    }

    /// Whose turn has not come.
    ///
    /// @param codename none before one was made
    record Waiting(Optional<Codename> codename, Begin begin, Line.Place place, Instant issued)
            implements Session {
        @Override
        public String toString() {
            return "Waiting[redacted]";
        }
    }

    /// A confirmed or typed codename: what was derived from it, never the codename.
    ///
    /// @param words the hash of the codename, by which a copy of a cookie that still held it is known
    record Known(
            Sha256 locator, String seed, Sha256 words, Begin begin, Instant issued, Instant used)
            implements Session {
        /// The source's own identity; the caller closes it.
        HybridIdentity identity() {
            try (SecretBytes secret = SecretBytes.takeOwnership(Hex.parse(seed, 32))) {
                return HybridIdentity.ofSeed(secret);
            }
        }

        /// The source's own recipient, which the ledger ties to a case.
        String recipient() {
            try (HybridIdentity identity = identity()) {
                return identity.recipient().text();
            }
        }

        /// The same, once its turn has come.
        Known begins(Begin when) {
            return new Known(locator, seed, words, when, issued, used);
        }

        /// The same session, used now.
        Known renewed(Instant now) {
            return new Known(locator, seed, words, begin, issued, now);
        }

        @Override
        public String toString() {
            return "Known[redacted]";
        }
    }

    /// Whoever has proven to have a source's identity, which never came here.
    ///
    /// @param source the hash of their recipient
    record Proven(Sha256 locator, Sha256 source, Begin begin, Instant issued, Instant used)
            implements Session {
        /// Its place among those who begin, one for all of the session: once it has had its turn, it is as old as its next question.
        Line.Place place() {
            String id = hash(locator.hex() + issued.getEpochSecond()).hex().substring(0, 32);
            return new Line.Place(Id.parse(id), issued);
        }

        /// The same, once its turn has come.
        Proven begins(Begin when) {
            return new Proven(locator, source, when, issued, used);
        }

        Proven renewed(Instant now) {
            return new Proven(locator, source, begin, issued, now);
        }

        @Override
        public String toString() {
            return "Proven[redacted]";
        }
    }

    /// When it began.
    Instant issued();

    /// What is one source's alone; none before there is anything.
    default Optional<Sha256> whose() {
        return switch (this) {
            case Shown shown -> Optional.of(words(shown.codename()));
            case Waiting waiting -> waiting.codename().map(Session::words);
            case Known known -> Optional.of(known.words());
            // A locator is the sender's word: another's under it is nobody's session.
            case Proven proven -> Optional.of(hash(proven.locator().hex() + proven.source().hex()));
        };
    }

    static Sha256 words(Codename codename) {
        return hash(codename.revealText());
    }

    private static Sha256 hash(String text) {
        return Sha256.of(text.getBytes(StandardCharsets.US_ASCII));
    }

    /// The stored form: canonical JSON inside the cookie's seal.
    default byte[] encode() {
        return switch (this) {
            case Shown shown ->
                    CanonicalJson.encode(
                            Json.object()
                                    .with("v", 1)
                                    .with("codename", shown.codename().revealText())
                                    .with("asked", shown.asked())
                                    .with("mayBegin", shown.begin().stored)
                                    .with("issued", shown.issued().getEpochSecond()));
            case Waiting waiting -> CanonicalJson.encode(encode(waiting));
            case Known known ->
                    CanonicalJson.encode(
                            Json.object()
                                    .with("v", 1)
                                    .with("locator", known.locator())
                                    .with("seed", known.seed())
                                    .with("words", known.words())
                                    .with("mayBegin", known.begin().stored)
                                    .with("issued", known.issued().getEpochSecond())
                                    .with("used", known.used().getEpochSecond()));
            case Proven proven ->
                    CanonicalJson.encode(
                            Json.object()
                                    .with("v", 1)
                                    .with("locator", proven.locator())
                                    .with("source", proven.source())
                                    .with("mayBegin", proven.begin().stored)
                                    .with("issued", proven.issued().getEpochSecond())
                                    .with("used", proven.used().getEpochSecond()));
        };
    }

    private static Json.Obj encode(Waiting it) {
        Json.Obj json =
                Json.object()
                        .with("v", 1)
                        .with("mayBegin", it.begin().stored)
                        .with("place", it.place().id().hex())
                        .with("since", it.place().since().getEpochSecond())
                        .with("issued", it.issued().getEpochSecond());
        return it.codename().map(words -> json.with("waits", words.revealText())).orElse(json);
    }

    private static Optional<Session> waiting(Json.Obj json, Instant issued, Instant now) {
        Optional<Codename> codename =
                json.has("waits") ? Codename.parse(json.text("waits")) : Optional.empty();
        Duration held = codename.isPresent() ? UNCONFIRMED : LONGEST;
        return now.isAfter(issued.plus(held))
                ? Optional.empty()
                : Optional.of(
                        new Waiting(
                                codename,
                                Begin.of(json),
                                new Line.Place(
                                        Id.parse(json.text("place")),
                                        Instant.ofEpochSecond(json.number("since"))),
                                issued));
    }

    /// Reads a session that still holds at this time.
    static Optional<Session> decode(byte[] text, Instant now) {
        Json.Obj json = CanonicalJson.parseObject(text);
        if (json.number("v") != 1) {
            throw new MalformedException("only sessions of version 1 are known");
        }
        Instant issued = Instant.ofEpochSecond(json.number("issued"));
        if (json.has("codename")) {
            return now.isAfter(issued.plus(UNCONFIRMED))
                    ? Optional.empty()
                    : Codename.parse(json.text("codename"))
                            .map(codename ->
                                    new Shown(
                                            codename,
                                            Math.toIntExact(json.number("asked")),
                                            Begin.of(json),
                                            issued));
        }
        if (json.has("place")) {
            return waiting(json, issued, now);
        }
        Instant used = Instant.ofEpochSecond(json.number("used"));
        boolean before = json.has("seed") && !json.has("words");
        if (before || now.isAfter(issued.plus(LONGEST)) || now.isAfter(used.plus(IDLE))) {
            // Or sealed by a version that did not know what it followed from.
            return Optional.empty();
        }
        Begin begin = Begin.of(json);
        return Optional.of(
                json.has("source")
                        ? new Proven(
                                json.digest("locator"), json.digest("source"), begin, issued, used)
                        : new Known(
                                json.digest("locator"),
                                json.text("seed"),
                                json.digest("words"),
                                begin,
                                issued,
                                used));
    }
}
