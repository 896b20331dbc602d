package org.sigillo.intake;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.sigillo.bytes.CanonicalJson;
import org.sigillo.bytes.Hex;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.SecretBytes;
import org.sigillo.bytes.Sha256;
import org.sigillo.sealing.Codename;
import org.sigillo.sealing.HybridIdentity;

/// What a source's browser keeps, sealed, between two requests. There is no row anywhere.
sealed interface Session {
    /// Until one word is confirmed: the codename itself, half an hour at most.
    Duration UNCONFIRMED = Duration.ofMinutes(30);

    Duration IDLE = Duration.ofHours(2);
    Duration LONGEST = Duration.ofHours(24);

    /// A codename that was shown and not yet confirmed.
    ///
    /// @param asked which word is asked back, counted from 1
    record Shown(Codename codename, int asked, Instant issued) implements Session {}

    /// A confirmed or typed codename: what was derived from it, never the codename.
    ///
    /// @param mayBegin whether a case may be begun; not by a typed codename, which may be mistyped
    record Known(Sha256 locator, String seed, boolean mayBegin, Instant issued, Instant used)
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

        /// The same session, used now.
        Known renewed(Instant now) {
            return new Known(locator, seed, mayBegin, issued, now);
        }

        @Override
        public String toString() {
            return "Known[redacted]";
        }
    }

    /// Whoever has proven to have a source's identity, which never came here.
    ///
    /// @param source the hash of their recipient
    record Proven(Sha256 locator, Sha256 source, boolean mayBegin, Instant issued, Instant used)
            implements Session {
        Proven renewed(Instant now) {
            return new Proven(locator, source, mayBegin, issued, now);
        }

        @Override
        public String toString() {
            return "Proven[redacted]";
        }
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
                                    .with("issued", shown.issued().getEpochSecond()));
            case Known known ->
                    CanonicalJson.encode(
                            Json.object()
                                    .with("v", 1)
                                    .with("locator", known.locator())
                                    .with("seed", known.seed())
                                    .with("mayBegin", known.mayBegin() ? 1 : 0)
                                    .with("issued", known.issued().getEpochSecond())
                                    .with("used", known.used().getEpochSecond()));
            case Proven proven ->
                    CanonicalJson.encode(
                            Json.object()
                                    .with("v", 1)
                                    .with("locator", proven.locator())
                                    .with("source", proven.source())
                                    .with("mayBegin", proven.mayBegin() ? 1 : 0)
                                    .with("issued", proven.issued().getEpochSecond())
                                    .with("used", proven.used().getEpochSecond()));
        };
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
                                            issued));
        }
        Instant used = Instant.ofEpochSecond(json.number("used"));
        if (now.isAfter(issued.plus(LONGEST)) || now.isAfter(used.plus(IDLE))) {
            return Optional.empty();
        }
        boolean mayBegin = json.number("mayBegin") == 1;
        return Optional.of(
                json.has("source")
                        ? new Proven(
                                json.digest("locator"),
                                json.digest("source"),
                                mayBegin,
                                issued,
                                used)
                        : new Known(
                                json.digest("locator"), json.text("seed"), mayBegin, issued, used));
    }
}
