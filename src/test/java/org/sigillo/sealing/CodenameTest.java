package org.sigillo.sealing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CodenameTest {
    private static final String WORDS = "abacus abdomen abdominal zoology zoom yo-yo t-shirt";

    @Nested
    class The_word_list {
        @Test
        void has_7776_different_words_from_abacus_to_zoom() {
            assertThat(WordList.WORDS).hasSize(7776).doesNotHaveDuplicates();
            assertThat(WordList.WORDS.getFirst()).isEqualTo("abacus");
            assertThat(WordList.WORDS.getLast()).isEqualTo("zoom");
        }

        @Test
        void has_only_lower_case_letters_and_hyphens_3_to_9_long() {
            assertThat(WordList.WORDS).allMatch(word -> word.matches("[a-z]+(-[a-z]+)?"));
            assertThat(WordList.WORDS).allMatch(word -> word.length() >= 3 && word.length() <= 9);
        }

        @Test
        void has_no_word_that_begins_with_another() {
            Set<String> words = new HashSet<>(WordList.WORDS);
            for (String word : WordList.WORDS) {
                for (int end = 1; end < word.length(); end++) {
                    String beginning = word.substring(0, end);
                    // Not by an assertion on the set, which goes through all of it.
                    assertThat(words.contains(beginning)).as(beginning).isFalse();
                }
            }
        }
    }

    @Nested
    class Generated {
        @Test
        void has_seven_words_of_the_list_and_reads_back() {
            Codename codename = Codename.generate(new SecureRandom());
            assertThat(codename.words()).hasSize(7);
            assertThat(Codename.parse(codename.revealText()).orElseThrow().words())
                    .isEqualTo(codename.words());
        }

        @Test
        void is_never_printed() {
            Codename codename = Codename.parse(WORDS).orElseThrow();
            assertThat(codename.toString()).doesNotContain("abacus");
        }
    }

    @Nested
    class Typed {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    WORDS,
                    "  Abacus ABDOMEN\tabdominal\n\nzoology\r\nzoom  yo-yo t-shirt ",
                    "abacus\u00a0abdomen\u3000abdominal\u2003zoology zoom yo-yo t-shirt",
                    "ａｂａｃｕｓ abdomen abdominal zoology zoom yo-yo t-shirt",
                })
        void in_any_case_and_spacing_is_the_same_codename(String typed) {
            assertThat(Codename.parse(typed).orElseThrow().revealText()).isEqualTo(WORDS);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    " ",
                    "abacus abdomen abdominal zoology zoom yo-yo",
                    "abacus abdomen abdominal zoology zoom yo-yo t-shirt zoom",
                    "abacus abdomen abdominal zoology zoom yo-yo tshirt",
                    "abacus abdomen abdominal zoology zoom yo-yo qwerty",
                    "abacus, abdomen abdominal zoology zoom yo-yo t-shirt",
                })
        void otherwise_is_no_codename(String typed) {
            assertThat(Codename.parse(typed)).isEmpty();
        }

        @Test
        void at_great_length_is_no_codename() {
            assertThat(Codename.parse(WORDS + " ".repeat(100_000))).isEmpty();
        }
    }

    @Nested
    class Derived {
        private final byte[] instance = new byte[32];

        @Test
        void differs_between_codenames_and_between_instances() {
            Codename one = Codename.parse(WORDS).orElseThrow();
            Codename two = Codename.parse(WORDS.replace("zoom", "zippy")).orElseThrow();
            byte[] elsewhere = instance.clone();
            elsewhere[31] = 1;
            List<Codename.Derived> all =
                    List.of(one.derive(instance), two.derive(instance), one.derive(elsewhere));
            assertThat(all).extracting(Codename.Derived::locator).doesNotHaveDuplicates();
            assertThat(all)
                    .extracting(derived -> derived.source().recipient())
                    .doesNotHaveDuplicates();
        }

        @Test
        void wants_a_whole_instance_id() {
            Codename codename = Codename.parse(WORDS).orElseThrow();
            assertThatThrownBy(() -> codename.derive(new byte[31]))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Nested
    class A_message {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    WORDS,
                    "My codename is Abacus, Abdomen; ABDOMINAL / zoology. zoom... yo-yo & t-shirt!",
                    "1. abacus\n2. abdomen\n3. abdominal\n4. zoology\n5. zoom\n6. yo-yo\n7. t-shirt",
                    "abacusabdomenabdominalzoologyzoomyoyotshirt",
                    "a b a c u s a b d o m e n abdominal zoology zoom yo yo t shirt",
                    "Abacus-Abdomen-Abdominal-Zoology-Zoom-Yoyo-Tshirt",
                    "keep this: ábacus abdomen abdominal zoology zoom yo\u2011yo t\u00adshirt",
                })
        void with_seven_neighbouring_words_is_taken_for_a_codename(String message) {
            assertThat(Codename.looksLikeCodename(message)).isTrue();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "abacus abdomen abdominal zoology zoom yo-yo",
                    "abacus abdomen abdominal zoology and zoom yo-yo t-shirt abacus",
                    "I work in the finance department. On Monday I will send the invoices and the"
                            + " letters that the minister signed; please do not call my office.",
                    "Nel mezzo del cammin di nostra vita mi ritrovai per una selva oscura",
                })
        void without_them_is_not(String message) {
            assertThat(Codename.looksLikeCodename(message)).isFalse();
        }

        @Test
        void is_looked_through_in_place_however_much_its_letters_stand_for() throws Exception {
            // U+FDFA is 18 letters once it is decomposed: as a whole, 6 million of them.
            String message =
                    "\uFDFA".repeat(350_000)
                            + " abacus abdomen abdominal zoology zoom yo-yo t-shirt";
            assertThat(inHeap("8m", message)).isTrue();
        }

        /// The same in a Java of its own that has little memory.
        private static boolean inHeap(String heap, String message) throws Exception {
            Process small =
                    new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin", "java")
                                            .toString(),
                                    "-Xmx" + heap,
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    CodenameTest.class.getName())
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            try (OutputStream out = small.getOutputStream()) {
                out.write(message.getBytes(StandardCharsets.UTF_8));
            }
            return small.waitFor() == 0;
        }

        @Test
        void is_recognised_wherever_the_codename_stands_in_it() {
            long seed = 42;
            Random random = new Random(seed);
            for (int i = 0; i < 200; i++) {
                StringBuilder message = new StringBuilder("see the attached ".repeat(i % 5));
                for (int word = 0; word < 7; word++) {
                    message.append(WordList.WORDS.get(random.nextInt(7776)))
                            .append(" ,.-\n".charAt(random.nextInt(5)));
                }
                message.append("thank you");
                assertThat(Codename.looksLikeCodename(message.toString()))
                        .as("seed %s, round %s: %s", seed, i, message)
                        .isTrue();
            }
        }
    }

    /// Leaves with 0 if what comes in looks like a codename.
    public static void main(String[] arguments) throws IOException {
        Reader message = new InputStreamReader(System.in, StandardCharsets.UTF_8);
        System.exit(Codename.looksLikeCodename(message) ? 0 : 1);
    }
}
