package org.sigillo.sending;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.Hex;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.SecretBytes;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.CaseEvent;
import org.sigillo.custody.CustodyEvent;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Genesis;
import org.sigillo.custody.Id;
import org.sigillo.custody.Role;
import org.sigillo.custody.Rules;
import org.sigillo.custody.Statement;
import org.sigillo.merkle.CompactRange;
import org.sigillo.merkle.MerkleHash;
import org.sigillo.merkle.Proofs;
import org.sigillo.note.Checkpoint;
import org.sigillo.note.Ed25519;
import org.sigillo.note.NoteSigner;
import org.sigillo.note.SignedNote;
import org.sigillo.sealing.HybridIdentity;

/// A newsroom with two reviewers and an editor, its ledger in memory.
final class TestNewsroom {
    static final String ORIGIN = "audit.example/log";
    static final String NEXT = "audit.example/log-2";
    static final String AT = "2026-11-24T10:00:00Z";

    final Person rosa;
    final Person remy;
    final Person elena;
    final Genesis genesis;
    final String origin;
    private final List<NoteSigner> keys;

    /// Entry 0 of each ledger that was closed before, as it is told.
    private final List<String> closed;

    private final List<Entry> entries = new ArrayList<>();

    record Person(Id id, SecretBytes seed, HybridIdentity identity, Role role) {
        static Person of(int number, Role role) {
            byte[] seed = new byte[32];
            seed[0] = (byte) number;
            return new Person(
                    Id.copyOf(java.util.Arrays.copyOf(Sha256.of(seed).bytes(), Id.LENGTH)),
                    SecretBytes.copyOf(seed),
                    HybridIdentity.ofSeed(SecretBytes.copyOf(seed)),
                    role);
        }

        Statement.Key key() {
            return new Statement.Key(Hex.of(Ed25519.publicKey(seed)));
        }

        Json.Obj receiver() {
            return Json.object()
                    .with("person", id.hex())
                    .with("recipient", identity.recipient().text());
        }
    }

    TestNewsroom() {
        this(0);
    }

    /// @param number another one has other people and keys
    TestNewsroom(int number) {
        this(number, ORIGIN, number, List.of(), List.of());
    }

    /// The ledger is closed with so many entries that witnesses have seen, and another of the same people goes on.
    synchronized TestNewsroom goingOn(int size) {
        CustodyEvent.Closed before =
                new CustodyEvent.Closed(
                        origin, genesis.hash(), size, Proofs.root(size, this::hash));
        return new TestNewsroom(
                0, NEXT, 7, List.of(before), List.of(Base64.of(genesis.entry().bytes())));
    }

    /// @param keyNumber of the log's keys
    private TestNewsroom(
            int number,
            String origin,
            int keyNumber,
            List<CustodyEvent.Closed> before,
            List<String> closed) {
        this.origin = origin;
        this.closed = closed;
        rosa = Person.of(10 * number + 1, Role.REVIEWER);
        remy = Person.of(10 * number + 2, Role.REVIEWER);
        elena = Person.of(10 * number + 3, Role.EDITOR);
        keys =
                List.of(
                        NoteSigner.ed25519(
                                origin, Person.of(10 * keyNumber + 1, Role.REVIEWER).seed()),
                        NoteSigner.mlDsa44(
                                origin, Person.of(10 * keyNumber + 2, Role.REVIEWER).seed()));
        genesis =
                Genesis.found(
                        CustodyEvent.LogOpened.unsigned(
                                origin,
                                "11".repeat(32),
                                keys.stream().map(key -> key.verifier().vkey()).toList(),
                                new Rules(1, 4, 8, 0, 2),
                                before),
                        List.of(founding(rosa), founding(remy), founding(elena)),
                        new byte[32],
                        AT);
        entries.add(genesis.entry());
    }

    private static Genesis.Founding founding(Person person) {
        return new Genesis.Founding(
                person.id(),
                person.seed(),
                person.identity().recipient().text(),
                List.of(person.role()));
    }

    synchronized long append(byte[] nonce, Entry.Event event) {
        Entry last = entries.getLast();
        entries.add(Entry.of(entries.size(), last.leaf(), nonce, event));
        return last.n() + 1;
    }

    /// By an entry that matters to nobody here.
    synchronized void grow() {
        byte[] nonce = new byte[Entry.NONCE];
        nonce[0] = (byte) entries.size();
        append(
                nonce,
                new Entry.Event(
                        "2026-11-24",
                        Optional.empty(),
                        Optional.of(Entry.Event.SERVER),
                        new CustodyEvent.IntakeFiller()));
    }

    /// Another last entry in place of the one that was shown.
    synchronized void otherwise() {
        entries.removeLast();
        byte[] nonce = new byte[Entry.NONCE];
        nonce[1] = 1;
        append(
                nonce,
                new Entry.Event(
                        "2026-11-24",
                        Optional.empty(),
                        Optional.of(Entry.Event.SERVER),
                        new CustodyEvent.IntakeFiller()));
    }

    /// As a backup that was put back.
    synchronized void forgetLast() {
        entries.removeLast();
    }

    synchronized Json.Obj consistency(long from, long to) {
        return Json.object()
                .with(
                        "proof",
                        Json.texts(
                                Proofs.consistency(from, to, this::hash).stream()
                                        .map(Sha256::hex)
                                        .toList()));
    }

    private Sha256 hash(int level, long index) {
        CompactRange range = CompactRange.empty();
        int width = 1 << (8 * level);
        int from = Math.toIntExact(index) * width;
        entries.subList(from, from + width).forEach(it -> range.append(it.leaf()));
        return range.root();
    }

    private String note() {
        return SignedNote.sign(
                new Checkpoint(origin, entries.size(), Proofs.root(entries.size(), this::hash))
                        .text(),
                keys);
    }

    private Json.Arr proof(long index) {
        return Json.texts(
                Proofs.inclusion(index, entries.size(), this::hash).stream()
                        .map(Sha256::hex)
                        .toList());
    }

    synchronized Json.Obj intake(long firstMessage, long limit) {
        return Json.object()
                .with("beat", 1)
                .with("closed", Json.texts(closed))
                .with("files", 8)
                .with("firstMessage", firstMessage)
                .with("genesis", genesis.hash())
                .with("instance", genesis.opened().instance())
                .with("limit", limit)
                .with("origin", origin)
                .with(
                        "people",
                        Json.object()
                                .with("checkpoint", note())
                                .with(
                                        "entries",
                                        Json.array(
                                                List.of(
                                                        Json.object()
                                                                .with("index", 0)
                                                                .with(
                                                                        "bytes",
                                                                        Base64.of(
                                                                                genesis.entry()
                                                                                        .bytes()))
                                                                .with("proof", proof(0))))))
                .with("receivers", Json.array(List.of(rosa.receiver(), remy.receiver())));
    }

    /// An entry with its proof.
    synchronized Json.Obj proven(long index) {
        return Json.object()
                .with("checkpoint", note())
                .with("entry", Base64.of(entries.get(Math.toIntExact(index)).bytes()))
                .with("index", index)
                .with("proof", proof(index));
    }

    /// A generation of a case as the server tells it, signed by somebody.
    Json.Obj generation(Person signer, Id caseId, long number, HybridIdentity made) {
        byte[] nonce = new byte[32];
        nonce[0] = 7;
        Sha256 recipient = made.recipient().fingerprint();
        Statement.Claims draft = claims(signer, caseId, nonce, Sha256.of());
        CaseEvent.GenerationMade unsigned =
                new CaseEvent.GenerationMade(
                        number, recipient, Statement.sign(draft, signer.seed()));
        Statement statement =
                Statement.sign(
                        claims(signer, caseId, nonce, Statement.bodyDigest(unsigned)),
                        signer.seed());
        return Json.object()
                .with("generation", number)
                .with("recipient", made.recipient().text())
                .with("nonce", Hex.of(nonce))
                .with("person", signer.id().hex())
                .with("statement", statement.json());
    }

    private Statement.Claims claims(Person signer, Id caseId, byte[] nonce, Sha256 digest) {
        return new Statement.Claims(
                origin,
                "case.generation",
                Entry.caseTag(nonce, caseId).hex(),
                1,
                Optional.empty(),
                Optional.empty(),
                digest,
                1,
                Optional.of(signer.role()),
                signer.key(),
                0,
                MerkleHash.empty(),
                AT);
    }

    Map<Id, HybridIdentity> reviewers() {
        Map<Id, HybridIdentity> reviewers = new LinkedHashMap<>();
        reviewers.put(rosa.id(), rosa.identity());
        reviewers.put(remy.id(), remy.identity());
        return reviewers;
    }
}
