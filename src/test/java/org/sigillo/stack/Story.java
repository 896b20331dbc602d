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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sigillo.bytes.Sha256;
import org.sigillo.cli.Sigillo;

/// The whole story in Chromium: a source without JavaScript sends; a reviewer opens; a colleague is
/// enrolled and let in; editors approve; the public reads, without JavaScript; an auditor verifies.
final class Story {
    private static final Path DATA = Path.of("src/test/resources/data/tika");
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String NINA = "five words are good enough here";

    private final Newsroom newsroom;
    private final Path folder;
    private final String secret;
    private final String agent;
    private final String forwarded;

    /// @param folder where people keep what they have
    /// @param mark is in all that the server must not keep
    Story(Newsroom newsroom, Path folder, String mark) {
        this.newsroom = newsroom;
        this.folder = folder;
        this.secret = "never-to-be-plain-" + mark;
        this.agent = "SourceAgent/" + mark;
        this.forwarded = "198.51.100.77-" + mark;
    }

    /// What of the source must be found nowhere afterwards.
    List<String> traces() {
        return List.of(secret, agent, forwarded, SourceProxy.ADDRESS);
    }

    /// @param size octets of the largest file
    /// @param policy what `sigillo verify --release` is told of witnesses
    /// @param code with which it leaves: 4 where there are no witnesses
    /// @return the package that was released
    Path run(long size, List<String> policy, int code) throws Exception {
        Path document = DATA.resolve("testPDF.pdf");
        Path photo = Files.copy(DATA.resolve("testJPEG_EXIF.jpg"), folder.resolve(secret + ".jpg"));
        Path large = large(folder.resolve("dump.bin"), size);
        try (Screen screen = new Screen(newsroom);
                SourceProxy proxy = new SourceProxy(newsroom.application().getPort(), forwarded)) {
            send(screen.browser(), proxy, List.of(document, photo, large), size);

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
                    .filter(new Locator.FilterOptions().setHasText(secret))
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
            verified(code, List.of("--release", tar.toString()), policy);
            bySha256sum(tar, release);
            verified(code, List.of("--release", folder.resolve(release).toString()), policy);
            audited();
            return tar;
        }
    }

    private void verified(int code, List<String> what, List<String> more) {
        List<String> command = new ArrayList<>(List.of("verify"));
        command.addAll(what);
        command.addAll(List.of("--genesis", newsroom.genesis().toString()));
        command.addAll(more);
        assertThat(Sigillo.run(command.toArray(String[]::new))).as("%s", command).isEqualTo(code);
    }

    private void send(Browser browser, SourceProxy proxy, List<Path> files, long size) {
        BrowserContext context =
                browser.newContext(
                        new Browser.NewContextOptions()
                                .setJavaScriptEnabled(false)
                                .setUserAgent(agent)
                                .setProxy(new Proxy(proxy.address()).setBypass("<-loopback>")));
        Page page = context.newPage();
        page.setDefaultTimeout(180_000);
        page.navigate(newsroom.door("drop") + "en/");
        page.click("main button");
        String[] words = page.textContent("#codename").strip().split(" ");
        Matcher number = Pattern.compile("word number ([1-7])").matcher(page.textContent("main"));
        assertThat(number.find()).isTrue();
        page.fill("#word", words[Integer.parseInt(number.group(1)) - 1]);
        page.click("main button");
        page.fill("#message", "Please look at the letter. " + secret);
        page.setInputFiles("#files", files.toArray(Path[]::new));
        page.setViewportSize(320, 900);
        Screen.picture(page, "form");
        page.click("main button");
        page.waitForURL("**/en/case");
        Screen.picture(page, "arrived");
        assertThat(page.textContent("main"))
                .contains("Message 1", "File 4", String.format(Locale.ROOT, "%,d", size));
        assertThat(page.content()).doesNotContain(secret);
        context.close();
    }

    private void open(Page page) {
        page.click("#nav-cases");
        page.waitForSelector("[data-testid^=case-] a");
        int cases = page.locator("[data-testid^=case-] a").count();
        for (int i = 0; i < cases; i++) {
            page.locator("[data-testid^=case-] a").nth(i).click();
            openThis(page);
            if (page.textContent("main").contains(secret)) {
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

    private Page enrolled(Screen screen) throws IOException, InterruptedException {
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

    /// What is compared must be published first, and so must the confirmation for whoever looks at it next. The newest word of
    /// the page may be one of before: only that this person's own signature is asked for no longer tells that it counts.
    private void confirm(Page page, String person) {
        page.click("#nav-people");
        until(page, "[data-testid=person-" + person + "] #compared-" + person);
        page.check("#compared-" + person);
        Screen.picture(page, "confirm");
        page.click("#confirm-" + person);
        page.waitForCondition(
                () -> page.textContent("[data-testid=status]").startsWith("Signed: "));
    }

    /// Rosa's grant needs the confirmations to be published.
    private void letIn(Page page, String caseAddress, String person) {
        page.click("#nav-cases");
        page.evaluate("address => { location.hash = new URL(address).hash }", caseAddress);
        openThis(page);
        until(page, "#grant-" + person);
        page.click("#grant-" + person);
        page.waitForCondition(() -> page.locator("#grant-" + person).count() == 0);
    }

    /// Asks the page again until it has what a checkpoint to come brings: a beat or two, longer where other work holds the
    /// processors.
    private void until(Page page, String wanted) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (page.locator(wanted).count() == 0) {
            if (System.nanoTime() > end) {
                throw new AssertionError(
                        "%s is not on the page after %s:%n%s"
                                .formatted(wanted, PATIENCE, page.innerText("main")));
            }
            page.waitForTimeout(1_000);
            page.click("#again");
        }
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
    }

    private void audited() throws Exception {
        try (Hand aldo = new Hand(newsroom, "aldo")) {
            aldo.link();
            HttpResponse<byte[]> export =
                    aldo.octets("GET", "desk", "/api/ledger/export", new byte[0]);
            assertThat(export.statusCode()).isEqualTo(200);
            Path tar = Files.write(folder.resolve("ledger.tar"), export.body());
            verified(0, List.of("--export", tar.toString()), List.of());
        }
        verified(0, List.of("--url", newsroom.door("audit") + "log/"), List.of());
    }

    private static Path large(Path path, long size) throws IOException {
        Random random = new Random(11);
        byte[] block = new byte[1 << 20];
        try (OutputStream out = Files.newOutputStream(path)) {
            for (long left = size; left > 0; left -= block.length) {
                random.nextBytes(block);
                out.write(block);
            }
        }
        return path;
    }
}
