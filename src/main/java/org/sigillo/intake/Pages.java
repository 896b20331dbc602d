package org.sigillo.intake;

import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sigillo.web.Language;

/// The templates of the sources' pages, in `templates/drop`.
@CheckedTemplate(basePath = "drop")
final class Pages {
    private Pages() {}

    /// What every page's frame needs.
    ///
    /// @param page where the language links lead, below `/<language>/`
    record View(Language language, String page) {
        public List<Language> languages() {
            return List.of(Language.values());
        }
    }

    /// So many bytes on their way to us.
    record Transfer(long bytes) {
        /// What an onion service brings through on most days, in bytes a second: 3 Mbit/s.
        private static final long OVER_TOR = 375_000;

        /// In the largest unit that it fills, in this language's words.
        public String size(Language language) {
            String unit = language == Language.FR ? "o" : "B";
            return bytes < 1_000_000_000
                    ? bytes / 1_000_000 + " M" + unit
                    : bytes / 1_000_000_000 + " G" + unit;
        }

        /// How long it takes over Tor, rounded up.
        public int minutes() {
            return Math.toIntExact(Math.ceilDiv(bytes, 60 * OVER_TOR));
        }

        /// The same in hours.
        public int hours() {
            return Math.ceilDiv(minutes(), 60);
        }
    }

    /// One exhibit on the case page.
    ///
    /// @param said none where its stub does not open
    /// @param index none before the beat
    record Line(int number, String day, @Nullable Said said, @Nullable Long index) {
        public String numbered() {
            return Integer.toString(number);
        }
    }

    /// What an exhibit's stub says.
    record Said(String size, String sha256, boolean message) {}

    /// One page of a case, of those that have more than one.
    ///
    /// @param first the number that it begins with
    /// @param here whether it is this one
    record Part(int number, String first, String last, boolean here) {
        public boolean one() {
            return first.equals(last);
        }
    }

    /// A case's pages.
    ///
    /// @param count how much is on all of them
    record Parts(List<Part> all, String count) {
        public boolean several() {
            return all.size() > 1;
        }

        public Part here() {
            return all.stream().filter(Part::here).findFirst().orElseThrow();
        }
    }

    /// One answer on the case page.
    ///
    /// @param number counts those that were removed, too
    /// @param text none if it does not open
    /// @param fresh whether its source was not shown it before
    record Reply(int number, String day, @Nullable String text, boolean fresh) {
        public String numbered() {
            return Integer.toString(number);
        }
    }

    /// Something that the source has taken back.
    ///
    /// @param deletion whether all that it sent; else its consent to publish
    record Wish(boolean deletion, String day, boolean settled) {}

    record TakenBack(List<Wish> wishes) {
        public boolean deletion() {
            return wishes.stream().anyMatch(Wish::deletion);
        }

        public boolean consent() {
            return wishes.stream().anyMatch(it -> !it.deletion());
        }

        public boolean everything() {
            return deletion() && consent();
        }
    }

    /// @param program what runs in the browser, if anything does
    static native TemplateInstance start(View view, Programs.@Nullable Program program);

    /// @param times how long some sizes take
    static native TemplateInstance before(View view, List<Transfer> times, String limit);

    static native TemplateInstance notice(View view, String title, String text);

    static native TemplateInstance codename(
            View view, String codename, String number, boolean wrong);

    /// In place of a codename that its source went on with.
    static native TemplateInstance gone(View view);

    /// @param shortest characters that the message must have; null where there need not be one
    /// @param place in the line, of those who have waited for the form
    static native TemplateInstance form(
            View view,
            String limit,
            @Nullable String shortest,
            @Nullable String place,
            @Nullable String error);

    /// @param waits whether something on this page has no index yet; never how much else waits, or
    ///     anybody could see from a word of their own whether others are sending now
    static native TemplateInstance arrived(
            View view,
            List<Reply> replies,
            List<Line> lines,
            Parts parts,
            TakenBack back,
            boolean waits,
            @Nullable String error);

    /// @param minutes since they came; never how many others wait
    /// @param form whether the form comes next
    /// @param kept whether a place in a line is kept for them; else it is one turn of a few, soon
    /// @param byItself whether the page comes again without being asked for
    /// @param next asked for by hand
    /// @param otherwise the page that comes by itself where this one does not, and the other way round
    record Waiting(
            String minutes,
            boolean form,
            boolean kept,
            boolean byItself,
            String next,
            String otherwise) {}

    /// For those whose turn has not come.
    static native TemplateInstance wait(View view, Waiting waiting);

    /// @param mayBegin whether the form takes something from them, so that the codename is known to be right
    static native TemplateInstance none(View view, boolean mayBegin);

    static native TemplateInstance comeback(View view, Programs.@Nullable Program program);

    static native TemplateInstance left(View view);
}
