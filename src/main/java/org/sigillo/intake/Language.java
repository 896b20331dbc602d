package org.sigillo.intake;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.sigillo.bytes.Refusal;

/// The languages of the sources' pages, kept in the address: no cookie, no setting.
enum Language {
    EN("English"),
    FR("Français"),
    DE("Deutsch"),
    IT("Italiano");

    private final String own;

    Language(String own) {
        this.own = own;
    }

    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The language's name in itself.
    public String own() {
        return own;
    }

    static Language of(String code) {
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
    static Language preferred(Optional<String> accept) {
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
