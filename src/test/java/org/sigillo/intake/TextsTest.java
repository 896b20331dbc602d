package org.sigillo.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.qute.i18n.Message;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextsTest {
    private static final Pattern PLACE = Pattern.compile("\\{[a-z]+}|%[a-z]+%");

    @ParameterizedTest
    @ValueSource(strings = {"fr", "de", "it"})
    void every_language_says_everything_with_the_same_places(String language) throws IOException {
        says(language, "drop", Texts.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fr", "de", "it"})
    void so_do_those_of_what_arrived(String language) throws IOException {
        says(language, "arrived", ArrivedTexts.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fr", "de", "it"})
    void so_do_the_texts_of_the_script(String language) throws IOException {
        says(language, "script", ScriptTexts.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fr", "de", "it"})
    void so_do_those_of_the_page_that_checks_receipts(String language) throws IOException {
        says(language, "check", CheckTexts.class);
    }

    private static void says(String language, String bundle, Class<?> source) throws IOException {
        Properties texts = new Properties();
        try (InputStream in =
                TextsTest.class.getResourceAsStream(
                        "/messages/" + bundle + "_" + language + ".properties")) {
            texts.load(new InputStreamReader(in, StandardCharsets.UTF_8));
        }
        Map<String, String> english =
                Arrays.stream(source.getDeclaredMethods())
                        .collect(
                                Collectors.toMap(
                                        Method::getName,
                                        it -> it.getAnnotation(Message.class).value()));
        assertThat(texts.stringPropertyNames()).isEqualTo(english.keySet());
        english.forEach((key, text) ->
                assertThat(places(texts.getProperty(key))).as(key).isEqualTo(places(text)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"drop", "news"})
    void the_ledger_has_one_name_in_german(String page) throws IOException {
        try (InputStream in =
                TextsTest.class.getResourceAsStream("/messages/" + page + "_de.properties")) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .contains("Register")
                    .doesNotContain("Hauptbuch");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"fr", "de", "it"})
    void whoever_types_a_codename_is_told_what_stays_in_the_cookie(String language)
            throws Exception {
        Properties texts = new Properties();
        try (InputStream in =
                TextsTest.class.getResourceAsStream(
                        "/messages/script_" + language + ".properties")) {
            texts.load(new InputStreamReader(in, StandardCharsets.UTF_8));
        }
        String english =
                ScriptTexts.class
                        .getDeclaredMethod("plain_return")
                        .getAnnotation(Message.class)
                        .value();
        assertThat(texts.getProperty("plain_return")).containsIgnoringCase("cookie");
        assertThat(english).contains("cookie").doesNotContain("forgets them when you leave");
    }

    private static TreeSet<String> places(String text) {
        return PLACE.matcher(text)
                .results()
                .map(it -> it.group())
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
