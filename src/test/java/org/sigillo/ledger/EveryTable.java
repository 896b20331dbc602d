package org.sigillo.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.custody.Id;

/// A ledger with rows in every table that it has, and what the database's catalogue says of those.
final class EveryTable {
    private EveryTable() {}

    /// Enters 317 entries, of which the first act is the 17th, below two checkpoints, of 9 and of 317; and leaves one act waiting.
    /// The first checkpoint has a line and a stamp; two alarms are over, one of them a witness's.
    static Ledger filled(Scene scene) throws SQLException {
        scene.clear();
        RowSeal seal = RowSeal.of(scene.newsroom.logKeys.getFirst());
        BrokenEvidenceException finding = new BrokenEvidenceException("here", "this", "that");
        scene.open(Ledger.Surroundings.NONE).report(finding);
        Ledger ledger = scene.open(Ledger.Surroundings.NONE);
        Alarm alarm = new Alarm(scene.app, seal, Runnable::run);
        alarm.raise(finding, List.of("one"));
        alarm.agreed(List.of("one"));
        ledger.turn(true);
        try (Connection connection = scene.app.getConnection()) {
            NoteRows notes = new Rows(connection).notes(seal);
            notes.cosigned(9, "— witness.example AAAAAAAAAAAA");
            notes.stamped(new NoteRows.Stamp(9, "one", new byte[] {1}));
        }
        for (int i = 0; i < 300; i++) {
            scene.staff(ledger, "act " + i);
        }
        scene.source(ledger, Id.random(scene.random));
        ledger.turn(true);
        scene.staff(ledger, "waits");
        assertThat(scene.number("SELECT max(size) FROM ledger_checkpoint")).isEqualTo(317);
        for (String table : tables(scene)) {
            assertThat(scene.number("SELECT count(*) FROM " + table)).as(table).isPositive();
        }
        return ledger;
    }

    /// The names of the ledger's tables, whichever migration made them. `beat_call` is none: what it says is forgotten with each beat, and
    /// nothing is proven by it.
    static List<String> tables(Scene scene) throws SQLException {
        return names(
                scene,
                "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
                        + " AND table_name LIKE 'ledger\\_%' ORDER BY 1");
    }

    /// Their columns, as `table.column`.
    static List<String> columns(Scene scene) throws SQLException {
        return names(
                scene,
                "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE"
                        + " table_schema = 'public' AND table_name LIKE 'ledger\\_%' ORDER BY 1");
    }

    private static List<String> names(Scene scene, String sql) throws SQLException {
        List<String> names = new ArrayList<>();
        try (Connection c = scene.database.intruder().getConnection();
                Statement s = c.createStatement();
                var r = s.executeQuery(sql)) {
            while (r.next()) {
                names.add(r.getString(1));
            }
        }
        return names;
    }
}
