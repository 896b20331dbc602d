package org.sigillo.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sigillo.custody.Newsroom;
import org.sigillo.custody.ReleaseEvent;
import org.sigillo.ledger.QueueRows.Pending;
import org.sigillo.stack.Database;

/// Transactions that commit late, never, or not for a long time.
class StaffQueueTest {
    private final Newsroom newsroom = new Newsroom();
    private final SecureRandom random = new SecureRandom();
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse(Newsroom.AT));
    private final InstantSource clock = now::get;
    private final RowSeal seal = RowSeal.of(newsroom.logKeys.getFirst());
    private final StaffQueue queue = new StaffQueue(clock, seal);
    private final Set<String> seen = new HashSet<>();
    private Database database;

    @BeforeEach
    void a_founded_ledger() throws IOException, SQLException {
        database = Database.start();
        new Sequencer(database.app(), newsroom.genesis, newsroom.logKeys, clock, random).found();
    }

    @AfterEach
    void stop() throws IOException {
        database.close();
    }

    @Test
    void a_late_commit_is_found_however_late_and_whatever_was_taken_since() throws SQLException {
        try (Connection late = open()) {
            append(late, "late");
            append("first");
            assertThat(take()).containsExactly("first");
            for (int i = 0; i < 3; i++) {
                append("then " + i);
                assertThat(take()).containsExactly("then " + i);
                now.updateAndGet(t -> t.plusSeconds(60));
            }
            late.commit();
            now.updateAndGet(t -> t.plusSeconds(60));
            assertThat(take()).containsExactly("late");
        }
    }

    @Test
    void a_commit_that_comes_late_behind_a_known_position_is_found_at_once() throws SQLException {
        append("before");
        assertThat(take()).containsExactly("before");
        try (Connection late = open()) {
            append(late, "late");
            append("quick");
            assertThat(take()).containsExactly("quick");
            late.commit();
            assertThat(take()).containsExactly("late");
        }
    }

    @Test
    void a_late_commit_is_found_also_if_its_transaction_has_the_newest_id() throws SQLException {
        append("known");
        take();
        try (Connection older = open();
                Connection late = open()) {
            // Its id comes before the other's, its position behind.
            new Rows(older).number("SELECT pg_current_xact_id()::text::bigint");
            append(late, "late");
            append(older, "quick");
            older.commit();
            assertThat(take()).containsExactly("quick");
            for (int i = 0; i < 3; i++) {
                now.updateAndGet(t -> t.plusSeconds(60));
                assertThat(take()).isEmpty();
            }
            late.commit();
            now.updateAndGet(t -> t.plusSeconds(60));
            assertThat(take()).containsExactly("late");
        }
    }

    @Test
    void positions_that_were_rolled_back_are_given_up_and_nothing_else_is() throws SQLException {
        append("known");
        take();
        try (Connection open = open()) {
            append(open, "open");
            try (Connection undone = open()) {
                append(undone, "undone");
                undone.rollback();
            }
            append("quick");
            assertThat(take()).containsExactly("quick");
            now.updateAndGet(t -> t.plusSeconds(600));
            assertThat(take()).isEmpty();
            open.commit();
            now.updateAndGet(t -> t.plusSeconds(600));
            assertThat(take()).containsExactly("open");
        }
    }

    @Test
    void what_was_not_entered_is_offered_again_also_to_a_successor() throws SQLException {
        append("one");
        append("two");
        try (Connection c = open()) {
            assertThat(waiting(queue, c)).hasSize(2);
            assertThat(waiting(queue, c)).hasSize(2);
            assertThat(waiting(new StaffQueue(clock, seal), c)).hasSize(2);
        }
    }

    @Test
    void a_long_queue_is_caught_up_with_in_pieces_and_a_late_commit_before_it_is_found()
            throws SQLException {
        try (Connection late = open()) {
            append(late, "late");
            try (Connection c = open()) {
                ledger(c)
                        .append(
                                IntStream.range(0, 9_000)
                                        .mapToObj(i -> draft("event " + i))
                                        .toList());
                c.commit();
            }
            assertThat(take()).hasSize(4_000).startsWith("event 0").endsWith("event 3999");
            assertThat(queue.more()).isTrue();
            append("new");
            assertThat(take()).hasSize(4_000).startsWith("event 4000");
            assertThat(take()).hasSize(1_001).startsWith("event 8000").endsWith("new");
            assertThat(queue.more()).isFalse();
            late.commit();
            now.updateAndGet(t -> t.plusSeconds(60));
            assertThat(take()).containsExactly("late");
        }
    }

    @Test
    void a_sequence_that_was_set_back_hides_nothing() throws SQLException {
        try (Connection undone = open()) {
            append(undone, "undone");
            undone.rollback();
        }
        append("known");
        assertThat(take()).containsExactly("known");
        now.updateAndGet(t -> t.plusSeconds(60));
        take();
        superuser("SELECT setval('ledger_staff_position', 1, false)");
        append("stranded");
        now.updateAndGet(t -> t.plusSeconds(60));
        assertThat(take()).containsExactly("stranded");
    }

    @Test
    void a_leap_of_five_million_positions_costs_one_gap_and_what_commits_in_it_is_found()
            throws SQLException {
        append("known");
        take();
        try (Connection late = open();
                Connection later = open()) {
            superuser("SELECT setval('ledger_staff_position', 2000000)");
            append(late, "late");
            append(later, "later");
            superuser("SELECT setval('ledger_staff_position', 5000000)");
            append("behind");
            assertThat(take()).containsExactly("behind");
            assertThat(queue.gaps()).isEqualTo(1);
            later.commit();
            assertThat(take()).containsExactly("later");
            assertThat(queue.gaps()).isEqualTo(2);
            late.commit();
            assertThat(take()).containsExactly("late");
            now.updateAndGet(t -> t.plusSeconds(60));
            take();
            assertThat(queue.gaps()).isZero();
        }
    }

    /// What waits and was not taken before: nothing is entered here, so a sweep sees it again.
    private List<String> take() throws SQLException {
        try (Connection c = open()) {
            List<Pending> waiting = waiting(queue, c);
            c.rollback();
            queue.entered(waiting);
            return waiting.stream().map(Pending::key).filter(seen::add).toList();
        }
    }

    private static List<Pending> waiting(StaffQueue queue, Connection c) throws SQLException {
        Rows rows = new Rows(c);
        return queue.waiting(rows, rows.begin(1, queue.asksForId(), -1).orElseThrow());
    }

    private Connection open() throws SQLException {
        Connection connection = database.app().getConnection();
        connection.setAutoCommit(false);
        return connection;
    }

    private void superuser(String sql) throws SQLException {
        try (Connection c = database.intruder().getConnection();
                Statement s = c.createStatement()) {
            s.execute(sql);
        }
    }

    private void append(String key) throws SQLException {
        try (Connection c = open()) {
            append(c, key);
            c.commit();
        }
    }

    private void append(Connection in, String key) {
        ledger(in).append(draft(key));
    }

    private Ledger ledger(Connection in) {
        return new Ledger(
                new OneConnection(in),
                newsroom.genesis,
                newsroom.logKeys,
                clock,
                random,
                Ledger.Surroundings.NONE);
    }

    private Draft draft(String key) {
        return Draft.byServer(key, new ReleaseEvent.Refused(newsroom.rosa.id, "guard"));
    }
}
