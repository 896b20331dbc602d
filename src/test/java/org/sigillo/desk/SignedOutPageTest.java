package org.sigillo.desk;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.ws.rs.core.Response;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sigillo.web.Language;

class SignedOutPageTest {
    @ParameterizedTest
    @CsvSource({
        "'en-GB,en;q=0.9', en, Signed out",
        "fr-CH, fr, Déconnexion faite",
        "'pt,de;q=0.5', de, Abgemeldet",
        "it, it, Disconnessione avvenuta",
        "pt, en, Signed out"
    })
    void speaks_the_language_of_the_browser(String accept, String language, String title) {
        Response answer = new SignedOutPage().signedOut(accept);
        assertThat(answer.getHeaderString("Content-Language")).isEqualTo(language);
        assertThat(String.valueOf(answer.getEntity()))
                .contains("<html lang=\"" + language + "\">", "<h1>" + title + "</h1>");
        assertThat(Arrays.stream(Language.values()).map(SignedOutPage.Words::of))
                .doesNotHaveDuplicates();
    }
}
