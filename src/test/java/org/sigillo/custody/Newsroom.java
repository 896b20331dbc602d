package org.sigillo.custody;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.sigillo.bytes.SecretBytes;
import org.sigillo.bytes.Sha256;
import org.sigillo.merkle.MerkleHash;
import org.sigillo.note.NoteSigner;
import org.sigillo.note.NoteVerifier;

/// A newsroom of the tests: its genesis, and events that its people sign.
public final class Newsroom {
    public static final String ORIGIN = "audit.example/log";
    public static final String AT = "2026-11-24T10:00:00Z";

    public final Actor rosa = Actor.of(1);
    public final Actor remy = Actor.of(2);
    public final Actor elena = Actor.of(3);
    public final Actor emile = Actor.of(4);
    public final Actor edith = Actor.of(5);
    public final Actor ada = Actor.of(6);
    public final Actor adam = Actor.of(7);
    public final List<NoteSigner> logKeys;
    public final Genesis genesis;
    public final Trust trust;

    public Newsroom() {
        this(0);
    }

    public Newsroom(long minimumKeyAge) {
        this(new Rules(1, 10, 8, minimumKeyAge, 2));
    }

    public Newsroom(Rules rules) {
        this(ORIGIN, 0, rules, List.of());
    }

    /// The same people, whose earlier ledgers were closed.
    public static Newsroom after(List<CustodyEvent.Closed> before) {
        int number = before.size();
        return new Newsroom(ORIGIN + "-" + number, number, new Rules(1, 10, 8, 0, 2), before);
    }

    private Newsroom(String origin, int seed, Rules rules, List<CustodyEvent.Closed> before) {
        logKeys =
                List.of(
                        NoteSigner.ed25519(origin, seed(seed)),
                        NoteSigner.mlDsa44(origin, seed(seed)));
        genesis =
                Genesis.found(
                        CustodyEvent.LogOpened.unsigned(
                                origin,
                                "11".repeat(32),
                                logKeys.stream().map(key -> key.verifier().vkey()).toList(),
                                rules,
                                before),
                        List.of(
                                founding(rosa, Role.REVIEWER),
                                founding(remy, Role.REVIEWER),
                                founding(elena, Role.EDITOR),
                                founding(emile, Role.EDITOR),
                                founding(edith, Role.EDITOR),
                                founding(ada, Role.ADMINISTRATOR),
                                founding(adam, Role.ADMINISTRATOR)),
                        new byte[32],
                        AT);
        trust = Trust.of(genesis);
    }

    private static SecretBytes seed(int number) {
        byte[] seed = new byte[32];
        seed[0] = (byte) number;
        return SecretBytes.takeOwnership(seed);
    }

    public List<NoteVerifier> logVerifiers() {
        return logKeys.stream().map(NoteSigner::verifier).toList();
    }

    private static Genesis.Founding founding(Actor actor, Role role) {
        return new Genesis.Founding(actor.id, actor.seed(), actor.recipientText(), List.of(role));
    }

    public Entry.Event enrol(Actor actor) {
        return byBody(
                actor,
                "person.enrolled",
                actor.id.hex(),
                Optional.empty(),
                Optional.empty(),
                s ->
                        new CustodyEvent.PersonEnrolled(
                                actor.id, actor.key(), actor.recipient(), Sha256.of(), s),
                c -> c);
    }

    public Entry.Event confirm(Actor signer, Actor person) {
        return confirm(signer, person, c -> c);
    }

    public Entry.Event confirm(Actor signer, Actor person, UnaryOperator<Statement.Claims> change) {
        return confirm(
                signer, person.id, Trust.fingerprint(person.key(), person.recipient()), change);
    }

    public Entry.Event confirm(Actor signer, Id person, Sha256 fingerprint) {
        return confirm(signer, person, fingerprint, c -> c);
    }

    private Entry.Event confirm(
            Actor signer, Id person, Sha256 fingerprint, UnaryOperator<Statement.Claims> change) {
        return byBody(
                signer,
                "person.confirmed",
                person.hex(),
                Optional.empty(),
                role(signer),
                s -> new CustodyEvent.PersonConfirmed(person, fingerprint, s),
                change);
    }

    public Entry.Event give(Actor signer, Actor person, Role role) {
        return byBody(
                signer,
                "person.role-given",
                person.id.hex(),
                Optional.of(role),
                role(signer),
                s ->
                        new CustodyEvent.RoleGiven(
                                person.id,
                                Trust.fingerprint(person.key(), person.recipient()),
                                role,
                                s),
                c -> c);
    }

    /// One person's word for the next rules, under those before them.
    public Entry.Event change(Actor signer, Rules next) {
        return change(signer, next, AT);
    }

    public Entry.Event change(Actor signer, Rules next, String at) {
        return byBody(
                signer,
                "rules.changed",
                genesis.opened().instance(),
                Optional.empty(),
                role(signer),
                s -> new CustodyEvent.RulesChanged(next, s),
                c -> under(c, next.version() - 1, next.version(), c.seenSize(), c.seenRoot(), at));
    }

    /// The same claims under rules of another version, in another round, after other things were seen, at
    /// another time.
    public static Statement.Claims under(
            Statement.Claims c, long rules, long round, long seenSize, Sha256 seenRoot, String at) {
        return new Statement.Claims(
                c.origin(),
                c.kind(),
                c.subject(),
                round,
                c.decision(),
                c.given(),
                c.digest(),
                rules,
                c.role(),
                c.key(),
                seenSize,
                seenRoot,
                at);
    }

    /// A decision about a release: its digest is the manifest's.
    public Statement decision(
            Actor signer, String kind, Id release, Sha256 manifest, Optional<String> decision) {
        return decision(signer, kind, release, manifest, decision, 1);
    }

    public Statement decision(
            Actor signer,
            String kind,
            Id release,
            Sha256 manifest,
            Optional<String> decision,
            long rules) {
        return Statement.sign(
                new Statement.Claims(
                        ORIGIN,
                        kind,
                        release.hex(),
                        1,
                        decision,
                        Optional.empty(),
                        manifest,
                        rules,
                        role(signer),
                        signer.key(),
                        0,
                        MerkleHash.empty(),
                        AT),
                signer.seed());
    }

    public static Entry.Event by(Actor actor, CustodyEvent fact) {
        return new Entry.Event(AT, Optional.empty(), Optional.of(actor.id.hex()), fact);
    }

    /// What this person says about a case, under a nonce that their machine drew.
    public Statement aboutCase(
            Actor signer, Id caseId, byte[] nonce, Function<Statement, CustodyEvent> fact) {
        String subject = Entry.caseTag(nonce, caseId).hex();
        Statement draft =
                Statement.sign(
                        claims(signer, "", subject, Optional.empty(), role(signer), Sha256.of()),
                        signer.seed());
        CustodyEvent unsigned = fact.apply(draft);
        return Statement.sign(
                claims(
                        signer,
                        unsigned.type(),
                        subject,
                        Optional.empty(),
                        role(signer),
                        Statement.bodyDigest(unsigned)),
                signer.seed());
    }

    private Entry.Event byBody(
            Actor signer,
            String kind,
            String subject,
            Optional<Role> given,
            Optional<Role> role,
            Function<Statement, CustodyEvent> fact,
            UnaryOperator<Statement.Claims> change) {
        Statement draft =
                Statement.sign(
                        claims(signer, kind, subject, given, role, Sha256.of()), signer.seed());
        Sha256 digest = Statement.bodyDigest(fact.apply(draft));
        Statement statement =
                Statement.sign(
                        change.apply(claims(signer, kind, subject, given, role, digest)),
                        signer.seed());
        return by(signer, fact.apply(statement));
    }

    private static Statement.Claims claims(
            Actor signer,
            String kind,
            String subject,
            Optional<Role> given,
            Optional<Role> role,
            Sha256 digest) {
        return new Statement.Claims(
                ORIGIN,
                kind,
                subject,
                1,
                Optional.empty(),
                given,
                digest,
                1,
                role,
                signer.key(),
                0,
                MerkleHash.empty(),
                AT);
    }

    private Optional<Role> role(Actor signer) {
        if (signer == ada || signer == adam) {
            return Optional.of(Role.ADMINISTRATOR);
        }
        return Optional.of(signer == rosa || signer == remy ? Role.REVIEWER : Role.EDITOR);
    }
}
