package org.sigillo.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.sigillo.bytes.BrokenEvidenceException;

/// What follows for the ledger from a single row that whoever has taken over the database put there or changed.
class TamperedRowsTest {
    @RegisterExtension private static final Scene scene = Scene.ofClass();
    private Ledger ledger;

    @BeforeEach
    void a_founded_ledger() throws SQLException {
        scene.clear();
        ledger = scene.open(Ledger.Surroundings.NONE);
    }

    @Nested
    class A_row_that_the_program_has_not_queued {
        @Test
        void never_gets_a_number() throws SQLException {
            scene.staff(ledger, "before");
            ledger.turn(true);
            long size = scene.number("SELECT count(*) FROM ledger_entry");
            for (String bySource : List.of("false", "true")) {
                Ledger fresh = scene.open(Ledger.Surroundings.NONE);
                scene.tamper(
                        "INSERT INTO ledger_pending (id, key, facts, nonce, by_source, case_id,"
                                + " position, beat, type, event, seal) VALUES (5, 'planted',"
                                + " sha256('f'), sha256('n'), "
                                + bySource
                                + ", '\\x00112233445566778899aabbccddeeff', 900, 0,"
                                + " 'release.refused', '{\"not\":\"an event\"}', sha256('z'))");
                fresh.turn(true);
                assertThat(fresh.broken().orElseThrow())
                        .hasMessageContaining("waiting event planted, seal");
                assertThat(scene.number("SELECT count(*) FROM ledger_entry")).isEqualTo(size);
                scene.tamper("DELETE FROM ledger_pending WHERE key = 'planted'");
            }
        }
    }

    @Nested
    class A_changed_row {
        @Test
        void stops_all_writing_once_found() throws SQLException {
            ledger.turn(true);
            try (Connection c = scene.database.intruder().getConnection();
                    Statement s = c.createStatement()) {
                s.execute("ALTER TABLE ledger_checkpoint DISABLE TRIGGER USER");
                s.execute("UPDATE ledger_checkpoint SET root = sha256(root)");
            }
            assertThat(ledger.check()).isPresent();
            assertThatThrownBy(() -> scene.staff(ledger, "late"))
                    .isInstanceOf(BrokenEvidenceException.class);
        }
    }
}
