package org.sigillo.sealing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.sigillo.bytes.Sha256;

/// The EFF large word list: 7,776 words, none of which begins with another.
final class WordList {
    private static final String DIGEST =
            "6d557f0693958fb5e650b68b5bee585eb82cf4da32965505c789e924743bc522";

    static final List<String> WORDS = read();

    private static final Set<String> KNOWN = Set.copyOf(WORDS);
    private static final Set<String> LETTERS =
            WORDS.stream().map(word -> word.replace("-", "")).collect(Collectors.toSet());
    private static final int SHORTEST = 3;
    private static final int LONGEST = 9;

    private WordList() {}

    static boolean has(String word) {
        return KNOWN.contains(word);
    }

    /// Compatibility form, lower case: how words are compared.
    static String normal(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFKD).toLowerCase(Locale.ROOT);
    }

    /// Whether so many words of the list follow one another somewhere in this text. Only its
    /// letters are looked at: whatever stands between them, even nothing, hides no words.
    static boolean hasRun(String text, int words) {
        String normal = normal(text);
        StringBuilder kept = new StringBuilder(normal.length());
        for (int i = 0; i < normal.length(); i++) {
            char c = normal.charAt(i);
            if (c >= 'a' && c <= 'z') {
                kept.append(c);
            }
        }
        String letters = kept.toString();
        // run[i]: the most words that end, one right after the other, before letter i.
        byte[] run = new byte[letters.length() + 1];
        for (int start = 0; start < letters.length(); start++) {
            int longest = Math.min(LONGEST, letters.length() - start);
            for (int length = SHORTEST; length <= longest; length++) {
                if (LETTERS.contains(letters.substring(start, start + length))) {
                    int end = start + length;
                    run[end] = (byte) Math.max(run[end], run[start] + 1);
                    if (run[end] >= words) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static List<String> read() {
        try (InputStream in = WordList.class.getResourceAsStream("eff-large-wordlist.txt")) {
            if (in == null) {
                throw new IllegalStateException("the word list is missing");
            }
            byte[] bytes = in.readAllBytes();
            if (!Sha256.of(bytes).hex().equals(DIGEST)) {
                throw new IllegalStateException("the word list has been changed");
            }
            return new String(bytes, StandardCharsets.US_ASCII).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("the word list cannot be read", e);
        }
    }
}
