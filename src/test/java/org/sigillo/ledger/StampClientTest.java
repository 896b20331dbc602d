package org.sigillo.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sigillo.ledger.StampClient.Answer;
import org.sigillo.ledger.StampClient.Authority;
import org.sigillo.ledger.StampClient.Failed;
import org.sigillo.ledger.StampClient.Patience;
import org.sigillo.ledger.StampClient.Reason;
import org.sigillo.ledger.StampClient.Stamped;
import org.sigillo.note.TimeStamp;
import org.sigillo.stack.StampServer;
import org.sigillo.stack.StampServer.Trouble;
import org.sigillo.stack.TestAuthority;
import org.sigillo.stack.TestAuthority.Misdeed;

class StampClientTest {
    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final byte[] STAMPED = "a checkpoint".getBytes(StandardCharsets.UTF_8);
    private static final Patience SHORT =
            new Patience(Duration.ofMillis(1500), 3, Duration.ofMillis(10));

    private final TestAuthority authority = TestAuthority.of(InstantSource.fixed(NOW), RANDOM);
    private final StampServer server = StampServer.start(authority, 0);

    StampClientTest() throws IOException {}

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void a_stamp_comes_back_checked_with_the_bytes_to_store() throws Exception {
        assertThat(ask(server.address()))
                .isInstanceOfSatisfying(
                        Stamped.class,
                        stamped -> {
                            assertThat(stamped.authority().name()).isEqualTo("one");
                            assertThat(stamped.stamp().time()).isEqualTo(NOW);
                            assertThat(
                                            TimeStamp.verified(
                                                            stamped.stamp().reply(),
                                                            STAMPED,
                                                            anchors())
                                                    .time())
                                    .isEqualTo(NOW);
                        });
    }

    @Test
    void who_fails_for_a_while_is_asked_again() throws Exception {
        server.trouble(Trouble.BUSY_503, Trouble.CUT_OFF);
        assertThat(ask(server.address())).isInstanceOf(Stamped.class);
        assertThat(server.asked()).isEqualTo(3);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "BUSY_503, busy, 3",
        "CUT_OFF, unreachable, 3",
        "NO_ANSWER, too-slow, 3",
        "DRIPPING, too-slow, 3",
        "FORBIDDEN_403, refused, 1",
        "REDIRECTED, refused, 1",
        "TOO_LARGE, too-large, 1",
        "A_PAGE_INSTEAD, does-not-hold, 1",
        "JUNK, does-not-hold, 1"
    })
    void who_keeps_failing_is_named_with_a_word(Trouble trouble, String word, int asked)
            throws Exception {
        server.trouble(trouble, trouble, trouble, trouble);
        assertThat(ask(server.address()))
                .isInstanceOfSatisfying(
                        Failed.class, failed -> assertThat(failed.reason().word()).isEqualTo(word));
        assertThat(server.asked()).isEqualTo(asked);
    }

    @Test
    void a_stamp_that_does_not_hold_is_not_asked_for_again_and_says_why() throws Exception {
        authority.misbehave(Misdeed.OTHER_NONCE);
        assertThat(ask(server.address()))
                .isInstanceOfSatisfying(
                        Failed.class,
                        failed -> {
                            assertThat(failed.reason()).isEqualTo(Reason.DOES_NOT_HOLD);
                            assertThat(failed.detail()).contains("nonce: expected");
                        });
        assertThat(server.asked()).isEqualTo(1);
    }

    @Test
    void one_that_is_gone_does_not_keep_the_others_waiting() throws Exception {
        server.close();
        TestAuthority second = TestAuthority.of(InstantSource.fixed(NOW), RANDOM);
        try (StampServer other = StampServer.start(second, 0);
                StampClient client =
                        new StampClient(
                                List.of(
                                        new Authority("gone", server.address(), anchors()),
                                        new Authority(
                                                "here",
                                                other.address(),
                                                TimeStamp.Anchors.parse(second.anchorPem()))),
                                SHORT,
                                RANDOM)) {
            List<Answer> answers = client.stamp(STAMPED);
            assertThat(answers)
                    .extracting(it -> it.authority().name())
                    .containsExactly("gone", "here");
            assertThat(answers.getFirst())
                    .isInstanceOfSatisfying(
                            Failed.class,
                            it -> assertThat(it.reason()).isEqualTo(Reason.UNREACHABLE));
            assertThat(answers.getLast()).isInstanceOf(Stamped.class);
        }
    }

    @Test
    void all_are_asked_at_once() throws Exception {
        server.trouble(Trouble.NO_ANSWER, Trouble.NO_ANSWER, Trouble.NO_ANSWER);
        Patience once = new Patience(Duration.ofSeconds(2), 1, Duration.ZERO);
        Authority one = new Authority("one", server.address(), anchors());
        long from = System.nanoTime();
        try (StampClient client = new StampClient(List.of(one, one, one), once, RANDOM)) {
            assertThat(client.stamp(STAMPED))
                    .hasSize(3)
                    .allSatisfy(it -> assertThat(it).isInstanceOf(Failed.class));
        }
        assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void without_authorities_nobody_is_asked() throws Exception {
        try (StampClient client = new StampClient(List.of(), SHORT, RANDOM)) {
            assertThat(client.stamp(STAMPED)).isEmpty();
        }
    }

    @Test
    void a_name_fits_into_a_path() {
        for (String bad : List.of("", "A", "../x", "a.b", "-a", "a".repeat(33))) {
            assertThatThrownBy(() -> new Authority(bad, server.address(), anchors()))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private Answer ask(URI address) throws InterruptedException {
        try (StampClient client =
                new StampClient(List.of(new Authority("one", address, anchors())), SHORT, RANDOM)) {
            return client.stamp(STAMPED).getFirst();
        }
    }

    private TimeStamp.Anchors anchors() {
        return TimeStamp.Anchors.parse(authority.anchorPem());
    }
}
