package org.sigillo.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
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
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.CustodyEvent;
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
    private Database database;
    private Ledger ledger;

    @BeforeEach
    void a_founded_ledger() throws IOException, SQLException {
        database = Database.start();
        ledger = open();
    }

    @AfterEach
    void stop() throws IOException {
        database.close();
    }

    private Ledger open() {
        InstantSource clock = InstantSource.fixed(Instant.parse(Newsroom.AT));
        Ledger opened =
                new Ledger(database.app(), newsroom.genesis, newsroom.logKeys, clock, random);
        new Sequencer(database.app(), newsroom.genesis, newsroom.logKeys, clock, random).found();
        return opened;
    }

    private Id exhibit(Id caseId) {
        Id exhibit = Id.random(random);
        ledger.append(
                Draft.bySource(
                        "exhibit.sealed/" + exhibit,
                        caseId,
                        nonce ->
                                new CustodyEvent.ExhibitSealed(
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
                                ledger.entry(index).orElseThrow(),
                                index,
                                ledger.inclusion(index, checkpoint.checkpoint().size()),
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
                        random);
        try (Connection slow = database.app().getConnection()) {
            slow.setAutoCommit(false);
            new Ledger(
                            new OneConnection(slow),
                            newsroom.genesis,
                            newsroom.logKeys,
                            InstantSource.system(),
                            random)
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
                                                : TileCoordinate.parse(path).flatMap(ledger::tile),
                                List.of(),
                                Optional.empty());
        assertThat(report.size()).isEqualTo(301 + 4 * 8);
        assertThat(ledger.tile(new TileCoordinate(0, 1, 256))).isEmpty();
        assertThat(ledger.tile(new TileCoordinate(0, 1, 333 - 256 + 1))).isEmpty();
        assertThat(ledger.tile(new TileCoordinate(0, 0, 17))).isPresent();
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

    @Nested
    class Append_only {
        @Test
        void no_row_can_be_changed_or_removed_by_the_application_or_the_owner()
                throws SQLException {
            ledger.turn(true);
            for (String table :
                    List.of("ledger_pending", "ledger_entry", "ledger_node", "ledger_checkpoint")) {
                for (String act : List.of("DELETE FROM %s", "TRUNCATE %s CASCADE")) {
                    for (javax.sql.DataSource who :
                            List.of(database.app(), database.owner(), database.intruder())) {
                        boolean nothingToDelete =
                                act.startsWith("DELETE")
                                        && List.of("ledger_pending", "ledger_node").contains(table)
                                        && who != database.app();
                        if (nothingToDelete) {
                            continue;
                        }
                        try (Connection c = who.getConnection();
                                Statement s = c.createStatement()) {
                            assertThatThrownBy(() -> s.execute(act.formatted(table)))
                                    .as(act + " " + table)
                                    .isInstanceOf(SQLException.class);
                        }
                    }
                }
            }
        }

        @Test
        void the_application_owns_nothing() throws SQLException {
            try (Connection c = database.app().getConnection();
                    Statement s = c.createStatement();
                    var r =
                            s.executeQuery(
                                    "SELECT count(*) FROM pg_class WHERE relowner ="
                                            + " 'sigillo_app'::regrole")) {
                r.next();
                assertThat(r.getLong(1)).isZero();
            }
        }
    }

    @Nested
    class A_changed_row {
        @Test
        void is_found_by_the_check_whatever_column_it_is() throws SQLException {
            for (int i = 0; i < 300; i++) {
                ledger.append(staff("event " + i, Optional.empty()));
            }
            exhibit(Id.random(random));
            ledger.turn(true);
            assertThat(ledger.check()).isEmpty();
            Map<String, String> changes =
                    Map.ofEntries(
                            Map.entry(flip("ledger_entry", "bytes", "n = 7"), "entry 7"),
                            Map.entry(flip("ledger_entry", "leaf", "n = 8"), "entry 8"),
                            Map.entry("UPDATE ledger_entry SET n = 900 WHERE n = 308", "30"),
                            Map.entry("DELETE FROM ledger_entry WHERE n = 308", "checkpoint"),
                            Map.entry("DELETE FROM ledger_entry WHERE n = 100", "entry 100"),
                            Map.entry(
                                    "UPDATE ledger_entry SET pending = NULL WHERE n = 15",
                                    "entry 15"),
                            Map.entry(flip("ledger_node", "hash", "true"), "node"),
                            Map.entry("DELETE FROM ledger_node", "node"),
                            Map.entry(flip("ledger_checkpoint", "root", "true"), "checkpoint"),
                            Map.entry(
                                    "UPDATE ledger_checkpoint SET note = replace(note, '309', '310')",
                                    "checkpoint"),
                            Map.entry("UPDATE ledger_checkpoint SET size = size + 1", "checkpoint"),
                            Map.entry(flip("ledger_pending", "facts", first(9)), "entry 9"),
                            Map.entry(flip("ledger_pending", "seal", first(9)), "entry 9"),
                            Map.entry(
                                    "UPDATE ledger_pending SET key = key || 'x' WHERE " + first(9),
                                    "entry 9"),
                            Map.entry(
                                    "UPDATE ledger_pending SET position = 5000 WHERE " + first(9),
                                    "entry 9"),
                            Map.entry(
                                    "UPDATE ledger_pending SET beat = beat + 1 WHERE " + first(9),
                                    "entry 9"),
                            Map.entry(
                                    "UPDATE ledger_pending SET by_source = true WHERE " + first(9),
                                    "entry 9"),
                            Map.entry("UPDATE ledger_beat SET beat = beat + 1", "beat"),
                            Map.entry("UPDATE ledger_beat SET extra = extra + 1", "beat"),
                            Map.entry("UPDATE ledger_beat SET size = size - 1", "beat"),
                            Map.entry(flip("ledger_beat", "seal", "true"), "beat"),
                            Map.entry("UPDATE ledger_epoch SET epoch = epoch + 1", "epoch"),
                            Map.entry("UPDATE ledger_epoch SET size = size + 1", "epoch"),
                            Map.entry(flip("ledger_epoch", "replica", "true"), "epoch"),
                            Map.entry(flip("ledger_epoch", "seal", "true"), "epoch"),
                            Map.entry(flip("ledger_pending", "nonce", first(9)), "entry 9"),
                            Map.entry(flip("ledger_pending", "event", first(9)), "entry 9"),
                            Map.entry(
                                    "UPDATE ledger_pending SET type = 'x' WHERE " + first(9),
                                    "entry 9"),
                            Map.entry(
                                    "UPDATE ledger_pending SET case_id = '\\x00112233445566778899aabbccddeeff'"
                                            + " WHERE by_source",
                                    "case"));
            for (Map.Entry<String, String> change : changes.entrySet()) {
                try (Connection c = database.intruder().getConnection();
                        Statement s = c.createStatement()) {
                    c.setAutoCommit(false);
                    for (String table :
                            List.of(
                                    "ledger_pending",
                                    "ledger_entry",
                                    "ledger_node",
                                    "ledger_checkpoint",
                                    "ledger_beat",
                                    "ledger_epoch")) {
                        s.execute("ALTER TABLE " + table + " DISABLE TRIGGER USER");
                    }
                    assertThat(s.executeUpdate(change.getKey())).isPositive();
                    FullCheck check =
                            new FullCheck(
                                    newsroom.genesis,
                                    RowSeal.of(newsroom.logKeys.getFirst()),
                                    new Tiles(Optional.empty()),
                                    within(c),
                                    FullCheck.Pace.FULL);
                    assertThat(catchThrowable(check::run))
                            .as(change.getKey())
                            .isInstanceOf(BrokenEvidenceException.class)
                            .hasMessageContaining(change.getValue());
                    c.rollback();
                }
            }
            assertThat(ledger.check()).isEmpty();
        }

        @Test
        void stops_all_writing_once_found() throws SQLException {
            ledger.turn(true);
            try (Connection c = database.intruder().getConnection();
                    Statement s = c.createStatement()) {
                s.execute("ALTER TABLE ledger_checkpoint DISABLE TRIGGER USER");
                s.execute(flip("ledger_checkpoint", "root", "true"));
            }
            assertThat(ledger.check()).isPresent();
            assertThatThrownBy(() -> ledger.append(staff("late", Optional.empty())))
                    .isInstanceOf(BrokenEvidenceException.class);
        }

        private static String first(int n) {
            return "id = (SELECT pending FROM ledger_entry WHERE n = " + n + ")";
        }

        private static String flip(String table, String column, String where) {
            return "UPDATE %s SET %s = set_byte(%s, 12, get_byte(%s, 12) # 1) WHERE %s"
                    .formatted(table, column, column, column, where);
        }
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

    private static FullCheck.Reader within(Connection connection) {
        return new FullCheck.Reader() {
            @Override
            public <T> T read(Sequencer.Work<T> work) {
                try {
                    return work.on(new Rows(connection));
                } catch (SQLException e) {
                    throw new LedgerFault("checking", e);
                }
            }
        };
    }

    private Draft staff(String key, Optional<Id> caseId) {
        return caseId.isPresent()
                ? Draft.byPerson(
                        key, newsroom.rosa.id, caseId, n -> new CustodyEvent.CaseExported())
                : Draft.byServer(key, new ReleaseEvent.Refused(newsroom.rosa.id, "guard"));
    }
}
