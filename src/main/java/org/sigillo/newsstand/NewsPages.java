package org.sigillo.newsstand;

import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import java.util.List;
import org.sigillo.web.Language;

/// The templates of the public's pages, in `templates/news`.
@CheckedTemplate(basePath = "news")
final class NewsPages {
    private NewsPages() {}

    /// What every page's frame needs.
    ///
    /// @param page where the language links lead, behind `/<language>`
    record View(Language language, String page) {
        public List<Language> languages() {
            return List.of(Language.values());
        }
    }

    /// A release in the list.
    record Line(String release, String title, String day, int files) {}

    /// A released file.
    record Item(int number, String name, String size, String sha256, String address) {}

    /// A release with all that a reader needs to check it.
    record Release(
            String id,
            String title,
            String reason,
            String day,
            List<Item> files,
            String tar,
            String genesis,
            String origin,
            String manifest,
            long index) {}

    static native TemplateInstance releases(View view, List<Line> lines);

    static native TemplateInstance release(View view, Release release);
}
