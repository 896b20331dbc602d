package org.sigillo.custody;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sigillo.bytes.AgeKeys;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.CanonicalJson;
import org.sigillo.bytes.Hex;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.SecretBytes;
import org.sigillo.bytes.Sha256;
import org.sigillo.merkle.MerkleHash;
import org.sigillo.note.Ed25519;

/// Entry 0, and the recipients of the first people beside it: where all trust starts.
///
/// Its authority is the genesis hash, the leaf hash of entry 0, which stands in every key file.
public final class Genesis {
    private final Entry entry;
    private final CustodyEvent.LogOpened opened;
    private final Map<Id, String> recipients;

    private Genesis(Entry entry, CustodyEvent.LogOpened opened, Map<Id, String> recipients) {
        this.entry = entry;
        this.opened = opened;
        this.recipients = recipients;
    }

    /// One of the first people as they come to the founding: the seed signs and is not kept.
    public record Founding(Id person, SecretBytes seed, String recipient, List<Role> roles) {}

    /// Founds a ledger: each person's statement covers all that entry 0 says.
    ///
    /// @param log what it is and how it begins, nobody having signed yet
    /// @param at RFC 3339 in whole seconds
    public static Genesis found(
            CustodyEvent.LogOpened log, List<Founding> people, byte[] nonce, String at) {
        Json.Obj unsigned =
                log.body()
                        .with(
                                "people",
                                Json.array(people.stream().map(Genesis::unsigned).toList()));
        Sha256 digest = Sha256.of(CanonicalJson.encode(unsigned));
        List<CustodyEvent.Founder> founders =
                people.stream()
                        .map(p -> {
                            Statement.Key key = key(p);
                            Statement statement =
                                    Statement.sign(
                                            new Statement.Claims(
                                                    log.origin(),
                                                    "log.opened",
                                                    log.instance(),
                                                    1,
                                                    Optional.empty(),
                                                    Optional.empty(),
                                                    digest,
                                                    log.rules().version(),
                                                    Optional.of(p.roles().getFirst()),
                                                    key,
                                                    0,
                                                    MerkleHash.empty(),
                                                    at),
                                            p.seed());
                            return new CustodyEvent.Founder(
                                    p.person(),
                                    key,
                                    recipientHash(p.recipient()),
                                    p.roles(),
                                    statement);
                        })
                        .toList();
        CustodyEvent.LogOpened opened =
                new CustodyEvent.LogOpened(
                        log.origin(),
                        log.instance(),
                        log.keys(),
                        log.rules(),
                        founders,
                        log.before());
        Entry entry =
                Entry.of(
                        0,
                        Sha256.ZERO,
                        nonce,
                        new Entry.Event(at, Optional.empty(), Optional.empty(), opened));
        Map<Id, String> recipients = new HashMap<>();
        people.forEach(p -> recipients.put(p.person(), p.recipient()));
        return checked(entry, recipients);
    }

    /// Reads `genesis.json` and checks every statement and recipient in it.
    public static Genesis parse(byte[] file) {
        Json.Obj json = CanonicalJson.parseLenient(file);
        json.only("v", "entry", "people");
        if (json.number("v") != 1) {
            throw new MalformedException("only genesis files of version 1 are known");
        }
        Map<Id, String> recipients = new HashMap<>();
        Json.Obj people = json.object("people");
        people.members().keySet().forEach(p -> recipients.put(Id.parse(p), people.text(p)));
        return checked(Entry.parse(Base64.parse(json.text("entry"))), recipients);
    }

    /// Reads entry 0 alone, without the recipients' texts, and checks every statement in it.
    public static Genesis ofEntry(Entry entry) {
        return new Genesis(entry, checkedEvent(entry), Map.of());
    }

    private static Genesis checked(Entry entry, Map<Id, String> recipients) {
        CustodyEvent.LogOpened opened = checkedEvent(entry);
        for (CustodyEvent.Founder founder : opened.people()) {
            String text = recipients.get(founder.person());
            if (text == null || !recipientHash(text).equals(founder.recipient())) {
                throw new BrokenEvidenceException(
                        "recipient of " + founder.person(),
                        founder.recipient().hex(),
                        text == null ? "none" : recipientHash(text).hex());
            }
        }
        return new Genesis(entry, opened, Map.copyOf(recipients));
    }

    private static CustodyEvent.LogOpened checkedEvent(Entry entry) {
        if (entry.n() != 0
                || !entry.prev().equals(Sha256.ZERO)
                || !(entry.event().fact() instanceof CustodyEvent.LogOpened opened)) {
            throw new BrokenEvidenceException("entry 0", "log.opened", "something else");
        }
        Sha256 digest = Sha256.of(CanonicalJson.encode(withoutStatements(opened.body())));
        Set<String> seen = new HashSet<>();
        for (CustodyEvent.Founder founder : opened.people()) {
            Statement.Claims claims = founder.statement().claims();
            boolean holds =
                    claims.origin().equals(opened.origin())
                            && claims.kind().equals("log.opened")
                            && claims.subject().equals(opened.instance())
                            && claims.digest().equals(digest)
                            && claims.key().equals(founder.key())
                            && claims.seenSize() == 0
                            && claims.seenRoot().equals(MerkleHash.empty())
                            && founder.statement().verifySignature();
            if (!holds) {
                throw new BrokenEvidenceException(
                        "entry 0, statement of " + founder.person(),
                        "signed by its key over all of entry 0",
                        "not so");
            }
            if (founder.roles().isEmpty()
                    || (founder.roles().contains(Role.ADMINISTRATOR)
                            && founder.roles().size() > 1)) {
                throw new MalformedException("an administrator holds no other role");
            }
            if (!seen.add(founder.person().hex()) || !seen.add(founder.key().hex())) {
                throw new MalformedException("a person or key stands twice in the genesis");
            }
        }
        return opened;
    }

    /// The file's bytes, canonical.
    public byte[] bytes() {
        Map<String, Json> people = new HashMap<>();
        recipients.forEach((person, text) -> people.put(person.hex(), Json.text(text)));
        return CanonicalJson.encode(
                Json.object()
                        .with("v", 1)
                        .with("entry", Base64.of(entry.bytes()))
                        .with("people", new Json.Obj(people)));
    }

    public Entry entry() {
        return entry;
    }

    /// The genesis hash: the leaf hash of entry 0.
    public Sha256 hash() {
        return entry.leaf();
    }

    public CustodyEvent.LogOpened opened() {
        return opened;
    }

    /// The age recipient of one of the first people, already compared with its hash.
    public Optional<String> recipient(Id person) {
        return Optional.ofNullable(recipients.get(person));
    }

    /// What stands for a recipient in the ledger.
    public static Sha256 recipientHash(String text) {
        return Sha256.of(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }

    /// Refuses, before it is entered, what nothing could be sealed to (`docs/spec/envelope.md` §2).
    ///
    /// @throws MalformedException if it is not a hybrid recipient, whole and with sound keys
    public static void requireRecipient(String text) {
        AgeKeys.recipient(text);
    }

    private static Statement.Key key(Founding founding) {
        return new Statement.Key(Hex.of(Ed25519.publicKey(founding.seed())));
    }

    private static Json.Obj unsigned(Founding p) {
        return Json.object()
                .with("person", p.person().hex())
                .with("key", key(p).hex())
                .with("recipient", recipientHash(p.recipient()))
                .with("roles", Json.texts(p.roles().stream().map(Role::word).toList()));
    }

    private static Json.Obj withoutStatements(Json.Obj body) {
        return body.with(
                "people",
                Json.array(
                        body.array("people").stream()
                                .map(p -> ((Json.Obj) p).without("statement"))
                                .toList()));
    }
}
