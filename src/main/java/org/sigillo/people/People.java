package org.sigillo.people;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Refusal;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.CustodyEvent;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Genesis;
import org.sigillo.custody.Id;
import org.sigillo.custody.Nonce;
import org.sigillo.custody.Role;
import org.sigillo.custody.Statement;
import org.sigillo.custody.Trust;
import org.sigillo.ledger.Draft;
import org.sigillo.ledger.Ledger;
import org.sigillo.ledger.Recorded;

/// The register of people. Reads who counts from the ledger each time it is asked.
@ApplicationScoped
public class People {
    private static final String[] EVENTS = {
        "person.account", "person.enrolled", "person.confirmed", "person.role-given"
    };

    private final Ledger ledger;
    private final PersonRows rows;

    People(Ledger ledger, PersonRows rows) {
        this.ledger = ledger;
        this.rows = rows;
    }

    /// Who counts, by entries and pending events alike.
    public Trust trust() {
        Trust trust = Trust.of(ledger.genesis());
        for (Recorded recorded : ledger.ofTypes(EVENTS)) {
            trust = trust.with(recorded.event(), recorded.index().orElse(Trust.PENDING));
        }
        return trust;
    }

    /// People who count in this role, with recipients that agree with the ledger.
    @Transactional
    public List<Member> counting(Role role) {
        Trust trust = trust();
        return trust.people().stream()
                .filter(p -> p.roles().contains(role))
                .map(this::member)
                .toList();
    }

    /// Whether a source can be received: some reviewer counts.
    public boolean intakeOpen() {
        return ledger.broken().isEmpty()
                && trust().people().stream().anyMatch(p -> p.roles().contains(Role.REVIEWER));
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
    public void account(
            Id person, String subject, String name, byte[] salt, Nonce nonce, Statement signed) {
        if (bySubject(subject).isPresent()) {
            throw new Refusal(
                    Refusal.Kind.CONFLICT,
                    "account-known",
                    "This account belongs to a person already. Sign in with your own account.");
        }
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
                nonce,
                new CustodyEvent.PersonAccount(person, account(salt, subject), signed));
        String recipient =
                ledger.genesis()
                        .recipient(known.id())
                        .orElseThrow(() -> new IllegalStateException("founders have recipients"));
        rows.persist(new PersonRow(person.hex(), name, recipient, salt));
    }

    private void append(String key, Id actor, Nonce nonce, CustodyEvent fact) {
        ledger.lockGuards();
        Entry.Event event =
                new Entry.Event(
                        fact.signed().orElseThrow().claims().at(),
                        Optional.empty(),
                        Optional.of(actor.hex()),
                        fact);
        try {
            trust().with(event, Trust.PENDING);
        } catch (BrokenEvidenceException e) {
            throw new Refusal(
                    Refusal.Kind.NOT_YOURS,
                    "statement",
                    "The signed statement does not hold: " + e.getMessage());
        }
        ledger.append(Draft.signed(key, actor, Optional.empty(), nonce, fact));
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
