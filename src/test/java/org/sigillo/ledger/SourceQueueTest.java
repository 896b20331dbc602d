package org.sigillo.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sigillo.custody.Id;

class SourceQueueTest {
    private static final long AHEAD = 4_000_000_000L;

    private Scene scene;
    private Connection connection;
    private Ledger ledger;
    private SourceQueue queue;
    private Rows rows;

    @BeforeEach
    void of_a_ledger_that_has_begun() throws IOException, SQLException {
        scene = Scene.start();
        connection = scene.app.getConnection();
        ledger = scene.open(Ledger.Surroundings.NONE);
        queue = new SourceQueue(RowSeal.of(scene.newsroom.logKeys.getFirst()));
        rows = new Rows(connection);
    }

    @AfterEach
    void stop() throws IOException, SQLException {
        connection.close();
        scene.close();
    }

    @Test
    void what_came_while_the_databases_clock_was_right_is_found_after_it_was_ahead()
            throws SQLException {
        // Beats that are over are closed, up to one that is still to come.
        for (int turn = 0; turn < 3; turn++) {
            assertThat(queue.drawn(rows, 8, 10, moment(AHEAD, 7), scene.random)).isEmpty();
        }
        scene.source(ledger, Id.random(scene.random));
        assertThat(queue.drawn(rows, 8, 10, moment(AHEAD, 7), scene.random))
                .as("it is behind what was closed")
                .isEmpty();
        long now = scene.number("SELECT floor(extract(epoch FROM now()))::bigint");
        assertThat(queue.drawn(rows, 8, 10, moment(now, 0), scene.random)).isNotEmpty();
    }

    @Test
    void however_much_waits_no_more_is_read_than_a_beat_takes_and_no_less() throws SQLException {
        Id flooded = Id.random(scene.random);
        Id other = Id.random(scene.random);
        for (int i = 0; i < 200; i++) {
            scene.source(ledger, flooded);
            scene.source(ledger, i == 0 ? other : Id.random(scene.random));
        }
        long now = scene.number("SELECT floor(extract(epoch FROM now()))::bigint");
        for (int k : new int[] {1, 8, 250}) {
            List<QueueRows.Pending> drawn = queue.drawn(rows, k, 10, moment(now, 0), scene.random);
            assertThat(drawn).as("of %d", k).hasSize(k).doesNotHaveDuplicates();
            List<Long> ofFlooded = idsOf(flooded, drawn);
            assertThat(ofFlooded)
                    .as("the first of its case, in its order")
                    .isEqualTo(idsOf(flooded, queue.all(rows)).subList(0, ofFlooded.size()));
        }
        assertThat(queue.drawn(rows, 1_000, 10, moment(now, 0), scene.random)).hasSize(400);
    }

    @Test
    void what_somebody_put_back_among_what_is_over_is_found_on_the_next_day() throws SQLException {
        long now = scene.number("SELECT floor(extract(epoch FROM now()))::bigint");
        for (int turn = 0; turn < 3; turn++) {
            assertThat(queue.drawn(rows, 8, 10, moment(now, 7), scene.random)).isEmpty();
        }
        scene.source(ledger, Id.random(scene.random));
        scene.tamper("UPDATE ledger_pending SET beat = 0 WHERE by_source");
        assertThat(queue.drawn(rows, 8, 10, moment(now, 7), scene.random)).isEmpty();
        assertThat(queue.drawn(rows, 8, 10, moment(now + 86_400, 7), scene.random)).isNotEmpty();
    }

    private static List<Long> idsOf(Id caseId, List<QueueRows.Pending> some) {
        return some.stream()
                .filter(it -> it.caseId().equals(Optional.of(caseId)))
                .map(QueueRows.Pending::id)
                .toList();
    }

    private static Rows.Moment moment(long seconds, long own) {
        return new Rows.Moment(9, own, seconds, 0, Optional.empty(), 0, Optional.empty());
    }
}
