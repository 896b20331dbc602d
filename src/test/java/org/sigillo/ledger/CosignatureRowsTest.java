package org.sigillo.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.SecretBytes;
import org.sigillo.custody.Newsroom;
import org.sigillo.note.NoteSigner;
import org.sigillo.note.SignedNote;
import org.sigillo.stack.Database;

/// Witnesses' lines in the table.
class CosignatureRowsTest {
    private final Newsroom newsroom = new Newsroom();
    private final List<NoteSigner> witness =
            List.of(
                    NoteSigner.cosigner("w.example", SecretBytes.takeOwnership(new byte[32])),
                    NoteSigner.mlDsa44("w.example", SecretBytes.takeOwnership(new byte[32])));
    private Database database;
    private Ledger ledger;

    @BeforeEach
    void a_published_ledger() throws IOException, SQLException {
        database = Database.start();
        InstantSource clock = InstantSource.fixed(Instant.parse(Newsroom.AT));
        SecureRandom random = new SecureRandom();
        ledger =
                new Ledger(
                        database.app(),
                        newsroom.genesis,
                        newsroom.logKeys,
                        clock,
                        random,
                        Ledger.Surroundings.NONE);
        new Sequencer(database.app(), newsroom.genesis, newsroom.logKeys, clock, random).found();
        ledger.turn(true);
    }

    @AfterEach
    void stop() throws IOException {
        database.close();
    }

    @Test
    void a_note_whose_signature_somebody_altered_is_not_handed_out() throws SQLException {
        assertThat(ledger.checkpoint()).isPresent();
        try (Connection c = database.intruder().getConnection();
                Statement s = c.createStatement()) {
            s.execute("SET session_replication_role = replica");
            s.execute("ALTER TABLE ledger_checkpoint DISABLE TRIGGER USER");
            // The end of an ML-DSA signature may be zeros, so "AAAA" there alters nothing: the
            // hints that it holds differ in number
            // (FIPS 204, algorithm 20).
            s.execute(
                    "UPDATE ledger_checkpoint SET note = overlay(note PLACING CASE"
                            + " substr(note, length(note) - 40, 4) WHEN 'AAAA' THEN 'BBBB' ELSE"
                            + " 'AAAA' END FROM length(note) - 40 FOR 4)");
        }
        assertThatThrownBy(() -> ledger.checkpoint())
                .isInstanceOf(BrokenEvidenceException.class)
                .hasMessageContaining("checkpoint 9, seal");
    }

    @Test
    void lines_of_both_types_are_kept_once_and_stand_below_the_note() throws SQLException {
        SignedCheckpoint last = ledger.checkpoint().orElseThrow();
        String text = last.checkpoint().text();
        List<String> lines = witness.stream().map(key -> key.cosign(text, 1).line()).toList();
        try (Connection connection = database.app().getConnection()) {
            for (String line : Stream.concat(lines.stream(), lines.stream()).toList()) {
                new Rows(connection)
                        .notes(RowSeal.of(newsroom.logKeys.getFirst()))
                        .cosigned(last.checkpoint().size(), line);
            }
        }
        SignedNote note = SignedNote.parse(ledger.checkpoint().orElseThrow().note());
        assertThat(note.cosignatures(witness.stream().map(NoteSigner::verifier).toList()))
                .extracting(it -> it.line())
                .containsExactlyInAnyOrderElementsOf(lines);
    }
}
