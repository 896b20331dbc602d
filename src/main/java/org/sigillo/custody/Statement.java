package org.sigillo.custody;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Optional;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.CanonicalJson;
import org.sigillo.bytes.Hex;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.SecretBytes;
import org.sigillo.bytes.Sha256;
import org.sigillo.note.Ed25519;

/// One person's signed act: the exact bytes that were signed, and the Ed25519 signature over them.
///
/// Nothing is rebuilt before checking: [#claims] reads the bytes, [#verifySignature] checks them.
/// Stored form: `docs/spec/statements.md`.
public final class Statement {
    private static final byte[] DOMAIN =
            "sigillo/statement/v1\n".getBytes(StandardCharsets.US_ASCII);

    private final byte[] bytes;
    private final byte[] signature;

    private Statement(byte[] bytes, byte[] signature) {
        this.bytes = bytes;
        this.signature = signature;
    }

    /// A person's Ed25519 public key in 64 lower-case hex digits.
    public record Key(String hex) {
        public Key {
            Hex.parse(hex, 32);
        }

        public byte[] bytes() {
            return Hex.parse(hex, 32);
        }
    }

    /// What a statement says.
    ///
    /// @param at RFC 3339 in whole seconds
    public record Claims(
            String origin,
            String kind,
            String subject,
            long round,
            Optional<String> decision,
            Optional<Role> given,
            Sha256 digest,
            long rules,
            Optional<Role> role,
            Key key,
            long seenSize,
            Sha256 seenRoot,
            String at) {

        public Claims {
            if (round < 1 || seenSize < 0) {
                throw new MalformedException("a statement's round starts at 1, sizes at 0");
            }
            time(at);
        }

        public Instant instant() {
            return time(at);
        }

        Json.Obj json() {
            Json.Obj json =
                    Json.object()
                            .with("origin", origin)
                            .with("kind", kind)
                            .with("subject", subject)
                            .with("round", round)
                            .with("digest", digest)
                            .with("rules", rules)
                            .with("key", key.hex())
                            .with(
                                    "seen",
                                    Json.object().with("size", seenSize).with("root", seenRoot))
                            .with("at", at);
            if (decision.isPresent()) {
                json = json.with("decision", decision.get());
            }
            if (given.isPresent()) {
                json = json.with("given", given.get().word());
            }
            if (role.isPresent()) {
                json = json.with("role", role.get().word());
            }
            return json;
        }

        static Claims parse(Json.Obj json) {
            json.only(
                    "origin",
                    "kind",
                    "subject",
                    "round",
                    "decision",
                    "given",
                    "digest",
                    "rules",
                    "role",
                    "key",
                    "seen",
                    "at");
            Json.Obj seen = json.object("seen").only("size", "root");
            return new Claims(
                    json.text("origin"),
                    json.text("kind"),
                    json.text("subject"),
                    json.number("round"),
                    json.has("decision") ? Optional.of(json.text("decision")) : Optional.empty(),
                    json.has("given")
                            ? Optional.of(Role.parse(json.text("given")))
                            : Optional.empty(),
                    json.digest("digest"),
                    json.number("rules"),
                    json.has("role")
                            ? Optional.of(Role.parse(json.text("role")))
                            : Optional.empty(),
                    new Key(json.text("key")),
                    seen.number("size"),
                    seen.digest("root"),
                    json.text("at"));
        }
    }

    /// Reads `{"bytes":…,"signature":…}`; checks the form, not yet the signature.
    public static Statement parse(Json.Obj json) {
        json.only("bytes", "signature");
        return of(Base64.parse(json.text("bytes")), Base64.parse(json.text("signature")));
    }

    /// Checks the form, not yet the signature.
    public static Statement of(byte[] bytes, byte[] signature) {
        if (signature.length != 64) {
            throw new MalformedException("an Ed25519 signature has 64 bytes");
        }
        Statement statement = new Statement(bytes.clone(), signature.clone());
        statement.claims();
        return statement;
    }

    /// Signs with a person's 32-byte Ed25519 seed.
    public static Statement sign(Claims claims, SecretBytes seed) {
        byte[] bytes = CanonicalJson.encode(claims.json());
        return new Statement(bytes, Ed25519.sign(seed, message(bytes)));
    }

    public Claims claims() {
        return Claims.parse(CanonicalJson.parseObject(bytes));
    }

    /// Whether the key that the statement names signed exactly these bytes.
    public boolean verifySignature() {
        return Ed25519.verify(claims().key().bytes(), message(bytes), signature);
    }

    public Json.Obj json() {
        return Json.object()
                .with("bytes", Base64.of(bytes))
                .with("signature", Base64.of(signature));
    }

    /// What a statement of any kind but a release's has as its `digest`: the event's body without
    /// its statement.
    public static Sha256 bodyDigest(CustodyEvent event) {
        return Sha256.of(CanonicalJson.encode(event.body().without("statement")));
    }

    static Instant time(String text) {
        return Times.plain(text).orElseGet(() -> slowly(text));
    }

    private static Instant slowly(String text) {
        try {
            Instant at = Instant.parse(text);
            if (!at.toString().equals(text) || text.contains(".")) {
                throw new MalformedException("a time is written in UTC and whole seconds");
            }
            return at;
        } catch (DateTimeParseException e) {
            throw new MalformedException("not a time (RFC 3339)", e);
        }
    }

    private static byte[] message(byte[] bytes) {
        byte[] message = Arrays.copyOf(DOMAIN, DOMAIN.length + bytes.length);
        System.arraycopy(bytes, 0, message, DOMAIN.length, bytes.length);
        return message;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Statement that
                && Arrays.equals(bytes, that.bytes)
                && Arrays.equals(signature, that.signature);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(signature);
    }
}
