package org.sigillo.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The last checkpoint, which no other row counts yet, while the replica that signed it runs.
class OwnCheckpointTest {
    @RegisterExtension private static final Scene scene = Scene.ofClass();

    private Ledger ledger;
    private long last;

    @BeforeEach
    void a_replica_that_has_signed() throws SQLException {
        scene.clear();
        ledger = scene.open(Ledger.Surroundings.NONE);
        ledger.turn(true);
        ledger.turn(true);
        last = scene.number("SELECT max(size) FROM ledger_checkpoint");
    }

    @Test
    void that_was_deleted_is_missed_before_the_next_is_signed() throws SQLException {
        scene.tamper("DELETE FROM ledger_checkpoint WHERE size = " + last);
        ledger.turn(true);
        scene.isFound(ledger, "checkpoint " + last + ", as this replica signed it", "found none");
        assertThat(scene.number("SELECT max(size) FROM ledger_checkpoint")).isLessThan(last);
    }

    @Test
    void that_was_signed_by_another_since_is_no_matter() throws SQLException {
        Ledger other = scene.closed(scene.app, Ledger.Surroundings.NONE);
        other.begin();
        other.turn(true);
        other.turn(true);
        assertThat(scene.number("SELECT max(size) FROM ledger_checkpoint")).isGreaterThan(last);
        ledger.turn(true);
        ledger.turn(true);
        assertThat(ledger.broken()).isEmpty();
        long signed = scene.number("SELECT max(size) FROM ledger_checkpoint");
        scene.tamper("DELETE FROM ledger_checkpoint WHERE size = " + signed);
        other.turn(true);
        assertThat(other.broken()).isEmpty();
        ledger.turn(true);
        scene.isFound(ledger, "checkpoint " + signed + ", as this replica signed it");
    }
}
