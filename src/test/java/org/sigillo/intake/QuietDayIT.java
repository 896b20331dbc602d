package org.sigillo.intake;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.Proxy;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.sigillo.cli.Sigillo;
import org.sigillo.docket.CaseActs;
import org.sigillo.intake.SourceBrowser.Part;
import org.sigillo.sealing.Codename;
import org.sigillo.stack.Hand;
import org.sigillo.stack.Screen;
import org.sigillo.stack.SourceProxy;
import org.sigillo.stack.Stack;
import org.sigillo.stack.StackExtension;
import org.sigillo.stack.Sweep;

/// A day of sources, each by another way, with an address and a machine of their own, of what goes wrong with them, and of the
/// newsroom. Then everything that the server keeps is searched for whatever is theirs.
///
/// Early: what it has sent is entered while others do without a beat.
@Tag("stack")
@Tag("sources")
@Order(2)
@ExtendWith(StackExtension.class)
class QuietDayIT {
    private final Stack stack;
    private final long seed = new Random().nextLong();
    private final Marked marked = new Marked(new Random(seed));
    private final List<Hand> newsroom = new ArrayList<>();
    @TempDir Path folder;

    QuietDayIT(Stack stack) {
        this.stack = stack;
    }

    @Test
    void nothing_of_what_sources_are_say_or_send_is_kept_anywhere() throws Exception {
        Path databasesLog = stack.data().log("postgres");
        long logged = Files.size(databasesLog);
        for (String name : List.of("rosa", "remy", "elena", "carla")) {
            Hand hand = new Hand(stack, name);
            hand.link();
            newsroom.add(hand);
        }
        Set<String> before = CaseActs.casesOf(newsroom.getFirst());
        String codename = byTheForm();
        try (SourceProgram program = byAProgram()) {
            byTheScript();
            byTheShell();
            Rubbish.send(stack, marked.trail("rubbish"), marked);
            inTheMiddleOfFaults(codename);
            work(before);
            readAndTaken(codename, program);
        }
        newsroom.forEach(Hand::close);
        Sweep live = new Sweep(marked.all());
        live.in("metrics", management("/q/metrics"));
        live.in("health", management("/q/health"));
        assertThat(live.found()).as("seed %d", seed).isEmpty();
        try (RawForm hanging = byAFormThatDoesNotEnd();
                Comers comers = new Comers(stack, marked)) {
            stack.restartApp();
        }
        assertThat(Sweep.of(stack, marked.all())).as("seed %d", seed).isEmpty();
        assertThat(Files.readString(databasesLog).substring(Math.toIntExact(logged)))
                .as("a line has a time, and some statements of sources have failed")
                .doesNotContain("ERROR", "WARNING", "STATEMENT", "DETAIL");
        noTimeIsFinerThanItsBeat();
    }

    private void noTimeIsFinerThanItsBeat() throws Exception {
        FinerTimes times = new FinerTimes(stack);
        assertThat(times.columns())
                .containsExactlyInAnyOrder(
                        "flyway_schema_history.installed_on",
                        "cases_begun.day: a date",
                        "unfinished.day: a date",
                        "vault_scrub.begun",
                        "vault_scrub.ended",
                        "vault_scrub.since");
        assertThat(times.inRows()).isEmpty();
        assertThat(times.inVault()).isEmpty();
        // In an hour, and never when a beat begins.
        long inABeat = (Instant.now().getEpochSecond() + 3600) / Stack.BEAT * Stack.BEAT + 1;
        execute(
                "CREATE TABLE planted AS SELECT "
                        + inABeat
                        + "::bigint AS seconds,"
                        + " (extract(epoch FROM now()) * 1000)::bigint / 2 * 2 + 1 AS millis, now()::text AS t,"
                        + " to_char(now(), 'YYYY-MM-DD\"T\"HH24:MI')::bytea AS b, now()::date::text AS day");
        Path file = stack.object("segments/planted");
        Files.writeString(file, "now");
        assertThat(times.inRows())
                .containsExactlyInAnyOrder(
                        "planted.seconds", "planted.millis", "planted.t", "planted.b");
        assertThat(times.inVault()).containsExactly("segments/planted");
        execute("DROP TABLE planted");
        Files.delete(file);
    }

    /// Many files in one form, some that are refused, one that breaks off, and names that would do harm.
    private String byTheForm() throws Exception {
        Trail trail = marked.trail("form");
        try (SourceBrowser source = new SourceBrowser(stack, trail)) {
            for (String path : List.of("/", "/en", "/de/before", "/it/return", "/assets/drop.js")) {
                withoutCookie(source.get(path));
            }
            source.post("/en/start", "");
            marked.cookie("form", source.cookie());
            source.post("/en/confirm", "word=" + marked.word("wrong"));
            String codename = source.confirm(source.get("/en/codename").body());
            marked.codename("form", codename);
            Parcel large = marked.parcel("form", 17_000_000);
            Parcel small = marked.parcel("form", 1_000_000);
            HttpResponse<String> sent =
                    source.submit(
                            Part.message(marked.words("message")),
                            large.part(),
                            small.part(),
                            Part.file("../../etc/" + marked.word("climbing"), new byte[] {1}),
                            Part.file("<script>" + marked.word("script"), new byte[] {2}),
                            Part.file(marked.word("n".repeat(300)), new byte[] {3}));
            assertThat(sent.statusCode()).isEqualTo(303);
            assertThat(source.get("/en/case").body()).contains(large.digest(), small.digest());
            refused(source, codename);
            begun(source, trail, marked.parcel("broken off", 3_000_000)).close();
            marked.cookie("form", source.cookie());
            return codename;
        }
    }

    private static void withoutCookie(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.uri().toString()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
    }

    private void refused(SourceBrowser source, String codename) throws Exception {
        for (Part part :
                List.of(
                        Part.message(marked.words("telling") + " " + codename),
                        Part.message(marked.words("too long") + "a ".repeat(600_000)),
                        new Part(marked.word("field"), "", new byte[3]),
                        Part.file(marked.word("header") + "h".repeat(9_000), new byte[3]))) {
            assertThat(source.submit(part).statusCode()).isEqualTo(400);
        }
        HttpRequest.Builder elsewhere =
                source.request("/en/return")
                        .header(
                                "Content-Type",
                                "multipart/form-data; boundary=" + SourceBrowser.BOUNDARY)
                        .POST(
                                HttpRequest.BodyPublishers.ofByteArray(
                                        SourceBrowser.body(
                                                marked.parcel("elsewhere", 1_000_000).part())));
        assertThat(source.send(elsewhere).statusCode()).isIn(413, 415);
        String mistyped = Codename.generate(new SecureRandom()).revealText();
        marked.codename("mistyped", mistyped);
        for (String typed :
                List.of(mistyped, marked.words("no words"), marked.word("w").repeat(3_000))) {
            try (SourceBrowser other = new SourceBrowser(stack, marked.trail("mistyped"))) {
                other.post("/en/return", "codename=" + typed.replace(' ', '+'));
                assertThat(other.get("/en/case").body()).doesNotContain("exhibit-1");
            }
        }
    }

    /// All but the end of a form.
    private RawForm begun(SourceBrowser source, Trail trail, Parcel parcel) throws Exception {
        byte[] body = SourceBrowser.body(parcel.part());
        RawForm form = RawForm.of(stack, source, trail, body);
        form.to(body.length - 100);
        return form;
    }

    private RawForm byAFormThatDoesNotEnd() throws Exception {
        Trail trail = marked.trail("hanging");
        try (SourceBrowser source = new SourceBrowser(stack, trail)) {
            marked.codename("hanging", source.begin());
            return begun(source, trail, marked.parcel("hanging", 2_000_000));
        }
    }

    /// One file whole, one not finished, and what a program gets wrong.
    private SourceProgram byAProgram() throws Exception {
        Codename codename = Codename.generate(new SecureRandom());
        marked.codename("program", codename.revealText());
        SourceProgram source = new SourceProgram(stack, codename, marked.trail("program"));
        withoutCookie(source.ask("GET", "/api/intake", null));
        source.begin();
        marked.cookie("program", source.cookie());
        Parcel whole = marked.parcel("program", 18_000_000);
        source.send(whole.name(), whole.content());
        Parcel half = marked.parcel("unfinished", 1_000_000);
        JsonNode view = source.view();
        SourceProgram.Prepared begun = source.prepared(half.content(), view);
        source.start(begun, view);
        // Its own words, where sealed ones should be.
        byte[] plain = new byte[begun.sealed().getFirst().length];
        System.arraycopy(half.content(), 0, plain, 0, half.content().length);
        assertThat(source.send(source.segment(begun, 0, plain)).statusCode()).isEqualTo(400);
        assertThat(source.send(source.segment(begun, 0)).statusCode()).isEqualTo(201);
        String finish = "/api/exhibits/" + begun.exhibit() + "/finish";
        for (ObjectNode wrong :
                List.of(
                        SourceProgram.object().put("content", marked.words("no digest")),
                        SourceProgram.object().put(marked.word("member"), 1),
                        source.finishing(begun, Optional.empty(), view)
                                .put("label", marked.words("no label")))) {
            assertThat(source.ask("POST", finish, wrong).statusCode()).isEqualTo(400);
        }
        return source;
    }

    private void byTheScript() throws Exception {
        Parcel parcel = marked.parcel("script", 2_000_000);
        Path file = Files.write(folder.resolve(parcel.name()), parcel.content());
        String agent = marked.word("Browser");
        String forwarded = marked.word("203.0.113.9");
        try (Screen screen = new Screen(stack);
                SourceProxy proxy = new SourceProxy(stack.port(), forwarded);
                BrowserContext context =
                        screen.browser()
                                .newContext(
                                        new Browser.NewContextOptions()
                                                .setUserAgent(agent)
                                                .setLocale("de-CH")
                                                .setProxy(
                                                        new Proxy(proxy.address())
                                                                .setBypass("<-loopback>")))) {
            Page page = context.newPage();
            page.navigate(stack.door("drop") + "de");
            page.waitForSelector("#by-script:not([hidden])");
            assertThat(context.cookies()).isEmpty();
            page.click("#begin button");
            page.waitForSelector("#word");
            String codename = page.textContent("#codename").strip();
            marked.codename("script", codename);
            String asked = page.textContent("label[for=word]").replaceAll("[^1-7]", "");
            page.fill("#word", codename.split(" ")[Integer.parseInt(asked) - 1]);
            page.click("#confirm button");
            page.waitForSelector("#message");
            page.fill("#message", marked.words("message by the script"));
            page.setInputFiles("#files", file);
            page.click("#send button");
            page.waitForSelector("#exhibit-2");
            assertThat(page.textContent("#exhibit-2 .digest")).isEqualTo(parcel.digest());
        }
    }

    private void byTheShell() throws Exception {
        Parcel parcel = marked.parcel("shell", 3_000_000);
        Path file = Files.write(folder.resolve(parcel.name()), parcel.content());
        String codename = Codename.generate(new SecureRandom()).revealText();
        marked.codename("shell", codename);
        assertThat(
                        Sigillo.run(
                                "submit",
                                "--to",
                                stack.door("drop").toString(),
                                "--codename-file",
                                Files.writeString(folder.resolve("codename"), codename).toString(),
                                "--new",
                                "--message",
                                Files.writeString(
                                                folder.resolve("message"),
                                                marked.words("message by the shell"))
                                        .toString(),
                                file.toString()))
                .isZero();
    }

    /// The vault cannot be written to, then a table is gone: failures in the middle of what a source sends.
    private void inTheMiddleOfFaults(String codename) throws Exception {
        try (SourceBrowser source = new SourceBrowser(stack, marked.trail("fault"))) {
            source.post("/en/return", "codename=" + codename.replace(' ', '+'));
            Path spool = stack.data().path("vault").resolve(".incoming");
            Path away = spool.resolveSibling(".away");
            Files.move(spool, away);
            try {
                assertThat(
                                source.submit(marked.parcel("vault away", 1_000_000).part())
                                        .statusCode())
                        .isEqualTo(500);
            } finally {
                Files.move(away, spool);
            }
            execute("ALTER TABLE exhibit RENAME TO exhibit_away");
            try {
                assertThat(
                                source.submit(marked.parcel("table away", 1_000_000).part())
                                        .statusCode())
                        .isEqualTo(500);
            } finally {
                execute("ALTER TABLE exhibit_away RENAME TO exhibit");
            }
        }
    }

    private void execute(String sql) throws Exception {
        try (Connection connection = stack.asSuperuser().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /// What the newsroom does with all that: opens, answers, looks on.
    private void work(Set<String> before) throws Exception {
        Hand rosa = newsroom.getFirst();
        Set<String> cases = new TreeSet<>(CaseActs.casesOf(rosa));
        cases.removeAll(before);
        assertThat(cases).hasSize(4);
        for (String id : cases) {
            CaseActs acts = new CaseActs(id);
            assertThat(rosa.save("desk", "/api/cases/" + id + "/export", folder.resolve("tar")))
                    .isEqualTo(200);
            assertThat(
                            acts.generation(rosa, 1, newsroom.subList(0, 2), Optional.empty())
                                    .statusCode())
                    .isEqualTo(201);
            assertThat(acts.reply(rosa, marked.words("an answer")).statusCode()).isEqualTo(201);
            for (Hand other : newsroom.subList(2, 4)) {
                assertThat(other.ask("GET", "desk", "/api/cases/" + id, "").statusCode())
                        .isEqualTo(403);
            }
        }
        for (Hand other : newsroom) {
            assertThat(other.ask("GET", "desk", "/api/releases", "").statusCode()).isEqualTo(200);
        }
    }

    private void readAndTaken(String codename, SourceProgram program) throws Exception {
        try (SourceBrowser source = new SourceBrowser(stack, marked.trail("returning"))) {
            source.post("/fr/return", "codename=" + codename.replace(' ', '+'));
            assertThat(source.get("/fr/case").body()).contains("an answer");
            source.submit(Part.message(marked.words("later")));
            for (String form :
                    List.of(
                            "/fr/reply/remove number=1",
                            "/fr/exhibit/forget number=2",
                            "/fr/wish wish=deletion&sure=yes",
                            "/fr/leave ")) {
                HttpResponse<String> done = source.post(form.split(" ")[0], form.split(" ", 2)[1]);
                assertThat(done.statusCode()).as(form).isLessThan(400);
            }
        }
        JsonNode view = program.view();
        String reply = "/api/replies/" + view.path("replies").get(0).path("reply").asText();
        String exhibit = "/api/exhibits/" + view.path("exhibits").get(0).path("exhibit").asText();
        String begun = "/api/exhibits/" + view.path("unfinished").get(0).path("exhibit").asText();
        assertThat(program.ask("POST", reply + "/remove", null).statusCode()).isEqualTo(204);
        assertThat(program.ask("POST", exhibit + "/forget", null).statusCode()).isEqualTo(204);
        assertThat(program.ask("DELETE", begun, null).statusCode()).isEqualTo(204);
        assertThat(program.ask("DELETE", "/api/session", null).statusCode()).isEqualTo(204);
    }

    private String management(String path) throws Exception {
        try (SourceBrowser ours = new SourceBrowser(stack)) {
            return ours.send(HttpRequest.newBuilder(java.net.URI.create(stack.management() + path)))
                    .body();
        }
    }
}
