package org.sigillo.stack;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.options.SameSiteAttribute;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// The onion service as `infra/tor/torrc` has it, and a source who comes through one. Tor makes the service's keys
/// here and stays off every network; a proxy stands for the circuit.
@Tag("stack")
@Tag("sources")
@ExtendWith(StackExtension.class)
class OnionIT {
    private static final Path TORRC = Path.of("infra/tor/torrc");

    private final Stack stack;
    @TempDir Path folder;
    private Path torrc;

    OnionIT(Stack stack) {
        this.stack = stack;
    }

    /// What it says, in a folder of the test's own.
    @BeforeEach
    void write() throws IOException {
        String text = Files.readString(TORRC).replace("/var/lib/tor/", folder + "/");
        torrc =
                Files.writeString(
                        folder.resolve("torrc"),
                        text + "DataDirectory " + folder.resolve("data") + "\nDisableNetwork 1\n");
    }

    @Test
    void tor_takes_the_configuration() throws Exception {
        assertThat(tor("--verify-config")).contains("Configuration was valid");
        assertThat(tor("--list-modules")).contains("pow: yes");
    }

    @Test
    void the_service_leads_to_the_doors_listener_and_nowhere_else() throws Exception {
        Properties settings = new Properties();
        try (var in =
                Files.newBufferedReader(Path.of("src/main/resources/application.properties"))) {
            settings.load(in);
        }
        String listener =
                settings.getProperty("quarkus.http.host")
                        + ":"
                        + settings.getProperty("quarkus.http.port");
        List<String> said = tor("--dump-config", "full", "--quiet").lines().toList();
        assertThat(said)
                .contains("HiddenServicePort 80 " + listener)
                .contains("SocksPort 0", "ControlPort 0", "HeartbeatPeriod 0")
                .contains("HiddenServiceSingleHopMode 0", "HiddenServiceNonAnonymousMode 0")
                .contains("HiddenServicePoWDefensesEnabled 1");
        assertThat(said.stream().filter(it -> it.matches("HiddenService(Port|Dir) .*"))).hasSize(2);
        // The containers' application is published there, too.
        assertThat(Files.readString(Path.of("docker-compose.yml")))
                .contains("\"127.0.0.1:${SIGILLO_PORT:-8090}:8090\"");
    }

    @Test
    void a_source_comes_by_the_plain_onion_without_JavaScript() throws Exception {
        String host = address();
        assertThat(host).matches("[a-z2-7]{56}\\.onion");
        stack.besides(Map.of("sigillo.hosts.drop", host));
        try (SourceProxy circuit = new SourceProxy(stack.port(), "203.0.113.9");
                Firefox firefox = Firefox.behind(circuit);
                Firefox.Source source = firefox.source()) {
            String door = "http://" + host + "/en";
            source.goTo(door);
            source.press("main form button:not(.quiet)").on("#codename");
            String codename = source.confirm();
            source.on("#message")
                    .type("#message", "What I saw.")
                    .press("main form button:not(.quiet)")
                    .on("#exhibit-1");
            assertThat(source.context().cookies())
                    .singleElement()
                    .satisfies(cookie -> {
                        assertThat(cookie.name).isEqualTo("sigillo");
                        assertThat(cookie.secure).isFalse();
                        assertThat(cookie.httpOnly).isTrue();
                        assertThat(cookie.sameSite).isEqualTo(SameSiteAttribute.STRICT);
                        assertThat(cookie.domain).isEqualTo(host);
                    });
            source.press("form[action$=leave] button");
            source.page().waitForURL("**/leave");
            assertThat(source.context().cookies()).isEmpty();
            source.goTo(door + "/return");
            source.type("#codename", codename)
                    .press("main form button:not(.quiet)")
                    .on("#exhibit-1");
            source.picture("onion");
        } finally {
            stack.besides(Map.of());
        }
    }

    /// Of the service whose keys Tor makes when it starts.
    private String address() throws IOException, InterruptedException {
        Process tor = start("--quiet");
        try {
            Path hostname = folder.resolve("sigillo/hostname");
            long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (!Files.exists(hostname) || Files.size(hostname) == 0) {
                assertThat(tor.isAlive() && System.nanoTime() < end).isTrue();
                Thread.sleep(50);
            }
            return Files.readString(hostname).strip();
        } finally {
            tor.destroy();
            tor.waitFor();
        }
    }

    private String tor(String... what) throws IOException, InterruptedException {
        Process tor = start(what);
        String said = new String(tor.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(tor.waitFor()).as(said).isZero();
        return said;
    }

    private Process start(String... what) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder("tor", "--defaults-torrc", "/dev/null", "-f", torrc.toString());
        builder.command().addAll(List.of(what));
        return builder.redirectErrorStream(true).start();
    }
}
