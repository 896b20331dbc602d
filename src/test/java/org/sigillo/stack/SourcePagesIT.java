package org.sigillo.stack;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.FilePayload;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sigillo.docket.CaseActs;

/// Every page that a source can meet without script, in each language: for people who use a keyboard or a screen reader, and
/// on a telephone as on a desk.
@Tag("stack")
@Tag("sources")
@ExtendWith(StackExtension.class)
class SourcePagesIT {
    private static final List<Integer> WIDTHS = List.of(1280, 768, 320);

    private final Stack stack;

    SourcePagesIT(Stack stack) {
        this.stack = stack;
    }

    @ParameterizedTest
    @ValueSource(strings = {"en", "fr", "de", "it"})
    void are_for_everybody(String language) throws Exception {
        try (Hand rosa = new Hand(stack, "rosa");
                Hand remy = new Hand(stack, "remy");
                Screen screen = new Screen(stack);
                BrowserContext context = screen.browser().newContext()) {
            rosa.link();
            remy.link();
            Set<String> before = CaseActs.casesOf(rosa);
            // As if the browser ran none; a test must still ask the page.
            context.route("**/assets/drop.js", Route::abort);
            Page page = context.newPage();
            String door = stack.door("drop") + language;
            page.navigate(door);
            fits(page, language, "start");
            page.navigate(door + "/before");
            String bytes = language.equals("fr") ? "o" : "B";
            assertThat(page.locator("dl.times dt").allTextContents())
                    .containsExactly(
                            "100 M" + bytes, "500 M" + bytes, "1 G" + bytes, "20 G" + bytes);
            fits(page, language, "before");
            page.navigate(door + "/return");
            fits(page, language, "return");
            page.fill("#codename", "one two three four five six seven");
            page.click("main form button");
            fits(page, language, "none");

            page.navigate(door);
            page.click("main form button");
            fits(page, language, "codename");
            page.fill("#word", "wrong");
            page.click("main form button");
            fits(page, language, "wrong");
            confirm(page);
            fits(page, language, "form");
            page.click("main form button");
            page.waitForSelector("#error");
            fits(page, language, "empty");
            page.fill("#message", "What I saw.");
            page.setInputFiles(
                    "#files",
                    new FilePayload(
                            "a.txt",
                            "text/plain",
                            "what it says".getBytes(StandardCharsets.UTF_8)));
            page.click("main form button");
            page.waitForSelector("#exhibit-2");
            fits(page, language, "arrived");
            // Other tests' events wait for the beat, too.
            page.waitForSelector(
                    "#exhibit-2 .receipts summary",
                    new Page.WaitForSelectorOptions().setTimeout(180_000));
            page.click("#exhibit-2 .receipts summary");
            fits(page, language, "receipts");
            page.click("#wishes summary");
            fits(page, language, "wishes");
            page.check("#sure");
            page.click("button[value=deletion]");
            page.waitForSelector("#wished-deletion");
            page.click("#exhibit-1 summary >> nth=-1");
            fits(page, language, "wished");
            page.click("#exhibit-1 form[action$=forget] button");
            page.waitForSelector("#exhibit-2");
            assertThat(page.locator("#exhibit-1").count()).isZero();
            CaseActs acts = CaseActs.since(before, rosa);
            acts.generation(rosa, 1, List.of(rosa, remy), Optional.empty());
            acts.reply(
                    rosa,
                    "Thank you.\n\nWho else has it? Donaudampfschifffahrtsgesellschaft".repeat(2));
            acts.reply(rosa, "One more question: is there a page 4?");
            page.navigate(door + "/case");
            page.click("#reply-2 summary");
            fits(page, language, "answers");
            page.click("#reply-2 button");
            page.waitForSelector("#reply-1");
            assertThat(page.locator("#reply-2").count()).isZero();
            page.navigate(door + "/codename");
            fits(page, language, "gone");
            page.click("main form button");
            fits(page, language, "left");
            page.navigate(door + "/case");
            fits(page, language, "expired");
        }
    }

    /// The word that the page asks for is the only number in its label.
    private static void confirm(Page page) {
        confirmed(page);
        page.waitForSelector("#message");
    }

    static void confirmed(Page page) {
        String[] words = page.textContent("#codename").strip().split("\\s+");
        String asked = page.textContent("label[for=word]").replaceAll("[^1-7]", "");
        page.fill("#word", words[Integer.parseInt(asked) - 1]);
        page.click("main form button");
    }

    static void fits(Page page, String language, String name) {
        String where = language + " " + name;
        assertThat(page.getAttribute("html", "lang")).as(where).isEqualTo(language);
        assertThat(page.locator("h1").count()).as(where).isEqualTo(1);
        for (int width : WIDTHS) {
            page.setViewportSize(width, 800);
            assertThat((int) page.evaluate("document.documentElement.scrollWidth"))
                    .as("%s at %d px", where, width)
                    .isLessThanOrEqualTo(width);
            if (language.equals("en") || width == 320) {
                Screen.picture(page, "source-%s-%s-%d".formatted(language, name, width));
            }
        }
        assertThat(
                        new AxeBuilder(page)
                                .analyze().getViolations().stream()
                                        .map(it -> it.getId() + " " + it.getNodes())
                                        .toList())
                .as(where)
                .isEmpty();
    }
}
