package org.sigillo.sending;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Hex;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.Refusal;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.CaseEvent;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Genesis;
import org.sigillo.custody.Id;
import org.sigillo.custody.Role;
import org.sigillo.custody.Statement;
import org.sigillo.custody.Trust;
import org.sigillo.merkle.ProofCheck;
import org.sigillo.merkle.ProofException;
import org.sigillo.note.Checkpoint;
import org.sigillo.sealing.HybridRecipient;

/// A newsroom as a sender knows it: what it takes in, and its people, followed from the genesis
/// (`docs/spec/drop-api.md` §2).
public final class Newsroom {
    private static final int INSTANCE = 32;

    private final Ledgers ledgers;
    private final Checkpoint checkpoint;
    private final Trust trust;
    private final Map<Id, HybridRecipient> receivers;
    private final Limits limits;

    private Newsroom(
            Ledgers ledgers,
            Checkpoint checkpoint,
            Trust trust,
            Map<Id, HybridRecipient> receivers,
            Limits limits) {
        this.ledgers = ledgers;
        this.checkpoint = checkpoint;
        this.trust = trust;
        this.receivers = receivers;
        this.limits = limits;
    }

    /// What it takes in.
    ///
    /// @param beat seconds between two beats
    /// @param firstMessage characters that a first message has at least; 0: none is needed
    /// @param largest bytes of an exhibit, true size
    public record Limits(long beat, long firstMessage, long largest) {}

    /// Asks a newsroom who it is, and follows its people.
    ///
    /// @param known the genesis hash, from elsewhere; where it is not known, whoever calls shows it
    /// @throws BrokenEvidenceException if anything of it does not follow
    /// @throws Refusal if it takes nothing in
    static Newsroom ask(Line line, Optional<Sha256> known) throws IOException {
        Newsroom newsroom =
                of(line.ask("GET", "api/intake", Optional.empty()).good().body(), known);
        if (newsroom.receivers.isEmpty()) {
            throw new Refusal(
                    Refusal.Kind.CLOSED, "closed", "Nobody at this newsroom could open anything.");
        }
        return newsroom;
    }

    /// Asks again who it is.
    ///
    /// @throws BrokenEvidenceException if its ledger does not go on from what it showed before
    Newsroom again(Line line) throws IOException {
        Newsroom next = ask(line, Optional.of(genesisHash()));
        Checkpoint now = next.checkpoint;
        String where = "the newsroom's ledger";
        if (now.size() < checkpoint.size()) {
            throw new BrokenEvidenceException(
                    where, checkpoint.size() + " entries, as seen before", "" + now.size());
        }
        List<Sha256> proof =
                now.size() == checkpoint.size()
                        ? List.of()
                        : hashes(
                                line.ask(
                                                "GET",
                                                "api/intake/consistency/"
                                                        + checkpoint.size()
                                                        + "/"
                                                        + now.size(),
                                                Optional.empty())
                                        .good()
                                        .body());
        try {
            ProofCheck.consistency(
                    checkpoint.size(), checkpoint.root(), now.size(), now.root(), proof);
        } catch (ProofException e) {
            throw new BrokenEvidenceException(
                    where, "the one that was seen before", String.valueOf(e.getMessage()));
        }
        return next;
    }

    /// Reaches a newsroom for the first time.
    public static Visit reach(
            Way way,
            Optional<Sha256> genesis,
            Patience patience,
            Watcher watcher,
            SecureRandom random)
            throws IOException {
        Line line = new Line(way, patience, watcher, random);
        boolean reached = false;
        try {
            Visit visit = new Visit(line, ask(line, genesis), watcher, random);
            reached = true;
            return visit;
        } finally {
            if (!reached) {
                line.close();
            }
        }
    }

    static Newsroom of(Json.Obj intake, Optional<Sha256> known) {
        Json.Obj people = intake.object("people");
        List<Json> entries = people.array("entries");
        if (entries.isEmpty()) {
            throw new BrokenEvidenceException("the newsroom's people", "entry 0", "nothing");
        }
        Entry first = entry(entries.getFirst());
        // Asked before anything else: whose people these are does not matter where it is another's.
        if (known.isPresent()) {
            same("the genesis", known.get().hex(), first.leaf().hex());
        }
        Genesis genesis = Genesis.ofEntry(first);
        same("the genesis that the newsroom names", genesis.hash().hex(), intake.text("genesis"));
        same("origin", genesis.opened().origin(), intake.text("origin"));
        same("instance", genesis.opened().instance(), intake.text("instance"));
        Ledgers ledgers = Ledgers.of(genesis, intake.array("closed"));
        Checkpoint checkpoint = Ledgers.signedBy(genesis, people.text("checkpoint"));
        Trust trust = Trust.of(genesis);
        long last = -1;
        for (Json value : entries) {
            Entry entry = entry(value);
            String where = "the newsroom's people, entry " + entry.n();
            if (entry.n() <= last) {
                throw new BrokenEvidenceException(where, "entries in order", "after " + last);
            }
            last = entry.n();
            included(entry, hashes((Json.Obj) value), checkpoint, where);
            if (entry.n() > 0) {
                trust = trust.with(entry.event(), entry.n());
            }
        }
        return new Newsroom(
                ledgers,
                checkpoint,
                trust,
                receivers(intake.array("receivers"), trust),
                new Limits(
                        intake.number("beat"),
                        intake.number("firstMessage"),
                        intake.number("limit")));
    }

    private static Entry entry(Json value) {
        if (!(value instanceof Json.Obj proven)) {
            throw Answer.malformed("entries");
        }
        Entry entry = Entry.parse(Base64.parse(proven.text("bytes")));
        same("an entry's index", "" + entry.n(), "" + proven.number("index"));
        return entry;
    }

    private static List<Sha256> hashes(Json.Obj proven) {
        List<Sha256> hashes = new ArrayList<>();
        for (Json value : proven.array("proof")) {
            if (!(value instanceof Json.Text(String hex))) {
                throw Answer.malformed("proof");
            }
            hashes.add(Sha256.parse(hex));
        }
        return hashes;
    }

    static void included(Entry entry, List<Sha256> proof, Checkpoint in, String where) {
        try {
            ProofCheck.inclusion(entry.leaf(), entry.n(), in.size(), proof, in.root());
        } catch (ProofException e) {
            throw new BrokenEvidenceException(
                    where, "an inclusion proof that holds", String.valueOf(e.getMessage()));
        }
    }

    /// Exactly those who count as reviewers, each with the recipient that the ledger names.
    private static Map<Id, HybridRecipient> receivers(List<Json> named, Trust trust) {
        Map<Id, HybridRecipient> receivers = new HashMap<>();
        for (Json value : named) {
            if (!(value instanceof Json.Obj receiver)) {
                throw Answer.malformed("receivers");
            }
            Id person = Id.parse(receiver.text("person"));
            String where = "receiver " + person;
            if (!trust.counts(person, Role.REVIEWER)) {
                throw new BrokenEvidenceException(
                        where, "somebody who counts as reviewer", "somebody who does not");
            }
            same(
                    where + ", recipient",
                    trust.person(person).orElseThrow().recipient().hex(),
                    Genesis.recipientHash(receiver.text("recipient")).hex());
            receivers.put(person, HybridRecipient.parse(receiver.text("recipient")));
        }
        Set<Id> counting =
                trust.people().stream()
                        .map(Trust.Person::id)
                        .filter(id -> trust.counts(id, Role.REVIEWER))
                        .collect(Collectors.toSet());
        counting.removeAll(receivers.keySet());
        if (!counting.isEmpty()) {
            throw new BrokenEvidenceException(
                    "the receivers",
                    "all who count as reviewers",
                    counting.size() + " are missing");
        }
        return Map.copyOf(receivers);
    }

    /// Refuses the recipient of a later generation that no reviewer signed for.
    ///
    /// The rules' version and the time are not looked at: rules may have changed since, and whoever counts
    /// by now answers for what they signed.
    void requireSigned(
            Id caseId,
            Id person,
            byte[] nonce,
            Statement statement,
            long generation,
            HybridRecipient recipient) {
        String where = "the case's generation " + generation;
        Statement.Claims claims = statement.claims();
        if (!trust.counts(person, Role.REVIEWER)) {
            throw new BrokenEvidenceException(
                    where, "made by somebody who counts as reviewer", "by somebody who does not");
        }
        if (!origins().contains(claims.origin())) {
            throw new BrokenEvidenceException(
                    where + ", origin", String.join(" or ", origins()), claims.origin());
        }
        same(where + ", kind", "case.generation", claims.kind());
        same(where + ", subject", Entry.caseTag(nonce, caseId).hex(), claims.subject());
        same(
                where + ", recipient",
                claims.digest().hex(),
                Statement.bodyDigest(
                                new CaseEvent.GenerationMade(
                                        generation, recipient.fingerprint(), statement))
                        .hex());
        same(where + ", role", "reviewer", claims.role().map(Role::word).orElse("none"));
        same(where + ", key", trust.person(person).orElseThrow().key().hex(), claims.key().hex());
        if (!statement.verifySignature()) {
            throw new BrokenEvidenceException(where, "signed by " + person, "another signature");
        }
    }

    static void same(String where, String expected, String found) {
        if (!expected.equals(found)) {
            throw new BrokenEvidenceException(where, expected, found);
        }
    }

    public Limits limits() {
        return limits;
    }

    /// To be compared with what the newsroom says elsewhere.
    public Sha256 genesisHash() {
        return genesis().hash();
    }

    Genesis genesis() {
        return ledgers.open();
    }

    /// Its own, and those that were closed before it.
    Ledgers ledgers() {
        return ledgers;
    }

    byte[] instance() {
        return Hex.parse(genesis().opened().instance(), INSTANCE);
    }

    Map<Id, HybridRecipient> receivers() {
        return receivers;
    }

    /// Of its ledger and of those that were closed before it.
    List<String> origins() {
        return genesis().opened().origins();
    }

    boolean counts(Id person) {
        return trust.counts(person, Role.REVIEWER);
    }
}
