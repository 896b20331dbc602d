package org.sigillo.docket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sigillo.bytes.Refusal;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Actor;
import org.sigillo.custody.CaseEvent;
import org.sigillo.custody.Genesis;
import org.sigillo.custody.Id;
import org.sigillo.custody.Newsroom;
import org.sigillo.custody.Nonce;
import org.sigillo.custody.Statement;
import org.sigillo.custody.Trust;
import org.sigillo.ledger.Around;
import org.sigillo.ledger.Ledger;
import org.sigillo.ledger.Recorded;
import org.sigillo.sealing.HybridIdentity;
import org.sigillo.stack.Database;
import org.sigillo.vault.FolderVault;

/// A case that one reviewer holds, on a ledger of its own, and what reviewers sign about it.
@Timeout(60)
abstract class OfACase {
    final Newsroom newsroom = new Newsroom();
    final SecureRandom random = new SecureRandom();
    final InstantSource clock = InstantSource.fixed(Instant.parse(Newsroom.AT));
    final RowsInMemory rows = new RowsInMemory();
    final Id caseId = Id.random(random);
    final String source = recipient();
    @TempDir java.nio.file.Path folder;
    Database database;
    Ledger ledger;
    Cases cases;
    CaseDesk desk;
    FolderVault vault;
    Damage damage;

    @BeforeEach
    void a_case_that_rosa_holds_and_remy_does_not() throws IOException, SQLException {
        database = Database.start();
        vault = new FolderVault(folder, 0, InstantSource.system());
        ledger =
                new Ledger(
                        database.app(),
                        newsroom.genesis,
                        newsroom.logKeys,
                        clock,
                        random,
                        Around.vault(vault));
        ledger.start();
        damage = new Damage(ledger, rows, new Direct());
        desk = new CaseDesk(ledger, new SegmentReader(vault, damage), rows, clock);
        cases = new Cases(ledger, vault, rows, new Direct(), clock, new SimpleMeterRegistry());
        cases.open(
                new Cases.Beginning(
                        Sha256.of(),
                        caseId,
                        recipient(),
                        source,
                        Optional.empty(),
                        List.of(new Cases.Grant(newsroom.rosa.id, new byte[] {1}))),
                () -> newsroom.trust);
    }

    @AfterEach
    void nothing_is_broken() throws Exception {
        ledger.callBeat();
        while (ledger.ofCase(caseId).stream().anyMatch(it -> it.index().isEmpty())) {
            Thread.sleep(10);
        }
        assertThat(ledger.check()).isEmpty();
        ledger.stop();
        database.close();
    }

    void grant(CaseDesk.Given... grants) {
        desk.grant(newsroom.rosa.id, caseId, this::trust, List.of(grants));
    }

    void generation(byte[] nonce) {
        generation(nonce, given(newsroom.rosa, rows.newest(caseId.hex()).generation + 1, nonce()));
    }

    void generation(byte[] nonce, CaseDesk.Given... grants) {
        long next = rows.newest(caseId.hex()).generation + 1;
        String recipient = recipient();
        Statement statement =
                newsroom.aboutCase(
                        newsroom.rosa,
                        caseId,
                        nonce,
                        signed ->
                                new CaseEvent.GenerationMade(
                                        next, Genesis.recipientHash(recipient), signed));
        desk.generation(
                newsroom.rosa.id,
                caseId,
                this::trust,
                new CaseDesk.Made(next, recipient, Nonce.copyOf(nonce), statement),
                List.of(grants));
    }

    CaseDesk.Given given(Actor to, long generation, byte[] nonce) {
        byte[] sealed = nonce();
        Statement statement =
                newsroom.aboutCase(
                        newsroom.rosa,
                        caseId,
                        nonce,
                        signed ->
                                new CaseEvent.GrantGiven(
                                        to.id, generation, Sha256.of(sealed), Optional.of(signed)));
        return new CaseDesk.Given(to.id, generation, sealed, Nonce.copyOf(nonce), statement);
    }

    Trust trust(List<Recorded> others) {
        Trust trust = newsroom.trust;
        for (Recorded recorded : others) {
            trust = trust.with(recorded.event(), recorded.index().orElse(Trust.PENDING));
        }
        return trust;
    }

    byte[] nonce() {
        byte[] nonce = new byte[32];
        random.nextBytes(nonce);
        return nonce;
    }

    String recipient() {
        try (HybridIdentity identity = HybridIdentity.generate(random)) {
            return identity.recipient().text();
        }
    }

    static void refused(String guard, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.guard()).hasValue(guard));
    }

    <T> List<T> events(Class<T> kind) {
        return ledger.ofCase(caseId).stream()
                .map(it -> it.event().fact())
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }
}
