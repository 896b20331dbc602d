package org.sigillo.stack;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Debian's Chromium, and what the newsroom's people do in it.
final class Screen implements AutoCloseable {
    private static final Path PICTURES = Path.of("target/pictures");

    private final Stack stack;
    private final Playwright playwright;
    private final Browser browser;

    Screen(Stack stack) {
        this.stack = stack;
        this.playwright =
                Playwright.create(
                        new Playwright.CreateOptions()
                                .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        this.browser =
                playwright
                        .chromium()
                        .launch(
                                new BrowserType.LaunchOptions()
                                        .setExecutablePath(Path.of(chromium()))
                                        .setArgs(List.of("--no-sandbox")));
    }

    Browser browser() {
        return browser;
    }

    /// A page of somebody who signed in at the identity provider.
    Page signIn(String name) {
        Page page = browser.newContext(new Browser.NewContextOptions().setLocale("en")).newPage();
        page.setDefaultTimeout(60_000);
        page.navigate(stack.door("desk").toString());
        page.fill("#username", name);
        page.fill("#password", "sigillo-demo-" + name);
        page.click("#kc-login");
        page.waitForURL(stack.door("desk") + "**");
        return page;
    }

    /// Signs in, unlocks the key file, and links the account at the first time.
    Page atWork(String name) {
        Page page = signIn(name);
        unlock(page, stack.data().path("keys").resolve(name + ".age"), "sigillo-key-" + name);
        if (page.locator("#link-account").count() > 0) {
            page.click("#link-account");
        }
        page.waitForSelector("#nav-releases");
        return page;
    }

    void unlock(Page page, Path keyFile, String passphrase) {
        page.waitForSelector("#key-file, #to-unlock");
        if (page.locator("#key-file").count() == 0) {
            page.click("#to-unlock");
        }
        page.setInputFiles("#key-file", keyFile);
        page.fill("#passphrase", passphrase);
        page.click("#unlock");
        page.waitForSelector("#lock");
    }

    static void picture(Page page, String name) {
        page.screenshot(
                new Page.ScreenshotOptions()
                        .setPath(PICTURES.resolve(name + ".png"))
                        .setFullPage(true));
    }

    private static String chromium() {
        String given = System.getenv("SIGILLO_CHROMIUM");
        return given == null ? "/usr/bin/chromium" : given;
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
