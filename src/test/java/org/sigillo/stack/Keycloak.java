package org.sigillo.stack;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;

/// The real Keycloak. Its distribution is unpacked and built once for all stacks in the cache folder; a stack has a home of
/// its own (links to the program, its own `conf` and `data`) and a database of its own.
final class Keycloak {
    static final String VERSION = "26.7.3";

    private static final List<String> OPENED =
            List.of(
                    "--add-opens=java.base/java.util=ALL-UNNAMED",
                    "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
                    "--add-opens=java.base/java.security=ALL-UNNAMED",
                    "--add-opens=java.base/java.lang=ALL-UNNAMED");

    private Keycloak() {}

    static URI address(int port) {
        return URI.create("http://127.0.0.1:" + port);
    }

    static URI realm(int port) {
        return URI.create("http://127.0.0.1:" + port + "/realms/sigillo");
    }

    static Child start(
            DataFolder data,
            Secrets secrets,
            Postgres postgres,
            int port,
            Path cache,
            boolean tests)
            throws IOException {
        Path distribution = distribution(data, cache);
        Path home = home(data, distribution);
        RealmFile.write(
                Path.of("infra/keycloak"),
                home.resolve("data/import/sigillo-realm.json"),
                secrets.password("oidc-client"),
                tests);
        ProcessBuilder builder = java(Leftovers.mark(data), home, "-Xmx400m");
        builder.command()
                .addAll(
                        List.of(
                                "start",
                                "--optimized",
                                "--import-realm",
                                "--cache=local",
                                "--http-enabled=true",
                                "--http-host=127.0.0.1",
                                "--http-port=" + port,
                                "--hostname=" + address(port)));
        builder.environment()
                .putAll(
                        Map.of(
                                "KC_DB_URL",
                                postgres.url("keycloak"),
                                "KC_DB_USERNAME",
                                "keycloak",
                                "KC_DB_PASSWORD",
                                secrets.password("keycloak"),
                                "KC_DB_POOL_MAX_SIZE",
                                "20",
                                "KC_BOOTSTRAP_ADMIN_USERNAME",
                                "admin",
                                "KC_BOOTSTRAP_ADMIN_PASSWORD",
                                secrets.password("keycloak-admin")));
        return Child.start(
                "Keycloak",
                builder,
                data.log("keycloak"),
                new Classes(
                        distribution.resolve("lib/quarkus-run.jar"),
                        distribution.resolve("program-classes"),
                        home));
    }

    /// `kc.sh` without its shell, so that a signal reaches the program and its number is the one that we know.
    private static ProcessBuilder java(String mark, Path home, String heap) {
        ProcessBuilder builder = new ProcessBuilder(Child.java(), mark, heap);
        builder.command().addAll(OPENED);
        builder.command()
                .addAll(
                        List.of(
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-Dkc.home.dir=" + home,
                                "-Djboss.server.config.dir=" + home.resolve("conf"),
                                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                                "-Djava.util.concurrent.ForkJoinPool.common.threadFactory="
                                        + "io.quarkus.bootstrap.forkjoin.QuarkusForkJoinWorkerThreadFactory",
                                "-Dpicocli.disable.closures=true",
                                "-Dquarkus-log-max-startup-records=10000",
                                "-Duser.language=en",
                                "-Duser.country=US",
                                "-cp",
                                "lib/quarkus-run.jar",
                                "io.quarkus.bootstrap.runner.QuarkusEntryPoint"));
        builder.environment().keySet().removeIf(name -> name.startsWith("KC_"));
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        builder.directory(home.toFile());
        return builder;
    }

    private static Path home(DataFolder data, Path distribution) throws IOException {
        Path home = Files.createDirectories(data.path("keycloak"));
        for (String shared : List.of("lib", "providers", "themes", "bin")) {
            Path link = home.resolve(shared);
            Files.deleteIfExists(link);
            Files.createSymbolicLink(link, distribution.resolve(shared));
        }
        Path conf = Files.createDirectories(home.resolve("conf"));
        Files.copy(
                distribution.resolve("conf/cache-ispn.xml"),
                conf.resolve("cache-ispn.xml"),
                StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(conf.resolve("keycloak.conf"), "");
        return home;
    }

    private static Path distribution(DataFolder data, Path cache) throws IOException {
        Path ready = cache.resolve("keycloak-" + VERSION);
        try (FileChannel lock =
                FileChannel.open(
                        cache.resolve("keycloak.lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE)) {
            lock.lock();
            if (!Files.exists(ready)) {
                Path fresh = cache.resolve("keycloak.unpacking");
                DataFolder.delete(fresh);
                Archive.unzip(
                        MavenFile.of("org.keycloak", "keycloak-quarkus-dist", VERSION, "zip"),
                        fresh);
                build(data, fresh.resolve("keycloak-" + VERSION));
                Files.move(fresh.resolve("keycloak-" + VERSION), ready);
                DataFolder.delete(fresh);
            }
        }
        return ready;
    }

    private static void build(DataFolder data, Path home) throws IOException {
        ProcessBuilder builder = java(Leftovers.mark(data), home, "-Xmx800m");
        builder.command().addAll(List.of("build", "--db=postgres", "--cache=local"));
        Child child = Child.start("Keycloak's build", builder, data.log("keycloak-build"));
        if (child.await() != 0) {
            throw child.failure("failed");
        }
    }
}
