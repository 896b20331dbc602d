package org.sigillo.sealing;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
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

    /// Whether so many words of the list follow one another somewhere in this text.
    static boolean hasRun(Reader text, int words) throws IOException {
        WordRun run = new WordRun(LETTERS, SHORTEST, LONGEST);
        for (int c = text.read(); c >= 0; c = text.read()) {
            int low = Character.isHighSurrogate((char) c) ? text.read() : -1;
            int codePoint = low < 0 ? c : Character.toCodePoint((char) c, (char) low);
            if (run.then(codePoint) >= words) {
                return true;
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
