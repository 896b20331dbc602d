package org.sigillo.people;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.transaction.Transactional;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Refusal;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.CustodyEvent;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Genesis;
import org.sigillo.custody.Id;
import org.sigillo.custody.Nonce;
import org.sigillo.custody.Role;
import org.sigillo.custody.Rules;
import org.sigillo.custody.Statement;
import org.sigillo.custody.Trust;
import org.sigillo.ledger.Draft;
import org.sigillo.ledger.Ledger;
import org.sigillo.ledger.Recorded;

/// The register of people. Reads who counts from the ledger each time it is asked.
@ApplicationScoped
public class People {
    private static final Logger LOG = Logger.getLogger(People.class);

    private final Ledger ledger;
    private final PersonRows rows;
    private final InstantSource clock;

    People(Ledger ledger, PersonRows rows, InstantSource clock) {
        this.ledger = ledger;
        this.rows = rows;
        this.clock = clock;
    }

    /// A person as the newsroom sees them, whether or not they count yet.
    ///
    /// @param asked roles that the identity provider gives, by the words of [Role]
    public record Listed(Member member, Trust.Person known, List<String> asked) {}

    /// An account at the identity provider, as the register needs it.
    ///
    /// @param salt of its digest in the ledger
    /// @param roles that the provider gives
    public record Account(String subject, String name, byte[] salt, List<String> roles) {}

    /// One signed act.
    public record Act(Nonce nonce, Statement statement) {}

    /// The types of the events that decide who counts, and others.
    public static String[] eventsAnd(String... others) {
        return Stream.concat(Trust.EVENTS.stream(), Stream.of(others)).toArray(String[]::new);
    }

    /// Who counts, by entries and pending events alike.
    public Trust trust() {
        return trustAnd(List.of());
    }

    /// The same once these other events are followed too, in the ledger's order.
    public Trust trustAnd(List<Recorded> others) {
        List<Recorded> all = new ArrayList<>(ledger.ofTypes(eventsAnd()));
        all.addAll(others);
        all.sort(Comparator.comparingLong(it -> it.index().orElse(Trust.PENDING)));
        return follow(all);
    }

    private Trust follow(List<Recorded> events) {
        Trust trust = Trust.of(ledger.genesis());
        for (Recorded recorded : events) {
            trust = trust.with(recorded.event(), recorded.index().orElse(Trust.PENDING));
        }
        return trust;
    }

    /// Whom a source's case is granted to: reviewers who count by what is numbered already, so that
    /// their grants are numbered later, and to whom something can be sealed. Recipients are compared
    /// with the ledger.
    @Transactional
    public List<Member> receivers() {
        return reviewersBy(it -> it.index().isPresent());
    }

    /// The same by what is published already: a sender's program can follow that, and no more.
    @Transactional
    public List<Member> publishedReceivers() {
        return reviewersBy(Recorded::published);
    }

    private List<Member> reviewersBy(Predicate<Recorded> known) {
        return follow(ledger.ofTypes(eventsAnd()).stream().filter(known).toList()).people().stream()
                .filter(p -> p.roles().contains(Role.REVIEWER))
                .map(this::member)
                .filter(People::sealable)
                .toList();
    }

    /// People who count, and to whose recipient nothing can be sealed. Such a recipient is refused
    /// before it is entered; one that came in all the same must not turn every source away.
    @Transactional
    public List<Id> unsealable() {
        return trust().people().stream()
                .filter(p -> !p.roles().isEmpty())
                .map(this::member)
                .filter(it -> !sealable(it))
                .map(Member::person)
                .toList();
    }

    private static boolean sealable(Member member) {
        try {
            Genesis.requireRecipient(member.recipient());
            return true;
        } catch (MalformedException e) {
            return false;
        }
    }

    /// Whether a source can be received, or why not.
    public enum Intake {
        /// Some reviewer counts.
        OPEN,
        /// Nobody could open what comes.
        NOBODY,
        /// Evidence is known to be broken: nothing is written.
        HALTED
    }

    /// Asked for every source: what is found broken meanwhile closes the door like what was found before.
    public Intake intake() {
        if (ledger.broken().isPresent()) {
            return Intake.HALTED;
        }
        try {
            boolean some =
                    trust().people().stream().anyMatch(p -> p.roles().contains(Role.REVIEWER));
            return some ? Intake.OPEN : Intake.NOBODY;
        } catch (BrokenEvidenceException e) {
            ledger.report(e);
            return Intake.HALTED;
        }
    }

    /// The same, or nobody where what the ledger says of people is found broken: it is taken note of.
    @Transactional
    Optional<Member> whoever(String subject) {
        try {
            return bySubject(subject);
        } catch (BrokenEvidenceException e) {
            ledger.report(e);
            return Optional.empty();
        }
    }

    /// Whether evidence is known to be broken.
    public boolean broken() {
        return ledger.broken().isPresent();
    }

    /// The person whose ledger account this sign-in is.
    @Transactional
    public Optional<Member> bySubject(String subject) {
        Trust trust = trust();
        for (PersonRow row : rows.listAll()) {
            Optional<Trust.Person> person = trust.person(Id.parse(row.id));
            Sha256 account = account(row.salt, subject);
            if (person.flatMap(Trust.Person::account).filter(account::equals).isPresent()) {
                return person.map(this::member);
            }
        }
        return Optional.empty();
    }

    /// A founder's first sign-in: ties their key to this account, by their own statement.
    @Transactional
    public void account(Id person, Account of, Act act) {
        ledger.lockGuards();
        refuseKnown(of);
        Trust.Person known =
                trust().person(person)
                        .orElseThrow(() ->
                                new Refusal(
                                        Refusal.Kind.UNKNOWN,
                                        "person-unknown",
                                        "This key file is not of this newsroom."));
        append(
                "person.account/" + person,
                person,
                act.nonce(),
                new CustodyEvent.PersonAccount(
                        person, account(of.salt(), of.subject()), act.statement()));
        String recipient =
                ledger.genesis()
                        .recipient(known.id())
                        .orElseThrow(() -> new IllegalStateException("founders have recipients"));
        keep(row(person, of, recipient));
    }

    /// A further person's keys and account, by the new key's own statement. They count once two
    /// others have signed for them.
    @Transactional
    public void enrol(Id person, Statement.Key key, String recipient, Account of, Act act) {
        Genesis.requireRecipient(recipient);
        ledger.lockGuards();
        refuseKnown(of);
        append(
                "person.enrolled/" + person,
                person,
                act.nonce(),
                new CustodyEvent.PersonEnrolled(
                        person,
                        key,
                        Genesis.recipientHash(recipient),
                        account(of.salt(), of.subject()),
                        act.statement()));
        keep(row(person, of, recipient));
    }

    /// In place of what was known of a person while a ledger counted that is closed now.
    private void keep(PersonRow row) {
        rows.getEntityManager().merge(row);
    }

    /// One person's word for another's keys and for one role.
    @Transactional
    public void confirm(Id actor, Id person, Act keys, Role role, Act given) {
        ledger.lockGuards();
        Trust.Person known =
                trust().person(person)
                        .orElseThrow(() ->
                                new Refusal(
                                        Refusal.Kind.UNKNOWN,
                                        "person-unknown",
                                        "Nobody of this id is enrolled. Load the list again."));
        append(
                "person.confirmed/" + person + "/" + actor,
                actor,
                keys.nonce(),
                new CustodyEvent.PersonConfirmed(person, known.fingerprint(), keys.statement()));
        append(
                "person.role-given/" + person + "/" + role.word() + "/" + actor,
                actor,
                given.nonce(),
                new CustodyEvent.RoleGiven(person, known.fingerprint(), role, given.statement()));
    }

    /// Signs for the next rules; they hold with the second signature for the same ones.
    @Transactional
    public void change(Id actor, Rules next, Act act) {
        ledger.lockGuards();
        append(
                "rules.changed/" + next.version() + "/" + actor,
                actor,
                act.nonce(),
                new CustodyEvent.RulesChanged(next, act.statement()));
    }

    /// Everybody whom the ledger knows.
    @Transactional
    public List<Listed> all() {
        return trust().people().stream()
                .map(person -> {
                    PersonRow row = rows.findById(person.id().hex());
                    return new Listed(
                            member(person),
                            person,
                            row == null || row.asked.isEmpty()
                                    ? List.of()
                                    : List.of(row.asked.split(" ")));
                })
                .toList();
    }

    private void refuseKnown(Account of) {
        if (bySubject(of.subject()).isPresent()) {
            throw new Refusal(
                    Refusal.Kind.CONFLICT,
                    "account-known",
                    "This account belongs to a person already. Sign in with your own account.");
        }
    }

    private static PersonRow row(Id person, Account of, String recipient) {
        return new PersonRow(
                person.hex(), of.name(), recipient, of.salt(), String.join(" ", of.roles()));
    }

    private void append(String key, Id actor, Nonce nonce, CustodyEvent fact) {
        Entry.Event event =
                new Entry.Event(
                        clock.instant().truncatedTo(ChronoUnit.SECONDS).toString(),
                        Optional.empty(),
                        Optional.of(actor.hex()),
                        fact);
        try {
            trust().admit(event);
        } catch (BrokenEvidenceException e) {
            throw Refusal.ofStatement(e);
        }
        ledger.append(Draft.signed(key, actor, Optional.empty(), nonce, fact));
    }

    /// What was found while somebody used it, a restart must not forget.
    void start(@Observes StartupEvent begin) {
        try {
            QuarkusTransaction.requiringNew().run(this::all);
        } catch (BrokenEvidenceException e) {
            ledger.report(e);
        } catch (RuntimeException e) {
            // Of a database that is away, or a row that is no row of ours: whoever uses it meets
            // it.
            LOG.errorf("people were not compared at the start: %s", e);
        }
    }

    private Member member(Trust.Person person) {
        PersonRow row = rows.findById(person.id().hex());
        String recipient =
                row == null ? ledger.genesis().recipient(person.id()).orElse("") : row.recipient;
        if (!Genesis.recipientHash(recipient).equals(person.recipient())) {
            throw new BrokenEvidenceException(
                    "recipient of " + person.id(),
                    person.recipient().hex(),
                    Genesis.recipientHash(recipient).hex());
        }
        return new Member(person.id(), row == null ? "" : row.name, recipient, person.roles());
    }

    private static Sha256 account(byte[] salt, String subject) {
        return Sha256.of(salt, subject.getBytes(StandardCharsets.UTF_8));
    }
}
