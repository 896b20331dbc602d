package org.sigillo.stack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Dialog;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.FilePayload;
import com.microsoft.playwright.options.WaitForSelectorState;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sigillo.bytes.Sha256;
import org.sigillo.cli.Sigillo;
import org.sigillo.docket.CaseActs;
import org.sigillo.intake.SourceBrowser;

/// A source whose browser runs script: everything is sealed there, and a file goes on where it was after the page was loaded again.
@Tag("stack")
@Tag("sources")
@ExtendWith(StackExtension.class)
class ScriptedSourceIT {
    private static final String READY = "#by-script:not([hidden])";
    private static final int FILE = 150_000_000;

    private final Stack stack;
    @TempDir Path folder;

    ScriptedSourceIT(Stack stack) {
        this.stack = stack;
    }

    @Test
    void sends_a_large_file_across_a_reload_and_reads_what_was_answered() throws Exception {
        try (Hand rosa = new Hand(stack, "rosa");
                Hand remy = new Hand(stack, "remy");
                Screen screen = new Screen(stack);
                BrowserContext context = screen.browser().newContext()) {
            rosa.link();
            remy.link();
            Set<String> before = CaseActs.casesOf(rosa);
            Path film = film();
            Page page = context.newPage();
            List<String> sent = new ArrayList<>();
            List<String> complaints = new ArrayList<>();
            page.onPageError(complaints::add);
            page.onRequest(request -> {
                if (request.method().equals("PUT") && request.url().contains("/segments/")) {
                    sent.add(request.url().replaceAll(".*/", ""));
                }
            });
            page.onDialog(Dialog::accept);

            String codename = begin(page, "en");
            SourcePagesIT.fits(page, "en", "script-form");
            page.fill("#message", "It was " + codename.replace(" ", ", ") + ".");
            page.click("#send button");
            page.waitForSelector("#error:not([hidden])");
            assertThat(CaseActs.casesOf(rosa)).isEqualTo(before);
            page.fill("#message", "Look at page 3.");
            page.setInputFiles("#files", film);
            page.route("**/api/exhibits/*/segments/2", Route::abort);
            page.click("#send button");
            page.waitForSelector(
                    "#delay:not([hidden])", new Page.WaitForSelectorOptions().setTimeout(120_000));
            SourcePagesIT.fits(page, "en", "script-sending");

            // The page goes, and with it everything that it knew. Not before that may the segment
            // pass, or it arrives.
            comeBack(page, codename);
            page.unroute("**/api/exhibits/*/segments/2");
            page.waitForSelector("#unfinished input");
            SourcePagesIT.fits(page, "en", "script-unfinished");
            sent.clear();
            page.setInputFiles("#unfinished input", film);
            page.waitForSelector(
                    "#exhibit-2", new Page.WaitForSelectorOptions().setTimeout(120_000));
            assertThat(sent).as("what had arrived is not sent again").containsExactly("2");
            String digest = Sha256.of(Files.readAllBytes(film)).hex();
            assertThat(page.textContent("#exhibit-2 .digest")).isEqualTo(digest);
            SourcePagesIT.fits(page, "en", "script-arrived");

            CaseActs acts = CaseActs.since(before, rosa);
            assertThat(Files.mismatch(opened(rosa, acts, "film.mp4"), film)).isEqualTo(-1);
            // The same case by the plain form.
            try (SourceBrowser plain = new SourceBrowser(stack)) {
                plain.post("/en/return", "codename=" + codename.replace(' ', '+'));
                assertThat(plain.get("/en/case").body()).contains("Message 1", digest);
            }

            acts.generation(rosa, 1, List.of(rosa, remy), Optional.empty());
            acts.reply(rosa, "Thank you.\n\nWho else has it?");
            comeBack(page, codename);
            page.waitForSelector("#reply-1 >> text=Who else has it?");
            page.waitForSelector(
                    "#exhibit-2 .receipts:not([hidden]) summary",
                    new Page.WaitForSelectorOptions().setTimeout(180_000));
            page.click("#exhibit-2 .receipts summary");
            page.check("#wish-2");
            SourcePagesIT.fits(page, "en", "script-case");
            Path receipt = folder.resolve("receipt");
            page.waitForDownload(() -> page.click("#exhibit-2 [data-do=plain]")).saveAs(receipt);
            assertThat(
                            Sigillo.run(
                                    "receipt",
                                    receipt.toString(),
                                    "--genesis",
                                    stack.genesis().toString(),
                                    "--file",
                                    film.toString()))
                    .as("it holds; whom to believe as a witness was not said")
                    .isEqualTo(4);

            // Under the key that the reviewer made.
            page.click("#replies [data-do=more]");
            page.fill("#message", "Nobody else.");
            page.click("#send button");
            page.waitForSelector("#exhibit-3");
            page.click("#wishes summary");
            page.click("[data-wish=deletion]");
            page.waitForSelector("#unsure");
            page.check("#sure");
            page.click("[data-wish=deletion]");
            page.waitForSelector("#wished-deletion");
            page.click("#reply-1 summary");
            page.click("#reply-1 [data-do=remove]");
            page.waitForSelector(
                    "#replies",
                    new Page.WaitForSelectorOptions().setState(WaitForSelectorState.HIDDEN));
            page.click("#leave");
            page.waitForSelector("h1 >> text=You have left");
            assertThat(complaints).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"en", "fr", "de", "it"})
    void its_pages_are_for_everybody(String language) {
        try (Screen screen = new Screen(stack);
                BrowserContext context = screen.browser().newContext()) {
            Page page = context.newPage();
            page.navigate(stack.door("drop") + language);
            page.waitForSelector(READY);
            page.click("#check summary");
            assertThat(page.textContent("#genesis")).hasSize(64);
            SourcePagesIT.fits(page, language, "script-start");
            page.click("#begin button");
            page.waitForSelector("#word");
            SourcePagesIT.fits(page, language, "script-codename");
            page.fill("#word", "wrong");
            page.click("#confirm button");
            page.waitForSelector("#error:not([hidden])");
            SourcePagesIT.fits(page, language, "script-wrong");
            page.navigate(stack.door("drop") + language + "/return");
            page.waitForSelector(READY);
            page.fill("#codename", "one two three four five six seven");
            page.click("#return button");
            page.waitForSelector("#error:not([hidden])");
            SourcePagesIT.fits(page, language, "script-return");
            page.fill("#codename", "abacus abdomen abdominal zoology zoom yo-yo t-shirt");
            page.click("#return button");
            page.waitForSelector("#codename", gone());
            SourcePagesIT.fits(page, language, "script-none");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"en", "fr", "de", "it"})
    void what_it_says_where_it_cannot_do_its_work_is_for_everybody(String language)
            throws Exception {
        try (Screen screen = new Screen(stack);
                SourceBrowser source = new SourceBrowser(stack)) {
            HttpResponse<String> worker = source.get("/assets/drop-worker.js");
            meets(screen, language, "script-slow", "#slow", false, page -> slowly(page, worker));
            String whole = source.get("/api/intake").body();
            String lie = whole.replaceAll("\"receivers\":\\[.*?\\]", "\"receivers\":[]");
            assertThat(lie).isNotEqualTo(whole);
            meets(
                    screen,
                    language,
                    "script-broken",
                    "#broken",
                    false,
                    page -> page.route("**/assets/drop-worker.js", Route::abort));
            meets(
                    screen,
                    language,
                    "script-evidence",
                    "main > .error",
                    true,
                    page ->
                            page.route(
                                    "**/api/intake", route -> route.fulfill(answering(200, lie))));
            meets(screen, language, "script-unanswered", "#unanswered", true, refusing(500, ""));
            meets(
                    screen,
                    language,
                    "script-waits",
                    "#delay:not([hidden])",
                    true,
                    refusing(503, "busy"));
            meets(screen, language, "script-closed", "h1:focus", true, refusing(503, "closed"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"en", "fr", "de", "it"})
    void what_becomes_of_a_file_that_is_not_sent_as_it_was_is_for_everybody(String language) {
        try (Screen screen = new Screen(stack);
                BrowserContext context = screen.browser().newContext()) {
            Page page = context.newPage();
            page.onDialog(Dialog::accept);
            begin(page, language);
            FilePayload file =
                    new FilePayload("a.txt", "text/plain", "what it says".getBytes(UTF_8));
            page.fill("#message", "What I saw.");
            page.setInputFiles("#files", file);
            page.click("#send button");
            page.waitForSelector("#exhibit-2");
            page.click("main > [data-do=more]");
            page.setInputFiles("#files", file);
            page.click("#send button");
            page.waitForSelector("#items [data-do=anyway]:not([hidden])");
            SourcePagesIT.fits(page, language, "script-arrived-before");
            page.route(
                    "**/api/exhibits/*/finish",
                    route -> route.fulfill(answering(507, "{\"guard\":\"full\"}")));
            page.click("#items [data-do=anyway]");
            page.waitForSelector("#items [data-do=again]:not([hidden])");
            SourcePagesIT.fits(page, language, "script-full");
            page.workers()
                    .getFirst()
                    .evaluate("void setTimeout(() => reportError(new Error('broken')), 0)");
            page.waitForSelector("#items", gone());
            SourcePagesIT.fits(page, language, "script-failed");
        }
    }

    /// Comes to the first page under such circumstances, and begins if it is only then that they show.
    private void meets(
            Screen screen,
            String language,
            String name,
            String shown,
            boolean begins,
            Consumer<Page> circumstances) {
        try (BrowserContext context = screen.browser().newContext()) {
            Page page = context.newPage();
            circumstances.accept(page);
            page.navigate(stack.door("drop") + language);
            if (begins) {
                page.waitForSelector(READY);
                page.click("#begin button");
            }
            page.waitForSelector(shown);
            SourcePagesIT.fits(page, language, name);
        }
    }

    /// As in a browser without a compiler.
    private static void slowly(Page page, HttpResponse<String> worker) {
        Map<String, String> headers = new HashMap<>();
        worker.headers().map().forEach((name, values) -> headers.put(name, values.getFirst()));
        headers.keySet().removeIf(name -> name.startsWith(":") || name.equals("content-length"));
        String clock =
                "const own = performance.now.bind(performance);"
                        + " performance.now = () => 300 * own();\n";
        page.route(
                "**/assets/drop-worker.js",
                route ->
                        route.fulfill(
                                new Route.FulfillOptions()
                                        .setHeaders(headers)
                                        .setBody(clock + worker.body())));
    }

    private static Consumer<Page> refusing(int status, String guard) {
        return page ->
                page.route(
                        "**/api/intake",
                        route -> route.fulfill(answering(status, "{\"guard\":\"" + guard + "\"}")));
    }

    private static Route.FulfillOptions answering(int status, String json) {
        return new Route.FulfillOptions()
                .setStatus(status)
                .setContentType("application/json")
                .setBody(json);
    }

    private static Page.WaitForSelectorOptions gone() {
        return new Page.WaitForSelectorOptions().setState(WaitForSelectorState.DETACHED);
    }

    /// As far as the form; answers the codename.
    private String begin(Page page, String language) {
        page.navigate(stack.door("drop") + language);
        page.waitForSelector(READY);
        page.click("#begin button");
        page.waitForSelector("#word");
        String codename = page.textContent("#codename").strip();
        String asked = page.textContent("label[for=word]").replaceAll("[^1-7]", "");
        page.fill("#word", codename.split(" ")[Integer.parseInt(asked) - 1]);
        page.click("#confirm button");
        page.waitForSelector("#message");
        return codename;
    }

    private void comeBack(Page page, String codename) {
        page.navigate(stack.door("drop") + "en/return");
        page.waitForSelector(READY);
        page.fill("#codename", codename);
        page.click("#return button");
        page.waitForSelector("#lines");
    }

    private Path film() throws Exception {
        Path film = folder.resolve("film.mp4");
        Random random = new Random(FILE);
        byte[] piece = new byte[1_000_000];
        try (OutputStream out = Files.newOutputStream(film)) {
            for (int at = 0; at < FILE; at += piece.length) {
                random.nextBytes(piece);
                out.write(piece);
            }
        }
        return film;
    }

    /// As a reviewer opens it, from the export of the case.
    private Path opened(Hand rosa, CaseActs acts, String name) throws Exception {
        Path tar = folder.resolve("case.tar");
        assertThat(rosa.save("desk", "/api/cases/" + acts.caseId() + "/export", tar))
                .isEqualTo(200);
        Path to = folder.resolve("opened");
        Path passphrase =
                Files.writeString(
                        folder.resolve("passphrase"), stack.passphrase(DemoPeople.named("rosa")));
        assertThat(
                        Sigillo.run(
                                "open",
                                "--key",
                                stack.keyFile(DemoPeople.named("rosa")).toString(),
                                "--passphrase-file",
                                passphrase.toString(),
                                "--out",
                                to.toString(),
                                tar.toString()))
                .isZero();
        try (Stream<Path> files = Files.walk(to)) {
            return files.filter(it -> it.getFileName().toString().contains(name))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
