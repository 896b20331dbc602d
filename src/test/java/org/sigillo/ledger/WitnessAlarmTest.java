package org.sigillo.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Two replicas, and a witness that contradicts one of them for a while.
class WitnessAlarmTest {
    @RegisterExtension private static final Scene scene = Scene.ofClass();

    private HttpWitness witness;
    private Ledger first;
    private Ledger second;

    @BeforeEach
    void the_first_is_contradicted() throws IOException, SQLException {
        scene.clear();
        witness = new HttpWitness(scene.newsroom);
        first = scene.open(around());
        first.turn(true);
        first.publish();
        second = scene.open(around());
        witness.claims(OptionalLong.of(99_999));
        first.turn(true);
        first.publish();
        assertThat(first.broken().orElseThrow()).hasMessageContaining("gone back in time");
        witness.claims(OptionalLong.empty());
    }

    @AfterEach
    void close() {
        witness.close();
    }

    @Test
    void it_is_over_for_both_where_the_other_finds_that_the_witness_agrees() throws SQLException {
        second.turn(false);
        assertThat(second.broken()).as("it has heard").isPresent();
        second.publish();
        assertThat(second.broken()).isEmpty();
        first.turn(false);
        assertThat(first.broken()).isEmpty();
        goesOn();
    }

    @Test
    void it_is_over_for_both_where_the_line_was_there_before_the_other_heard() throws SQLException {
        second.publish();
        assertThat(lines()).as("of the last checkpoint").isEqualTo(2);
        second.turn(false);
        first.turn(false);
        assertThat(List.of(first.broken(), second.broken())).allMatch(Optional::isPresent);
        first.publish();
        assertThat(first.broken()).isEmpty();
        second.turn(false);
        assertThat(second.broken()).isEmpty();
        goesOn();
    }

    @Test
    void the_other_asks_that_witness_again_where_the_first_is_gone_and_the_line_is_there()
            throws SQLException {
        second.publish();
        assertThat(lines()).as("of the last checkpoint").isEqualTo(2);
        second.turn(false);
        assertThat(second.broken()).as("it has heard").isPresent();
        second.turn(false);
        second.publish();
        assertThat(second.broken()).isEmpty();
        goesOn(second);
    }

    private void goesOn() throws SQLException {
        goesOn(first);
    }

    private static void goesOn(Ledger ledger) throws SQLException {
        scene.staff(ledger, "goes on");
        ledger.turn(true);
        // The other may have numbered since: then it is compared first.
        ledger.publish();
        ledger.turn(false);
        assertThat(ledger.find("goes on").orElseThrow().published()).isTrue();
    }

    private static long lines() throws SQLException {
        return scene.number(
                "SELECT count(*) FROM ledger_cosignature WHERE size = (SELECT max(size) FROM"
                        + " ledger_checkpoint)");
    }

    private Ledger.Surroundings around() {
        return new Ledger.Surroundings(
                Optional.empty(), Optional.of(witness.policy()), List.of(), true, Runnable::run);
    }
}
