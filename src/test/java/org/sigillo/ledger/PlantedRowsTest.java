package org.sigillo.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.CaseEvent;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Id;
import org.sigillo.merkle.MerkleHash;

/// Rows that somebody put into the tables with no more than the application's own rights, or changed with the owner's: nothing of
/// them may be signed, and no register may believe them.
class PlantedRowsTest {
    @RegisterExtension private static final Scene scene = Scene.ofClass();

    private Ledger ledger;
    private final Id caseId = Id.random(scene.random);

    @BeforeEach
    void a_ledger_with_a_checkpoint() throws SQLException {
        scene.clear();
        ledger = scene.open(Ledger.Surroundings.NONE);
        scene.staff(ledger, "before");
        ledger.turn(true);
    }

    @Test
    void an_entry_is_found_before_it_is_signed_by_whoever_numbered() throws SQLException {
        plant(size(), Optional.empty());
        scene.staff(ledger, "next");
        String where = "entry " + (size() - 1);
        // Its own number is taken: the turn fails, the next one looks.
        assertThatThrownBy(() -> ledger.turn(true)).isInstanceOf(Rows.Fault.class);
        ledger.turn(true);
        found(where);
    }

    @Test
    void an_entry_is_found_before_it_is_signed_by_whoever_takes_over() throws SQLException {
        plant(size(), Optional.empty());
        long signed = ledger.checkpoint().orElseThrow().checkpoint().size();
        Ledger other = scene.closed(scene.app, Ledger.Surroundings.NONE);
        other.turn(true);
        assertThat(other.broken().orElseThrow()).hasMessageContaining("entry " + signed);
        assertThat(other.checkpoint().orElseThrow().checkpoint().size()).isEqualTo(signed);
    }

    @Test
    void an_entry_far_behind_the_last_is_found_with_the_next_beat() throws SQLException {
        scene.source(ledger, caseId);
        plant(
                1_000_000_000L,
                Optional.of(scene.number("SELECT max(id) FROM ledger_pending WHERE by_source")));
        ledger.turn(true);
        ledger.turn(true);
        assertThat(ledger.broken()).isPresent();
    }

    @Test
    void an_epoch_without_a_seal_is_found_by_the_next_turn() throws SQLException {
        insert(
                "INSERT INTO ledger_epoch (epoch, replica, size, seal) VALUES"
                        + " (9007199254740991, '\\x00112233445566778899aabbccddeeff', 1, sha256('x'))");
        ledger.turn(true);
        found("epoch 9007199254740991, seal");
    }

    @Test
    void a_beat_without_a_seal_does_not_hide_that_none_is_filled() throws SQLException {
        beat("4102444800", 0);
        assertThatThrownBy(() -> ledger.overdue())
                .isInstanceOf(BrokenEvidenceException.class)
                .hasMessageContaining("beat 4102444800.0, seal");
        found("beat 4102444800.0, seal");
    }

    @Test
    void a_clock_that_was_ahead_is_told_while_no_beat_is_filled_for_it() throws SQLException {
        assertThat(ledger.overdue()).isFalse();
        scene.now.updateAndGet(t -> t.minus(Duration.ofDays(1)));
        Ledger other = scene.closed(scene.app, Ledger.Surroundings.NONE);
        assertThat(other.overdue()).isTrue();
        scene.now.updateAndGet(t -> t.plus(Duration.ofDays(1)));
        assertThat(other.overdue()).isFalse();
    }

    @Test
    void a_beat_is_not_left_out_for_a_row_without_a_seal() throws SQLException {
        beat("(SELECT max(beat) FROM ledger_beat)", 7);
        ledger.turn(true);
        found(".7, seal");
    }

    @Test
    void a_checkpoint_that_was_copied_to_another_size_is_neither_served_nor_continued()
            throws SQLException {
        long signed = ledger.checkpoint().orElseThrow().checkpoint().size();
        insert(
                "INSERT INTO ledger_checkpoint SELECT 4000000000000, root, note, previous,"
                        + " cosignatures, stamps, beats, epoch, seal FROM ledger_checkpoint WHERE"
                        + " size = "
                        + signed);
        String where = "checkpoint 4000000000000, seal";
        for (ThrowingCallable read :
                List.<ThrowingCallable>of(
                        () -> ledger.checkpoint(),
                        () -> ledger.find("before"),
                        () -> ledger.published().covering(signed),
                        () -> ledger.published().entry(1))) {
            assertThatThrownBy(read)
                    .isInstanceOf(BrokenEvidenceException.class)
                    .hasMessageContaining(where);
        }
        found(where);
        Ledger other = scene.closed(scene.app, Ledger.Surroundings.NONE);
        other.turn(true);
        assertThat(other.broken()).isPresent();
        assertThat(scene.number("SELECT count(*) FROM ledger_checkpoint WHERE size > " + signed))
                .as("the planted one alone")
                .isEqualTo(1);
    }

    @Test
    void a_line_below_a_checkpoint_is_not_served_whoever_is_a_witness() throws SQLException {
        insert(
                "INSERT INTO ledger_cosignature (size, line, seal) SELECT max(size), 'anything at"
                        + " all', sha256('x') FROM ledger_checkpoint");
        assertThatThrownBy(() -> ledger.checkpoint())
                .isInstanceOf(BrokenEvidenceException.class)
                .hasMessageContaining("cosignature anything at all, seal");
        found("cosignature anything at all");
    }

    @Test
    void a_stamp_is_found_though_no_authority_is_known() throws SQLException {
        insert(
                "INSERT INTO ledger_stamp (size, authority, reply, seal) SELECT max(size), 'one',"
                        + " 'x', sha256('x') FROM ledger_checkpoint");
        assertThat(ledger.check()).isPresent();
        found("time stamp by one, seal");
    }

    @Test
    void a_node_that_is_in_the_way_is_named() throws SQLException {
        insert("INSERT INTO ledger_node (level, idx, hash) VALUES (1, 0, sha256('x'))");
        for (int i = 0; i < 300; i++) {
            scene.staff(ledger, "event " + i);
        }
        assertThatThrownBy(() -> ledger.turn(true)).isInstanceOf(Rows.Fault.class);
        ledger.turn(true);
        found("node 0 of level 1, in a tree of size ");
    }

    @Test
    void no_number_is_so_large_that_the_next_cannot_be_told() {
        for (String row :
                List.of(
                        "ledger_entry (n, leaf, bytes, seal) VALUES (9223372036854775807,"
                                + " sha256('x'), 'x', sha256('x'))",
                        "ledger_node (level, idx, hash) VALUES (2000000, 9, sha256('x'))",
                        "ledger_beat (beat, extra, size, seal) VALUES (9223372036854775807, 0, 1,"
                                + " sha256('x'))")) {
            assertThatThrownBy(() -> insert("INSERT INTO " + row))
                    .as(row)
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("check constraint");
        }
    }

    @Test
    void what_cannot_be_read_is_named_by_its_table_and_key() throws SQLException {
        insert(
                "INSERT INTO ledger_pending (id, key, facts, nonce, by_source, position, beat, type,"
                        + " event, seal) VALUES (5, 'short', 'f', sha256('n'), false, 900, 0,"
                        + " 'release.refused', '{}', sha256('z'))");
        ledger.turn(true);
        found("the row 5 of ledger_pending");
    }

    @Test
    void a_transaction_that_is_left_open_in_the_way_holds_nobody_up_for_long() throws SQLException {
        scene.staff(ledger, "next");
        try (Connection idle = scene.app.getConnection();
                Statement insert = idle.createStatement()) {
            idle.setAutoCommit(false);
            insert.execute(
                    "INSERT INTO ledger_entry (n, leaf, bytes, seal) VALUES (%d, sha256('y'), 'x',"
                                    .formatted(size())
                            + " sha256('x'))");
            assertThatThrownBy(() -> ledger.turn(true))
                    .isInstanceOf(Rows.Fault.class)
                    .hasStackTraceContaining("lock timeout");
            idle.rollback();
        }
        ledger.turn(true);
        assertThat(ledger.broken()).isEmpty();
        assertThat(ledger.find("next").orElseThrow().published()).isTrue();
    }

    @Test
    void a_leaf_that_was_changed_gives_no_proof() throws SQLException {
        long size = ledger.checkpoint().orElseThrow().checkpoint().size();
        scene.tamper("UPDATE ledger_entry SET leaf = sha256('x') WHERE n = 1");
        assertThatThrownBy(() -> ledger.published().inclusion(2, size))
                .isInstanceOf(BrokenEvidenceException.class)
                .hasMessageContaining("the proof of entry 2 in checkpoint " + size);
        found("the proof of entry 2");
    }

    @Test
    void what_was_only_heard_of_is_over_with_the_row_that_says_so() throws SQLException {
        Alarm raiser =
                new Alarm(scene.app, RowSeal.of(scene.newsroom.logKeys.getFirst()), Runnable::run);
        raiser.raise(new BrokenEvidenceException("the tree", "ours", "another"), List.of("one"));
        scene.staff(ledger, "next");
        ledger.turn(true);
        assertThat(ledger.broken()).isPresent();
        raiser.agreed(List.of("one"));
        ledger.turn(true);
        assertThat(ledger.broken()).isEmpty();
        assertThat(ledger.find("next").orElseThrow().published()).isTrue();
    }

    @Test
    void an_end_that_was_copied_ends_nothing() throws SQLException {
        Ledger other = scene.open(Ledger.Surroundings.NONE);
        ledger.report(new BrokenEvidenceException("entry 7", "this", "that"));
        // A start finds everything as it should be, and ends it.
        Ledger next = scene.open(Ledger.Surroundings.NONE);
        assertThat(next.broken()).isEmpty();
        insert(
                "INSERT INTO ledger_alarm SELECT id + 1, finding, witness, ends, seal FROM"
                        + " ledger_alarm WHERE ends IS NOT NULL");
        other.turn(true);
        assertThat(other.broken().orElseThrow()).hasMessageContaining(", seal");
    }

    @Test
    void each_witness_that_contradicts_has_to_agree_again() throws SQLException {
        Alarm alarm =
                new Alarm(scene.app, RowSeal.of(scene.newsroom.logKeys.getFirst()), Runnable::run);
        BrokenEvidenceException found = new BrokenEvidenceException("the tree", "ours", "another");
        alarm.raise(found, List.of("one"));
        alarm.raise(found, List.of("two"));
        alarm.raise(found, List.of("two"));
        assertThat(scene.number("SELECT count(*) FROM ledger_alarm")).isEqualTo(2);
        alarm.agreed(List.of("one"));
        assertThat(alarm.broken()).isPresent();
        alarm.agreed(List.of("two"));
        assertThat(alarm.broken()).isEmpty();
    }

    @Test
    void an_alarm_cannot_be_silenced_by_a_row() throws SQLException {
        Ledger other = scene.open(Ledger.Surroundings.NONE);
        ledger.report(new BrokenEvidenceException("entry 7", "this", "that"));
        insert(
                "INSERT INTO ledger_alarm (id, finding, ends, seal) VALUES"
                        + " (9223372036854775807, 'over', 9223372036854775807, sha256('x'))");
        scene.isFound(ledger, "entry 7");
        other.turn(true);
        assertThat(other.broken().orElseThrow())
                .hasMessageContaining("alarm 9223372036854775807, seal");
        Ledger next = scene.open(Ledger.Surroundings.NONE);
        assertThat(next.broken().orElseThrow()).hasMessageContaining("alarm");
    }

    @Test
    void what_waits_and_was_changed_is_believed_by_nobody() throws SQLException {
        open("opened");
        scene.tamper(
                "UPDATE ledger_pending SET event = convert_to(replace(convert_from(event,"
                        + " 'UTF8'), '"
                        + Sha256.of(new byte[] {1}).hex()
                        + "', '"
                        + Sha256.of(new byte[] {6}).hex()
                        + "'), 'UTF8') WHERE key = 'opened'");
        assertThatThrownBy(() -> ledger.find("opened"))
                .isInstanceOf(BrokenEvidenceException.class)
                .hasMessageContaining("waiting event opened, seal");
        found("waiting event opened");
    }

    @Test
    void what_was_entered_and_was_changed_with_its_event_is_believed_by_nobody()
            throws SQLException {
        open("opened");
        ledger.turn(true);
        String changed =
                "convert_to(replace(convert_from(%1$s, 'UTF8'), '"
                        + Sha256.of(new byte[] {1}).hex()
                        + "', '"
                        + Sha256.of(new byte[] {6}).hex()
                        + "'), 'UTF8')";
        scene.tamper(
                "UPDATE ledger_pending SET event = "
                        + changed.formatted("event")
                        + " WHERE key = 'opened'",
                "UPDATE ledger_entry SET bytes = " + changed.formatted("bytes"));
        assertThatThrownBy(() -> ledger.ofCase(caseId))
                .isInstanceOf(BrokenEvidenceException.class)
                .hasMessageContaining(", leaf");
        // Its hash as well: then the seal is missed.
        scene.tamper("UPDATE ledger_entry SET leaf = sha256('\\x00'::bytea || bytes) WHERE n > 0");
        Ledger other = scene.closed(scene.app, Ledger.Surroundings.NONE);
        assertThatThrownBy(() -> other.ofCase(caseId))
                .isInstanceOf(BrokenEvidenceException.class)
                .hasMessageContaining("queued row, seal");
    }

    private void open(String key) {
        ledger.append(
                Draft.bySource(
                        key,
                        caseId,
                        _ ->
                                new CaseEvent.Opened(
                                        Sha256.of(new byte[] {1}), Sha256.of(new byte[] {2}))));
    }

    private long size() throws SQLException {
        return scene.number("SELECT max(n) + 1 FROM ledger_entry WHERE n < 1000");
    }

    private void found(String where) throws SQLException {
        scene.isFound(ledger, where);
    }

    /// An event of long ago, well formed and chained, as whoever has the application's password can write it.
    private void plant(long n, Optional<Long> pending) throws SQLException {
        byte[] nonce = new byte[Entry.NONCE];
        scene.random.nextBytes(nonce);
        try (Connection c = scene.app.getConnection()) {
            Sha256 prev = new Rows(c).tree().entry(size() - 1).orElseThrow().leaf();
            byte[] bytes =
                    Entry.of(
                                    n,
                                    prev,
                                    nonce,
                                    new Entry.Event(
                                            "2017-05-05",
                                            Optional.of(Entry.caseTag(nonce, caseId)),
                                            Optional.of("source"),
                                            new CaseEvent.ExhibitSealed(
                                                    Entry.exhibitTag(nonce, caseId),
                                                    0,
                                                    Sha256.of(),
                                                    Sha256.of(),
                                                    65536,
                                                    1,
                                                    Sha256.of())))
                            .bytes();
            try (PreparedStatement insert =
                    c.prepareStatement(
                            "INSERT INTO ledger_entry (n, pending, leaf, bytes, seal) VALUES (?, ?,"
                                    + " ?, ?, ?)")) {
                insert.setLong(1, n);
                insert.setObject(2, pending.orElse(null), java.sql.Types.BIGINT);
                insert.setBytes(3, MerkleHash.leaf(bytes).bytes());
                insert.setBytes(4, bytes);
                insert.setBytes(5, new byte[32]);
                insert.executeUpdate();
            }
        }
    }

    private void beat(String when, int extra) throws SQLException {
        insert(
                "INSERT INTO ledger_beat (beat, extra, size, seal) SELECT %s, %d, 1, sha256('x')"
                        .formatted(when, extra));
    }

    private void insert(String sql) throws SQLException {
        try (Connection c = scene.app.getConnection();
                PreparedStatement insert = c.prepareStatement(sql)) {
            insert.executeUpdate();
        }
    }
}
