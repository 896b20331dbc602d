package org.sigillo.intake;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.sigillo.stack.Mark;

/// Remembers everything that is a source's own, to be looked for later.
public final class Marked {
    private final Random random;
    private final List<Mark> all = new ArrayList<>();

    public Marked(Random random) {
        this.random = random;
    }

    public List<Mark> all() {
        return List.copyOf(all);
    }

    /// Words that nobody else says.
    public String words(String what) {
        String words = what + " " + Parcel.drawn(random);
        all.add(Mark.text(words));
        return words;
    }

    /// The same without a space.
    String word(String what) {
        String word = what + "-" + Parcel.drawn(random);
        all.add(Mark.text(word));
        return word;
    }

    public Parcel parcel(String source, int about) {
        Parcel parcel = Parcel.of(source, about, random);
        all.addAll(parcel.marks());
        return parcel;
    }

    public Trail trail(String source) {
        Trail trail = Trail.of(source, random);
        all.addAll(trail.marks());
        return trail;
    }

    void codename(String source, String codename) {
        List<String> words = List.of(codename.split(" "));
        for (String between : List.of(" ", "-", "", ", ", "\n")) {
            all.add(Mark.text(source + "'s codename", String.join(between, words.subList(0, 3))));
            all.add(Mark.text(source + "'s codename", String.join(between, words.subList(3, 7))));
        }
    }

    void cookie(String source, String cookie) {
        all.add(Mark.text(source + "'s cookie", cookie.substring(cookie.indexOf('=') + 1)));
    }
}
