package org.sigillo.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sigillo.custody.Id;

/// `sigillo verify --database`: an operator who has the database and the genesis, and nothing of the application.
class LiveDatabaseTest {
    @RegisterExtension private static final Scene scene = Scene.ofClass();

    @TempDir private Path folder;
    private Ledger ledger;

    @BeforeEach
    void enter() throws SQLException {
        scene.clear();
        ledger = scene.open(Ledger.Surroundings.NONE);
        ledger.turn(true);
        otherwiseSigned(scene.number("SELECT max(size) FROM ledger_checkpoint"));
        for (int i = 0; i < 300; i++) {
            scene.staff(ledger, "act " + i);
        }
        scene.source(ledger, Id.random(scene.random));
        ledger.turn(true);
        assertThat(scene.number("SELECT count(*) FROM ledger_checkpoint")).isGreaterThan(1);
    }

    /// A line and a stamp that came before the next checkpoint.
    private static void otherwiseSigned(long size) throws SQLException {
        try (Connection connection = scene.app.getConnection()) {
            NoteRows notes =
                    new Rows(connection).notes(RowSeal.of(scene.newsroom.logKeys.getFirst()));
            notes.cosigned(size, "— witness.example AAAAAAAAAAAA");
            notes.stamped(new NoteRows.Stamp(size, "one", new byte[] {1}));
        }
    }

    @Test
    void is_verified_while_the_ledger_is_written() throws Exception {
        long size = scene.number("SELECT max(size) FROM ledger_checkpoint");
        // Numbered, and under no checkpoint yet.
        scene.staff(ledger, "later");
        ledger.turn(false);
        Said said = verify(scene.newsroom.genesis.hash().hex());
        assertThat(said.code()).as(said.text()).isZero();
        assertThat(said.text())
                .contains("The ledger holds: " + size + " entries")
                .contains("Chain, entries, statements and trust hold.");
        Path genesis = Files.write(folder.resolve("genesis.json"), scene.newsroom.genesis.bytes());
        assertThat(verify(genesis.toString(), "--json").text())
                .contains("\"entriesSeen\":true")
                .contains("\"size\":" + size);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "UPDATE ledger_entry SET bytes = set_byte(bytes, 12, get_byte(bytes, 12) # 1) WHERE n ="
                        + " 7 | entry 7",
                "UPDATE ledger_entry SET leaf = set_byte(leaf, 12, get_byte(leaf, 12) # 1) WHERE n = 8"
                        + " | tile/0/000",
                "UPDATE ledger_node SET hash = set_byte(hash, 12, get_byte(hash, 12) # 1) | root at size 317",
                "DELETE FROM ledger_node | tile/1/000",
                "DELETE FROM ledger_entry WHERE n = 100 | tile/",
                "DELETE FROM ledger_entry WHERE n > 290 | tile/",
                "UPDATE ledger_checkpoint SET note = regexp_replace(note, E'\\n[0-9]+\\n', E'\\n3\\n')"
                        + " WHERE size < 317 | checkpoint ",
                "DELETE FROM ledger_entry WHERE n = 0 | entry 0",
                "UPDATE ledger_entry SET bytes = convert_to(repeat('x', 70000), 'UTF8') WHERE n = 7 | an"
                        + " entry of 0 to 255",
                "UPDATE ledger_checkpoint SET root = sha256('x') WHERE size = 317 | checkpoint 317, size"
                        + " and root",
                "DELETE FROM ledger_checkpoint WHERE size < 317 | checkpoint 317, size of the checkpoint"
                        + " before",
                "DELETE FROM ledger_cosignature | checkpoint 9, cosignatures",
                "DELETE FROM ledger_stamp | checkpoint 9, time stamps",
                "DELETE FROM ledger_beat WHERE size = 317 | checkpoint 317, beats since the one before",
                "DELETE FROM ledger_epoch | checkpoint 9, epochs until then",
                "UPDATE ledger_epoch SET size = 300 | epoch 1",
                "DELETE FROM ledger_pending WHERE key = 'act 0' | entry 17, queued event",
                "DELETE FROM ledger_pending WHERE by_source | entry ",
                "UPDATE ledger_pending SET nonce = sha256('x') WHERE key = 'act 0' | entry 17, queued"
                        + " event",
                "UPDATE ledger_pending SET type = 'release.ready' WHERE key = 'act 0' | entry 17, queued"
                        + " type",
                "UPDATE ledger_pending SET case_id = substring(sha256('x') FROM 1 FOR 16) WHERE key ="
                        + " 'act 0' | entry 17, queued case",
                "UPDATE ledger_pending SET by_source = true WHERE key = 'act 0' | entry 17, whether a"
                        + " source caused it",
                "UPDATE ledger_beat SET size = 16 WHERE size = 317 | beat ",
                "UPDATE ledger_beat SET size = 8 WHERE size = 9 | beat ",
                "UPDATE ledger_entry SET pending = NULL WHERE n = 17 | entry 17, queued event",
                "UPDATE ledger_entry SET pending = 1 WHERE n = 3 | entry 3, queued event",
            })
    void what_was_changed_is_named(String act, String where) throws Exception {
        scene.tamper(act);
        Said said = verify(scene.newsroom.genesis.hash().hex());
        assertThat(said.code()).as(said.text()).isEqualTo(1);
        assertThat(said.text()).contains("BROKEN at " + where);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "DELETE FROM ledger_entry WHERE n = 318 | entry 318",
                "DELETE FROM ledger_entry WHERE n = 317 | entry 317",
                "UPDATE ledger_entry SET n = 400 WHERE n = 319 | entry 400, number",
                "UPDATE ledger_entry SET leaf = sha256('x') WHERE n = 318 | entry 318, leaf",
                "UPDATE ledger_entry SET bytes = (SELECT bytes FROM ledger_entry WHERE n = 17) WHERE n ="
                        + " 318 | entry 318, number",
                "DELETE FROM ledger_pending WHERE key = 'later 1' | entry 318, queued event",
                "UPDATE ledger_beat SET size = 320 WHERE size = 317 | checkpoint 317, beats since the"
                        + " one before"
            })
    void behind_the_last_checkpoint_nothing_may_be_missing_either(String act, String where)
            throws Exception {
        for (int i = 0; i < 3; i++) {
            scene.staff(ledger, "later " + i);
        }
        ledger.turn(false);
        assertThat(scene.number("SELECT max(n) FROM ledger_entry")).isEqualTo(319);
        assertThat(verify(scene.newsroom.genesis.hash().hex()).code()).isZero();
        what_was_changed_is_named(act, where);
    }

    @Test
    void another_genesis_and_no_database_are_refused() throws Exception {
        assertThat(verify("0".repeat(64)))
                .satisfies(said -> assertThat(said.code()).isEqualTo(1))
                .satisfies(said -> assertThat(said.text()).contains("genesis hash"));
        assertThat(Said.by("verify", "--database", "jdbc:h2:mem:", "--genesis", "0".repeat(64)))
                .satisfies(said -> assertThat(said.code()).isEqualTo(2))
                .satisfies(said -> assertThat(said.text()).contains("jdbc:postgresql://"));
        assertThat(
                        Said.by(
                                "verify",
                                "--database",
                                "jdbc:postgresql://127.0.0.1:1/none?user=nobody",
                                "--genesis",
                                "0".repeat(64)))
                .satisfies(said -> assertThat(said.code()).isEqualTo(3))
                .satisfies(said -> assertThat(said.text()).contains("the database cannot be read"));
    }

    private Said verify(String genesis, String... more) throws IOException {
        Path password = Files.writeString(folder.resolve("password"), "a\n");
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "verify",
                                "--database",
                                scene.database.url() + "?user=sigillo_app",
                                "--password-file",
                                password.toString(),
                                "--genesis",
                                genesis));
        command.addAll(List.of(more));
        return Said.by(command.toArray(String[]::new));
    }
}
