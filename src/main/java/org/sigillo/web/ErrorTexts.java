package org.sigillo.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What an error page says in languages other than English: one sentence for each status, less exact
/// than the English one, which is written where it happens.
final class ErrorTexts {
    private static final Pattern LANGUAGE =
            Pattern.compile("(?:/(?:drop|news))?/(fr|de|it)(?:/.*)?");
    private static final Map<Language, Properties> TEXTS = new EnumMap<>(Language.class);

    static {
        for (Language language : Language.values()) {
            if (language != Language.EN) {
                TEXTS.put(language, read(language));
            }
        }
    }

    private ErrorTexts() {}

    /// The language that stands in a page's address, at the door or inside.
    static Language of(String path) {
        Matcher matcher = LANGUAGE.matcher(path);
        return matcher.matches() ? Language.of(matcher.group(1)) : Language.EN;
    }

    static String title(Language language, String key, String english) {
        return say(language, key + ".title", "400.title", english);
    }

    static String sentence(Language language, String key, String english) {
        return say(language, key, "400", english);
    }

    static String startPage(Language language) {
        return say(language, "start", "start", "Start page");
    }

    private static String say(Language language, String key, String other, String english) {
        return Optional.ofNullable(TEXTS.get(language))
                .map(it -> it.getProperty(key, it.getProperty(other)))
                .orElse(english);
    }

    private static Properties read(Language language) {
        String name = "errors_" + language.code() + ".properties";
        try (InputStream in = ErrorTexts.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing");
            }
            Properties texts = new Properties();
            texts.load(new InputStreamReader(in, StandardCharsets.UTF_8));
            return texts;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
