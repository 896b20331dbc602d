package org.sigillo.stack;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.Cookie;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// The desk in a browser, and its session.
@Tag("stack")
@ExtendWith(StackExtension.class)
class DeskPageIT {
    private static final String ASK =
            "async () => (await fetch('/api/me', { redirect: 'manual', headers: {"
                    + " 'X-Requested-With': 'JavaScript' } })).status";

    private final Stack stack;

    DeskPageIT(Stack stack) {
        this.stack = stack;
    }

    @Test
    void may_use_no_feature_that_the_header_names() throws Exception {
        try (Screen screen = new Screen(stack)) {
            Page adam = screen.signIn("adam");
            Set<String> off =
                    Stream.of(adam.reload().headerValue("permissions-policy").split("=\\(\\)(, )?"))
                            .collect(Collectors.toSet());
            assertThat(off).hasSizeGreaterThan(60).contains("camera", "language-model");
            // A newer browser may know more.
            assertThat(
                            adam.evaluate(
                                    "off => document.featurePolicy.allowedFeatures().filter(it =>"
                                            + " off.includes(it)).join(' ')",
                                    List.copyOf(off)))
                    .isEqualTo("");
        }
    }

    @Test
    void a_copy_of_the_cookies_is_worth_nothing_once_somebody_has_signed_out() throws Exception {
        try (Screen screen = new Screen(stack)) {
            Page adam = screen.signIn("adam");
            List<Cookie> copied = adam.context().cookies();
            BrowserContext thief = screen.browser().newContext();
            thief.addCookies(copied);
            Page page = thief.newPage();
            page.navigate(stack.door("desk") + "signed-out");
            assertThat(page.evaluate(ASK)).as("while the session lasts").isEqualTo(200);

            adam.navigate(stack.door("desk") + "sign-out");
            adam.waitForURL(stack.door("desk") + "signed-out**");
            thief.clearCookies();
            thief.addCookies(copied);
            assertThat(page.evaluate(ASK)).isIn(401, 499);

            Page again = screen.signIn("adam");
            assertThat(again.evaluate(ASK)).as("a new session").isEqualTo(200);
        }
    }
}
