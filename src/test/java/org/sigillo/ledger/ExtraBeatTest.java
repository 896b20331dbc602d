package org.sigillo.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sigillo.custody.CustodyEvent;
import org.sigillo.custody.Newsroom;

/// Two replicas on one database, with their threads: a beat that either calls is filled by the one that numbers.
class ExtraBeatTest {
    private final Newsroom newsroom = new Newsroom();
    private Scene scene;
    private Ledger leader;
    private Ledger follower;

    @BeforeEach
    void two_replicas() throws Exception {
        scene = Scene.start();
        leader = replica();
        leader.start();
        until(leader::leads);
        follower = replica();
        follower.start();
    }

    @AfterEach
    void stop() throws IOException {
        follower.stop();
        leader.stop();
        scene.close();
    }

    private Ledger replica() {
        return new Ledger(
                scene.app,
                newsroom.genesis,
                newsroom.logKeys,
                InstantSource.system(),
                scene.random,
                Ledger.Surroundings.NONE);
    }

    private static void until(Callable<Boolean> holds) throws Exception {
        for (int i = 0; i < 300 && !holds.call(); i++) {
            Thread.sleep(100);
        }
        assertThat(holds.call()).isTrue();
    }

    private long extra() throws SQLException {
        return scene.number("SELECT count(*) FROM ledger_beat WHERE extra > 0");
    }

    @Test
    void is_filled_by_the_replica_that_numbers_whoever_calls_it() throws Exception {
        leader.callBeat();
        until(() -> extra() == 1);
        follower.callBeat();
        until(() -> extra() == 2);
        assertThat(follower.leads()).isFalse();
    }

    @Test
    void is_not_called_once_more_by_whoever_leads_later() throws Exception {
        follower.callBeat();
        until(() -> extra() == 1);
        leader.stop();
        until(follower::leads);
        follower.append(Draft.byServer("after/" + extra(), new CustodyEvent.VaultOpened("none")));
        until(() -> follower.find("after/1").filter(it -> it.index().isPresent()).isPresent());
        assertThat(extra()).isEqualTo(1);
    }
}
