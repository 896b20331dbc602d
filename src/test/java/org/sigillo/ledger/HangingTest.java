package org.sigillo.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sigillo.custody.Newsroom;
import org.sigillo.custody.Rules;
import org.sigillo.note.TestKeys;
import org.sigillo.note.TimeStamp;
import org.sigillo.note.WitnessPolicy;
import org.sigillo.stack.StampServer;
import org.sigillo.stack.TestAuthority;
import org.sigillo.testimony.StampClient.Authority;

/// A ledger whose second witness and second authority take every question and answer none. Each is waited for half a minute; nobody
/// else is to wait for that.
class HangingTest {
    private static final Duration HANGING = Duration.ofSeconds(30);

    private final Newsroom newsroom = new Newsroom(new Rules(1, 1, 8, 0, 2));
    private final Scene scene = Scene.start();
    private final HttpWitness witness = new HttpWitness(newsroom);
    private final TestAuthority stamping =
            TestAuthority.of(InstantSource.system(), new SecureRandom());
    private final StampServer stamps = StampServer.start(stamping, 0);
    private final HangingServer hanging = new HangingServer();
    private final SecureRandom random = new SecureRandom();

    HangingTest() throws IOException, SQLException {}

    @BeforeEach
    void nothing_entered() throws SQLException {
        scene.clear();
    }

    @AfterEach
    void close() throws IOException {
        hanging.close();
        witness.close();
        stamps.close();
        scene.close();
    }

    @Test
    void checkpoint_after_checkpoint_has_the_lines_and_stamps_of_those_who_answer()
            throws Exception {
        Ledger ledger = replica();
        ledger.start();
        try {
            assertThat(within(HANGING.dividedBy(2), () -> whole() >= 4))
                    .as("%d with lines and a stamp", whole())
                    .isTrue();
        } finally {
            hanging.close();
            ledger.stop();
        }
    }

    @Test
    void a_replica_that_is_waiting_for_them_signs_soon_when_it_takes_over() throws Exception {
        Ledger first = replica();
        first.start();
        Ledger second = replica();
        try {
            assertThat(within(HANGING, () -> first.leads() && first.certain() && whole() >= 1))
                    .isTrue();
            second.start();
            // From now on it waits for those who do not answer.
            assertThat(within(HANGING, second::certain)).isTrue();
            Thread leaving = Thread.ofVirtual().start(first::stop);
            assertThat(within(HANGING, second::leads)).isTrue();
            long signed = signed();
            assertThat(within(HANGING.dividedBy(2), () -> signed() > signed + 1)).isTrue();
            hanging.close();
            leaving.join();
        } finally {
            hanging.close();
            second.stop();
        }
    }

    @Test
    void who_has_cosigned_and_stamped_is_not_asked_again_while_another_is_missing()
            throws Exception {
        Ledger ledger = replica();
        ledger.begin();
        for (int i = 0; i < 2; i++) {
            ledger.turn(true);
            Thread publishing = Thread.ofVirtual().start(ledger::publish);
            assertThat(within(HANGING, ledger::certain)).isTrue();
            hanging.answer();
            publishing.join();
        }
        assertThat(whole()).isEqualTo(1);
        int cosigned = witness.asked();
        int stamped = stamps.asked();
        for (int i = 0; i < 3; i++) {
            ledger.publish();
        }
        assertThat(witness.asked()).isEqualTo(cosigned);
        assertThat(stamps.asked()).isEqualTo(stamped);
        assertThat(ledger.witnesses().words())
                .containsEntry("one", "cosigned")
                .containsEntry("good", "stamped");
        assertThat(ledger.witnesses().uncosigned()).containsOnlyKeys("hangs");
        assertThat(ledger.witnesses().unstamped()).containsOnlyKeys("bad");
        assertThat(ledger.witnesses().unwitnessed()).isEmpty();
    }

    private Ledger replica() {
        String key = TestKeys.witness("hangs.example", 90).getFirst().verifier().vkey();
        String policy = "witness hangs " + key + " " + hanging.address() + "\n";
        TimeStamp.Anchors anchors = TimeStamp.Anchors.parse(stamping.anchorPem());
        return new Ledger(
                scene.app,
                newsroom.genesis,
                newsroom.logKeys,
                InstantSource.system(),
                random,
                new Ledger.Surroundings(
                        Optional.empty(),
                        Optional.of(WitnessPolicy.parse(policy + witness.policyText())),
                        List.of(
                                new Authority("bad", hanging.address(), anchors),
                                new Authority("good", stamps.address(), anchors)),
                        true,
                        Runnable::run));
    }

    /// How many checkpoints have the lines of both keys of the witness that answers, and a stamp.
    private long whole() throws SQLException {
        return scene.number(
                "SELECT count(*) FROM ledger_checkpoint c WHERE (SELECT count(*) FROM"
                        + " ledger_cosignature s WHERE s.size = c.size) = 2 AND EXISTS (SELECT FROM"
                        + " ledger_stamp s WHERE s.size = c.size)");
    }

    private long signed() throws SQLException {
        return scene.number("SELECT coalesce(max(size), 0) FROM ledger_checkpoint");
    }

    @FunctionalInterface
    private interface Condition {
        boolean holds() throws SQLException;
    }

    private static boolean within(Duration most, Condition condition)
            throws SQLException, InterruptedException {
        long end = System.nanoTime() + most.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > end) {
                return false;
            }
            Thread.sleep(20);
        }
        return true;
    }
}
