package org.sigillo.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.custody.Id;

/// Rows that say who numbered since when, which somebody removes so that they are made anew.
class EpochRowsTest {
    @RegisterExtension private static final Scene scene = Scene.ofClass();

    private Ledger ledger;

    @BeforeEach
    void a_ledger_with_a_checkpoint() throws SQLException {
        scene.clear();
        ledger = scene.open(Ledger.Surroundings.NONE);
        scene.staff(ledger, "before");
        ledger.turn(true);
    }

    @Test
    void a_replicas_own_is_missed_by_its_next_turn_and_not_made_anew() throws SQLException {
        scene.tamper("DELETE FROM ledger_epoch");
        ledger.turn(true);
        scene.isFound(ledger, "epoch 1, as this replica began it");
        assertThat(scene.number("SELECT count(*) FROM ledger_epoch")).isZero();
    }

    @Test
    void a_replicas_own_is_missed_before_it_signs() throws SQLException {
        scene.clear();
        Sequencer sequencer = scene.sequencer();
        sequencer.found();
        sequencer.number(new Sequencer.OnBeat(scene.now.get()));
        scene.tamper("DELETE FROM ledger_epoch");
        assertThatThrownBy(() -> sequencer.sign(sequencer.rules()))
                .isInstanceOf(BrokenEvidenceException.class)
                .hasMessageContaining("epoch 1, as this replica began it");
        assertThat(scene.number("SELECT count(*) FROM ledger_checkpoint")).isZero();
    }

    @Test
    void one_that_another_replica_took_the_number_of_is_missed() throws SQLException {
        Sequencer first = scene.sequencer();
        first.number(new Sequencer.NoBeat());
        assertThat(scene.number("SELECT max(epoch) FROM ledger_epoch")).isEqualTo(2);
        scene.tamper("DELETE FROM ledger_epoch WHERE epoch = 2");
        scene.sequencer().number(new Sequencer.NoBeat());
        assertThat(scene.number("SELECT max(epoch) FROM ledger_epoch")).isEqualTo(2);
        assertThatThrownBy(() -> first.number(new Sequencer.NoBeat()))
                .isInstanceOf(BrokenEvidenceException.class)
                .hasMessageContaining("epoch 2, as this replica began it");
    }

    @Test
    void one_that_a_checkpoint_counts_is_missed_by_whoever_takes_over() throws SQLException {
        scene.tamper("DELETE FROM ledger_epoch");
        Ledger other = scene.closed(scene.app, Ledger.Surroundings.NONE);
        scene.staff(other, "next");
        other.turn(true);
        scene.isFound(other, "epoch 1: expected a row");
        assertThat(scene.number("SELECT count(*) FROM ledger_epoch")).isZero();
    }

    @Test
    void one_that_was_made_anew_with_a_seal_began_too_late_for_the_checkpoint_that_counts_it()
            throws SQLException {
        long signed = ledger.checkpoint().orElseThrow().checkpoint().size();
        ledger.turn(true);
        scene.tamper("DELETE FROM ledger_epoch");
        try (Connection c = scene.app.getConnection()) {
            new Rows(c)
                    .notes(RowSeal.of(scene.newsroom.logKeys.getFirst()))
                    .insert(new NoteRows.Epoch(1, Id.random(scene.random), signed + 1));
        }
        assertThat(ledger.check()).isPresent();
        scene.isFound(ledger, "epoch 1: expected begun before checkpoint " + signed);
    }
}
