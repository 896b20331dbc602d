package org.sigillo.people;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Actor;
import org.sigillo.custody.CustodyEvent;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Genesis;
import org.sigillo.custody.Newsroom;
import org.sigillo.custody.Nonce;
import org.sigillo.custody.Role;
import org.sigillo.custody.Rules;
import org.sigillo.ledger.Draft;
import org.sigillo.ledger.Ledger;
import org.sigillo.stack.Database;

/// Sources are received only while somebody counts who could open what they send.
class IntakeOpensTest {
    private final Newsroom newsroom = new Newsroom();
    private final SecureRandom random = new SecureRandom();
    private final InstantSource clock = InstantSource.fixed(Instant.parse(Newsroom.AT));
    private Database database;
    private Ledger ledger;
    private People people;

    @BeforeEach
    void a_newsroom_without_a_reviewer() throws IOException, SQLException {
        database = Database.start();
        Genesis genesis =
                Genesis.found(
                        CustodyEvent.LogOpened.unsigned(
                                Newsroom.ORIGIN,
                                "11".repeat(32),
                                newsroom.logKeys.stream()
                                        .map(key -> key.verifier().vkey())
                                        .toList(),
                                new Rules(1, 10, 8, 0, 2),
                                List.of()),
                        List.of(
                                founding(newsroom.elena, Role.EDITOR),
                                founding(newsroom.emile, Role.EDITOR),
                                founding(newsroom.ada, Role.ADMINISTRATOR)),
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
        ledger.start();
        people = new People(ledger, new PersonRows(), clock);
    }

    @AfterEach
    void stop() throws IOException {
        ledger.stop();
        database.close();
    }

    @Test
    void opens_with_the_second_signature_for_the_first_reviewer_and_not_before() {
        assertThat(people.intake()).isEqualTo(People.Intake.NOBODY);
        Actor nina = Actor.of(70);
        enter(newsroom.enrol(nina), nina);
        enter(newsroom.confirm(newsroom.elena, nina), newsroom.elena);
        enter(newsroom.give(newsroom.elena, nina, Role.REVIEWER), newsroom.elena);
        enter(newsroom.confirm(newsroom.emile, nina), newsroom.emile);
        assertThat(people.intake()).isNotEqualTo(People.Intake.OPEN);
        enter(newsroom.give(newsroom.emile, nina, Role.REVIEWER), newsroom.emile);
        assertThat(people.intake()).isEqualTo(People.Intake.OPEN);
    }

    @Test
    void stays_closed_for_an_editor() {
        Actor nina = Actor.of(71);
        enter(newsroom.enrol(nina), nina);
        for (Actor signer : List.of(newsroom.elena, newsroom.emile)) {
            enter(newsroom.confirm(signer, nina), signer);
            enter(newsroom.give(signer, nina, Role.EDITOR), signer);
        }
        assertThat(people.trust().counts(nina.id, Role.EDITOR)).isTrue();
        assertThat(people.intake()).isNotEqualTo(People.Intake.OPEN);
    }

    @Test
    void closes_when_evidence_is_found_broken() {
        Actor nina = Actor.of(72);
        enter(newsroom.enrol(nina), nina);
        for (Actor signer : List.of(newsroom.elena, newsroom.emile)) {
            enter(newsroom.confirm(signer, nina), signer);
            enter(newsroom.give(signer, nina, Role.REVIEWER), signer);
        }
        assertThat(people.intake()).isEqualTo(People.Intake.OPEN);
        ledger.report(new BrokenEvidenceException("a row", "this", "that"));
        assertThat(people.intake()).isNotEqualTo(People.Intake.OPEN);
        assertThat(people.intake())
                .as("not for want of somebody who could open it")
                .isEqualTo(People.Intake.HALTED);
    }

    private void enter(Entry.Event event, Actor by) {
        byte[] nonce = new byte[32];
        random.nextBytes(nonce);
        ledger.append(
                Draft.signed(
                        "test/" + Sha256.of(nonce),
                        by.id,
                        Optional.empty(),
                        Nonce.copyOf(nonce),
                        event.fact()));
    }

    private static Genesis.Founding founding(Actor actor, Role role) {
        return new Genesis.Founding(actor.id, actor.seed(), actor.recipientText(), List.of(role));
    }
}
