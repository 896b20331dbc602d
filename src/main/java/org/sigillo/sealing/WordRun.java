package org.sigillo.sealing;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Set;

/// How many words of a list follow one another in a text that is given letter by letter. Keeps the
/// last letters only: one code point can stand for eighteen, so a text made whole could be many times
/// what was sent.
final class WordRun {
    private final Set<String> words;
    private final int shortest;
    private final int longest;
    private final StringBuilder last = new StringBuilder();
    // run[k]: the most words that end, one right after the other, k letters before here.
    private final int[] run;
    private int most;

    /// @param words of letters `a` to `z` alone
    WordRun(Set<String> words, int shortest, int longest) {
        this.words = words;
        this.shortest = shortest;
        this.longest = longest;
        this.run = new int[longest + 1];
    }

    /// The longest run so far. Only letters are looked at, whatever form they come in:
    /// whatever stands between them, even nothing, hides no words.
    int then(int codePoint) {
        if (codePoint < 0x80) {
            letter(Character.toLowerCase(codePoint));
        } else {
            Normalizer.normalize(Character.toString(codePoint), Normalizer.Form.NFKD)
                    .toLowerCase(Locale.ROOT)
                    .chars()
                    .forEach(this::letter);
        }
        return most;
    }

    private void letter(int c) {
        if (c < 'a' || c > 'z') {
            return;
        }
        last.append((char) c);
        if (last.length() > longest) {
            last.deleteCharAt(0);
        }
        System.arraycopy(run, 0, run, 1, longest);
        run[0] = 0;
        for (int length = shortest; length <= last.length(); length++) {
            if (words.contains(last.substring(last.length() - length))) {
                run[0] = Math.max(run[0], run[length] + 1);
            }
        }
        most = Math.max(most, run[0]);
    }
}
