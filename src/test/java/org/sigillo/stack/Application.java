package org.sigillo.stack;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The application as a process of its own. It runs from a copy, so that a build beside it does not pull the jar away, and
/// reads its settings from a file that nobody else can read: arguments are seen by every user of a machine.
final class Application {
    private static final Path BUILT = Path.of("target/quarkus-app");

    private final DataFolder data;
    private final int management;
    private final Map<String, String> settings = new LinkedHashMap<>();
    private Map<String, String> besides = Map.of();
    private boolean thorough;
    private @Nullable Child child;

    /// @param tests whether it lives for seconds, with little to do
    Application(DataFolder data, int management, boolean tests) {
        this.data = data;
        this.management = management;
        this.thorough = !tests;
    }

    /// Every setting that the stack gives to the application, in one place.
    static void configure(
            DataFolder data,
            Secrets secrets,
            Postgres postgres,
            int http,
            int management,
            int keycloak)
            throws IOException {
        Properties settings = new Properties();
        settings.setProperty("quarkus.http.host", "127.0.0.1");
        settings.setProperty("quarkus.http.port", Integer.toString(http));
        settings.setProperty("quarkus.management.host", "127.0.0.1");
        settings.setProperty("quarkus.management.port", Integer.toString(management));
        settings.setProperty("quarkus.datasource.jdbc.url", postgres.url("sigillo"));
        settings.setProperty("quarkus.datasource.username", "sigillo_app");
        settings.setProperty("quarkus.datasource.password", secrets.password("sigillo_app"));
        settings.setProperty("quarkus.oidc.auth-server-url", Keycloak.realm(keycloak).toString());
        settings.setProperty("quarkus.oidc.connection-delay", "600S");
        settings.setProperty("quarkus.oidc.client-id", "sigillo-desk");
        settings.setProperty("quarkus.oidc.credentials.secret", secrets.password("oidc-client"));
        settings.setProperty(
                "quarkus.oidc.authentication.state-secret",
                secrets.password("oidc-state").substring(0, 32));
        settings.setProperty(
                "quarkus.oidc.token-state-manager.encryption-secret",
                secrets.password("oidc-cookie").substring(0, 32));
        settings.setProperty("sigillo.demo", "true");
        settings.setProperty("sigillo.vault.folder", data.path("vault").toString());
        settings.setProperty("sigillo.genesis", DemoGenesis.genesis(data).toString());
        settings.setProperty("sigillo.log-key", DemoGenesis.logKey(data).toString());
        settings.setProperty("sigillo.witness-policy", Outsiders.policy(data).toString());
        settings.setProperty("sigillo.stamp-authorities", Outsiders.authorities(data).toString());
        for (String door : List.of("drop", "desk", "news", "audit", "files")) {
            settings.setProperty("sigillo.hosts." + door, door + ".localhost:" + http);
        }
        // Below the properties of a start, which a test gives besides: this file would rank with
        // them.
        settings.setProperty("config_ordinal", "350");
        Secrets.write(file(data), settings);
    }

    void start(BooleanSupplier ending) throws IOException, InterruptedException {
        launch();
        await(ending);
    }

    /// Starts the process; it waits for Keycloak by itself.
    void launch() throws IOException {
        copy(data.path("run").resolve("app"));
        ProcessBuilder builder =
                new ProcessBuilder(
                        new ArrayList<>(
                                List.of(
                                        Child.java(),
                                        Leftovers.mark(data),
                                        "-Xmx256m",
                                        "-XX:+UseSerialGC",
                                        "-Xms48m",
                                        "-Xmn20m",
                                        "-XX:SurvivorRatio=3",
                                        "-XX:MinHeapFreeRatio=10",
                                        "-XX:MaxHeapFreeRatio=25",
                                        "-XX:+UseCompactObjectHeaders",
                                        "-XX:TrimNativeHeapInterval=5000",
                                        "-XX:TieredStopAtLevel=" + (thorough ? 4 : 1),
                                        "-XX:-HeapDumpOnOutOfMemoryError",
                                        "-Djava.io.tmpdir="
                                                + Files.createDirectories(data.path("run/tmp")),
                                        "-Dquarkus.config.locations=" + file(data),
                                        "-jar",
                                        "app/quarkus-run.jar")));
        Map<String, String> all = new HashMap<>(settings);
        all.putAll(besides);
        all.forEach((name, value) -> builder.command().add(2, "-D" + name + "=" + value));
        builder.directory(data.path("run").toFile());
        builder.environment()
                .keySet()
                .removeIf(name -> name.startsWith("QUARKUS_") || name.startsWith("SIGILLO_"));
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        child =
                Child.start(
                        "The application",
                        builder,
                        data.log("application"),
                        new Classes(BUILT.resolve("quarkus-run.jar"), BUILT, data.path("run")));
    }

    void await(BooleanSupplier ending) throws IOException, InterruptedException {
        Wait.untilHealthy(
                URI.create("http://127.0.0.1:" + management + "/q/health/ready"),
                running(),
                Duration.ofSeconds(120),
                ending);
        running().isReady();
    }

    /// From the next start on.
    void set(String setting, String value) {
        settings.put(setting, value);
    }

    /// From the next start on, in place of those given here before.
    void besides(Map<String, String> others) {
        besides = Map.copyOf(others);
    }

    /// From the next start on it is compiled for long use, and takes longer to start.
    void thorough() {
        thorough = true;
    }

    long pid() {
        return running().pid();
    }

    void stop() throws IOException {
        if (child != null) {
            child.stop();
        }
    }

    void kill() {
        running().kill();
    }

    Child running() {
        if (child == null) {
            throw new IllegalStateException("the application was never started");
        }
        return child;
    }

    private static Path file(DataFolder data) {
        return data.path("secrets").resolve("application.properties");
    }

    private static void copy(Path program) throws IOException {
        if (!Files.exists(BUILT.resolve("quarkus-run.jar"))) {
            throw new Refused(
                    "The application is not built: "
                            + BUILT.toAbsolutePath()
                            + " is missing. infra/run builds it.");
        }
        DataFolder.delete(program);
        try (Stream<Path> tree = Files.walk(BUILT)) {
            for (Path path : tree.toList()) {
                Files.copy(
                        path,
                        program.resolve(BUILT.relativize(path).toString()),
                        StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }
}
