package org.sigillo.stack;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.Proxy;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.sigillo.bytes.Sha256;
import org.sigillo.cli.Sigillo;

/// The whole story in Chromium: a source without JavaScript sends; a reviewer opens; a colleague is
/// enrolled and let in; editors approve; the public reads, without JavaScript; an auditor verifies.
/// Then everything that the server keeps is searched for what it must not keep.
@Tag("stack")
@ExtendWith(StackExtension.class)
class StoryIT {
    private static final Path DATA = Path.of("src/test/resources/data/tika");
    private static final String MARK = Long.toHexString(new Random().nextLong());
    private static final String SECRET = "never-to-be-plain-" + MARK;
    private static final String AGENT = "SourceAgent/" + MARK;
    private static final String FORWARDED = "198.51.100.77-" + MARK;
    private static final String NINA = "five words are good enough here";
    private static final long GIB = 1L << 30;

    private final Stack stack;
    @TempDir Path folder;

    StoryIT(Stack stack) {
        this.stack = stack;
    }

    @Test
    void from_a_source_to_the_public_and_the_auditor() throws Exception {
        Path document = DATA.resolve("testPDF.pdf");
        Path photo = Files.copy(DATA.resolve("testJPEG_EXIF.jpg"), folder.resolve(SECRET + ".jpg"));
        Path large = large(folder.resolve("dump.bin"));
        try (Screen screen = new Screen(stack);
                SourceProxy proxy = new SourceProxy(stack.port(), FORWARDED)) {
            send(screen.browser(), proxy, List.of(document, photo, large));

            Page rosa = screen.atWork("rosa");
            open(rosa);
            Screen.picture(rosa, "case");
            String caseAddress = rosa.url();
            assertThat(Sha256.of(Files.readAllBytes(saved(rosa, "2", "testPDF.pdf"))))
                    .isEqualTo(Sha256.of(Files.readAllBytes(document)));
            Path again = saved(rosa, "4", "dump.bin");
            assertThat(Files.mismatch(again, large)).isEqualTo(-1);
            Files.delete(again);

            Page nina = enrolled(screen);
            String person =
                    nina.evaluate("async () => (await (await fetch('/api/me')).json()).person")
                            .toString();
            confirm(rosa, person);
            Page remy = screen.atWork("remy");
            confirm(remy, person);
            letIn(rosa, caseAddress, person);
            nina.reload();
            screen.unlock(nina, folder.resolve("nina.age"), NINA);
            open(nina);
            nina.locator("[data-testid=message]")
                    .filter(new Locator.FilterOptions().setHasText(SECRET))
                    .waitFor();
            Screen.picture(nina, "case-of-a-colleague");

            String release = propose(rosa, caseAddress);
            Page elena = screen.atWork("elena");
            Page emile = screen.atWork("emile");
            approve(elena, release);
            Screen.picture(elena, "approved");
            approve(emile, release);
            elena.click("#again");
            elena.click("#publish");
            elena.waitForSelector("#published-page");
            Screen.picture(elena, "published");

            Path tar = read(screen.browser(), elena.getAttribute("#published-page", "href"));
            String genesis = stack.genesis().toString();
            String policy = stack.witnessPolicy().toString();
            assertThat(
                            Sigillo.run(
                                    "verify",
                                    "--release",
                                    tar.toString(),
                                    "--genesis",
                                    genesis,
                                    "--policy",
                                    policy))
                    .isZero();
            // Nobody is believed as a witness unless one says whom.
            assertThat(Sigillo.run("verify", "--release", tar.toString(), "--genesis", genesis))
                    .isEqualTo(4);
            bySha256sum(tar, release);
            audited(genesis);
        }
        nothingIsKept();
    }

    private void send(Browser browser, SourceProxy proxy, List<Path> files) {
        BrowserContext context =
                browser.newContext(
                        new Browser.NewContextOptions()
                                .setJavaScriptEnabled(false)
                                .setUserAgent(AGENT)
                                .setProxy(new Proxy(proxy.address()).setBypass("<-loopback>")));
        Page page = context.newPage();
        page.setDefaultTimeout(180_000);
        page.navigate(stack.door("drop") + "en/");
        page.click("main button");
        String[] words = page.textContent("#codename").strip().split(" ");
        Matcher number = Pattern.compile("word number ([1-7])").matcher(page.textContent("main"));
        assertThat(number.find()).isTrue();
        page.fill("#word", words[Integer.parseInt(number.group(1)) - 1]);
        page.click("main button");
        page.fill("#message", "Please look at the letter. " + SECRET);
        page.setInputFiles("#files", files.toArray(Path[]::new));
        page.setViewportSize(320, 900);
        Screen.picture(page, "form");
        page.click("main button");
        page.waitForURL("**/en/case");
        Screen.picture(page, "arrived");
        assertThat(page.textContent("main")).contains("Message 1", "File 4", "1,073,741,824 bytes");
        assertThat(page.content()).doesNotContain(SECRET);
        context.close();
    }

    private static void open(Page page) {
        page.click("#nav-cases");
        page.waitForSelector("[data-testid^=case-] a");
        int cases = page.locator("[data-testid^=case-] a").count();
        for (int i = 0; i < cases; i++) {
            page.locator("[data-testid^=case-] a").nth(i).click();
            openThis(page);
            if (page.textContent("main").contains(SECRET)) {
                return;
            }
            page.click("#nav-cases");
            page.waitForSelector("[data-testid^=case-] a");
        }
        throw new AssertionError("no case has the message");
    }

    private static void openThis(Page page) {
        page.waitForSelector("#open-case, [data-testid=exhibit-1]");
        if (page.locator("#open-case").count() > 0) {
            page.click("#open-case");
        }
        page.waitForSelector("[data-testid=exhibit-1]");
        page.waitForSelector("[data-testid=message], #save-1");
    }

    private Path saved(Page page, String number, String name) {
        Download download =
                page.waitForDownload(
                        new Page.WaitForDownloadOptions().setTimeout(300_000),
                        () -> page.click("#save-" + number));
        Path copy = folder.resolve("saved-" + name);
        download.saveAs(copy);
        assertThat(download.suggestedFilename()).isEqualTo(name);
        return copy;
    }

    private Page enrolled(Screen screen) {
        Page nina = screen.signIn("nina");
        nina.click("#to-enrol");
        nina.fill("#new-passphrase", NINA);
        nina.fill("#again-passphrase", NINA);
        nina.click("#make-keys");
        nina.waitForSelector("#save-key-file");
        Download keys = nina.waitForDownload(() -> nina.click("#save-key-file"));
        keys.saveAs(folder.resolve("nina.age"));
        nina.check("#key-file-saved");
        nina.click("#enrol");
        nina.waitForSelector("[data-testid=enrolled]");
        Screen.picture(nina, "enrolled");
        return nina;
    }

    private static void confirm(Page page, String person) {
        page.click("#nav-people");
        page.waitForSelector("[data-testid=person-" + person + "]");
        for (int i = 0; i < 30 && page.locator("#compared-" + person).count() == 0; i++) {
            page.waitForTimeout(1_000);
            page.click("#again");
            page.waitForSelector("[data-testid=person-" + person + "]");
        }
        page.check("#compared-" + person);
        Screen.picture(page, "confirm");
        page.click("#confirm-" + person);
        page.waitForSelector("[data-testid=status] .said");
    }

    /// Rosa's grant needs the confirmations to be published.
    private static void letIn(Page page, String caseAddress, String person) {
        for (int i = 0; i < 30; i++) {
            page.click("#nav-cases");
            page.evaluate("address => { location.hash = new URL(address).hash }", caseAddress);
            openThis(page);
            if (page.locator("#grant-" + person).count() > 0) {
                page.click("#grant-" + person);
                page.waitForCondition(() -> page.locator("#grant-" + person).count() == 0);
                return;
            }
            page.waitForTimeout(1_000);
        }
        throw new AssertionError("the colleague cannot be let in");
    }

    private static String propose(Page rosa, String caseAddress) {
        rosa.click("#nav-cases");
        rosa.evaluate("address => { location.hash = new URL(address).hash }", caseAddress);
        openThis(rosa);
        rosa.check("#use-2");
        rosa.click("#to-propose");
        rosa.fill("#release-title", "The letter of March");
        rosa.fill("#release-reason", "It shows who knew, and when.");
        rosa.fill("#release-countries", "FR");
        rosa.fill("#item-name-0", "letter of März 100%.pdf");
        Screen.picture(rosa, "propose");
        rosa.click("#propose");
        rosa.waitForSelector("[data-testid=release-state]");
        return rosa.url().replaceAll(".*/", "");
    }

    private static void approve(Page page, String release) {
        page.click("#nav-releases");
        page.click("[data-testid=release-" + release + "] a");
        page.click("#open-release");
        page.waitForSelector("[data-testid=manifest]");
        assertThat(page.textContent("[data-testid=manifest]")).contains("The letter of March");
        Screen.picture(page, "manifest");
        page.click("#approve");
        page.waitForCondition(() -> page.locator("#approve").count() == 0);
    }

    /// As anybody, without JavaScript; gives the whole package.
    private Path read(Browser browser, String address) throws IOException {
        BrowserContext context =
                browser.newContext(
                        new Browser.NewContextOptions()
                                .setJavaScriptEnabled(false)
                                .setLocale("de"));
        Page page = context.newPage();
        page.navigate(address);
        page.setViewportSize(320, 900);
        Screen.picture(page, "release");
        assertThat(page.textContent("main"))
                .contains("The letter of March", "It shows who knew", "Veröffentlicht am");
        Download file = page.waitForDownload(() -> page.click("#item-1 a"));
        Path copy = folder.resolve("letter");
        file.saveAs(copy);
        assertThat(file.suggestedFilename()).isEqualTo("letter of März 100%.pdf");
        assertThat(Files.mismatch(copy, DATA.resolve("testPDF.pdf"))).isEqualTo(-1);
        Download whole = page.waitForDownload(() -> page.click("#package"));
        Path tar = folder.resolve("release.tar");
        whole.saveAs(tar);
        page.click("header a");
        assertThat(page.textContent("main")).contains("The letter of March");
        Screen.picture(page, "releases");
        context.close();
        return tar;
    }

    /// By tools that everybody has.
    private void bySha256sum(Path tar, String release) throws Exception {
        Process process =
                new ProcessBuilder(
                                "sh",
                                "-c",
                                "tar -xf \"$1\" -C \"$2\" && cd \"$2/$3\" && sha256sum -c"
                                        + " tagmanifest-sha256.txt && sed 's/%25/%/g'"
                                        + " manifest-sha256.txt | sha256sum -c",
                                "sh",
                                tar.toString(),
                                folder.toString(),
                                release)
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        assertThat(
                        Sigillo.run(
                                "verify",
                                "--release",
                                folder.resolve(release).toString(),
                                "--genesis",
                                stack.genesis().toString(),
                                "--policy",
                                stack.witnessPolicy().toString()))
                .isZero();
    }

    private void audited(String genesis) throws Exception {
        try (Hand aldo = new Hand(stack, "aldo")) {
            aldo.link();
            HttpResponse<byte[]> export =
                    aldo.octets("GET", "desk", "/api/ledger/export", new byte[0]);
            assertThat(export.statusCode()).isEqualTo(200);
            Path tar = Files.write(folder.resolve("ledger.tar"), export.body());
            assertThat(Sigillo.run("verify", "--export", tar.toString(), "--genesis", genesis))
                    .isZero();
        }
        assertThat(
                        Sigillo.run(
                                "verify",
                                "--url",
                                stack.door("audit") + "log/",
                                "--genesis",
                                genesis))
                .isZero();
    }

    private void nothingIsKept() throws Exception {
        Sweep sweep = new Sweep(stack);
        for (String kept : List.of(SECRET, AGENT, FORWARDED, SourceProxy.ADDRESS)) {
            assertThat(sweep.find(kept)).as(kept).isEmpty();
        }
        String planted = "planted-" + MARK;
        Path log = Files.writeString(stack.data().path("logs").resolve("planted.log"), planted);
        Path sealed =
                Files.write(stack.data().path("vault").resolve("planted"), planted.getBytes());
        try (Connection connection = stack.asSuperuser().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE planted AS SELECT '" + planted + "'::bytea AS found");
            assertThat(sweep.find(planted))
                    .contains("logs/planted.log", "vault/planted", "planted.found");
            statement.execute("DROP TABLE planted");
        }
        Files.delete(log);
        Files.delete(sealed);
    }

    private static Path large(Path path) throws IOException {
        Random random = new Random(11);
        byte[] block = new byte[1 << 20];
        try (OutputStream out = Files.newOutputStream(path)) {
            for (long left = GIB; left > 0; left -= block.length) {
                random.nextBytes(block);
                out.write(block);
            }
        }
        return path;
    }
}
