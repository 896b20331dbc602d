package org.sigillo.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sigillo.cli.Sigillo;
import org.sigillo.custody.Genesis;
import org.sigillo.intake.SourceBrowser;
import org.sigillo.intake.SourceBrowser.Part;
import org.sigillo.release.Desk;
import org.sigillo.release.Desk.Proposal;
import org.sigillo.release.Visitor;

/// An old backup is put back, the ledger is closed as `docs/operating.md` says, and the newsroom goes
/// on under another origin: nobody who was heard before is lost.
@Tag("stack")
@Tag("apart")
class GoingOnIT {
    private static final Pattern INDEX = Pattern.compile("\"index\":([0-9]+|null)");
    private static final Pattern CASE = Pattern.compile("\"case\":\"([0-9a-f]{32})\"");
    private static final byte[] FILE = "what came before".getBytes(StandardCharsets.UTF_8);

    @TempDir Path folder;

    @Test
    void from_an_overtaken_ledger_to_one_of_another_origin() throws Exception {
        Stack stack =
                Stack.on(
                        DataFolder.open(Path.of("target/stack-going-on"), true),
                        new SecureRandom());
        try (stack) {
            stack.start(true, step -> {});
            goesOn(stack);
        }
    }

    private void goesOn(Stack stack) throws Exception {
        String codename = send(stack, Part.file("before.txt", FILE));
        String caseId = until(stack, null);
        Proposal released = release(stack);
        keepCopy(stack);
        send(stack, Part.message("what the backup lacks"));
        untilGrown(stack);
        stack.killApp();
        putBack(stack);

        assertThatThrownBy(stack::startApp)
                .isInstanceOf(Refused.class)
                .hasMessageContaining("gone back in time");
        stack.killApp();

        Path old = Files.copy(stack.genesis(), folder.resolve("old-genesis.json"));
        found(stack, old, last(stack));
        sql(stack, Files.readString(Path.of("infra/postgres/close.sql")));
        String hash = Genesis.parse(Files.readAllBytes(old)).hash().hex();
        assertThat(sql(stack, "SELECT sigillo_guard.close_ledger('" + hash + "')"))
                .isEqualTo("ledger_closed_1");
        stack.set("sigillo.closed-log-keys", folder.resolve("old-log-key").toString());
        // The demo's witness knows the old keys alone.
        stack.set(
                "sigillo.witness-policy",
                Files.writeString(folder.resolve("policy"), "quorum none\n").toString());
        stack.startApp();

        sourceFinds(stack, codename);
        receiptsAreGiven(stack, codename);
        receiptsAreGivenInAShell(stack, codename, old);
        reviewerOpens(stack, caseId, old);
        sourceAdds(stack, codename);
        String another = send(stack, Part.file("after.txt", "what came after".getBytes()));
        assertThat(until(stack, caseId)).isNotEqualTo(caseId);
        sourceFinds(stack, another);
        auditorVerifies(stack);
        whatWasReleasedIsHeld(stack, released, old);
    }

    private static Proposal release(Stack stack) throws Exception {
        try (Desk desk = new Desk(stack)) {
            Proposal proposal = desk.ready(Map.of("letter.txt", FILE));
            assertThat(desk.publish("elena", proposal).statusCode()).isEqualTo(202);
            desk.untilShown(proposal);
            return proposal;
        }
    }

    /// By the closed ledger: every file of its package is in the inventory and settles, and an altered one is noticed and given to
    /// nobody.
    private void whatWasReleasedIsHeld(Stack stack, Proposal released, Path old) throws Exception {
        Path bag = stack.data().path("vault").resolve("packages").resolve(released.release.hex());
        try (VaultOperator operator = new VaultOperator(stack, "ada");
                Visitor visitor = new Visitor(stack)) {
            String inventory = operator.inventory();
            assertThat(inventory.lines().map(line -> line.split(" {2}")[1]))
                    .contains(
                            Stream.of(
                                            "items/1",
                                            "tags/tagmanifest-sha256.txt",
                                            "tags/manifest.json",
                                            "tags/release.json",
                                            "tags/ledger/package-sealed.tlog-proof",
                                            "tags/ledger/released.tlog-proof",
                                            "tags/ledger/consistency")
                                    .map(it -> "packages/" + released.release + "/" + it)
                                    .toArray(String[]::new));
            Path lines = Files.writeString(folder.resolve("inventory"), inventory);
            String vault = stack.data().path("vault").toString();
            assertThat(Sigillo.run("vault", "check", vault, "--inventory", lines.toString()))
                    .isZero();
            operator.settle();
            assertThat(bag.resolve("items/1")).exists();
            byte[] tar = visitor.tar(released);
            assertThat(
                            Sigillo.run(
                                    "verify",
                                    "--release",
                                    Files.write(folder.resolve("release.tar"), tar).toString(),
                                    "--genesis",
                                    old.toString(),
                                    "--policy",
                                    stack.witnessPolicy().toString()))
                    .isZero();
            Path proof = bag.resolve("tags/ledger/released.tlog-proof");
            String path = released.release + "/ledger/released.tlog-proof";
            byte[] made = visitor.file(path).body();
            assertThat(made).isEqualTo(Files.readAllBytes(proof));
            overwrite(proof, new String(made, StandardCharsets.UTF_8).replace("index ", "index 1"));
            operator.scrub();
            assertThat(operator.view().path("scrubbed").path("damaged").asInt()).isEqualTo(1);
            assertThat(visitor.file(path).statusCode()).isEqualTo(503);
            overwrite(proof, new String(made, StandardCharsets.UTF_8));
            operator.scrub();
            assertThat(operator.view().path("scrubbed").path("damaged").asInt()).isZero();
            assertThat(visitor.tar(released)).isEqualTo(tar);
            // Deleted rows unpublish nothing.
            sql(stack, "DELETE FROM release_step");
            assertThat(visitor.file(path).statusCode()).isEqualTo(404);
            stack.restartApp();
            for (int i = 0; i < 300 && visitor.file(path).statusCode() == 404; i++) {
                Thread.sleep(100);
            }
            assertThat(visitor.tar(released)).isEqualTo(tar);
            assertThat(operator.inventory().lines())
                    .containsExactlyInAnyOrderElementsOf(inventory.lines().toList());
        }
    }

    /// As whoever owns a settled file can.
    private static void overwrite(Path file, String text) throws IOException {
        assertThat(file.toFile().setWritable(true)).isTrue();
        Files.writeString(file, text);
    }

    private static String send(Stack stack, Part part) throws Exception {
        try (SourceBrowser source = new SourceBrowser(stack)) {
            String codename = source.begin();
            assertThat(source.submit(part).statusCode()).isEqualTo(303);
            return codename;
        }
    }

    /// Waits until a reviewer sees a case, other than the known one, whose exhibit has an index.
    private static String until(Stack stack, @org.jspecify.annotations.Nullable String known)
            throws Exception {
        try (Hand rosa = new Hand(stack, "rosa")) {
            rosa.link();
            for (int i = 0; i < 300; i++) {
                Matcher cases = CASE.matcher(rosa.ask("GET", "desk", "/api/cases", "").body());
                while (cases.find()) {
                    String id = cases.group(1);
                    Matcher index =
                            INDEX.matcher(rosa.ask("GET", "desk", "/api/cases/" + id, "").body());
                    if (!id.equals(known) && index.find() && !index.group(1).equals("null")) {
                        return id;
                    }
                }
                Thread.sleep(200);
            }
        }
        throw new AssertionError("no case was entered");
    }

    /// Of one moment, as a backup is: a beat between two tables would be broken evidence of another kind.
    private static void keepCopy(Stack stack) throws SQLException {
        StringBuilder copy =
                new StringBuilder(
                        "BEGIN ISOLATION LEVEL REPEATABLE READ; CREATE SCHEMA an_hour_ago;");
        for (String table : tables(stack)) {
            copy.append(" CREATE TABLE an_hour_ago." + table + " AS TABLE public." + table + ";");
        }
        sql(stack, copy + " COMMIT");
    }

    /// As a backup does it, whatever the triggers say.
    private static void putBack(Stack stack) throws SQLException {
        for (String table : tables(stack)) {
            sql(
                    stack,
                    "BEGIN; SET LOCAL session_replication_role = replica; ALTER TABLE public."
                            + table
                            + " DISABLE TRIGGER USER; DELETE FROM public."
                            + table
                            + "; INSERT INTO public."
                            + table
                            + " OVERRIDING SYSTEM VALUE SELECT * FROM an_hour_ago."
                            + table
                            + "; COMMIT");
            if (table.startsWith("ledger_")) {
                sql(
                        stack,
                        "ALTER TABLE public."
                                + table
                                + " ENABLE ALWAYS TRIGGER append_only_rows; ALTER TABLE public."
                                + table
                                + " ENABLE ALWAYS TRIGGER append_only_table");
            }
        }
        sql(stack, "DROP SCHEMA an_hour_ago CASCADE");
    }

    private static List<String> tables(Stack stack) throws SQLException {
        String all =
                sql(
                        stack,
                        "SELECT string_agg(tablename, ' ') FROM pg_tables WHERE schemaname = 'public'"
                                + " AND tablename NOT LIKE 'flyway%'");
        return List.of(all.split(" "));
    }

    private static String sql(Stack stack, String sql) throws SQLException {
        try (Connection connection = stack.asSuperuser().getConnection();
                Statement statement = connection.createStatement()) {
            if (!statement.execute(sql)) {
                return "";
            }
            try (ResultSet rows = statement.getResultSet()) {
                return rows.next() ? String.valueOf(rows.getString(1)) : "";
            }
        }
    }

    private static void untilGrown(Stack stack) throws Exception {
        Path before = last(stack);
        for (int i = 0; i < 300 && last(stack).equals(before); i++) {
            Thread.sleep(200);
        }
        assertThat(last(stack)).isNotEqualTo(before);
    }

    /// The vault's newest checkpoint.
    private static Path last(Stack stack) throws IOException {
        try (Stream<Path> kept = Files.list(stack.object("checkpoints"))) {
            return kept.max(Path::compareTo).orElseThrow();
        }
    }

    private void found(Stack stack, Path old, Path checkpoint) throws IOException {
        Path out = folder.resolve("founded");
        List<String> passphrases = new ArrayList<>();
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "genesis",
                                "--after=" + old,
                                "--checkpoint=" + checkpoint,
                                "--origin=audit.localhost/log-2",
                                "--beat=4",
                                "--k=8",
                                "--minimum-key-age=0",
                                "--work-factor=14",
                                "--out=" + out));
        Path keys = stack.data().path("keys");
        for (DemoPeople.Person person : DemoPeople.all()) {
            if (person.inGenesis()) {
                passphrases.add(person.passphrase());
                arguments.add(
                        "--person=" + person.role() + "=" + keys.resolve(person.name() + ".age"));
            }
        }
        arguments.add(
                "--passphrase-file=" + Files.write(folder.resolve("passphrases"), passphrases));
        assertThat(Sigillo.run(arguments.toArray(String[]::new))).isZero();
        Files.copy(DemoGenesis.logKey(stack.data()), folder.resolve("old-log-key"));
        move(out.resolve("log-key"), DemoGenesis.logKey(stack.data()));
        move(out.resolve("genesis.json"), stack.genesis());
        try (Stream<Path> copies = Files.list(out.resolve("keys"))) {
            for (Path copy : copies.toList()) {
                move(copy, keys.resolve(copy.getFileName()));
            }
        }
    }

    private static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void sourceFinds(Stack stack, String codename) throws Exception {
        try (SourceBrowser source = new SourceBrowser(stack)) {
            source.post(
                    "/en/return",
                    "codename=" + URLEncoder.encode(codename, StandardCharsets.UTF_8));
            String page = source.get("/en/case").body();
            assertThat(page).contains("SHA-256");
        }
    }

    /// With script, and checked by the page for it: of what the closed ledger knows, by that ledger.
    private void receiptsAreGiven(Stack stack, String codename) throws Exception {
        try (Screen screen = new Screen(stack);
                BrowserContext context = screen.browser().newContext()) {
            Page page = context.newPage();
            Path proof = folder.resolve("1.tlog-proof");
            Path receipt = ReceiptPageIT.plain(stack, page, codename, 1, proof);
            page.navigate(stack.door("drop") + "en/check");
            Path copy = Files.write(folder.resolve("copy"), FILE);
            assertThat(ReceiptPageIT.says(page, receipt, copy))
                    .isEqualTo("The receipt holds, and this is the file");
            assertThat(page.textContent("#steps")).contains("this ledger is closed");
        }
    }

    /// The file that was sent without script is known there, and not sent again.
    private void receiptsAreGivenInAShell(Stack stack, String codename, Path old) throws Exception {
        Path copy = Files.write(folder.resolve("copy"), FILE);
        Path receipts = folder.resolve("receipts");
        assertThat(
                        Sigillo.run(
                                "submit",
                                "--to",
                                stack.door("drop").toString(),
                                "--genesis",
                                Genesis.parse(Files.readAllBytes(stack.genesis())).hash().hex(),
                                "--codename-file",
                                Files.writeString(folder.resolve("codename"), codename).toString(),
                                "--receipt",
                                receipts.toString(),
                                "--plain-receipt",
                                copy.toString()))
                .isZero();
        try (Stream<Path> written = Files.list(receipts)) {
            assertThat(written.map(it -> it.getFileName().toString()))
                    .containsExactly("1.tlog-proof");
        }
        Path receipt = receipts.resolve("1.tlog-proof");
        assertThat(Files.readString(receipt)).contains("audit.localhost/log\n");
        assertThat(
                        Sigillo.run(
                                "receipt",
                                receipt.toString(),
                                "--genesis",
                                old.toString(),
                                "--file",
                                copy.toString()))
                .as("it holds; nobody is believed as a witness")
                .isEqualTo(4);
    }

    /// To the case that the closed ledger knows.
    private static void sourceAdds(Stack stack, String codename) throws Exception {
        try (SourceBrowser source = new SourceBrowser(stack)) {
            source.post(
                    "/en/return",
                    "codename=" + URLEncoder.encode(codename, StandardCharsets.UTF_8));
            assertThat(source.submit(Part.file("more.txt", "and more".getBytes())).statusCode())
                    .isEqualTo(303);
            assertThat(source.get("/en/case").body()).contains("File 1").contains("File 2");
        }
    }

    private void reviewerOpens(Stack stack, String caseId, Path old) throws Exception {
        try (Hand rosa = new Hand(stack, "rosa")) {
            rosa.link();
            HttpResponse<byte[]> export =
                    rosa.octets("GET", "desk", "/api/cases/" + caseId + "/export", new byte[0]);
            assertThat(export.statusCode()).isEqualTo(200);
            Path tar = Files.write(folder.resolve("case.tar"), export.body());
            Path out = folder.resolve("opened");
            assertThat(
                            Sigillo.run(
                                    "open",
                                    "--key",
                                    stack.data().path("keys").resolve("rosa.age").toString(),
                                    "--passphrase-file",
                                    Files.writeString(folder.resolve("rosa"), "sigillo-key-rosa")
                                            .toString(),
                                    "--out",
                                    out.toString(),
                                    "--genesis",
                                    stack.genesis().toString(),
                                    "--genesis",
                                    old.toString(),
                                    tar.toString()))
                    .isZero();
            assertThat(Files.readAllBytes(out.resolve("1 before.txt"))).isEqualTo(FILE);
        }
    }

    private void auditorVerifies(Stack stack) throws Exception {
        try (Hand aldo = new Hand(stack, "aldo")) {
            aldo.link();
            HttpResponse<byte[]> export =
                    aldo.octets("GET", "desk", "/api/ledger/export", new byte[0]);
            Path tar = Files.write(folder.resolve("ledger.tar"), export.body());
            assertThat(
                            Sigillo.run(
                                    "verify",
                                    "--export",
                                    tar.toString(),
                                    "--genesis",
                                    stack.genesis().toString()))
                    .isZero();
            assertThat(aldo.ask("GET", "audit", "/", "").body())
                    .contains("It goes on from audit.localhost/log, which is closed");
        }
        assertThat(
                        Sigillo.run(
                                "verify",
                                "--url",
                                "http://127.0.0.1:" + stack.port() + "/log",
                                "--genesis",
                                stack.genesis().toString()))
                .isZero();
    }
}
