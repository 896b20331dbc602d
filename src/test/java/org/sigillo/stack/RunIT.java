package org.sigillo.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `infra/run` as a person uses it, with what is built.
@Tag("stack")
@Tag("apart")
class RunIT {
    @TempDir static Path founded;
    private static String firstBanner = "";
    @TempDir Path folder;

    /// The first start of all takes longest: what it leaves is copied to where the others go on from it.
    @BeforeAll
    static void a_first_start_ends_at_ctrl_c() throws Exception {
        RunIT run = new RunIT();
        run.folder = founded;
        Process process = run.run("first");
        firstBanner = run.banner(process, "first");
        interrupt(process);
        assertThat(run.running()).isEmpty();
        assertThat(run.output("first")).contains("The data stays in " + run.data());
    }

    @AfterAll
    static void nothing_is_left_of_the_first() throws IOException {
        end(founded);
    }

    @AfterEach
    void nothing_is_left() throws IOException {
        end(folder);
    }

    private static void end(Path folder) throws IOException {
        try (DataFolder data = DataFolder.open(folder.resolve("data"), false)) {
            Leftovers.end(data);
        }
    }

    @Test
    void starts_again_on_the_same_ports_and_data() throws Exception {
        assertThat(firstBanner).contains("http://drop.localhost:").contains("sigillo-demo-rosa");
        assertThat(firstBanner)
                .as("commands that run as they are printed")
                .contains("    " + Banner.java() + " -jar target/sigillo-cli.jar verify --url");
        goOn();
        Process second = run("second");
        assertThat(addresses(banner(second, "second"))).isEqualTo(addresses(firstBanner));
        interrupt(second);
        assertThat(running()).isEmpty();
    }

    @Test
    void cleans_up_after_a_launcher_that_was_killed() throws Exception {
        goOn();
        Process first = run("first");
        banner(first, "first");
        first.destroyForcibly().waitFor();
        assertThat(running()).as("the parts outlive a killed launcher").isNotEmpty();

        Process second = run("second");
        banner(second, "second");
        interrupt(second);
        assertThat(running()).isEmpty();
    }

    @Test
    void ends_and_says_why_when_a_part_dies() throws Exception {
        goOn();
        Process process = run("first");
        banner(process, "first");
        ProcessHandle keycloak =
                ProcessHandle.allProcesses()
                        .filter(it ->
                                it.info()
                                        .commandLine()
                                        .filter(line ->
                                                line.contains(folder.toString())
                                                        && line.contains("QuarkusEntryPoint"))
                                        .isPresent())
                        .findFirst()
                        .orElseThrow();
        keycloak.destroyForcibly();
        assertThat(process.waitFor(Duration.ofSeconds(60))).isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
        assertThat(output("first")).contains("Keycloak has ended by itself");
        assertThat(running()).isEmpty();
    }

    @Test
    void a_second_start_on_the_same_folder_is_refused_and_a_start_elsewhere_is_not()
            throws Exception {
        goOn();
        Path other = copied(folder.resolve("other"));
        Process first = run("first");
        banner(first, "first");
        Process same = run("same");
        assertThat(same.waitFor(Duration.ofSeconds(30))).isTrue();
        assertThat(same.exitValue()).isEqualTo(1);
        assertThat(output("same")).contains("Another start runs on " + data());

        // On a copy, which remembers the ports that the first has taken again.
        Process elsewhere = start("elsewhere", "--data", other.toString());
        String banner = banner(elsewhere, "elsewhere");
        assertThat(addresses(banner)).doesNotContainAnyElementsOf(addresses(output("first")));
        interrupt(elsewhere);
        interrupt(first);
        assertThat(running()).isEmpty();
    }

    @Test
    void stops_cleanly_when_told_to_at_any_moment_of_the_start() throws Exception {
        for (int millis : List.of(30, 60, 100, 150, 200, 300, 700, 1500, 2500, 4000, 7000, 11000)) {
            String name = "after" + millis;
            Process process = run(name);
            Thread.sleep(millis);
            interrupt(process);
            assertThat(running()).as("after %d ms:%n%s", millis, output(name)).isEmpty();
            assertThat(output(name)).doesNotContain("by force");
        }
        Process process = run("last");
        banner(process, "last");
        interrupt(process);
    }

    @Test
    void fresh_deletes_only_what_is_ours() throws Exception {
        Path foreign = Files.createDirectories(data());
        Path treasure = Files.writeString(foreign.resolve("treasure"), "mine");
        Process refused = start("refused", "--data", foreign.toString(), "--fresh");
        assertThat(refused.waitFor(Duration.ofSeconds(30))).isTrue();
        assertThat(refused.exitValue()).isEqualTo(1);
        assertThat(output("refused")).contains("did not put there");
        assertThat(treasure).hasContent("mine");
        Files.delete(treasure);
    }

    private void goOn() throws Exception {
        copied(data());
    }

    private static Path copied(Path to) throws Exception {
        Process copy =
                new ProcessBuilder("cp", "-a", founded.resolve("data").toString(), to.toString())
                        .inheritIO()
                        .start();
        assertThat(copy.waitFor()).isZero();
        return to;
    }

    private Path data() {
        return folder.resolve("data");
    }

    private Process run(String name) throws Exception {
        return start(name, "--data", data().toString());
    }

    private Process start(String name, String... arguments) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder("env", "--default-signal=INT", "infra/run", "--no-build");
        builder.command().addAll(List.of(arguments));
        builder.redirectErrorStream(true);
        builder.redirectOutput(folder.resolve(name + ".out").toFile());
        Process process = builder.start();
        // Until infra/run itself is there, SIGINT may be ignored, as it is by a job in the
        // background.
        while (process.isAlive() && process.info().command().orElse("").endsWith("/env")) {
            Thread.sleep(5);
        }
        return process;
    }

    private String output(String name) throws IOException {
        return Files.readString(folder.resolve(name + ".out"));
    }

    private String banner(Process process, String name) throws Exception {
        long end = System.nanoTime() + Duration.ofMinutes(10).toNanos();
        while (!output(name).contains("Ctrl-C stops everything.")) {
            assertThat(process.isAlive()).as(output(name)).isTrue();
            assertThat(System.nanoTime()).as(output(name)).isLessThan(end);
            Thread.sleep(100);
        }
        return output(name);
    }

    private static List<String> addresses(String banner) {
        return banner.lines()
                // The commands name the folder besides.
                .filter(line -> line.contains(".localhost:") && !line.contains("sigillo-cli"))
                .toList();
    }

    private static void interrupt(Process process) throws Exception {
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
        assertThat(process.waitFor(Duration.ofSeconds(60))).as("ends within a minute").isTrue();
    }

    /// Command lines that name the folder, whoever their parent is.
    private List<String> running() {
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            return all.map(process -> process.info().commandLine().orElse(""))
                    .filter(line -> line.contains(folder.toString()))
                    .toList();
        }
    }
}
