package org.sigillo.stack;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sigillo.intake.SourceBrowser;
import org.sigillo.intake.SourceBrowser.Part;

/// A source fetches receipts of what it sent and checks them on the page for it, which asks nobody.
@Tag("stack")
@Tag("sources")
@ExtendWith(StackExtension.class)
class ReceiptPageIT {
    private final Stack stack;
    @TempDir Path folder;

    ReceiptPageIT(Stack stack) {
        this.stack = stack;
    }

    @Test
    void a_real_receipt_holds_there_for_the_file_that_was_sent_and_for_no_other() throws Exception {
        byte[] content = "what was in the safe".getBytes(StandardCharsets.UTF_8);
        String codename;
        try (SourceBrowser source = new SourceBrowser(stack)) {
            codename = source.begin();
            assertThat(
                            source.submit(Part.message("Look."), Part.file("safe.txt", content))
                                    .statusCode())
                    .isEqualTo(303);
            assertThat(source.get("/en/before").body()).contains("href=\"/en/check\"");
        }
        Path copy = Files.write(folder.resolve("safe.txt"), content);
        Path other = Files.writeString(folder.resolve("other.txt"), "something else");
        try (Screen screen = new Screen(stack);
                BrowserContext context = screen.browser().newContext()) {
            Page page = context.newPage();
            Path plain = plain(stack, page, codename, 2, folder.resolve("2.tlog-proof"));
            Path sealed = folder.resolve("2.age");
            page.waitForDownload(() -> page.click("#exhibit-2 [data-do=sealed]")).saveAs(sealed);

            Page check = page.waitForPopup(() -> page.click("#exhibit-2 .receipts a"));
            check.waitForSelector("#receipt");
            List<String> asked = new ArrayList<>();
            check.onRequest(request -> asked.add(request.url()));
            assertThat(says(check, plain, copy))
                    .isEqualTo("The receipt holds, and this is the file");
            assertThat(check.textContent("#steps")).contains("audit.localhost/log");
            SourcePagesIT.fits(check, "en", "check-same");
            assertThat(says(check, plain, other))
                    .isEqualTo("The receipt holds, but this is another file");
            assertThat(says(check, copy, copy)).isEqualTo("This is no receipt");
            check.setInputFiles("#receipt", sealed);
            check.fill("#codename", codename.toUpperCase(java.util.Locale.ROOT));
            check.setInputFiles("#copy", copy);
            check.click("#go");
            check.waitForSelector("#verdict >> text=The receipt holds, and this is the file");
            String text = Files.readString(plain);
            int at = text.indexOf("\nindex ");
            Path altered =
                    Files.writeString(
                            folder.resolve("altered"),
                            text.substring(0, at) + "\nindex 1" + text.substring(at + 7));
            assertThat(says(check, altered, copy)).isEqualTo("This receipt does not hold");
            assertThat(asked).as("nothing is asked of anybody").isEmpty();
            assertThat(check.evaluate("fetch('/api/intake').then(() => 'asked', () => 'refused')"))
                    .isEqualTo("refused");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"en", "fr", "de", "it"})
    void it_is_for_everybody(String language) throws Exception {
        Path vector = Path.of("src/test/resources/vectors/receipt/own.tlog-proof");
        try (Screen screen = new Screen(stack);
                BrowserContext context = screen.browser().newContext()) {
            Page page = context.newPage();
            page.navigate(stack.door("drop") + language + "/check");
            page.waitForSelector("#receipt");
            assertThat(page.textContent("#log")).isEqualTo(page.textContent("#genesis"));
            SourcePagesIT.fits(page, language, "check");
            says(page, vector, vector);
            assertThat(page.textContent("#why")).contains("audit.example/log-1");
            SourcePagesIT.fits(page, language, "check-other-log");
        }
    }

    @Test
    void without_script_it_names_the_command_and_takes_nothing_in() throws Exception {
        try (Screen screen = new Screen(stack);
                BrowserContext context =
                        screen.browser()
                                .newContext(
                                        new Browser.NewContextOptions()
                                                .setJavaScriptEnabled(false))) {
            Page page = context.newPage();
            page.navigate(stack.door("drop") + "en/check");
            assertThat(page.locator("input, form, button").count()).isZero();
            assertThat(page.textContent("main")).contains("--genesis genesis.json --file film.mp4");
            Path genesis = folder.resolve("genesis.json");
            page.waitForDownload(() -> page.click("a[download]")).saveAs(genesis);
            assertThat(Files.mismatch(genesis, stack.genesis())).isEqualTo(-1);
            assertThat(context.cookies()).isEmpty();
        }
    }

    /// A source comes back with script, and fetches the receipt of an exhibit.
    static Path plain(Stack stack, Page page, String codename, int number, Path to) {
        page.navigate(stack.door("drop") + "en/return");
        page.waitForSelector("#by-script:not([hidden])");
        page.fill("#codename", codename);
        page.click("#return button");
        // Other tests' events wait for the beat, too.
        page.waitForSelector(
                "#exhibit-" + number + " .receipts:not([hidden]) summary",
                new Page.WaitForSelectorOptions().setTimeout(180_000));
        page.click("#exhibit-" + number + " .receipts summary");
        page.check("#wish-" + number);
        page.waitForDownload(() -> page.click("#exhibit-" + number + " [data-do=plain]"))
                .saveAs(to);
        return to;
    }

    static String says(Page page, Path receipt, Path copy) {
        page.setInputFiles("#receipt", receipt);
        page.setInputFiles("#copy", copy);
        page.click("#go");
        page.waitForSelector("#verdict");
        return page.textContent("#verdict");
    }
}
