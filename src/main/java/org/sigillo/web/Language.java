package org.sigillo.web;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.sigillo.bytes.Refusal;

/// The languages of the pages without script, kept in the address: no cookie, no setting.
public enum Language {
    EN("English"),
    FR("Français"),
    DE("Deutsch"),
    IT("Italiano");

    private final String own;

    Language(String own) {
        this.own = own;
    }

    /// ISO 639-1.
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The language's name in itself.
    public String own() {
        return own;
    }

    /// Reads an ISO 639-1 code.
    ///
    /// @throws Refusal for a language that we do not speak
    public static Language of(String code) {
        return Arrays.stream(values())
                .filter(language -> language.code().equals(code))
                .findFirst()
                .orElseThrow(() ->
                        new Refusal(
                                Refusal.Kind.UNKNOWN,
                                "",
                                "There is nothing at this address. Go back to the start page."));
    }

    /// The best of `Accept-Language` (RFC 9110 §12.5.4), which is read for this one answer only.
    public static Language preferred(Optional<String> accept) {
        try {
            List<Locale.LanguageRange> wanted = Locale.LanguageRange.parse(accept.orElse("en"));
            String best =
                    Locale.lookupTag(wanted, Arrays.stream(values()).map(Language::code).toList());
            return best == null ? EN : of(best);
        } catch (IllegalArgumentException e) {
            return EN;
        }
    }
}
