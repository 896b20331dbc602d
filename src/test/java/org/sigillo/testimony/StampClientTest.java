package org.sigillo.testimony;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sigillo.note.TimeStamp;
import org.sigillo.stack.StampServer;
import org.sigillo.stack.StampServer.Trouble;
import org.sigillo.stack.TestAuthority;
import org.sigillo.stack.TestAuthority.Misdeed;
import org.sigillo.testimony.StampClient.Answer;
import org.sigillo.testimony.StampClient.Authority;
import org.sigillo.testimony.StampClient.Failed;
import org.sigillo.testimony.StampClient.Patience;
import org.sigillo.testimony.StampClient.Reason;
import org.sigillo.testimony.StampClient.Stamped;

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
    void one_without_an_address_is_not_asked() {
        Authority here = new Authority("here", server.address(), anchors());
        Authority gone = new Authority("gone", URI.create("-"), anchors());
        try (StampClient client = new StampClient(List.of(gone, here), SHORT, RANDOM)) {
            assertThat(client.asked()).containsExactly(here);
        }
    }

    @Test
    void a_list_names_only_what_can_be_asked_or_is_not_asked_any_more(@TempDir Path folder)
            throws IOException {
        Files.writeString(folder.resolve("roots.pem"), authority.anchorPem());
        Path list = folder.resolve("list");
        Files.writeString(list, "one http://tsa.example/x roots.pem\ntwo - roots.pem # gone\n");
        assertThat(Authority.read(list))
                .extracting(Authority::name, Authority::asked)
                .containsExactly(tuple("one", true), tuple("two", false));
        for (String bad :
                List.of("tsa.example.org/tsr", "ftp://tsa.example/", "http:///x", "file:/x")) {
            Files.writeString(list, "one " + bad + " roots.pem\n");
            assertThatThrownBy(() -> Authority.read(list))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(bad);
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
        Authority one = new Authority("one", address, anchors());
        try (StampClient client = new StampClient(List.of(one), SHORT, RANDOM)) {
            return client.stamp(one, STAMPED);
        }
    }

    private TimeStamp.Anchors anchors() {
        return TimeStamp.Anchors.parse(authority.anchorPem());
    }
}
