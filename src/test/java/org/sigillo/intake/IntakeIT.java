package org.sigillo.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.sigillo.bytes.CanonicalJson;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.Sha256;
import org.sigillo.cli.Sigillo;
import org.sigillo.intake.SourceBrowser.Part;
import org.sigillo.sealing.Age;
import org.sigillo.sealing.HybridIdentity;
import org.sigillo.sealing.KeyFile;
import org.sigillo.sealing.SealedBox;
import org.sigillo.stack.StackExtension;

/// The sources' door on the running stack, as Tor Browser without JavaScript uses it.
///
/// First of all: who came later would wait, beat by beat, until what others have sent is entered.
@Tag("stack")
@Tag("sources")
@Order(1)
@ExtendWith(StackExtension.class)
class IntakeIT {
    private static final String MARKER = "plaintext-marker-" + "7f3a9c";

    private final org.sigillo.stack.Stack stack;
    @TempDir Path folder;

    IntakeIT(org.sigillo.stack.Stack stack) {
        this.stack = stack;
    }

    @Test
    void what_a_source_sends_is_listed_entered_opened_by_a_reviewer_and_nowhere_plain()
            throws Exception {
        byte[] content = (MARKER + " in a file").getBytes(StandardCharsets.UTF_8);
        byte[] large = new byte[300_000];
        new Random(5).nextBytes(large);
        try (SourceBrowser source = new SourceBrowser(stack)) {
            String codename = source.begin();
            HttpResponse<String> answer =
                    source.submit(
                            Part.message("Look at this: " + MARKER),
                            Part.file("name-" + MARKER + ".txt", content),
                            Part.file("name-" + MARKER + ".txt", large),
                            Part.file("empty.bin", new byte[0]));
            assertThat(answer.statusCode()).isEqualTo(303);
            assertThat(answer.headers().firstValue("Location")).hasValue("/en/case");
            String page = source.get("/en/case").body();
            assertThat(page)
                    .contains("Message 1", "File 2", "File 3", "File 4")
                    .contains(Sha256.of(content).hex(), Sha256.of(large).hex())
                    .contains("<dd>300,000</dd>", "<dd>0</dd>")
                    .doesNotContain(MARKER);

            String entered = untilEntered(source);
            assertThat(entered).doesNotContain("not yet");
            HttpResponse<String> plain = source.post("/en/receipt", "number=2&form=plain&wish=yes");
            assertThat(plain.body()).startsWith("c2sp.org/tlog-proof@v1");
            Path receipt = Files.writeString(folder.resolve("receipt"), plain.body());
            Path file = Files.write(folder.resolve("file"), content);
            // It holds; whom to believe as a witness was not said.
            assertThat(verify(receipt, file)).isEqualTo(4);
            assertThat(verify(receipt, Files.write(folder.resolve("other"), large))).isEqualTo(1);
            assertThat(source.post("/en/receipt", "number=2&form=plain").statusCode())
                    .isEqualTo(400);

            source.post("/en/leave", "");
            assertThat(source.get("/en/case").statusCode()).isEqualTo(403);
            try (SourceBrowser later = new SourceBrowser(stack)) {
                later.post("/en/return", "codename=" + codename.replace(' ', '+'));
                assertThat(later.get("/en/case").body()).contains(Sha256.of(content).hex());
            }
        }
        assertThat(labelsThatRosaOpens())
                .anySatisfy(label -> {
                    assertThat(label.text("kind")).isEqualTo("file");
                    assertThat(label.text("name")).isEqualTo("name-" + MARKER + ".txt");
                    assertThat(label.digest("sha256")).isEqualTo(Sha256.of(content));
                });
        assertThat(filesWith(MARKER)).isEmpty();
        Path planted = Files.writeString(stack.data().path("logs").resolve("planted"), MARKER);
        assertThat(filesWith(MARKER)).containsExactly(planted);
        Files.delete(planted);
    }

    @Test
    void a_file_that_breaks_off_leaves_nothing_and_those_before_it_stay() throws Exception {
        try (SourceBrowser source = new SourceBrowser(stack)) {
            source.begin();
            byte[] whole = "whole".getBytes(StandardCharsets.UTF_8);
            byte[] body =
                    SourceBrowser.body(
                            Part.file("whole", whole), Part.file("half", new byte[3_000_000]));
            long before = segments();
            try (Socket socket = new Socket("127.0.0.1", stack.port())) {
                OutputStream out = socket.getOutputStream();
                out.write(
                        ("POST /en/submit HTTP/1.1\r\nHost: drop.localhost:"
                                        + stack.port()
                                        + "\r\nOrigin: http://drop.localhost:"
                                        + stack.port()
                                        + "\r\nCookie: "
                                        + source.cookie()
                                        + "\r\nContent-Type: multipart/form-data; boundary="
                                        + SourceBrowser.BOUNDARY
                                        + "\r\nContent-Length: "
                                        + body.length
                                        + "\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
                out.write(body, 0, 1_500_000);
                out.flush();
            }
            String page = "";
            for (int i = 0; i < 100 && !page.contains("File 1"); i++) {
                Thread.sleep(100);
                page = source.get("/en/case").body();
            }
            assertThat(page).contains("File 1").doesNotContain("File 2");
            for (int i = 0; i < 100 && segments() != before + 1; i++) {
                Thread.sleep(100);
            }
            assertThat(segments()).isEqualTo(before + 1);
        }
    }

    @Test
    void a_message_that_holds_the_codename_is_refused_and_not_echoed() throws Exception {
        try (SourceBrowser source = new SourceBrowser(stack)) {
            String codename = source.begin();
            HttpResponse<String> answer =
                    source.submit(Part.message("my words: " + codename.toUpperCase()));
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body())
                    .contains("may be your codename")
                    .doesNotContainIgnoringCase(codename);
            assertThat(source.get("/en/case").body()).contains("Nothing has arrived whole yet");
        }
    }

    @Test
    void whoever_looks_before_anything_is_whole_is_led_to_the_form_and_may_leave()
            throws Exception {
        try (SourceBrowser source = new SourceBrowser(stack)) {
            source.begin();
            assertThat(source.get("/en/form").body()).contains("action=\"/en/leave\"");
            assertThat(source.get("/en/case").body())
                    .contains("Nothing has arrived whole yet", "/en/form", "action=\"/en/leave\"")
                    .doesNotContain("seven words");
        }
    }

    @Test
    void a_first_upload_that_broke_off_is_gone_on_with_under_the_same_codename() throws Exception {
        String head =
                "--"
                        + SourceBrowser.BOUNDARY
                        + "\r\nContent-Disposition: form-data; name=\"files\"; filename=\"1\""
                        + "\r\n\r\nno end";
        try (SourceBrowser source = new SourceBrowser(stack)) {
            String codename = source.begin();
            HttpResponse<String> answer =
                    source.send(
                            source.request("/en/submit")
                                    .header(
                                            "Content-Type",
                                            "multipart/form-data; boundary="
                                                    + SourceBrowser.BOUNDARY)
                                    .POST(HttpRequest.BodyPublishers.ofString(head)));
            assertThat(answer.statusCode()).isEqualTo(400);
            source.post("/en/return", "codename=" + codename.replace(' ', '+'));
            assertThat(source.get("/en/case").body())
                    .contains("Nothing has arrived whole yet", "/en/form")
                    .doesNotContain("seven words");
            assertThat(source.get("/en/form").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void a_codename_of_which_nothing_came_leads_to_no_form() throws Exception {
        try (SourceBrowser source = new SourceBrowser(stack)) {
            String codename = source.begin();
            source.post("/en/return", "codename=" + codename.replace(' ', '+'));
            assertThat(source.get("/en/case").body())
                    .contains("Nothing under this codename", "with a new codename")
                    .doesNotContain("/en/form");
            assertThat(source.get("/en/form").statusCode()).isEqualTo(403);
        }
    }

    @Test
    void an_empty_form_is_refused_with_what_to_do() throws Exception {
        try (SourceBrowser source = new SourceBrowser(stack)) {
            source.begin();
            HttpResponse<String> answer =
                    source.submit(Part.message(""), Part.file("", new byte[0]));
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).contains("neither a message nor a file");
        }
    }

    @Test
    void a_malformed_body_is_refused_with_a_page() throws Exception {
        try (SourceBrowser source = new SourceBrowser(stack)) {
            source.begin();
            assertThat(source.submit(new Part("other", "", new byte[3])).body())
                    .contains("arrived damaged");
        }
    }

    @Test
    void a_wrong_word_is_refused_and_the_right_one_still_taken() throws Exception {
        try (SourceBrowser source = new SourceBrowser(stack)) {
            source.post("/en/start", "");
            assertThat(source.post("/en/confirm", "word=nothing").body())
                    .contains("That was another word");
            assertThat(source.get("/en/codename").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void every_answer_that_the_source_asked_for_renews_the_session() throws Exception {
        try (SourceBrowser source = new SourceBrowser(stack)) {
            source.begin();
            List<HttpResponse<String>> asked = new java.util.ArrayList<>();
            asked.add(source.get("/en/form"));
            asked.add(source.get("/en/case"));
            asked.add(source.get("/en/codename"));
            asked.add(source.submit(Part.message("")));
            asked.add(source.submit(new Part("other", "", new byte[3])));
            asked.add(source.submit(Part.message("sent")));
            asked.add(source.get("/en/case"));
            asked.add(source.post("/en/receipt", "number=1&form=plain"));
            asked.add(source.post("/en/receipt", "number=7&form=sealed"));
            untilEntered(source);
            asked.add(source.post("/en/receipt", "number=1&form=sealed"));
            asked.add(source.post("/en/receipt", "number=1&form=plain&wish=yes"));
            assertThat(asked)
                    .extracting(HttpResponse::statusCode)
                    .containsExactly(200, 200, 410, 400, 400, 303, 200, 400, 404, 200, 200);
            assertThat(asked)
                    .allSatisfy(it ->
                            assertThat(it.headers().firstValue("Set-Cookie"))
                                    .as(it.request().uri() + " " + it.statusCode())
                                    .isPresent());
            assertThat(source.get("/en/case?again=1").headers().firstValue("Set-Cookie"))
                    .as("the page that renews itself")
                    .isEmpty();
        }
    }

    @Test
    void the_codename_is_shown_until_its_source_goes_on_and_never_again() throws Exception {
        try (SourceBrowser source = new SourceBrowser(stack)) {
            source.post("/en/start", "");
            String first = source.get("/en/codename").body();
            assertThat(first)
                    .contains("until you go on, for half an hour at most, and never again")
                    .doesNotContain("shown this once");
            assertThat(source.get("/en/codename").body()).as("loaded again").isEqualTo(first);
            String codename = source.confirm(first);
            assertThat(source.get("/en/form").statusCode()).isEqualTo(200);
            for (String language : List.of("en", "fr", "de", "it")) {
                HttpResponse<String> after = source.get("/" + language + "/codename");
                assertThat(after.statusCode()).isEqualTo(410);
                assertThat(after.body())
                        .doesNotContain(codename)
                        .contains("href=\"/" + language + "/form\"", "lang=\"" + language + "\"");
            }
            assertThat(source.post("/en/confirm", "word=any").headers().firstValue("Location"))
                    .as("sent twice")
                    .hasValue("/en/form");
        }
    }

    @Test
    void right_wrong_and_malformed_codenames_get_answers_of_one_shape() throws Exception {
        String right;
        try (SourceBrowser source = new SourceBrowser(stack)) {
            right = source.begin();
            source.submit(Part.message("hello"));
        }
        List<String> shapes =
                Stream.of(
                                right,
                                "abacus abdomen abdominal zoology zoom yo-yo t-shirt",
                                "not seven words")
                        .map(this::shapeOfReturn)
                        .toList();
        assertThat(shapes).containsOnly(shapes.getFirst());
    }

    @Test
    void a_typed_codename_without_a_case_begins_none() throws Exception {
        try (SourceBrowser source = new SourceBrowser(stack)) {
            source.post("/en/return", "codename=abacus+abdomen+abdominal+zoology+zoom+zoom+zoom");
            assertThat(source.submit(Part.message("lost?")).statusCode()).isEqualTo(403);
        }
    }

    @Test
    void a_form_from_another_site_or_from_nowhere_is_refused() throws Exception {
        try (SourceBrowser source = new SourceBrowser(stack)) {
            source.begin();
            for (String origin : List.of("null", "https://evil.example")) {
                HttpResponse<String> answer =
                        source.send(
                                java.net.http.HttpRequest.newBuilder(
                                                java.net.URI.create(
                                                        stack.application() + "/en/leave"))
                                        .header("Host", "drop.localhost:" + stack.port())
                                        .header("Origin", origin)
                                        .header("Cookie", source.cookie())
                                        .POST(java.net.http.HttpRequest.BodyPublishers.noBody()));
                assertThat(answer.statusCode()).as(origin).isEqualTo(403);
            }
        }
    }

    @Test
    void no_page_sets_a_cookie_before_the_source_acts_and_all_carry_the_headers() throws Exception {
        try (SourceBrowser source = new SourceBrowser(stack)) {
            for (String path : List.of("/", "/en", "/fr", "/de", "/it", "/en/return")) {
                HttpResponse<String> answer = source.get(path);
                assertThat(answer.statusCode()).as(path).isEqualTo(200);
                assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
                assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
                        .startsWith("default-src 'none'");
                assertThat(answer.headers().firstValue("Referrer-Policy")).contains("same-origin");
                assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
            }
        }
    }

    @Test
    void who_sends_a_word_cannot_see_whether_others_are_sending() throws Exception {
        try (SourceBrowser others = new SourceBrowser(stack);
                SourceBrowser source = new SourceBrowser(stack)) {
            others.begin();
            source.begin();
            // More than a few beats take.
            Part[] many = new Part[40];
            Arrays.setAll(many, i -> Part.file("file " + i, new byte[] {(byte) i}));
            assertThat(others.submit(many).statusCode()).isEqualTo(303);
            assertThat(source.submit(Part.message("hello")).statusCode()).isEqualTo(303);
            String page = source.get("/en/case").body();
            assertThat(page).contains("not yet");
            assertThat(page.lines().filter(it -> it.contains("role=\"status\"")))
                    .singleElement(InstanceOfAssertFactories.STRING)
                    .contains("fixed times")
                    .doesNotContainPattern("[0-9]");
        }
    }

    private String shapeOfReturn(String codename) {
        try (SourceBrowser source = new SourceBrowser(stack)) {
            HttpResponse<String> answer =
                    source.post("/en/return", "codename=" + codename.replace(' ', '+'));
            return answer.statusCode()
                    + " "
                    + answer.headers().map().keySet()
                    + " "
                    + source.cookie().length()
                    + " "
                    + answer.body().length();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private String untilEntered(SourceBrowser source) throws Exception {
        // What other tests sent may wait before: each beat takes eight.
        long end = System.nanoTime() + Duration.ofSeconds(300).toNanos();
        String page = source.get("/en/case?again=1").body();
        while (page.contains("not yet") && System.nanoTime() < end) {
            Thread.sleep(500);
            page = source.get("/en/case?again=1").body();
        }
        return page;
    }

    private int verify(Path receipt, Path file) {
        return Sigillo.run(
                "receipt",
                receipt.toString(),
                "--genesis",
                stack.genesis().toString(),
                "--file",
                file.toString());
    }

    /// Opens what Rosa was granted with her key file, as her own machine does.
    private List<Json.Obj> labelsThatRosaOpens() throws Exception {
        try (KeyFile rosa =
                KeyFile.open(
                        Files.readAllBytes(stack.data().path("keys").resolve("rosa.age")),
                        "sigillo-key-rosa".toCharArray())) {
            List<Json.Obj> labels = new java.util.ArrayList<>();
            try (Connection connection = stack.asSuperuser().getConnection();
                    PreparedStatement select =
                            connection.prepareStatement(
                                    "SELECT g.sealed, e.label FROM exhibit e JOIN case_grant g"
                                            + " USING (case_id, generation) WHERE g.person = ?")) {
                select.setString(1, rosa.person());
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next()) {
                        String line =
                                new String(
                                        Age.open(rows.getBytes(1), rosa.identity()),
                                        StandardCharsets.US_ASCII);
                        try (HybridIdentity generation = HybridIdentity.parse(line.strip())) {
                            labels.add(
                                    CanonicalJson.parseObject(
                                            SealedBox.openPadded(rows.getBytes(2), generation)));
                        }
                    }
                }
            }
            return labels;
        }
    }

    private long segments() throws IOException {
        Path root = stack.object("segments");
        if (!Files.exists(root)) {
            return 0;
        }
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(Files::isRegularFile).count();
        }
    }

    private List<Path> filesWith(String marker) throws IOException {
        byte[] plain = marker.getBytes(StandardCharsets.UTF_8);
        String hex = HexFormat.of().formatHex(plain);
        Pattern either = Pattern.compile(Pattern.quote(marker) + "|" + hex);
        try (Stream<Path> all = Files.walk(stack.data().root())) {
            return all.filter(Files::isRegularFile)
                    .filter(Files::isReadable)
                    .filter(path -> {
                        try {
                            return either.matcher(
                                            Files.readString(path, StandardCharsets.ISO_8859_1))
                                    .find();
                        } catch (java.nio.file.NoSuchFileException gone) {
                            return false;
                        } catch (IOException e) {
                            throw new java.io.UncheckedIOException(e);
                        }
                    })
                    .toList();
        }
    }
}
