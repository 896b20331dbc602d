package org.sigillo.intake;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.CanonicalJson;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.Sha256;
import org.sigillo.docket.CaseActs;
import org.sigillo.intake.SourceBrowser.Part;
import org.sigillo.sealing.Age;
import org.sigillo.sealing.HybridIdentity;
import org.sigillo.sealing.KeyFile;
import org.sigillo.sealing.SealedBox;
import org.sigillo.stack.Hand;
import org.sigillo.stack.Stack;
import org.sigillo.stack.StackExtension;

/// The server, the database or the vault goes at each step of sources by the form and by a program. What was acknowledged is
/// there and opens, nothing half is shown to source or newsroom, nothing is confirmed that could not be kept, and both go on.
///
/// Last of all: who came later would wait, beat by beat, until what these have sent is entered.
@Tag("stack")
@Tag("sources")
@Order(Integer.MAX_VALUE)
@ExtendWith(StackExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CutOffIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Stack stack;
    private Hand rosa;
    private Set<String> before = Set.of();

    CutOffIT(Stack stack) {
        this.stack = stack;
    }

    @BeforeAll
    void a_reviewer() throws Exception {
        rosa = new Hand(stack, "rosa");
        rosa.link();
    }

    @AfterAll
    void leave() {
        rosa.close();
    }

    /// Two sources at each step, the step of which nobody knows how it ended last of all.
    @ParameterizedTest
    @EnumSource
    void loses_nothing_that_was_acknowledged_and_shows_nothing_half(Cut cut) throws Exception {
        before = CaseActs.casesOf(rosa);
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Map<Step, CutForm> forms = new EnumMap<>(Step.class);
        Map<Step, CutProgram> programs = new EnumMap<>(Step.class);
        for (Step step : Step.values()) {
            forms.put(step, new CutForm(stack, random));
            programs.put(step, new CutProgram(stack, random));
        }
        for (Step step : Step.values()) {
            programs.get(step).until(step);
            forms.get(step).until(step);
        }
        cut.now(stack);
        try {
            for (Step step : Step.values()) {
                forms.get(step).meanwhile(step);
                programs.get(step).meanwhile(step);
            }
        } finally {
            cut.over(stack);
        }
        List<Integer> told = new ArrayList<>();
        for (Step step : Step.values()) {
            told.add(forms.get(step).counted());
            told.add(programs.get(step).counted());
        }
        told.removeIf(it -> it == 0);
        assertThat(atTheDesk()).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(told);
        Set<List<String>> whole = new HashSet<>();
        for (Step step : Step.values()) {
            whole.add(digests(forms.get(step).goesOn()));
            whole.add(digests(programs.get(step).goesOn()));
            forms.get(step).close();
            programs.get(step).close();
        }
        Set<List<String>> opened = new HashSet<>();
        for (String id : fresh()) {
            opened.add(opened(id));
        }
        assertThat(opened).as("seed %d", seed).isEqualTo(whole);
    }

    @Test
    void a_form_loses_nothing_by_connections_to_the_database_that_break() throws Exception {
        Part[] files =
                IntStream.range(0, 30)
                        .mapToObj(i -> Part.file("f" + i, new byte[] {(byte) i}))
                        .toArray(Part[]::new);
        byte[] body = SourceBrowser.body(files);
        try (SourceBrowser source = new SourceBrowser(stack);
                RawLine line = new RawLine(stack);
                Connection superuser = stack.asSuperuser().getConnection();
                Statement ends = superuser.createStatement()) {
            source.begin();
            line.form(source, "Content-Length: " + body.length);
            int slices = 30;
            for (int i = 0; i < slices; i++) {
                line.write(
                        Arrays.copyOfRange(
                                body, body.length * i / slices, body.length * (i + 1) / slices));
                Thread.sleep(100);
                if (i > 3 && i < slices - 3) {
                    ends.execute(
                            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename ="
                                    + " 'sigillo_app'");
                }
            }
            assertThat(line.line(Duration.ofSeconds(100))).contains("HTTP/1.1 303 See Other");
            String page = source.get("/en/case?part=1").body();
            for (int i = 1; i <= files.length; i++) {
                assertThat(page).contains("<li id=\"exhibit-" + i + "\"");
            }
        }
    }

    private static List<String> digests(List<Parcel> parcels) {
        return parcels.stream().map(Parcel::digest).sorted().toList();
    }

    private Set<String> fresh() throws Exception {
        Set<String> cases = new TreeSet<>(CaseActs.casesOf(rosa));
        cases.removeAll(before);
        return cases;
    }

    /// How many exhibits each new case has there.
    private List<Integer> atTheDesk() throws Exception {
        List<Integer> counts = new ArrayList<>();
        for (String id : fresh()) {
            counts.add(view(id).path("exhibits").size());
        }
        return counts;
    }

    private JsonNode view(String id) throws Exception {
        return JSON.readTree(rosa.ask("GET", "desk", "/api/cases/" + id, "").body());
    }

    /// The digests of what a reviewer has of a case, opened with her key file, and compared with what its label says.
    private List<String> opened(String id) throws Exception {
        List<String> digests = new ArrayList<>();
        JsonNode view = view(id);
        try (KeyFile keys = rosa.keys()) {
            String line =
                    new String(
                            Age.open(
                                    Base64.parse(view.path("grants").get(0).path("grant").asText()),
                                    keys.identity()),
                            StandardCharsets.US_ASCII);
            try (HybridIdentity generation = HybridIdentity.parse(line.strip())) {
                for (JsonNode exhibit : view.path("exhibits")) {
                    digests.add(opened(exhibit, generation));
                }
            }
        }
        digests.sort(null);
        return digests;
    }

    private String opened(JsonNode exhibit, HybridIdentity generation) throws Exception {
        Json.Obj label =
                CanonicalJson.parseObject(
                        SealedBox.openPadded(
                                Base64.parse(exhibit.path("label").asText()), generation));
        byte[] sealed =
                rosa.octets(
                                "GET",
                                "desk",
                                "/api/exhibits/" + exhibit.path("exhibit").asText() + "/segments/0",
                                new byte[0])
                        .body();
        byte[] content =
                Arrays.copyOf(Age.open(sealed, generation), Math.toIntExact(label.number("size")));
        assertThat(Sha256.of(content)).isEqualTo(label.digest("sha256"));
        return label.digest("sha256").hex();
    }
}
