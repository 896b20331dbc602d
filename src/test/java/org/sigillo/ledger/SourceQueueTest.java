package org.sigillo.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sigillo.custody.Id;

class SourceQueueTest {
    private static final long AHEAD = 4_000_000_000L;

    @Test
    void what_came_while_the_databases_clock_was_right_is_found_after_it_was_ahead()
            throws IOException, SQLException {
        try (Scene scene = Scene.start();
                Connection connection = scene.app.getConnection()) {
            Ledger ledger = scene.open(Ledger.Surroundings.NONE);
            SourceQueue queue = new SourceQueue(RowSeal.of(scene.newsroom.logKeys.getFirst()));
            Rows rows = new Rows(connection);
            // Beats that are over are closed, up to one that is still to come.
            for (int turn = 0; turn < 3; turn++) {
                assertThat(queue.waiting(rows, 10, moment(AHEAD, 7))).isEmpty();
            }
            scene.source(ledger, Id.random(scene.random));
            assertThat(queue.waiting(rows, 10, moment(AHEAD, 7)))
                    .as("it is behind what was closed")
                    .isEmpty();
            long now = scene.number("SELECT floor(extract(epoch FROM now()))::bigint");
            assertThat(queue.waiting(rows, 10, moment(now, 0))).isNotEmpty();
        }
    }

    private static Rows.Moment moment(long seconds, long own) {
        return new Rows.Moment(9, own, seconds, 0, Optional.empty(), 0, Optional.empty());
    }
}
