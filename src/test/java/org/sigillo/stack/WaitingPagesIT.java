package org.sigillo.stack;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.sigillo.intake.Crowded;
import org.sigillo.intake.SlowForms;
import org.sigillo.intake.SourceBrowser;

/// What a source sees while others are before it, in each language.
@Tag("stack")
@Tag("sources")
@ExtendWith(StackExtension.class)
class WaitingPagesIT {
    private static final List<String> LANGUAGES = List.of("en", "fr", "de", "it");

    private final Stack stack;

    WaitingPagesIT(Stack stack) {
        this.stack = stack;
    }

    private interface Steps {
        void take(Page page, String door, String language) throws Exception;
    }

    private void inEach(Steps steps) throws Exception {
        try (Screen screen = new Screen(stack)) {
            for (String language : LANGUAGES) {
                try (BrowserContext context = screen.browser().newContext()) {
                    // As if the browser ran none; a test must still ask the page.
                    context.route("**/assets/drop.js", Route::abort);
                    Page page = context.newPage();
                    steps.take(page, stack.door("drop") + language, language);
                }
            }
        }
    }

    @Test
    void while_new_cases_are_slowed_the_page_renews_itself_and_on_a_full_day_says_so()
            throws Exception {
        try (Crowded day = Crowded.of(stack);
                SourceBrowser first = new SourceBrowser(stack)) {
            day.leave(3);
            first.begin();
            inEach((page, door, language) -> {
                page.navigate(door);
                page.click("main form button");
                page.waitForSelector("#go-on");
                SourcePagesIT.fits(page, language, "wait");
                if (language.equals("en")) {
                    // It comes again by itself, and whoever listens is put where it says how it
                    // stands.
                    page.waitForResponse(it -> it.url().endsWith("/wait"), () -> {});
                    page.waitForSelector("#state:focus");
                }
                page.click("#still");
                page.waitForSelector("#moving");
                page.waitForSelector("#state:focus");
                SourcePagesIT.fits(page, language, "wait-still");
                if (language.equals("en")) {
                    page.click("#go-on");
                    page.waitForURL(Pattern.compile(".*/wait\\?still=1#state"));
                    page.waitForSelector("#moving");
                }
            });
            day.leave(0);
            inEach((page, door, language) -> {
                page.navigate(door);
                page.click("main form button");
                SourcePagesIT.fits(page, language, "full");
            });
        }
    }

    @Test
    void the_form_comes_by_itself_when_there_is_a_place() throws Exception {
        try (SlowForms slow = SlowForms.inAllPlaces(stack)) {
            inEach((page, door, language) -> {
                page.navigate(door);
                page.click("main form button");
                SourcePagesIT.confirmed(page);
                page.waitForSelector("#go-on");
                SourcePagesIT.fits(page, language, "wait-form");
                if (language.equals(LANGUAGES.getLast())) {
                    slow.close();
                    page.waitForSelector("#message");
                }
            });
        }
    }
}
