package org.sigillo.custody;

import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Sha256;

/// Who counts, in which role, by which key: what follows from the genesis when the statements after
/// it are followed in order (`docs/spec/ledger.md` §4).
///
/// Immutable: each event that holds gives the next state, one that does not hold throws. The server
/// folds entries and pending events alike; a verifier folds entries.
public final class Trust {
    /// The types of the events that it follows from.
    public static final List<String> EVENTS =
            List.of(
                    "person.account",
                    "person.enrolled",
                    "person.confirmed",
                    "person.role-given",
                    "rules.changed");

    /// Stands for the index of an event that has no entry yet.
    public static final long PENDING = Long.MAX_VALUE;

    private final CustodyEvent.LogOpened opened;
    private final Map<Id, Person> people;
    private final Rules.Ruling ruling;
    private final Said said;

    private Trust(
            CustodyEvent.LogOpened opened, Map<Id, Person> people, Rules.Ruling ruling, Said said) {
        this.opened = opened;
        this.people = people;
        this.ruling = ruling;
        this.said = said;
    }

    /// One person as the ledger knows them.
    ///
    /// @param fingerprint what others confirm: signing key and recipient together
    /// @param since the roles this person counts in, and from when
    /// @param confirmedBy who signed for key and recipient
    /// @param givenBy who signed for each role
    public record Person(
            Id id,
            Statement.Key key,
            Sha256 recipient,
            Sha256 fingerprint,
            boolean founder,
            Optional<Sha256> account,
            Map<Role, Instant> since,
            Set<Id> confirmedBy,
            Map<Role, Set<Id>> givenBy) {

        /// The roles that count; an administrator has no other.
        public Set<Role> roles() {
            return since.containsKey(Role.ADMINISTRATOR)
                    ? Set.of(Role.ADMINISTRATOR)
                    : since.keySet();
        }

        private Person withAccount(Sha256 tied) {
            return new Person(
                    id,
                    key,
                    recipient,
                    fingerprint,
                    founder,
                    Optional.of(tied),
                    since,
                    confirmedBy,
                    givenBy);
        }

        private Person with(Map<Role, Instant> roles, Set<Id> confirmed, Map<Role, Set<Id>> given) {
            return new Person(
                    id,
                    key,
                    recipient,
                    fingerprint,
                    founder,
                    account,
                    Collections.unmodifiableMap(roles),
                    Set.copyOf(confirmed),
                    Collections.unmodifiableMap(given));
        }
    }

    /// What stands for a person's keys in a confirmation.
    public static Sha256 fingerprint(Statement.Key key, Sha256 recipient) {
        return Sha256.tagged("sigillo/person/v1", key.bytes(), recipient.bytes());
    }

    /// The state after entry 0.
    public static Trust of(Genesis genesis) {
        CustodyEvent.LogOpened opened = genesis.opened();
        Instant at = Statement.time(genesis.entry().event().at());
        Map<Id, Person> people = new LinkedHashMap<>();
        for (CustodyEvent.Founder founder : opened.people()) {
            Map<Role, Instant> since = new LinkedHashMap<>();
            founder.roles().forEach(role -> since.put(role, at));
            people.put(
                    founder.person(),
                    new Person(
                            founder.person(),
                            founder.key(),
                            founder.recipient(),
                            fingerprint(founder.key(), founder.recipient()),
                            true,
                            Optional.empty(),
                            Collections.unmodifiableMap(since),
                            Set.of(),
                            Map.of()));
        }
        return new Trust(opened, people, Rules.Ruling.of(opened.rules()), Said.NOTHING);
    }

    public String origin() {
        return opened.origin();
    }

    /// The rules in force.
    public Rules rules() {
        return ruling.inForce();
    }

    /// Who has signed for these to be the next rules.
    public Set<Id> askedFor(Rules next) {
        return ruling.signersOf(next);
    }

    public Collection<Person> people() {
        return Collections.unmodifiableCollection(people.values());
    }

    public Optional<Person> person(Id id) {
        return Optional.ofNullable(people.get(id));
    }

    /// Whether this person counts in this role.
    public boolean counts(Id id, Role role) {
        return person(id).filter(p -> p.roles().contains(role)).isPresent();
    }

    /// Whether this person may confirm and decide in this role at this time: counts, and has counted
    /// for as long as the rules ask.
    public boolean maySign(Id id, Role role, Instant at) {
        return counts(id, role)
                && person(id)
                        .map(p -> p.since().get(role))
                        .filter(s -> !s.plusSeconds(rules().minimumKeyAge()).isAfter(at))
                        .isPresent();
    }

    /// The state after this event. A statement that it carries is checked, whatever its kind.
    ///
    /// @param index the entry's index, or [#PENDING]
    /// @throws BrokenEvidenceException if the event does not hold
    public Trust with(Entry.Event event, long index) {
        String where = index == PENDING ? "pending " + event.fact().type() : "entry " + index;
        return switch (event.fact()) {
            case CustodyEvent.LogOpened ignored ->
                    throw new BrokenEvidenceException(where, "one log.opened", "another");
            case CustodyEvent.LogChecked ignored -> this;
            case CustodyEvent.VaultOpened ignored -> this;
            case CustodyEvent.ScriptServed ignored -> this;
            case CustodyEvent.IntakeFiller ignored -> this;
            case CustodyEvent.RulesChanged fact -> withRules(fact, event, index, where);
            case CustodyEvent.OfPeople fact -> withPerson(fact, event, index, where);
            case CaseEvent fact -> withCase(fact, event, index, where);
            case ReleaseEvent fact -> withRelease(fact, event, index, where);
        };
    }

    /// Checks an event that is about to be entered: it must hold now, and still when its transaction
    /// commits, within a minute.
    ///
    /// @return the state after it
    /// @throws BrokenEvidenceException if it does not
    public Trust admit(Entry.Event event) {
        Trust next = with(event, PENDING);
        String later = Statement.time(event.at()).plusSeconds(60).toString();
        with(new Entry.Event(later, event.caseTag(), event.actor(), event.fact()), PENDING);
        return next;
    }

    private Trust withRules(
            CustodyEvent.RulesChanged fact, Entry.Event event, long index, String where) {
        Expected.same(where + ", version", rules().version() + 1, fact.rules().version());
        Id actor = actor(event, where);
        Trust next =
                signed(
                        event,
                        index,
                        where,
                        Expected.of(fact, opened.instance()),
                        actor,
                        Set.of(Role.values()));
        Rules.Ruling asked = ruling.signedBy(fact.rules(), actor);
        return new Trust(
                opened,
                people,
                enough(asked.signersOf(fact.rules())) ? Rules.Ruling.of(fact.rules()) : asked,
                next.said);
    }

    private Trust withPerson(
            CustodyEvent.OfPeople fact, Entry.Event event, long index, String where) {
        Id actor = actor(event, where);
        return switch (fact) {
            case CustodyEvent.PersonEnrolled enrolled -> {
                if (people.containsKey(enrolled.person()) || keyKnown(enrolled.key())) {
                    throw new BrokenEvidenceException(where, "a new person and key", "known ones");
                }
                Person person =
                        new Person(
                                enrolled.person(),
                                enrolled.key(),
                                enrolled.recipient(),
                                fingerprint(enrolled.key(), enrolled.recipient()),
                                false,
                                Optional.of(enrolled.account()),
                                Map.of(),
                                Set.of(),
                                Map.of());
                yield put(person)
                        .signed(
                                event,
                                index,
                                where,
                                Expected.of(
                                        enrolled.statement(), enrolled, enrolled.person().hex()),
                                enrolled.person(),
                                Set.of());
            }
            case CustodyEvent.PersonAccount account -> {
                Person person = known(account.person(), where);
                if (!actor.equals(account.person()) || person.account().isPresent()) {
                    throw new BrokenEvidenceException(
                            where, "a founder's own first account", "another");
                }
                yield put(person.withAccount(account.account()))
                        .signed(
                                event,
                                index,
                                where,
                                Expected.of(account.statement(), account, account.person().hex()),
                                actor,
                                Set.of());
            }
            case CustodyEvent.PersonConfirmed confirmed -> {
                Person person = known(confirmed.person(), where);
                sameFingerprint(person, confirmed.fingerprint(), where);
                Trust next =
                        signed(
                                event,
                                index,
                                where,
                                Expected.of(confirmed.statement(), confirmed, person.id().hex()),
                                actor,
                                Set.of(Role.values()));
                notOneself(actor, person, where);
                Set<Id> by = new HashSet<>(person.confirmedBy());
                by.add(actor);
                yield next.settle(person.with(person.since(), by, person.givenBy()), event);
            }
            case CustodyEvent.RoleGiven given -> {
                Person person = known(given.person(), where);
                sameFingerprint(person, given.fingerprint(), where);
                Trust next =
                        signed(
                                event,
                                index,
                                where,
                                Expected.of(given.statement(), given, person.id().hex()),
                                actor,
                                Set.of(Role.values()));
                notOneself(actor, person, where);
                Map<Role, Set<Id>> by = new LinkedHashMap<>(person.givenBy());
                Set<Id> signers = new HashSet<>(by.getOrDefault(given.role(), Set.of()));
                signers.add(actor);
                by.put(given.role(), Set.copyOf(signers));
                yield next.settle(person.with(person.since(), person.confirmedBy(), by), event);
            }
        };
    }

    private Trust withCase(CaseEvent fact, Entry.Event event, long index, String where) {
        Optional<Statement> statement = fact.signed();
        if (fact instanceof CaseEvent.GrantGiven grant) {
            if (statement.isEmpty() && (grant.generation() != 0 || event.person().isPresent())) {
                throw new BrokenEvidenceException(
                        where, "a person's statement for this grant", "none");
            }
            if (!counts(grant.person(), Role.REVIEWER)) {
                throw new BrokenEvidenceException(
                        where, "a grant to a reviewer who counts", "to " + grant.person());
            }
        }
        if (statement.isEmpty()) {
            return this;
        }
        Sha256 tag = event.caseTag().orElseThrow();
        return signed(
                event,
                index,
                where,
                Expected.of(statement.get(), fact, tag.hex()),
                actor(event, where),
                Set.of(Role.REVIEWER));
    }

    private Trust withRelease(ReleaseEvent fact, Entry.Event event, long index, String where) {
        Optional<Expected> decision = Expected.decision(fact);
        if (decision.isEmpty()) {
            return this;
        }
        Set<Role> deciders =
                fact instanceof ReleaseEvent.Proposed
                        ? Set.of(Role.REVIEWER, Role.EDITOR)
                        : Set.of(Role.EDITOR);
        return signed(event, index, where, decision.get(), actor(event, where), deciders);
    }

    private Trust signed(
            Entry.Event event,
            long index,
            String where,
            Expected expected,
            Id actor,
            Set<Role> allowed) {
        List<String> once = expected.check(this, known(actor, where), event, index, where, allowed);
        if (said.contains(once)) {
            throw new BrokenEvidenceException(
                    where, "one statement a key, kind, subject and round", "a second");
        }
        return new Trust(opened, people, ruling, said.with(once));
    }

    /// Two others for the keys and two others for a role, neither pair both administrators.
    private Trust settle(Person person, Entry.Event event) {
        Map<Role, Instant> since = new LinkedHashMap<>(person.since());
        if (enough(person.confirmedBy())) {
            person.givenBy()
                    .forEach((role, by) -> {
                        if (enough(by)) {
                            since.putIfAbsent(role, Statement.time(event.at()));
                        }
                    });
        }
        return put(person.with(since, person.confirmedBy(), person.givenBy()));
    }

    private boolean enough(Set<Id> signers) {
        return signers.size() >= 2
                && !signers.stream().allMatch(s -> counts(s, Role.ADMINISTRATOR));
    }

    private boolean keyKnown(Statement.Key key) {
        return people.values().stream().anyMatch(p -> p.key().equals(key));
    }

    private Person known(Id id, String where) {
        return person(id)
                .orElseThrow(() -> new BrokenEvidenceException(where, "a known person", id.hex()));
    }

    private static Id actor(Entry.Event event, String where) {
        return event.person()
                .orElseThrow(() -> new BrokenEvidenceException(where, "a person acting", "none"));
    }

    private static void notOneself(Id actor, Person person, String where) {
        if (actor.equals(person.id())) {
            throw new BrokenEvidenceException(where, "another person's statement", "their own");
        }
    }

    private static void sameFingerprint(Person person, Sha256 fingerprint, String where) {
        Expected.same(where + ", fingerprint", person.fingerprint(), fingerprint);
    }

    private Trust put(Person person) {
        Map<Id, Person> next = new LinkedHashMap<>(people);
        next.put(person.id(), person);
        return new Trust(opened, Collections.unmodifiableMap(next), ruling, said);
    }
}
