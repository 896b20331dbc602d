package org.sigillo.stack;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.TimeoutError;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Debian's Chromium, and what the newsroom's people do in it.
public final class Screen implements AutoCloseable {
    private static final Path PICTURES = Path.of("target/pictures");

    private final Newsroom newsroom;
    private final Playwright playwright;
    private final Browser browser;

    public Screen(Newsroom newsroom) {
        this.newsroom = newsroom;
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

    public Browser browser() {
        return browser;
    }

    /// A page of somebody who signed in at the identity provider.
    Page signIn(String name) throws IOException, InterruptedException {
        DemoPeople.Person person = DemoPeople.named(name);
        Page page = browser.newContext(new Browser.NewContextOptions().setLocale("en")).newPage();
        page.setDefaultTimeout(60_000);
        page.navigate(newsroom.door("desk").toString());
        page.fill("#username", name);
        page.fill("#password", newsroom.password(person));
        page.click("#kc-login");
        Optional<Authenticator> asked = newsroom.authenticator(person);
        if (asked.isPresent()) {
            proveBy(asked.get(), page);
        }
        page.waitForURL(newsroom.door("desk") + "**");
        return page;
    }

    /// The second factor, which is set up at the first time.
    private static void proveBy(Authenticator authenticator, Page page)
            throws IOException, InterruptedException {
        page.waitForSelector("#otp, #totp");
        if (page.locator("#totp").count() == 0) {
            page.fill("#otp", authenticator.code());
            page.click("#kc-login");
            return;
        }
        authenticator.setUp(page.getAttribute("[name=totpSecret]", "value"));
        page.fill("#totp", authenticator.code());
        page.fill("#userLabel", "test");
        page.click("#saveTOTPBtn");
    }

    /// Signs in, unlocks the key file, and links the account at the first time.
    Page atWork(String name) throws IOException, InterruptedException {
        DemoPeople.Person person = DemoPeople.named(name);
        Page page = signIn(name);
        unlock(page, newsroom.keyFile(person), newsroom.passphrase(person));
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

    /// Of a page that may be loading itself anew at this moment.
    static void picture(Page page, String name) {
        Page.ScreenshotOptions whole =
                new Page.ScreenshotOptions()
                        .setPath(PICTURES.resolve(name + ".png"))
                        .setFullPage(true);
        for (int attempt = 1; ; attempt++) {
            try {
                page.screenshot(whole);
                return;
            } catch (PlaywrightException e) {
                if (attempt == 3 || e instanceof TimeoutError) {
                    throw e;
                }
                page.waitForTimeout(500);
            }
        }
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
