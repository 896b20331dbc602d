package org.sigillo.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.CaseEvent;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Id;
import org.sigillo.custody.LedgerCheck;
import org.sigillo.custody.Newsroom;
import org.sigillo.custody.Receipt;
import org.sigillo.custody.ReleaseEvent;
import org.sigillo.merkle.TileCoordinate;
import org.sigillo.note.NoteVerifier;
import org.sigillo.note.SignedNote;
import org.sigillo.stack.Database;

/// The ledger on a real PostgreSQL. Turns are made by hand, so that nothing depends on time.
class LedgerTest {
    private final Newsroom newsroom = new Newsroom();
    private final SecureRandom random = new SecureRandom();
    @RegisterExtension private static final Scene scene = Scene.ofClass();
    private static final Database database = scene.database;
    private Ledger ledger;

    @BeforeEach
    void a_founded_ledger() throws SQLException {
        scene.clear();
        ledger = open();
    }

    @AfterEach
    void is_intact() throws SQLException {
        IntactLedger.check(scene.app, newsroom);
    }

    private Ledger open() {
        InstantSource clock = InstantSource.fixed(Instant.parse(Newsroom.AT));
        Ledger opened =
                new Ledger(
                        database.app(),
                        newsroom.genesis,
                        newsroom.logKeys,
                        clock,
                        random,
                        Ledger.Surroundings.NONE);
        new Sequencer(database.app(), newsroom.genesis, newsroom.logKeys, clock, random).found();
        return opened;
    }

    private Id exhibit(Id caseId) {
        return exhibit(ledger, caseId);
    }

    private Id exhibit(Ledger to, Id caseId) {
        Id exhibit = Id.random(random);
        to.append(
                Draft.bySource(
                        "exhibit.sealed/" + exhibit,
                        caseId,
                        nonce ->
                                new CaseEvent.ExhibitSealed(
                                        Entry.exhibitTag(nonce, exhibit),
                                        0,
                                        Entry.content(new byte[32], Sha256.of()),
                                        Sha256.of(),
                                        65536,
                                        1,
                                        Sha256.of())));
        return exhibit;
    }

    @Test
    void what_one_replica_finds_broken_stops_all_until_a_start_finds_everything_well() {
        Ledger other = open();
        other.turn(true);
        ledger.report(new BrokenEvidenceException("entry 7", "this", "that"));
        exhibit(other, Id.random(random));
        long size = other.checkpoint().orElseThrow().checkpoint().size();
        other.turn(true);
        assertThat(other.broken().orElseThrow()).hasMessageContaining("entry 7");
        assertThat(other.checkpoint().orElseThrow().checkpoint().size()).isEqualTo(size);
        assertThatThrownBy(() -> exhibit(other, Id.random(random)))
                .isInstanceOf(BrokenEvidenceException.class);
        Ledger started = open();
        started.begin();
        started.turn(true);
        assertThat(started.broken()).isEmpty();
        assertThat(started.checkpoint().orElseThrow().checkpoint().size()).isGreaterThan(size);
    }

    @Test
    void an_appended_event_gets_an_entry_a_checkpoint_and_a_receipt_that_holds_offline() {
        Id caseId = Id.random(random);
        Id exhibit = exhibit(caseId);
        String key = "exhibit.sealed/" + exhibit;
        assertThat(ledger.find(key).orElseThrow().index()).isEmpty();
        ledger.turn(true);
        Recorded recorded = ledger.find(key).orElseThrow();
        long index = recorded.publishedIndex().orElseThrow();
        SignedCheckpoint checkpoint = ledger.checkpoint().orElseThrow();
        Receipt receipt =
                Receipt.parse(
                        Receipt.text(
                                caseId,
                                exhibit,
                                new byte[32],
                                ledger.published().entry(index).orElseThrow(),
                                index,
                                ledger.published().inclusion(index, checkpoint.checkpoint().size()),
                                checkpoint.note()));
        receipt.verify(Newsroom.ORIGIN, newsroom.logVerifiers());
        receipt.verifyContent(Sha256.of());
        assertThatThrownBy(() -> receipt.verifyContent(Sha256.of(new byte[1])))
                .isInstanceOf(BrokenEvidenceException.class);
    }

    @Test
    void a_sources_event_waits_for_the_beat_and_a_staff_event_does_not() {
        // Publishes the genesis.
        ledger.turn(false);
        exhibit(Id.random(random));
        ledger.append(staff("x", Optional.empty()));
        ledger.turn(false);
        assertThat(ledger.ofTypes("exhibit.sealed").getFirst().index()).isEmpty();
        assertThat(ledger.find("x").orElseThrow().index()).hasValue(1);
        assertThat(ledger.find("x").orElseThrow().published()).isFalse();
        ledger.turn(true);
        assertThat(ledger.ofTypes("exhibit.sealed").getFirst().index().orElseThrow())
                .isBetween(2L, 9L);
        assertThat(ledger.find("x").orElseThrow().published()).isTrue();
    }

    @Test
    void a_staff_event_about_a_case_comes_after_what_its_source_has_waiting() {
        Id caseId = Id.random(random);
        exhibit(caseId);
        ledger.append(staff("about", Optional.of(caseId)));
        ledger.turn(false);
        assertThat(ledger.find("about").orElseThrow().index()).isEmpty();
        ledger.turn(true);
        // Behind the eight entries of the beat.
        assertThat(ledger.find("about").orElseThrow().index()).hasValue(9);
    }

    @Test
    void each_case_keeps_its_order_and_no_beat_takes_more_than_k() {
        List<Id> cases = IntStream.range(0, 3).mapToObj(i -> Id.random(random)).toList();
        Map<Id, List<Id>> sent = new HashMap<>();
        for (int i = 0; i < 15; i++) {
            Id caseId = cases.get(i % 3);
            sent.computeIfAbsent(caseId, unused -> new ArrayList<>()).add(exhibit(caseId));
        }
        ledger.turn(true);
        assertThat(ledger.checkpoint().orElseThrow().checkpoint().size()).isEqualTo(1 + 8);
        ledger.turn(true);
        sent.forEach((caseId, exhibits) ->
                assertThat(
                                exhibits.stream()
                                        .map(e -> ledger.find("exhibit.sealed/" + e))
                                        .map(r -> r.orElseThrow().index().orElseThrow())
                                        .toList())
                        .isSorted());
    }

    @Test
    void the_same_key_with_the_same_facts_is_one_entry_and_with_others_is_broken_evidence() {
        ledger.append(staff("once", Optional.empty()));
        ledger.append(staff("once", Optional.empty()));
        ledger.turn(true);
        ledger.append(staff("once", Optional.empty()));
        ledger.turn(true);
        assertThat(ledger.checkpoint().orElseThrow().checkpoint().size()).isEqualTo(1 + 8 + 1 + 8);
        assertThatThrownBy(() ->
                        ledger.append(
                                Draft.byServer(
                                        "once",
                                        new ReleaseEvent.Refused(newsroom.rosa.id, "other"))))
                .isInstanceOf(BrokenEvidenceException.class);
    }

    @Test
    void a_transaction_that_commits_later_than_one_begun_after_it_is_not_lost()
            throws SQLException {
        AtomicLong seconds = new AtomicLong();
        Ledger later =
                new Ledger(
                        database.app(),
                        newsroom.genesis,
                        newsroom.logKeys,
                        () -> Instant.parse(Newsroom.AT).plusSeconds(seconds.incrementAndGet()),
                        random,
                        Ledger.Surroundings.NONE);
        try (Connection slow = database.app().getConnection()) {
            slow.setAutoCommit(false);
            new Ledger(
                            new OneConnection(slow),
                            newsroom.genesis,
                            newsroom.logKeys,
                            InstantSource.system(),
                            random,
                            Ledger.Surroundings.NONE)
                    .append(staff("slow", Optional.empty()));
            later.append(staff("quick", Optional.empty()));
            later.turn(true);
            slow.commit();
        }
        later.turn(true);
        assertThat(ledger.find("quick").orElseThrow().index()).hasValue(9);
        assertThat(ledger.find("slow").orElseThrow().index()).hasValue(18);
    }

    @Test
    void two_sequencers_at_once_make_one_history() throws InterruptedException {
        for (int i = 0; i < 60; i++) {
            ledger.append(staff("event " + i, Optional.empty()));
        }
        Ledger other = open();
        List<Thread> threads =
                List.of(
                        Thread.ofPlatform().start(() -> turns(ledger)),
                        Thread.ofPlatform().start(() -> turns(other)));
        for (Thread thread : threads) {
            thread.join();
        }
        ledger.turn(true);
        assertThat(ledger.check()).isEmpty();
        assertThat(ledger.checkpoint().orElseThrow().checkpoint().size()).isEqualTo(61 + 8);
    }

    private static void turns(Ledger ledger) {
        for (int i = 0; i < 5; i++) {
            ledger.turn(false);
        }
    }

    @Test
    void what_is_served_verifies_like_an_export() {
        for (int i = 0; i < 300; i++) {
            ledger.append(staff("event " + i, Optional.empty()));
            if (i % 100 == 0) {
                ledger.turn(true);
            }
        }
        ledger.turn(true);
        LedgerCheck.Report report =
                new LedgerCheck(newsroom.genesis)
                        .export(
                                path ->
                                        path.equals("checkpoint")
                                                ? ledger.checkpoint().map(c -> c.note().getBytes())
                                                : TileCoordinate.parse(path)
                                                        .flatMap(ledger.published()::tile),
                                List.of(),
                                Optional.empty());
        assertThat(report.size()).isEqualTo(301 + 4 * 8);
        assertThat(ledger.published().tile(new TileCoordinate(0, 1, 256))).isEmpty();
        assertThat(ledger.published().tile(new TileCoordinate(0, 1, 333 - 256 + 1))).isEmpty();
        assertThat(ledger.published().tile(new TileCoordinate(0, 0, 17))).isPresent();
    }

    @Test
    void a_ledger_that_began_with_another_genesis_is_refused() {
        Newsroom other = new Newsroom(7);
        assertThatThrownBy(() ->
                        new Sequencer(
                                        database.app(),
                                        other.genesis,
                                        other.logKeys,
                                        InstantSource.system(),
                                        random)
                                .found())
                .isInstanceOf(BrokenEvidenceException.class)
                .hasMessageContaining("genesis");
    }

    @Test
    void a_checkpoint_carries_a_line_by_each_of_the_logs_keys_and_no_time() {
        assertThat(newsroom.genesis.opened().keys())
                .isEqualTo(newsroom.logVerifiers().stream().map(NoteVerifier::vkey).toList());
        ledger.append(staff("a", Optional.empty()));
        ledger.turn(true);
        SignedNote note = SignedNote.parse(ledger.checkpoint().orElseThrow().note());
        assertThat(note.verify(newsroom.logVerifiers())).isEqualTo(newsroom.logVerifiers());
        assertThat(note.cosignatures(newsroom.logVerifiers()))
                .singleElement()
                .satisfies(line -> assertThat(line.time()).isZero());
    }

    private Draft staff(String key, Optional<Id> caseId) {
        return caseId.isPresent()
                ? Draft.byPerson(key, newsroom.rosa.id, caseId, n -> new CaseEvent.Exported())
                : Draft.byServer(key, new ReleaseEvent.Refused(newsroom.rosa.id, "guard"));
    }
}
