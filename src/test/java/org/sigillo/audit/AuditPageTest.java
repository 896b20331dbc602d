package org.sigillo.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.sigillo.custody.Genesis;
import org.sigillo.custody.Newsroom;
import org.sigillo.web.Language;

class AuditPageTest {
    private static final Pattern ADDRESS = Pattern.compile("(?m)^/(?:log|audit)/\\S+");

    @Test
    void says_the_same_in_every_language() {
        Genesis genesis = new Newsroom().genesis;
        List<String> texts =
                Arrays.stream(Language.values()).map(it -> AuditPage.text(it, genesis)).toList();
        assertThat(texts)
                .doesNotHaveDuplicates()
                .allSatisfy(text ->
                        assertThat(text)
                                .contains(genesis.opened().origin(), genesis.hash().hex())
                                .contains("/log --genesis genesis.json")
                                .doesNotContain("%"));
        assertThat(texts)
                .extracting(AuditPageTest::addresses)
                .containsOnly(addresses(texts.get(0)));
        assertThat(addresses(texts.getFirst())).hasSize(5);
    }

    private static List<String> addresses(String text) {
        return ADDRESS.matcher(text).results().map(MatchResult::group).toList();
    }
}
