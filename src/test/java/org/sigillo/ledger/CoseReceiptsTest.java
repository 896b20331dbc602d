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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.custody.CoseReceipt;
import org.sigillo.custody.Newsroom;
import org.sigillo.note.Checkpoint;
import org.sigillo.note.NoteVerifier;
import org.sigillo.stack.Database;

/// Receipts that the log signs when somebody asks: about what is published, and about nothing else.
class CoseReceiptsTest {
    private final Newsroom newsroom = new Newsroom();
    private final List<NoteVerifier> keys =
            newsroom.genesis.opened().keys().stream().map(NoteVerifier::parse).toList();
    private Database database;
    private Ledger ledger;

    @BeforeEach
    void a_ledger_with_two_checkpoints() throws IOException, SQLException {
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
        ledger.turn(true);
    }

    @AfterEach
    void stop() throws IOException {
        database.close();
    }

    @Test
    void every_published_entry_has_one_and_no_other() {
        long size = last().size();
        for (long index = 0; index < size; index++) {
            byte[] receipt = ledger.published().coseReceipt(index).orElseThrow();
            byte[] entry = ledger.published().entry(index).orElseThrow();
            assertThat(
                            CoseReceipt.parse(receipt)
                                    .verifyInclusion(entry, Newsroom.ORIGIN, keys)
                                    .size())
                    .isEqualTo(size);
        }
        assertThat(ledger.published().coseReceipt(size)).isEmpty();
        assertThat(ledger.published().coseReceipt(-1)).isEmpty();
    }

    @Test
    void a_checkpoint_continues_every_earlier_one_and_no_size_between() {
        List<Checkpoint> all =
                ledger.published().checkpoints(0, Integer.MAX_VALUE).stream()
                        .map(SignedCheckpoint::checkpoint)
                        .toList();
        assertThat(all).hasSizeGreaterThanOrEqualTo(2);
        Checkpoint earlier = all.get(all.size() - 2);
        assertThat(
                        CoseReceipt.parse(
                                        ledger.published()
                                                .coseReceipt(earlier.size(), last().size())
                                                .orElseThrow())
                                .verifyConsistency(earlier, keys))
                .isEqualTo(last());
        assertThat(ledger.published().coseReceipt(last().size(), earlier.size())).isEmpty();
        assertThat(ledger.published().coseReceipt(last().size(), last().size())).isEmpty();
        assertThat(ledger.published().coseReceipt(earlier.size() + 1, last().size())).isEmpty();
        assertThat(ledger.published().coseReceipt(earlier.size(), last().size() + 1)).isEmpty();
    }

    @Test
    void nothing_is_signed_over_a_checkpoint_that_somebody_altered() throws SQLException {
        long size = last().size();
        try (Connection connection = database.intruder().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("SET session_replication_role = replica");
            statement.execute("ALTER TABLE ledger_checkpoint DISABLE TRIGGER USER");
            statement.execute(
                    "UPDATE ledger_checkpoint SET note = regexp_replace(note,"
                            + " '^([^\\n]*\\n[^\\n]*\\n)[^\\n]*', '\\1' || encode(sha256('x'), 'base64'))");
        }
        assertThatThrownBy(() -> ledger.published().coseReceipt(0))
                .isInstanceOf(BrokenEvidenceException.class)
                .hasMessageContaining("checkpoint " + size);
    }

    private Checkpoint last() {
        return ledger.checkpoint().orElseThrow().checkpoint();
    }
}
