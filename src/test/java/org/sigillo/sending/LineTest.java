package org.sigillo.sending;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.net.Authenticator;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sigillo.sealing.Codename;

class LineTest extends Journey {
    private static final String ONION = "sigillo" + "a".repeat(49) + ".onion";
    private static final Patience SHORT =
            new Patience(
                    Duration.ofMillis(1),
                    Duration.ofMillis(5),
                    Duration.ofMillis(50),
                    Duration.ofMillis(50));

    @AfterEach
    void nobody_is_asked_for_passwords_any_more() {
        Authenticator.setDefault(null);
    }

    @Nested
    class Through_a_proxy {
        @Test
        void the_name_goes_to_the_proxy_and_the_users_does_not() throws IOException {
            try (FakeSocks socks = new FakeSocks(drop.port());
                    Visit visit = reach("socks5://127.0.0.1:" + socks.port())) {
                assertThat(visit.newsroom().genesisHash()).isEqualTo(newsroom.genesis.hash());
                assertThat(socks.names).containsOnly(ONION);
                assertThat(socks.users)
                        .isNotEmpty()
                        .doesNotContain(System.getProperty("user.name"), "");
            }
        }

        private Visit reach(String proxy) throws IOException {
            return Newsroom.reach(
                    Way.of("http://" + ONION, Optional.of(proxy)),
                    Optional.empty(),
                    SHORT,
                    Watcher.NONE,
                    random);
        }

        /// By a process whose every look-up is written down.
        @Test
        void nothing_is_looked_up_on_this_machine() throws Exception {
            Path services = Files.createDirectories(folder.resolve("META-INF/services"));
            Files.writeString(
                    services.resolve("java.net.spi.InetAddressResolverProvider"),
                    RecordingResolver.class.getName());
            Path lookedUp = folder.resolve("looked-up");
            try (FakeSocks socks = new FakeSocks(drop.port())) {
                Process process =
                        new ProcessBuilder(
                                        System.getProperty("java.home") + "/bin/java",
                                        "-Dsigillo.looked-up=" + lookedUp,
                                        "-cp",
                                        folder
                                                + File.pathSeparator
                                                + System.getProperty(
                                                        "surefire.test.class.path",
                                                        System.getProperty("java.class.path")),
                                        "org.sigillo.cli.Sigillo",
                                        "submit",
                                        "--to=http://" + ONION,
                                        "--proxy=socks5://localhost:" + socks.port(),
                                        "--codename-file=-",
                                        "--list")
                                .redirectErrorStream(true)
                                .start();
                try (var in = process.getOutputStream()) {
                    in.write(
                            Codename.generate(random)
                                    .revealText()
                                    .getBytes(StandardCharsets.UTF_8));
                }
                String said = new String(process.getInputStream().readAllBytes());
                assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
                assertThat(said).contains("nothing has arrived under this codename");
                assertThat(process.exitValue()).isEqualTo(2);
                assertThat(socks.names).containsOnly(ONION);
            }
            // The proxy's own name is; so it would have been seen.
            assertThat(Files.readAllLines(lookedUp))
                    .contains("localhost")
                    .noneMatch(it -> it.contains("onion"));
        }

        @Test
        void a_proxy_that_is_not_there_leads_nowhere() {
            assertThatThrownBy(() -> reach("socks5://127.0.0.1:1"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("out of reach");
            assertThat(drop.asked).isEmpty();
        }
    }

    @Nested
    class The_way {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "http://drop.example.org",
                    "ftp://drop.example.org",
                    "drop.example.org",
                    "https://",
                    "https://somebody@drop.example.org",
                    "not an address",
                })
        void is_refused_where_it_could_be_read_or_leads_nowhere(String to) {
            assertThatThrownBy(() -> Way.of(to, Optional.empty()))
                    .isInstanceOf(IllegalArgumentException.class);
        }

        @Test
        void to_an_onion_needs_a_proxy() {
            assertThatThrownBy(() -> Way.of("http://" + ONION, Optional.empty()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("--proxy");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"http://127.0.0.1:9050", "127.0.0.1:9050", "socks5://", "socks4://x"})
        void takes_no_other_proxy_than_socks5(String proxy) {
            assertThatThrownBy(() -> Way.of("https://drop.example.org", Optional.of(proxy)))
                    .isInstanceOf(IllegalArgumentException.class);
        }

        @Test
        void leads_to_the_host_whatever_page_of_it_was_given() {
            assertThat(Way.of("https://Drop.Example.org:8443/en/form?x=1", Optional.empty()).base())
                    .hasToString("https://drop.example.org:8443/");
        }
    }

    @Test
    void says_nothing_of_who_asks() throws IOException {
        drop.troubles.add(exchange -> {
            assertThat(exchange.getRequestHeaders().getFirst("User-Agent")).isEqualTo("sigillo");
            assertThat(exchange.getRequestHeaders().keySet())
                    .isSubsetOf("Accept", "Accept-encoding", "Connection", "Host", "User-agent");
            return false;
        });
        Newsroom.reach(drop.way(), Optional.empty(), SHORT, Watcher.NONE, random).close();
        assertThat(drop.asked).containsExactly("GET /api/intake");
    }

    @Test
    void waits_longer_after_each_loss_but_not_for_ever() {
        Patience patience =
                new Patience(
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(60),
                        Duration.ZERO,
                        Duration.ZERO);
        assertThat(List.of(1, 2, 3, 7, 40).stream().map(patience::before))
                .containsExactly(
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(4),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(60));
    }
}
