package org.sigillo.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.jboss.logmanager.ExtLogRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.sigillo.note.TestKeys;
import org.sigillo.note.TimeStamp;
import org.sigillo.note.WitnessPolicy;
import org.sigillo.stack.StampServer;
import org.sigillo.stack.TestAuthority;
import org.sigillo.testimony.StampClient;

/// What operators are told when witnesses or authorities are silent, and when evidence is broken.
class MissingAnswersTest {
    @RegisterExtension private static final Scene scene = Scene.ofClass();
    private static HttpWitness witness;
    private static TestAuthority stamping;
    private static StampServer stamps;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @BeforeAll
    static void start() throws Exception {
        witness = new HttpWitness(scene.newsroom);
        stamping = TestAuthority.of(scene.now::get, scene.random);
        stamps = StampServer.start(stamping, 0);
    }

    @AfterAll
    static void stop() throws IOException {
        witness.close();
        stamps.close();
    }

    @BeforeEach
    void clear() throws SQLException {
        scene.clear();
        witness.forget();
        witness.refuse(false);
    }

    @Test
    void a_quorum_that_is_missing_for_long_is_a_matter_of_health_until_it_is_back()
            throws Exception {
        Ledger ledger = measured(around(stamps.address()));
        Wiring.Witnessed health = new Wiring.Witnessed(ledger, scene.now::get);
        signed(ledger);
        assertThat(up(health)).isTrue();
        assertThat(metric("unwitnessed")).isZero();

        witness.refuse(true);
        ledger.turn(true);
        ledger.publish();
        assertThat(up(health)).as("for a moment that is nothing").isTrue();
        after(
                Duration.ofMinutes(31),
                () -> {
                    // It is asked again, and still missing since then.
                    ledger.publish();
                    assertThat(up(health)).isFalse();
                    assertThat(health.call().getData().orElseThrow())
                            .containsKey("unwitnessedSince");
                    assertThat(metric("unwitnessed")).isEqualTo(31 * 60);

                    witness.refuse(false);
                    ledger.publish();
                    assertThat(up(health)).isTrue();
                    assertThat(metric("unwitnessed")).isZero();
                });
        assertThat(up(new Wiring.Stamped(ledger, scene.now::get))).isTrue();
    }

    @Test
    void a_single_witness_that_is_missing_for_long_is_told_of_while_the_quorum_is_there()
            throws Exception {
        try (HttpWitness other =
                new HttpWitness(scene.newsroom, TestKeys.witness("other.example", 90))) {
            other.refuse(true);
            String policy =
                    other.policyText()
                                    .replaceAll("(?m)^(group|quorum).*\n", "")
                                    .replace("witness ", "witness other-")
                            + witness.policyText();
            Ledger ledger = measured(around(WitnessPolicy.parse(policy), stamps.address()));
            signed(ledger);
            after(
                    Duration.ofMinutes(31),
                    () -> {
                        ledger.publish();
                        assertThat(metric("uncosigned")).isEqualTo(31 * 60);
                        assertThat(metric("unwitnessed")).isZero();
                        assertThat(up(new Wiring.Witnessed(ledger, scene.now::get))).isTrue();
                        other.refuse(false);
                        ledger.publish();
                        assertThat(metric("uncosigned")).isZero();
                    });
        }
    }

    @Test
    void a_stamp_that_is_missing_for_long_is_too_and_names_who_does_not_stamp() throws Exception {
        Ledger ledger = measured(around(URI.create("http://127.0.0.1:9/")));
        Wiring.Stamped health = new Wiring.Stamped(ledger, scene.now::get);
        signed(ledger);
        assertThat(up(health)).isTrue();
        after(
                Duration.ofMinutes(31),
                () -> {
                    assertThat(up(health)).isFalse();
                    assertThat(health.call().getData().orElseThrow()).containsKey("one");
                    assertThat(metric("unstamped")).isEqualTo(31 * 60);
                    assertThat(up(new Wiring.Witnessed(ledger, scene.now::get))).isTrue();
                });
    }

    @Test
    void where_nobody_is_asked_nobody_is_missing() throws Exception {
        Ledger ledger = measured(Ledger.Surroundings.NONE);
        signed(ledger);
        after(
                Duration.ofDays(9),
                () -> {
                    ledger.publish();
                    assertThat(up(new Wiring.Witnessed(ledger, scene.now::get))).isTrue();
                    assertThat(up(new Wiring.Stamped(ledger, scene.now::get))).isTrue();
                    assertThat(metric("unwitnessed")).isZero();
                    assertThat(metric("unstamped")).isZero();
                });
    }

    @Test
    void what_a_start_finds_broken_is_one_line_of_the_log() throws Exception {
        Ledger ledger = measured(Ledger.Surroundings.NONE);
        ledger.turn(true);
        assertThat(metric("broken")).isZero();
        scene.tamper("UPDATE ledger_entry SET leaf = sha256('x') WHERE n = 3");
        List<String> lines = new ArrayList<>();
        Handler handler =
                new Handler() {
                    @Override
                    public void publish(LogRecord line) {
                        if (line.getLevel().intValue() >= Level.SEVERE.intValue()) {
                            lines.add(
                                    line instanceof ExtLogRecord formatted
                                            ? formatted.getFormattedMessage()
                                            : line.getMessage());
                        }
                    }

                    @Override
                    public void flush() {}

                    @Override
                    public void close() {}
                };
        Logger log = Logger.getLogger(Alarm.class.getName());
        log.addHandler(handler);
        try {
            Ledger next = measured(Ledger.Surroundings.NONE);
            scene.isFound(next, "entry 3");
            assertThat(lines)
                    .singleElement()
                    .satisfies(line -> assertThat(line).contains("entry 3, leaf", "expected"));
            assertThat(metric("broken")).isEqualTo(1);
        } finally {
            log.removeHandler(handler);
        }
    }

    private Ledger measured(Ledger.Surroundings around) {
        Ledger ledger = scene.open(around);
        meters.clear();
        Wiring.measured(ledger, scene.now::get, meters);
        return ledger;
    }

    /// The first turn takes over, and nothing is signed before witnesses were asked.
    private static void signed(Ledger ledger) {
        ledger.turn(true);
        ledger.publish();
        ledger.turn(true);
        ledger.publish();
        assertThat(ledger.checkpoint()).isPresent();
    }

    private double metric(String name) {
        return meters.get("sigillo.ledger." + name).gauge().value();
    }

    private static boolean up(HealthCheck health) {
        return health.call().getStatus() == HealthCheckResponse.Status.UP;
    }

    private interface Act {
        void run() throws Exception;
    }

    private static void after(Duration time, Act act) throws Exception {
        Instant begun = scene.now.get();
        scene.now.set(begun.plus(time));
        try {
            act.run();
        } finally {
            scene.now.set(begun);
        }
    }

    private Ledger.Surroundings around(URI authority) throws IOException {
        return around(witness.policy(), authority);
    }

    private static Ledger.Surroundings around(WitnessPolicy policy, URI authority)
            throws IOException {
        return new Ledger.Surroundings(
                Optional.empty(),
                Optional.of(policy),
                List.of(
                        new StampClient.Authority(
                                "one", authority, TimeStamp.Anchors.parse(stamping.anchorPem()))),
                true,
                Runnable::run);
    }
}
