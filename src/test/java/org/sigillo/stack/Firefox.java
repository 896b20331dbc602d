package org.sigillo.stack;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.TimeoutError;
import com.microsoft.playwright.options.WaitForSelectorState;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// Debian's Firefox ESR, set as Tor Browser sets it at its safest level, and what a source does in it.
///
/// Playwright speaks WebDriver BiDi with it. Its own scripts still run in a page, but nothing in a page ever
/// wakes them: what waits for a timer, a frame or a promise there would wait for ever. So nothing is clicked or
/// filled in, which waits for frames; a source comes by the keyboard.
final class Firefox implements AutoCloseable {
    /// What Tor Browser has at this level and concerns a page without scripts, sound or pictures of its own.
    private static final Map<String, Object> SAFEST =
            Map.of(
                    "javascript.enabled", false,
                    "svg.disabled", true,
                    "mathml.disabled", true,
                    "gfx.downloadable_fonts.enabled", false,
                    "privacy.resistFingerprinting", true);

    /// In milliseconds.
    private static final int PATIENCE = 60_000;

    private static final int PICTURE = 10_000;

    /// Of a telephone.
    private static final int WIDTH = 320;

    private final Playwright playwright;
    private final Browser browser;

    private Firefox(Map<String, Object> besides) {
        // A picture would wait for the promise that the page's fonts are there.
        this.playwright =
                Playwright.create(
                        new Playwright.CreateOptions()
                                .setEnv(
                                        Map.of(
                                                "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD",
                                                "1",
                                                "PW_TEST_SCREENSHOT_NO_FONTS_READY",
                                                "1")));
        Map<String, Object> preferences = new HashMap<>(SAFEST);
        preferences.putAll(besides);
        this.browser =
                playwright
                        .firefox()
                        .launch(
                                new BrowserType.LaunchOptions()
                                        .setChannel("moz-firefox")
                                        .setExecutablePath(Path.of(program()))
                                        .setFirefoxUserPrefs(preferences));
    }

    static Firefox start() {
        return new Firefox(Map.of());
    }

    /// One that finds every host, an onion service's as well, through this proxy for http.
    static Firefox behind(SourceProxy proxy) {
        return new Firefox(
                Map.of(
                        "network.proxy.type",
                        1,
                        "network.proxy.http",
                        "127.0.0.1",
                        "network.proxy.http_port",
                        proxy.port(),
                        "network.proxy.no_proxies_on",
                        "",
                        "network.dns.blockDotOnion",
                        false));
    }

    Source source() {
        BrowserContext context =
                browser.newContext(new Browser.NewContextOptions().setViewportSize(WIDTH, 800));
        Page page = context.newPage();
        page.setDefaultTimeout(PATIENCE);
        return new Source(context, page);
    }

    private static String program() {
        String given = System.getenv("SIGILLO_FIREFOX");
        return given == null ? "/usr/bin/firefox-esr" : given;
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }

    /// One window, with nothing kept from any before.
    record Source(BrowserContext context, Page page) implements AutoCloseable {
        void goTo(String address) {
            page.navigate(address);
        }

        /// Waits until the page has this. Not until it is seen: nobody could tell.
        Source on(String selector) {
            page.waitForSelector(
                    selector,
                    new Page.WaitForSelectorOptions().setState(WaitForSelectorState.ATTACHED));
            return this;
        }

        boolean has(String selector) {
            return read(() -> page.locator(selector).count()) > 0;
        }

        String text(String selector) {
            return page.locator(selector).textContent().strip();
        }

        List<String> texts(String selector) {
            return read(() -> page.locator(selector).allTextContents()).stream()
                    .map(String::strip)
                    .toList();
        }

        String content() {
            return read(page::content);
        }

        /// A page that renews itself may do so while it is read: it is read again then.
        private static <T> T read(Supplier<T> what) {
            for (int left = 3; ; left--) {
                try {
                    return what.get();
                } catch (PlaywrightException e) {
                    if (left == 0 || !String.valueOf(e.getMessage()).contains("navigation")) {
                        throw e;
                    }
                }
            }
        }

        Source type(String selector, String text) {
            Locator field = page.locator(selector);
            field.focus();
            page.keyboard().insertText(text);
            return this;
        }

        Source choose(String selector, Path... files) {
            page.setInputFiles(selector, files);
            return this;
        }

        Source press(String button) {
            page.locator(button).focus();
            page.keyboard().press("Enter");
            return this;
        }

        /// Confirms the codename that the page shows by the word that it asks for; answers the codename.
        String confirm() {
            String codename = text("#codename");
            String asked = text("label[for=word]").replaceAll("[^1-7]", "");
            type("#word", codename.split("\\s+")[Integer.parseInt(asked) - 1]);
            press("main form button:not(.quiet)");
            return codename;
        }

        /// How wide the page is, in pixels.
        int width() {
            return (int) page.evaluate("document.documentElement.scrollWidth");
        }

        /// For whoever looks at it later; what is tested does not hang on it. Where no script runs, the driver may wait for a
        /// frame that never comes.
        void picture(String name) {
            page.setDefaultTimeout(PICTURE);
            try {
                Screen.picture(page, "firefox-" + name + "-" + WIDTH);
            } catch (TimeoutError e) {
                System.out.println("Firefox: no picture of " + name);
            } finally {
                page.setDefaultTimeout(PATIENCE);
            }
        }

        boolean fits() {
            return width() <= WIDTH;
        }

        @Override
        public void close() {
            context.close();
        }
    }
}
