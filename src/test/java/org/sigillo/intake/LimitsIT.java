package org.sigillo.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.sigillo.intake.SourceBrowser.Part;
import org.sigillo.stack.Stack;
import org.sigillo.stack.StackExtension;

/// What a form may be, and the words of its pages, by settings. Each test begins where the one before ended: the application starts
/// again with what it needs.
@Tag("stack")
@Tag("sources")
@ExtendWith(StackExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LimitsIT {
    private final Stack stack;

    LimitsIT(Stack stack) {
        this.stack = stack;
    }

    @AfterAll
    void as_it_was() throws Exception {
        stack.besides(Map.of());
    }

    @Test
    void more_than_the_limit_is_refused_with_a_page_and_what_was_whole_stays() throws Exception {
        stack.besides(Map.of("sigillo.intake.limit", "2000000"));
        Part small = Part.file("small", new byte[1000]);
        Part large = Part.file("large", new byte[3_000_000]);
        try (SourceBrowser source = new SourceBrowser(stack)) {
            source.begin();
            // Whoever says the length is told before they send; where nothing says it, it shows in
            // the end.
            HttpResponse<String> said = source.submit(small, large);
            assertThat(said.statusCode()).isEqualTo(413);
            assertThat(said.body()).contains("id=\"error\"");
            assertThat(source.get("/en/case").body()).contains("Nothing has arrived whole yet");
            HttpResponse<String> unsaid = source.submitInChunks(small, large);
            assertThat(unsaid.statusCode()).isEqualTo(413);
            assertThat(unsaid.body()).contains("id=\"error\"");
            assertThat(source.get("/en/case").body())
                    .contains("File 1", "<dd>1,000</dd>")
                    .doesNotContain("File 2");
        }
        assertThat(incoming()).isZero();
    }

    @Test
    void a_full_store_is_said_before_anything_is_read() throws Exception {
        stack.besides(Map.of("sigillo.vault.reserve", String.valueOf(Long.MAX_VALUE)));
        try (SourceBrowser source = new SourceBrowser(stack)) {
            source.begin();
            for (HttpResponse<String> answer :
                    List.of(source.get("/en/form"), source.submit(Part.message("hello")))) {
                assertThat(answer.statusCode()).isEqualTo(507);
                assertThat(answer.body()).contains("id=\"error\"");
            }
        }
    }

    @Test
    void a_store_that_fills_while_a_form_comes_keeps_what_was_complete() throws Exception {
        int tries = 6;
        while (!filled(--tries == 0)) {
            // The disk is others' too, who may have taken or given back more than the margin
            // meanwhile.
            stack.besides(Map.of());
        }
        assertThat(incoming()).isZero();
    }

    /// @param last whether it must come out as it should
    private boolean filled(boolean last) throws Exception {
        try (SourceBrowser source = new SourceBrowser(stack)) {
            source.begin();
            // Who has no case yet is stopped at twice the reserve.
            source.submit(Part.message("first"));
            long free = Files.getFileStore(stack.data().path("vault")).getUsableSpace();
            stack.besides(Map.of("sigillo.vault.reserve", String.valueOf(free - (40 << 20))));
            HttpResponse<String> answer =
                    source.submit(Part.message("hello"), Part.file("large", new byte[110_000_000]));
            String page = source.get("/en/case").body();
            if (!last && (answer.statusCode() != 507 || !page.contains("id=\"exhibit-2\""))) {
                return false;
            }
            assertThat(answer.statusCode()).isEqualTo(507);
            assertThat(answer.body()).contains("id=\"error\"");
            assertThat(page).contains("id=\"exhibit-2\"").doesNotContain("id=\"exhibit-3\"");
            try (SourceBrowser newcomer = new SourceBrowser(stack)) {
                newcomer.begin();
                assertThat(newcomer.submit(Part.message("hello")).statusCode()).isEqualTo(507);
            }
            return true;
        }
    }

    @Test
    void the_pages_carry_the_newsrooms_own_name_and_mark() throws Exception {
        Path mark =
                Files.writeString(
                        stack.data().path("mark.svg"),
                        "<svg xmlns='http://www.w3.org/2000/svg'><circle r='9'/></svg>");
        stack.besides(
                Map.of(
                        "sigillo.newsroom.name",
                        "The <b>Courier</b>",
                        "sigillo.newsroom.logo",
                        mark.toString()));
        try (SourceBrowser source = new SourceBrowser(stack)) {
            assertThat(source.get("/de").body())
                    .contains("The &lt;b&gt;Courier&lt;/b&gt;", "src=\"/logo\" alt=\"\"")
                    .doesNotContain(">Sigillo<");
            HttpResponse<String> logo = source.get("/logo");
            assertThat(logo.statusCode()).isEqualTo(200);
            assertThat(logo.headers().firstValue("Content-Type")).hasValue("image/svg+xml");
            assertThat(logo.headers().firstValue("Content-Security-Policy").orElse(""))
                    .contains("default-src 'none'");
        }
    }

    @Test
    void a_first_file_without_enough_words_is_refused_and_later_ones_are_not() throws Exception {
        stack.besides(Map.of("sigillo.intake.first-message", "20"));
        try (SourceBrowser source = new SourceBrowser(stack)) {
            source.begin();
            assertThat(source.get("/it/form").body()).contains("almeno 20 caratteri");
            HttpResponse<String> answer =
                    source.submit(Part.message("look"), Part.file("f", new byte[1]));
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).contains("id=\"error\"", "20");
            assertThat(source.get("/it/case").body()).doesNotContain("id=\"exhibit-1\"");
            assertThat(
                            source.submit(
                                            Part.message("the minutes of the board, page 3"),
                                            Part.file("f", new byte[1]))
                                    .statusCode())
                    .isEqualTo(303);
            assertThat(source.get("/it/form").body()).doesNotContain("almeno 20 caratteri");
            assertThat(source.submit(Part.file("g", new byte[1])).statusCode()).isEqualTo(303);
            assertThat(source.get("/it/case").body()).contains("id=\"exhibit-3\"");
        }
    }

    @Test
    void more_files_than_one_form_may_have_are_refused_and_the_first_ones_stay() throws Exception {
        stack.besides(Map.of("sigillo.intake.files", "10"));
        try (SourceBrowser source = new SourceBrowser(stack)) {
            source.begin();
            Part[] files = files(10_000);
            HttpResponse<String> answer = source.submit(files);
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).contains("id=\"error\"");
            assertThat(source.get("/en/case").body())
                    .contains("id=\"exhibit-10\"")
                    .doesNotContain("id=\"exhibit-11\"");
        }
    }

    @Test
    void what_arrived_comes_in_pages_and_each_deed_leads_back_to_its_own() throws Exception {
        stack.besides(Map.of("sigillo.intake.page", "2"));
        try (SourceBrowser source = new SourceBrowser(stack)) {
            source.begin();
            Part[] files = files(5);
            source.submit(files);
            assertThat(shown(source.get("/en/case").body())).as("the newest").containsExactly(5);
            String first = source.get("/fr/case?part=1").body();
            assertThat(shown(first)).containsExactly(1, 2);
            assertThat(first)
                    .contains("5 fichiers et messages sont arrivés", "les numéros 1 à 2 ;")
                    .contains("<span aria-current=\"page\">Numéros 1 à 2</span>")
                    .contains("<a href=\"/fr/case?part=2\">Numéros 3 à 4</a>")
                    .contains("<a href=\"/fr/case?part=3\">Numéro 5</a>")
                    .contains("<a href=\"/de/case?part=1\"");

            HttpResponse<String> forgotten = source.post("/en/exhibit/forget", "number=3");
            assertThat(forgotten.headers().firstValue("Location").orElseThrow())
                    .endsWith("/en/case?part=2");
            assertThat(shown(source.get("/en/case?part=2").body()))
                    .as("numbers keep their page")
                    .containsExactly(4);
            HttpResponse<String> none = source.post("/en/receipt", "number=2&form=plain");
            assertThat(none.statusCode()).isEqualTo(400);
            assertThat(shown(none.body())).as("beside what it is about").containsExactly(1, 2);

            for (String part :
                    List.of("0", "-7", "4", "99999", "2147483647", "x", "99999999999999999999")) {
                assertThat(shown(source.get("/en/case?part=" + part).body())).containsExactly(5);
            }
            for (String number : List.of("0", "-2147483648", "2147483647")) {
                assertThat(source.post("/en/receipt", "form=sealed&number=" + number).statusCode())
                        .isEqualTo(404);
            }
            renewsItself(source);
        }
    }

    /// As long as something on the page waits for its beat, which may come before it is asked for.
    private static void renewsItself(SourceBrowser source) throws Exception {
        String refresh = "none";
        for (int part = 3; part < 6 && refresh.equals("none"); part++) {
            source.submit(files(2));
            String page = "/en/case?part=" + part;
            refresh = source.get(page).headers().firstValue("Refresh").orElse(refresh);
        }
        assertThat(refresh).matches(".*; url=/en/case\\?again=1&part=[345]");
    }

    @Test
    void of_more_than_a_codename_may_have_the_next_form_is_refused() throws Exception {
        stack.besides(Map.of("sigillo.intake.exhibits", "3"));
        try (SourceBrowser source = new SourceBrowser(stack)) {
            source.begin();
            Part[] files = files(4);
            assertThat(source.submit(files).statusCode()).as("what has begun").isEqualTo(303);
            HttpResponse<String> refused = source.submit(Part.file("g", new byte[1]));
            assertThat(refused.statusCode()).isEqualTo(409);
            assertThat(source.get("/en/form").statusCode()).as("before it").isEqualTo(409);
            assertThat(refused.body()).contains("id=\"error\"", "3 files and messages");
            assertThat(shown(source.get("/en/case").body())).containsExactly(1, 2, 3, 4);
        }
    }

    private static Part[] files(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> Part.file("f" + i, new byte[] {(byte) i}))
                .toArray(Part[]::new);
    }

    private static List<Integer> shown(String page) {
        return Pattern.compile("<li id=\"exhibit-(\\d+)\"")
                .matcher(page)
                .results()
                .map(it -> Integer.valueOf(it.group(1)))
                .toList();
    }

    /// What half-written segments left, once the ledger's own tiles, which come by the same way, have
    /// passed.
    private long incoming() throws Exception {
        Path folder = stack.data().path("vault").resolve(".incoming");
        long left = 1;
        for (int i = 0; i < 100 && left > 0; i++) {
            Thread.sleep(50);
            try (Stream<Path> files = Files.walk(folder)) {
                left = files.filter(it -> Files.isRegularFile(it) && !it.endsWith("lock")).count();
            }
        }
        return left;
    }
}
