package org.sigillo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.sigillo.bytes.CanonicalJson;
import org.sigillo.bytes.Hex;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Receipt;
import org.sigillo.docket.CaseActs;
import org.sigillo.sealing.Age;
import org.sigillo.sealing.Codename;
import org.sigillo.stack.DemoPeople;
import org.sigillo.stack.Hand;
import org.sigillo.stack.Stack;
import org.sigillo.stack.StackExtension;

/// `sigillo submit` in a process of its own against the running stack: 200 MB, killed in the middle, gone
/// on with, opened by a reviewer, with receipts.
@Tag("stack")
@Tag("sources")
@ExtendWith(StackExtension.class)
class SubmitIT {
    private static final int SIZE = 200_000_000;

    private final Stack stack;
    private final Codename codename = Codename.generate(new SecureRandom());
    private final List<Process> children = new ArrayList<>();
    private Hand rosa;
    private Set<String> before = Set.of();
    @TempDir Path folder;

    SubmitIT(Stack stack) {
        this.stack = stack;
    }

    @BeforeEach
    void a_reviewer() throws Exception {
        rosa = new Hand(stack, "rosa");
        rosa.link();
        before = CaseActs.casesOf(rosa);
    }

    @AfterEach
    void nothing_is_left_running() {
        children.forEach(Process::destroyForcibly);
        rosa.close();
    }

    private record Ended(int code, String out, String err) {
        Json.Obj json() {
            return CanonicalJson.parseLenient(out.getBytes(StandardCharsets.UTF_8));
        }
    }

    /// The codename goes in by standard input: no process list has it.
    private Process start(String name, String... arguments) throws IOException {
        return startWith("-Xmx400m", name, arguments);
    }

    private Process startWith(String memory, String name, String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                memory,
                                "-XX:+UseSerialGC",
                                "-jar",
                                Path.of("target/sigillo-cli.jar").toAbsolutePath().toString(),
                                "submit",
                                "--to",
                                stack.door("drop").toString(),
                                "--codename-file",
                                "-"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        builder.directory(Files.createDirectories(folder.resolve("home")).toFile());
        builder.redirectOutput(folder.resolve(name + ".out").toFile());
        builder.redirectError(folder.resolve(name + ".err").toFile());
        Process process = builder.start();
        children.add(process);
        try (OutputStream in = process.getOutputStream()) {
            in.write((codename.revealText() + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return process;
    }

    private Ended run(String name, String... arguments) throws Exception {
        return ended(name, start(name, arguments));
    }

    private Ended ended(String name, Process process) throws Exception {
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).as(name).isTrue();
        return new Ended(
                process.exitValue(),
                Files.readString(folder.resolve(name + ".out")),
                Files.readString(folder.resolve(name + ".err")));
    }

    private Path large() throws IOException {
        Path file = folder.resolve("dump.bin");
        Random random = new Random(7);
        byte[] block = new byte[1_000_000];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int i = 0; i < SIZE / block.length; i++) {
                random.nextBytes(block);
                out.write(block);
            }
        }
        return file;
    }

    private static Sha256 digest(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return Sha256.ofRest(in);
        }
    }

    private String genesis() throws IOException {
        return rosa.genesis().hash().hex();
    }

    @Test
    void a_large_file_survives_the_programs_death_and_is_opened_by_a_reviewer() throws Exception {
        Path file = large();
        Path words = Files.writeString(folder.resolve("words.txt"), "Look at the end of it.\n");
        killedOnceSomethingIsThere(file, words);

        Path receipts = folder.resolve("receipts");
        Ended second =
                run(
                        "second",
                        "--genesis",
                        genesis(),
                        "--json",
                        "--message",
                        words.toString(),
                        "--receipt",
                        receipts.toString(),
                        file.toString());
        assertThat(second.code()).as(second.err()).isZero();
        List<Json> sent = second.json().array("sent");
        assertThat(((Json.Obj) sent.get(1)).digest("sha256")).isEqualTo(digest(file));

        Path opened = opened();
        assertThat(Files.mismatch(opened.resolve("2 dump.bin"), file)).isEqualTo(-1);
        assertThat(opened.resolve("1 message.txt")).hasSameTextualContentAs(words);

        verified(receipts, file);
        keptNothing();
    }

    private void killedOnceSomethingIsThere(Path file, Path words) throws Exception {
        int others = here();
        // With so little memory one segment goes after the other.
        Process first =
                startWith(
                        "-Xmx220m",
                        "first",
                        "--new",
                        "--message",
                        words.toString(),
                        file.toString());
        for (int i = 0; i < 1200 && here() == others; i++) {
            assertThat(first.isAlive()).as("it is killed before it is done").isTrue();
            Thread.sleep(100);
        }
        first.destroyForcibly().waitFor();
        assertThat(here() - others).as("segments that arrived").isBetween(1, 2);
    }

    @Test
    void a_server_that_is_killed_and_started_again_is_waited_for() throws Exception {
        Path file = large();
        int others = here();
        Process process = startWith("-Xmx220m", "through", "--new", "--wait", file.toString());
        for (int i = 0; i < 1200 && here() == others; i++) {
            assertThat(process.isAlive()).as("the server ends before it is done").isTrue();
            Thread.sleep(100);
        }
        stack.killApp();
        stack.startApp();
        Ended ended = ended("through", process);
        assertThat(ended.code()).as(ended.err()).isZero();
        assertThat(ended.out()).contains("Arrived: file 1", digest(file).hex());
        Path opened = opened();
        assertThat(Files.mismatch(opened.resolve("1 dump.bin"), file)).isEqualTo(-1);
    }

    /// Whole segments of files that are begun, as the database has them.
    private int here() throws Exception {
        try (var connection = stack.asSuperuser().getConnection();
                var statement = connection.createStatement();
                var result =
                        statement.executeQuery(
                                "SELECT count(*) FROM unfinished_segment WHERE stored AND size >"
                                        + " 60000000")) {
            result.next();
            return result.getInt(1);
        }
    }

    private Path opened() throws Exception {
        String caseId = CaseActs.since(before, rosa).caseId();
        Path tar = folder.resolve("case.tar");
        assertThat(rosa.save("desk", "/api/cases/" + caseId + "/export", tar)).isEqualTo(200);
        Path passphrase =
                Files.writeString(
                        folder.resolve("passphrase"),
                        stack.passphrase(DemoPeople.named("rosa")) + "\n");
        Path out = folder.resolve("opened");
        assertThat(
                        Sigillo.run(
                                "open",
                                "--key",
                                stack.keyFile(DemoPeople.named("rosa")).toString(),
                                "--passphrase-file",
                                passphrase.toString(),
                                "--genesis",
                                stack.genesis().toString(),
                                "--out",
                                out.toString(),
                                tar.toString()))
                .isZero();
        return out;
    }

    /// The sealed receipt opens with what follows from the codename, and holds.
    private void verified(Path receipts, Path file) throws Exception {
        Path sealed = receipts.resolve("2.tlog-proof.age");
        byte[] instance = Hex.parse(rosa.genesis().opened().instance(), 32);
        Path plain = folder.resolve("2.tlog-proof");
        try (Codename.Derived me = codename.derive(instance)) {
            Files.write(plain, Age.open(Files.readAllBytes(sealed), me.source()));
        }
        assertThat(Receipt.isOfSource(Files.readString(plain))).isTrue();
        assertThat(
                        Sigillo.run(
                                "receipt",
                                plain.toString(),
                                "--genesis",
                                stack.genesis().toString(),
                                "--file",
                                file.toString(),
                                "--policy",
                                stack.witnessPolicy().toString()))
                .as("it holds, whether or not witnesses were as fast as this test")
                .isIn(0, 4);
    }

    /// Nothing lies in the folder from which it was started but what it was told to write.
    private void keptNothing() throws IOException {
        try (Stream<Path> left = Files.list(folder.resolve("home"))) {
            assertThat(left).isEmpty();
        }
        String said =
                Files.readString(folder.resolve("first.out"))
                        + Files.readString(folder.resolve("first.err"))
                        + Files.readString(folder.resolve("second.out"))
                        + Files.readString(folder.resolve("second.err"));
        assertThat(said).doesNotContain(String.join(" ", codename.words().subList(0, 2)));
    }

    @Test
    void the_same_case_is_listed_and_nothing_arrives_twice_unless_that_is_wished()
            throws Exception {
        Path file = Files.writeString(folder.resolve("a.txt"), "one file");
        assertThat(run("first", "--new", file.toString()).code()).isZero();
        Ended again = run("again", file.toString());
        assertThat(again.out()).contains("Had arrived already: file 1");
        Ended listed = run("listed", "--list", "--json");
        assertThat(listed.json().object("case").array("arrived")).hasSize(1);
        assertThat(again.err()).contains(genesis());
        Ended anyway = run("anyway", "--anyway", file.toString());
        assertThat(anyway.code()).as(anyway.err()).isZero();
        assertThat(anyway.out()).contains("Arrived: file 2");
        assertThat(run("both", "--list", "--json").json().object("case").array("arrived"))
                .hasSize(2);
        takenBack();
    }

    private void takenBack() throws Exception {
        assertThat(run("absent", "--forget", "7").code()).isEqualTo(2);
        Ended back = run("back", "--forget", "1", "--withdraw", "deletion", "--list");
        assertThat(back.code()).as(back.err()).isZero();
        assertThat(back.out())
                .doesNotContain("Arrived: file 1")
                .contains("Arrived: file 2")
                .contains("you asked that what you sent is deleted. No reviewer has seen to it");
    }

    @Test
    void another_genesis_and_a_mistyped_codename_end_before_anything_is_sent() throws Exception {
        Path file = Files.writeString(folder.resolve("a.txt"), "one file");
        Ended other = run("other", "--genesis", "00".repeat(32), "--new", file.toString());
        assertThat(other.code()).isEqualTo(1);
        assertThat(other.err()).contains("BROKEN at the genesis");
        Ended mistyped = run("mistyped", file.toString());
        assertThat(mistyped.code()).isEqualTo(2);
        assertThat(mistyped.err()).contains("mistyped");
        assertThat(CaseActs.casesOf(rosa)).isEqualTo(before);
    }
}
