package org.sigillo.stack;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.FilePayload;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// From a source without JavaScript to a reviewer's own machine, in Chromium.
@Tag("stack")
@ExtendWith(StackExtension.class)
class StoryIT {
    private static final Path PICTURES = Path.of("target/pictures");

    private final Stack stack;
    @TempDir Path folder;

    StoryIT(Stack stack) {
        this.stack = stack;
    }

    @Test
    void a_file_goes_from_a_source_to_a_reviewers_machine() throws Exception {
        byte[] file = new byte[700_000];
        new Random(9).nextBytes(file);
        try (Playwright playwright =
                        Playwright.create(
                                new Playwright.CreateOptions()
                                        .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
                Browser browser =
                        playwright
                                .chromium()
                                .launch(
                                        new BrowserType.LaunchOptions()
                                                .setExecutablePath(Path.of(chromium()))
                                                .setArgs(List.of("--no-sandbox")))) {
            String message = "A message of the story, " + Long.toHexString(file[0] + 77L);
            send(browser, message, file);

            Page rosa = signIn(browser, "rosa");
            unlock(rosa, "rosa");
            if (rosa.locator("#link-account").count() > 0) {
                rosa.click("#link-account");
            }
            rosa.waitForSelector("#nav-cases");
            rosa.click("#nav-cases");
            openTheCaseWith(rosa, message);
            picture(rosa, "case");
            Download saved = rosa.waitForDownload(() -> rosa.click("#save-2"));
            Path copy = folder.resolve("copy");
            saved.saveAs(copy);
            assertThat(Files.readAllBytes(copy)).isEqualTo(file);
            assertThat(saved.suggestedFilename()).isEqualTo("story.bin");
        }
    }

    private void send(Browser browser, String message, byte[] file) {
        BrowserContext context =
                browser.newContext(new Browser.NewContextOptions().setJavaScriptEnabled(false));
        Page page = context.newPage();
        page.navigate(stack.door("drop") + "en/");
        page.click("main button");
        String[] words = page.textContent("#codename").strip().split(" ");
        Matcher number = Pattern.compile("word number ([1-7])").matcher(page.textContent("main"));
        assertThat(number.find()).isTrue();
        page.fill("#word", words[Integer.parseInt(number.group(1)) - 1]);
        page.click("main button");
        page.fill("#message", message);
        page.setInputFiles(
                "#files", new FilePayload("story.bin", "application/octet-stream", file));
        page.setViewportSize(320, 900);
        picture(page, "form");
        page.click("main button");
        page.waitForURL("**/en/case");
        picture(page, "arrived");
        assertThat(page.textContent("main")).contains("File 2", "700,000 bytes");
        context.close();
    }

    private void openTheCaseWith(Page page, String message) {
        page.waitForSelector("[data-testid^=case-] a");
        int cases = page.locator("[data-testid^=case-] a").count();
        for (int i = 0; i < cases; i++) {
            page.locator("[data-testid^=case-] a").nth(i).click();
            page.waitForSelector("#open-case, [data-testid=exhibit-1]");
            if (page.locator("#open-case").count() > 0) {
                page.click("#open-case");
            }
            page.waitForSelector("[data-testid=exhibit-1]");
            if (page.textContent("main").contains("story.bin")) {
                page.locator("[data-testid=message]")
                        .filter(new Locator.FilterOptions().setHasText(message))
                        .waitFor();
                return;
            }
            page.click("#nav-cases");
            page.waitForSelector("[data-testid^=case-] a");
        }
        throw new AssertionError("no case has the file");
    }

    private Page signIn(Browser browser, String name) {
        Page page = browser.newContext(new Browser.NewContextOptions().setLocale("en")).newPage();
        page.navigate(stack.door("desk").toString());
        page.fill("#username", name);
        page.fill("#password", "sigillo-demo-" + name);
        page.click("#kc-login");
        page.waitForURL(stack.door("desk") + "**");
        return page;
    }

    private void unlock(Page page, String name) {
        page.waitForSelector("#key-file, #to-unlock");
        if (page.locator("#key-file").count() == 0) {
            page.click("#to-unlock");
        }
        page.setInputFiles("#key-file", stack.data().path("keys").resolve(name + ".age"));
        page.fill("#passphrase", "sigillo-key-" + name);
        page.click("#unlock");
        page.waitForSelector("#lock");
    }

    private static void picture(Page page, String name) {
        page.screenshot(
                new Page.ScreenshotOptions()
                        .setPath(PICTURES.resolve(name + ".png"))
                        .setFullPage(true));
    }

    private static String chromium() {
        String given = System.getenv("SIGILLO_CHROMIUM");
        return given == null ? "/usr/bin/chromium" : given;
    }
}
