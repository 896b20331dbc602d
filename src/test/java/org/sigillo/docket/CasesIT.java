package org.sigillo.docket;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.Sha256;
import org.sigillo.cli.Sigillo;
import org.sigillo.intake.SourceBrowser;
import org.sigillo.intake.SourceBrowser.Part;
import org.sigillo.stack.Hand;
import org.sigillo.stack.Stack;
import org.sigillo.stack.StackExtension;

/// Cases at the desk of the running application, for reviewers at programs of their own.
@Tag("stack")
@ExtendWith(StackExtension.class)
class CasesIT {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Stack stack;
    private final byte[] file = new byte[300_000];
    private Hand rosa;
    private Hand remy;
    private String caseId = "";
    @TempDir Path folder;

    CasesIT(Stack stack) {
        this.stack = stack;
    }

    @BeforeEach
    void a_case_of_a_message_and_a_file() throws Exception {
        rosa = new Hand(stack, "rosa");
        remy = new Hand(stack, "remy");
        rosa.link();
        remy.link();
        Set<String> before = CaseActs.casesOf(rosa);
        new Random(3).nextBytes(file);
        try (SourceBrowser source = new SourceBrowser(stack)) {
            source.begin();
            HttpResponse<String> sent =
                    source.submit(Part.message("hello"), Part.file("../../evil\n.bin", file));
            assertThat(sent.statusCode()).isEqualTo(303);
        }
        caseId = CaseActs.since(before, rosa).caseId();
    }

    @AfterEach
    void leave() {
        rosa.close();
        remy.close();
    }

    @Nested
    class A_new_generation {
        @Test
        void is_made_by_the_first_and_refused_to_the_second() throws Exception {
            assertThat(generation(rosa, 1, List.of(rosa, remy)).statusCode()).isEqualTo(201);
            HttpResponse<String> second = generation(remy, 1, List.of(rosa, remy));
            assertThat(second.statusCode()).isEqualTo(409);
            assertThat(second.body()).contains("first-wins", "Load the case again");
            assertThat(view(remy).path("generations")).hasSize(2);
        }

        @Test
        void is_granted_to_exactly_those_who_hold_the_one_before() throws Exception {
            assertThat(generation(rosa, 1, List.of(rosa)).statusCode()).isEqualTo(409);
            try (Hand elena = new Hand(stack, "elena")) {
                elena.link();
                assertThat(generation(rosa, 1, List.of(rosa, remy, elena)).statusCode())
                        .isEqualTo(409);
                assertThat(generation(elena, 1, List.of(rosa, remy)).statusCode()).isEqualTo(403);
            }
            assertThat(generation(rosa, 2, List.of(rosa, remy)).statusCode()).isEqualTo(409);
            assertThat(view(rosa).path("generations")).hasSize(1);
        }

        @Test
        void with_a_statement_about_another_recipient_is_refused() throws Exception {
            HttpResponse<String> answer =
                    generation(rosa, 1, List.of(rosa, remy), Optional.of(Sha256.of()));
            assertThat(answer.statusCode()).isEqualTo(403);
            assertThat(answer.body()).contains("does not hold", "digest");
        }

        @Test
        void is_what_later_files_are_sealed_to() throws Exception {
            String codename;
            Set<String> before = CaseActs.casesOf(rosa);
            try (SourceBrowser source = new SourceBrowser(stack)) {
                codename = source.begin();
                source.submit(Part.message("first"));
                caseId = CaseActs.since(before, rosa).caseId();
                generation(rosa, 1, List.of(rosa, remy));
                source.submit(Part.message("second"));
                source.post("/en/return", "codename=" + codename.replace(' ', '+'));
                assertThat(source.get("/en/case").body()).contains("Message 1", "Message 2");
            }
            JsonNode exhibits = view(rosa).path("exhibits");
            assertThat(exhibits.get(0).path("generation").asInt()).isZero();
            assertThat(exhibits.get(1).path("generation").asInt()).isEqualTo(1);
        }
    }

    @Nested
    class A_grant {
        @Test
        void to_somebody_who_holds_it_or_does_not_count_is_refused() throws Exception {
            assertThat(grant(rosa, remy, 0).statusCode()).isEqualTo(409);
            try (Hand elena = new Hand(stack, "elena")) {
                elena.link();
                HttpResponse<String> answer = grant(rosa, elena, 0);
                assertThat(answer.statusCode()).isEqualTo(409);
                assertThat(answer.body()).contains("does-not-count");
            }
        }

        @Test
        void of_what_one_does_not_hold_is_refused() throws Exception {
            assertThat(grant(rosa, remy, 7).statusCode()).isEqualTo(404);
        }
    }

    @Nested
    class A_segment {
        @Test
        void is_given_whole_and_in_ranges_and_entered_once_a_day() throws Exception {
            JsonNode exhibit = view(rosa).path("exhibits").get(1);
            String path = "/api/exhibits/" + exhibit.path("exhibit").asText() + "/segments/0";
            byte[] whole = rosa.octets("GET", "desk", path, new byte[0]).body();
            assertThat(Sha256.of(whole).hex())
                    .isEqualTo(exhibit.path("segments").get(0).path("sha256").asText());
            HttpResponse<byte[]> part =
                    rosa.octets("GET", "desk", path, new byte[0], "Range", "bytes=100-199");
            assertThat(part.statusCode()).isEqualTo(206);
            assertThat(part.body()).isEqualTo(Arrays.copyOfRange(whole, 100, 200));
            assertThat(part.headers().firstValue("Content-Range"))
                    .hasValue("bytes 100-199/" + whole.length);
            assertThat(
                            rosa.octets("GET", "desk", path, new byte[0], "Range", "bytes=999999-")
                                    .statusCode())
                    .isEqualTo(416);
            assertThat(fetches(exhibit.path("exhibit").asText(), rosa)).isEqualTo(1);
            assertThat(fetches(exhibit.path("exhibit").asText(), remy)).isZero();
            assertThat(rosa.ask("GET", "desk", path.replace("/0", "/1"), "").statusCode())
                    .isEqualTo(404);
        }
    }

    @Nested
    class An_export {
        @Test
        void opens_offline_and_is_compared_with_the_entries() throws Exception {
            untilEntered();
            Path tar = export();
            Path out = folder.resolve("out");
            assertThat(open(tar, out, "rosa", true)).isZero();
            try (var names = Files.list(out)) {
                assertThat(names.map(it -> it.getFileName().toString()).sorted().toList())
                        .containsExactly("1 message.txt", "2 _.._.._evil_.bin");
            }
            assertThat(Files.readAllBytes(out.resolve("2 _.._.._evil_.bin"))).isEqualTo(file);
            assertThat(Files.readString(out.resolve("1 message.txt"))).isEqualTo("hello");
            assertThat(open(tar, out, "rosa", true)).as("nothing is overwritten").isEqualTo(3);
            assertThat(open(tar, folder.resolve("others"), "elena", true)).isEqualTo(2);
        }

        @Test
        void that_was_altered_gives_nothing_of_the_altered_file() throws Exception {
            untilEntered();
            Path tar = export();
            byte[] altered = Files.readAllBytes(tar);
            // In the last exhibit's segment, before the padding at the end of the tar.
            altered[altered.length - 200_000] ^= 1;
            Path out = folder.resolve("out");
            assertThat(open(Files.write(folder.resolve("altered"), altered), out, "rosa", true))
                    .isEqualTo(1);
            try (var names = Files.list(out)) {
                assertThat(names.map(it -> it.getFileName().toString()).toList())
                        .containsExactly("1 message.txt");
            }
        }

        @Test
        void is_opened_piece_by_piece_too() throws Exception {
            JsonNode view = view(rosa);
            JsonNode exhibit = view.path("exhibits").get(1);
            Path grant =
                    Files.write(
                            folder.resolve("grant"),
                            decoded(view.path("grants").get(0).path("grant")));
            Path label = Files.write(folder.resolve("label"), decoded(exhibit.path("label")));
            String path = "/api/exhibits/" + exhibit.path("exhibit").asText() + "/segments/0";
            Path segment =
                    Files.write(
                            folder.resolve("segment"),
                            rosa.octets("GET", "desk", path, new byte[0]).body());
            Path out = folder.resolve("out");
            assertThat(
                            Sigillo.run(
                                    "open",
                                    "--key",
                                    key("rosa"),
                                    "--passphrase-file",
                                    passphrase("rosa"),
                                    "--grant",
                                    grant.toString(),
                                    "--label",
                                    label.toString(),
                                    "--out",
                                    out.toString(),
                                    "--json",
                                    segment.toString()))
                    .isZero();
            assertThat(Files.readAllBytes(out.resolve("_.._.._evil_.bin"))).isEqualTo(file);
        }
    }

    @Test
    void an_altered_row_is_found_when_it_is_used_and_turns_health_red() throws Exception {
        for (String[] change :
                new String[][] {
                    {
                        "UPDATE exhibit SET label = label || '\\x00' WHERE case_id = ?",
                        "UPDATE exhibit SET label = substr(label, 1, length(label) - 1) WHERE case_id = ?"
                    },
                    {
                        "UPDATE case_grant SET sealed = sealed || '\\x00' WHERE case_id = ?",
                        "UPDATE case_grant SET sealed = substr(sealed, 1, length(sealed) - 1) WHERE case_id = ?"
                    },
                    {
                        "UPDATE case_generation SET recipient = 'x' || recipient WHERE case_id = ?",
                        "UPDATE case_generation SET recipient = substr(recipient, 2) WHERE case_id = ?"
                    },
                    {
                        "INSERT INTO case_grant SELECT case_id, generation, '"
                                + "0f".repeat(16)
                                + "', '\\x00' FROM case_generation WHERE case_id = ?",
                        "DELETE FROM case_grant WHERE person = '"
                                + "0f".repeat(16)
                                + "' AND case_id = ?"
                    },
                    {
                        "UPDATE exhibit SET number = -number WHERE case_id = ?",
                        "UPDATE exhibit SET number = -number WHERE case_id = ?"
                    }
                }) {
            update(change[0]);
            HttpResponse<String> answer = rosa.ask("GET", "desk", "/api/cases/" + caseId, "");
            assertThat(answer.statusCode()).as(change[0]).isEqualTo(500);
            assertThat(answer.body()).contains("\"guard\":\"evidence\"");
            assertThat(ready()).isEqualTo(503);
            try (SourceBrowser source = new SourceBrowser(stack)) {
                HttpResponse<String> closed = source.get("/en");
                assertThat(closed.statusCode()).isEqualTo(503);
                assertThat(closed.body()).contains("Closed at the moment");
                assertThat(source.post("/en/start", "").statusCode()).isEqualTo(503);
            }
            if (change[0].contains("SET label")) {
                foundAgainAfterARestart();
            }
            update(change[1]);
            stack.restartApp();
            assertThat(ready()).isEqualTo(200);
            assertThat(rosa.ask("GET", "desk", "/api/cases/" + caseId, "").statusCode())
                    .isEqualTo(200);
        }
    }

    /// While the doors are open already, or before.
    private void foundAgainAfterARestart() throws Exception {
        try {
            stack.restartApp();
        } catch (IOException | RuntimeException | AssertionError e) {
            assertThat(e).hasMessageContaining("label of exhibit");
        }
        for (int i = 0; i < 300 && ready() == 200; i++) {
            Thread.sleep(100);
        }
        assertThat(ready()).isEqualTo(503);
    }

    @Test
    void a_persons_altered_recipient_is_found_before_anything_is_sealed_to_it() throws Exception {
        String change = "UPDATE person SET recipient = %s WHERE id = ?";
        String me = remy.me().person().hex();
        update(change.formatted("'x' || recipient"), me);
        try (SourceBrowser source = new SourceBrowser(stack)) {
            source.begin();
            assertThat(source.submit(Part.message("to whom?")).statusCode()).isEqualTo(503);
        }
        assertThat(ready()).isEqualTo(503);
        update(change.formatted("substr(recipient, 2)"), me);
        stack.restartApp();
        assertThat(ready()).isEqualTo(200);
    }

    private void untilEntered() throws Exception {
        for (int i = 0; i < 300; i++) {
            JsonNode exhibits = view(rosa).path("exhibits");
            if (!exhibits.get(0).path("index").isNull()
                    && !exhibits.get(1).path("index").isNull()) {
                return;
            }
            Thread.sleep(200);
        }
        throw new AssertionError("the exhibits were not entered");
    }

    private Path export() throws Exception {
        HttpResponse<byte[]> tar =
                rosa.octets("GET", "desk", "/api/cases/" + caseId + "/export", new byte[0]);
        assertThat(tar.statusCode()).isEqualTo(200);
        return Files.write(folder.resolve("case.tar"), tar.body());
    }

    private int open(Path tar, Path out, String who, boolean genesis) throws Exception {
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "open",
                                "--key",
                                key(who),
                                "--passphrase-file",
                                passphrase(who),
                                "--out",
                                out.toString()));
        if (genesis) {
            arguments.addAll(List.of("--genesis", stack.genesis().toString()));
        }
        arguments.add(tar.toString());
        return Sigillo.run(arguments.toArray(String[]::new));
    }

    private String key(String who) {
        return stack.data().path("keys").resolve(who + ".age").toString();
    }

    private String passphrase(String who) throws Exception {
        return Files.writeString(folder.resolve(who), "sigillo-key-" + who + "\n").toString();
    }

    private static byte[] decoded(JsonNode base64) {
        return Base64.getDecoder().decode(base64.asText());
    }

    private JsonNode view(Hand hand) throws Exception {
        return acts().view(hand);
    }

    private HttpResponse<String> generation(
            Hand maker, long number, List<Hand> readers, Optional<Sha256> lie) throws Exception {
        return acts().generation(maker, number, readers, lie);
    }

    private CaseActs acts() {
        return new CaseActs(caseId);
    }

    private HttpResponse<String> generation(Hand maker, long number, List<Hand> readers)
            throws Exception {
        return generation(maker, number, readers, Optional.empty());
    }

    private HttpResponse<String> grant(Hand giver, Hand reader, long generation) throws Exception {
        Json.Obj request =
                Json.object()
                        .with(
                                "grants",
                                Json.array(
                                        List.of(
                                                acts().given(
                                                                giver,
                                                                reader,
                                                                generation,
                                                                "a line"))));
        return giver.ask("POST", "desk", "/api/cases/" + caseId + "/grants", Hand.text(request));
    }

    private long fetches(String exhibit, Hand by) throws Exception {
        try (Connection connection = stack.asSuperuser().getConnection();
                PreparedStatement query =
                        connection.prepareStatement(
                                "SELECT count(*) FROM ledger_pending WHERE key LIKE ?")) {
            query.setString(1, "exhibit.fetched/" + exhibit + "/" + by.me().person().hex() + "/%");
            try (ResultSet rows = query.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        }
    }

    private void update(String sql) throws Exception {
        update(sql, caseId);
    }

    private void update(String sql, String id) throws Exception {
        try (Connection connection = stack.asSuperuser().getConnection();
                PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, id);
            assertThat(query.executeUpdate()).isPositive();
        }
    }

    private int ready() throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                            HttpRequest.newBuilder(
                                            URI.create(stack.management() + "/q/health/ready"))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }
}
