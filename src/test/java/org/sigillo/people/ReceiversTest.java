package org.sigillo.people;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Actor;
import org.sigillo.custody.CustodyEvent;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Genesis;
import org.sigillo.custody.Newsroom;
import org.sigillo.custody.Nonce;
import org.sigillo.custody.Role;
import org.sigillo.custody.Rules;
import org.sigillo.custody.Statement;
import org.sigillo.ledger.Draft;
import org.sigillo.ledger.Ledger;
import org.sigillo.note.NoteVerifier;
import org.sigillo.sealing.HybridIdentity;
import org.sigillo.stack.Database;

/// To whom a source's case is granted.
class ReceiversTest {
    private final Newsroom newsroom = new Newsroom();
    private final Actor nina = Actor.of(73);
    private final SecureRandom random = new SecureRandom();
    private final InstantSource clock = InstantSource.fixed(Instant.parse(Newsroom.AT));
    private final RowsInMemory rows = new RowsInMemory();
    private Database database;
    private Ledger ledger;
    private People people;

    @BeforeEach
    void rosa_is_a_reviewer() throws IOException, SQLException {
        database = Database.start();
        Genesis genesis =
                Genesis.found(
                        CustodyEvent.LogOpened.unsigned(
                                Newsroom.ORIGIN,
                                "11".repeat(32),
                                newsroom.logVerifiers().stream().map(NoteVerifier::vkey).toList(),
                                new Rules(1, 10, 8, 0, 2),
                                List.of()),
                        List.of(
                                founding(newsroom.rosa, Role.REVIEWER),
                                founding(newsroom.elena, Role.EDITOR),
                                founding(newsroom.emile, Role.EDITOR)),
                        new byte[32],
                        Newsroom.AT);
        ledger =
                new Ledger(
                        database.app(),
                        genesis,
                        newsroom.logKeys,
                        clock,
                        random,
                        Ledger.Surroundings.NONE);
        people = new People(ledger, rows, clock);
    }

    @AfterEach
    void stop() throws IOException {
        ledger.stop();
        database.close();
    }

    @Test
    void are_reviewers_who_count_by_entries_that_are_numbered_already() throws Exception {
        String recipient = recipient();
        enrol(recipient);
        // The sequencer has not started: whatever counts is still waiting.
        assertThat(people.trust().counts(nina.id, Role.REVIEWER)).isTrue();
        assertThat(people.receivers()).extracting(Member::person).containsExactly(newsroom.rosa.id);
        ledger.start();
        while (people.receivers().size() == 1) {
            Thread.sleep(10);
        }
        assertThat(people.receivers()).extracting(Member::recipient).hasSize(2).contains(recipient);
        assertThat(people.unsealable()).isEmpty();
    }

    @Test
    void do_not_include_one_to_whom_nothing_can_be_sealed() throws Exception {
        // Of the right form, as an earlier version let it in.
        enrol("age1pq1" + "q".repeat(1952));
        ledger.start();
        while (!ledger.ofTypes("person.role-given").stream()
                .allMatch(it -> it.index().isPresent())) {
            Thread.sleep(10);
        }
        assertThat(people.trust().counts(nina.id, Role.REVIEWER)).isTrue();
        assertThat(people.receivers()).extracting(Member::person).containsExactly(newsroom.rosa.id);
        assertThat(people.unsealable()).containsExactly(nina.id);
        assertThat(people.intake()).isEqualTo(People.Intake.OPEN);
    }

    @Test
    void never_become_so_with_a_recipient_that_is_damaged() {
        String whole = recipient();
        String damaged =
                whole.substring(0, 900)
                        + (whole.charAt(900) == 'q' ? 'p' : 'q')
                        + whole.substring(901);
        Statement any = ((CustodyEvent.PersonEnrolled) newsroom.enrol(nina).fact()).statement();
        assertThatThrownBy(() ->
                        people.enrol(
                                nina.id,
                                nina.key(),
                                damaged,
                                new People.Account("nina", "Nina", new byte[32], List.of()),
                                new People.Act(nonce(), any)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("checksum");
    }

    private void enrol(String recipient) {
        nina.take(recipient);
        rows.persist(new PersonRow(nina.id.hex(), "Nina", recipient, new byte[32], ""));
        enter(newsroom.enrol(nina), nina);
        for (Actor signer : List.of(newsroom.elena, newsroom.emile)) {
            enter(newsroom.confirm(signer, nina), signer);
            enter(newsroom.give(signer, nina, Role.REVIEWER), signer);
        }
    }

    private void enter(Entry.Event event, Actor by) {
        Nonce nonce = nonce();
        ledger.append(
                Draft.signed(
                        "test/" + Sha256.of(nonce.bytes()),
                        by.id,
                        Optional.empty(),
                        nonce,
                        event.fact()));
    }

    private Nonce nonce() {
        byte[] nonce = new byte[32];
        random.nextBytes(nonce);
        return Nonce.copyOf(nonce);
    }

    private String recipient() {
        try (HybridIdentity identity = HybridIdentity.generate(random)) {
            return identity.recipient().text();
        }
    }

    private Genesis.Founding founding(Actor actor, Role role) {
        return new Genesis.Founding(actor.id, actor.seed(), recipient(), List.of(role));
    }

    /// The people's table without a database.
    private static final class RowsInMemory extends PersonRows {
        private final Map<String, PersonRow> rows = new HashMap<>();

        @Override
        public PersonRow findById(String id) {
            return rows.get(id);
        }

        @Override
        public List<PersonRow> listAll() {
            return List.copyOf(rows.values());
        }

        @Override
        public void persist(PersonRow row) {
            rows.put(row.id, row);
        }
    }
}
