package org.sigillo.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchException;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sigillo.bytes.Refusal;
import org.sigillo.custody.Rules;

class AnswersTest {
    @Nested
    class Headers {
        @ParameterizedTest
        @EnumSource(Door.class)
        void allow_nothing_that_a_policy_of_ours_would_regret(Door door) {
            String policy = policy(door);
            assertThat(policy)
                    .startsWith("default-src 'none'")
                    .contains("base-uri 'none'", "frame-ancestors 'none'")
                    .contains("require-trusted-types-for 'script'")
                    .doesNotContain("unsafe", "*", "data:", "blob:", "http", "strict-dynamic");
        }

        @Test
        void allow_our_own_scripts_at_the_desk_and_for_sources_alone() {
            for (Door door : Door.values()) {
                boolean scripts = door == Door.DESK || door == Door.DROP;
                assertThat(policy(door).contains("script-src")).isEqualTo(scripts);
                assertThat(policy(door).contains("script-src 'self';")).isEqualTo(scripts);
            }
            assertThat(policy(Door.FILES)).contains("sandbox");
            assertThat(SecurityHeaders.of(Door.FILES, false))
                    .containsEntry("Content-Disposition", "attachment");
        }

        @Test
        void let_the_page_that_checks_receipts_and_its_worker_connect_to_nothing() {
            String policy =
                    String.valueOf(
                            SecurityHeaders.of(Door.DROP, true, true)
                                    .get("Content-Security-Policy"));
            assertThat(policy)
                    .startsWith("default-src 'none'")
                    .contains("form-action 'none'", "script-src 'self';", "trusted-types sigillo")
                    .doesNotContain("connect-src", "unsafe");
            assertThat(Door.DROP.isAlone("/en/check", null)).isTrue();
            assertThat(Door.DROP.isAlone("/assets/drop-worker.js", "alone")).isTrue();
            assertThat(Door.DROP.isAlone("/assets/drop-worker.js", null)).isFalse();
            assertThat(Door.DROP.isAlone("/en/checks", null)).isFalse();
            assertThat(Door.DESK.isAlone("/assets/desk.js", "alone")).isFalse();
        }

        @Test
        void ask_for_https_only_where_there_is_https() {
            assertThat(SecurityHeaders.of(Door.DROP, false))
                    .doesNotContainKey("Strict-Transport-Security");
            assertThat(SecurityHeaders.of(Door.DROP, true))
                    .containsKey("Strict-Transport-Security");
        }

        @Test
        void are_those_of_the_page_that_gives_their_reasons() throws IOException {
            Set<String> page =
                    Pattern.compile("^\\| `([A-Z][A-Za-z-]+)` \\|", Pattern.MULTILINE)
                            .matcher(Files.readString(Path.of("docs/spec/headers.md")))
                            .results()
                            .map(it -> it.group(1))
                            .filter(it -> !it.equals("Clear-Site-Data"))
                            .collect(Collectors.toCollection(TreeSet::new));
            assertThat(new TreeSet<>(SecurityHeaders.of(Door.FILES, true).keySet()))
                    .isEqualTo(page);
        }

        private String policy(Door door) {
            Map<String, String> headers = SecurityHeaders.of(door, true);
            return String.valueOf(headers.get("Content-Security-Policy"));
        }
    }

    @Nested
    class A_range {
        private static final String TEXT = "0123456789";

        @ParameterizedTest
        @CsvSource({
            "bytes=0-0, 0, bytes 0-0/10",
            "bytes=2-4, 234, bytes 2-4/10",
            "bytes=7-, 789, bytes 7-9/10",
            "bytes=-3, 789, bytes 7-9/10",
            "bytes=-99, 0123456789, bytes 0-9/10",
            "bytes=5-99, 56789, bytes 5-9/10"
        })
        void is_given_as_asked(String range, String expected, String contentRange)
                throws IOException {
            Response answer = ask(range);
            assertThat(answer.getStatus()).isEqualTo(206);
            assertThat(body(answer)).isEqualTo(expected);
            assertThat(answer.getHeaderString("Content-Range")).isEqualTo(contentRange);
            assertThat(answer.getHeaderString("Content-Length"))
                    .isEqualTo(String.valueOf(expected.length()));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "bytes=-",
                    "bytes=1-2,4-5",
                    "items=0-1",
                    "bytes=a-b",
                    "bytes 0-1",
                    "bytes=0-9999999999999999999"
                })
        void that_is_none_gives_the_whole(String range) throws IOException {
            Response answer = ask(range);
            assertThat(answer.getStatus()).isEqualTo(200);
            assertThat(body(answer)).isEqualTo(TEXT);
        }

        @ParameterizedTest
        @ValueSource(strings = {"bytes=10-", "bytes=10-12", "bytes=4-3", "bytes=-0"})
        void beyond_the_end_is_refused(String range) {
            assertThatThrownBy(() -> ask(range))
                    .isInstanceOfSatisfying(
                            Refusal.class, it -> assertThat(it.kind().status()).isEqualTo(416));
        }

        private Response ask(String range) throws IOException {
            return Partial.of(
                            new ByteArrayInputStream(TEXT.getBytes(StandardCharsets.US_ASCII)),
                            TEXT.length(),
                            Optional.of(range))
                    .build();
        }

        private String body(Response answer) throws IOException {
            return new String(
                    ((InputStream) answer.getEntity()).readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @Nested
    class A_body {
        private static final String SEGMENT =
                "/api/releases/" + "0123456789abcdef".repeat(2) + "/segments/3";

        @ParameterizedTest
        @CsvSource({
            "POST, /api/people/enrol, 1048576, true",
            "POST, /api/people/enrol, 1048577, false",
            "POST, /api/people/enrol, -1, false",
            "POST, /api/people/enrol, 99999999999999999999, false",
            "PUT, SEGMENT, 67129344, true",
            "PUT, SEGMENT, 67129345, false",
            "POST, SEGMENT, 1048577, false"
        })
        void of_the_desk_says_its_length_and_keeps_it_small(
                String method, String path, String length, boolean admitted) {
            assertThat(
                            BodyLimit.admits(
                                    Door.DESK,
                                    path.equals("SEGMENT") ? SEGMENT : path,
                                    method,
                                    length,
                                    null))
                    .isEqualTo(admitted);
        }

        @Test
        void without_a_length_is_none() {
            assertThat(BodyLimit.admits(Door.DROP, "/en/return", "POST", null, null)).isFalse();
            assertThat(BodyLimit.admits(Door.DESK, SEGMENT, "PUT", null, null)).isFalse();
            assertThat(BodyLimit.admits(Door.DROP, "/api/case", "PUT", null, null)).isFalse();
            assertThat(BodyLimit.admits(Door.DROP, "/en", "GET", null, null)).isTrue();
        }

        @ParameterizedTest
        @CsvSource({
            "DROP, /api/exhibits/000102030405060708090a0b0c0d0e0f/segments/7, PUT, true",
            "DROP, /api/exhibits/000102030405060708090a0b0c0d0e0f/finish, POST, false",
            "DROP, /api/case, PUT, false",
            "NEWS, /api/exhibits/000102030405060708090a0b0c0d0e0f/segments/7, PUT, false"
        })
        void is_as_large_as_a_segment_where_one_is_sent(
                Door door, String path, String method, boolean large) {
            assertThat(BodyLimit.admits(door, path, method, "67126891", null)).isEqualTo(large);
        }

        @ParameterizedTest
        @CsvSource({
            "DROP, /en, PUT",
            "DROP, /en, DELETE",
            "DESK, /api/cases, DELETE",
            "DESK, /api/cases, TRACE",
            "NEWS, /en, POST",
            "FILES, /en, FOO",
            "AUDIT, /log/checkpoint, POST"
        })
        void is_not_asked_for_by_methods_that_nothing_answers(
                Door door, String path, String method) {
            assertThat(BodyLimit.admits(door, path, method, null, null)).isTrue();
        }

        @ParameterizedTest
        @CsvSource({
            "POST, /api/session, 8192",
            "POST, /api/session/proof, 8192",
            "POST, /api/wishes, 8192",
            "POST, /en/return, 8192",
            "POST, /api/anything, 8192",
            "POST, /api/replies/seen, 65536",
            "POST, /api/exhibits, 65536",
            "POST, /api/exhibits/000102030405060708090a0b0c0d0e0f/finish, 720896",
            "PUT, /api/case, 1048576"
        })
        void of_a_source_is_no_larger_than_an_honest_one(String method, String path, long most) {
            assertThat(admits(method, path, most)).isTrue();
            assertThat(admits(method, path, most + 1)).isFalse();
        }

        private boolean admits(String method, String path, long length) {
            return BodyLimit.admits(Door.DROP, path, method, Long.toString(length), null);
        }

        @Test
        void in_chunks_is_a_sources_form_alone() {
            assertThat(BodyLimit.admits(Door.DROP, "/en/submit", "POST", null, "chunked")).isTrue();
            assertThat(BodyLimit.admits(Door.DROP, "/en/leave", "POST", null, "chunked")).isFalse();
            assertThat(BodyLimit.admits(Door.DESK, SEGMENT, "PUT", null, "chunked")).isFalse();
            assertThat(BodyLimit.admits(Door.NEWS, "/en/submit", "POST", null, "chunked"))
                    .isFalse();
        }
    }

    @Nested
    class A_database_that_is_away {
        @ParameterizedTest
        @ValueSource(strings = {"/log/checkpoint", "/log/tile/0/000", "/audit/proof/3"})
        void is_asked_again_by_whoever_reads_the_log(String path) {
            for (String state : Arrays.asList("08001", "57P03", "53300", null)) {
                Response answer = answer(path, state);
                assertThat(answer.getStatus()).as(state).isEqualTo(503);
                assertThat(answer.getHeaderString("Retry-After")).matches("[1-9][0-9]*");
            }
        }

        @Test
        void is_another_thing_than_one_that_refuses_what_we_ask() {
            Response answer = answer("/log/checkpoint", "42P01");
            assertThat(answer.getStatus()).isEqualTo(500);
            assertThat(answer.getHeaderString("Retry-After")).isNull();
            assertThat(answer("/drop/en/case", "08001").getStatus()).isEqualTo(500);
        }

        private Response answer(String path, String state) {
            UriInfo uri =
                    (UriInfo)
                            Proxy.newProxyInstance(
                                    AnswersTest.class.getClassLoader(),
                                    new Class<?>[] {UriInfo.class},
                                    (_, method, _) -> {
                                        assertThat(method.getName()).isEqualTo("getPath");
                                        return path;
                                    });
            return new Failures(new SimpleMeterRegistry(), null)
                    .fault(
                            new IllegalStateException(
                                    "reading", new SQLException("no answer", state)),
                            uri);
        }
    }

    @Nested
    class Json_that_its_type_refuses {
        @Test
        void is_malformed_for_the_reason_that_the_type_gives() {
            Exception made =
                    catchException(() ->
                            new ObjectMapper()
                                    .readValue(
                                            "{\"version\":2,\"beat\":10,\"k\":8,"
                                                    + "\"minimumKeyAge\":0,\"quorum\":1}",
                                            Rules.class));
            assertThat(Failures.refusedByType(new WebApplicationException(made, 400)))
                    .hasValueSatisfying(it -> assertThat(it).hasMessageContaining("quorum 2 to"));
            assertThat(Failures.refusedByType(new WebApplicationException(400))).isEmpty();
        }
    }

    @Nested
    class Json_that_no_honest_request_has {
        record Wish(String wish) {}

        private final ObjectMapper mapper = new ObjectMapper();

        Json_that_no_honest_request_has() {
            new JsonBounds().customize(mapper);
        }

        @Test
        void with_a_member_twice_is_malformed() {
            // As the server's reader of bodies hands it on.
            Exception twice =
                    catchException(() ->
                            mapper.readValue("{\"wish\":\"deletion\",\"wish\":\"x\"}", Wish.class));
            assertThat(twice).isInstanceOf(StreamReadException.class);
            assertThat(Failures.refusedByType(new WebApplicationException(twice, 400)))
                    .hasValueSatisfying(it -> assertThat(it).hasMessageContaining("twice"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"string", "name", "depth"})
        void with_more_than_a_body_may_have_is_not_read(String what) {
            String json =
                    switch (what) {
                        case "string" -> "{\"wish\":\"" + "a".repeat((1 << 20) + 1) + "\"}";
                        case "name" -> "{\"" + "a".repeat(300) + "\":1}";
                        default -> "{\"x\":" + "[".repeat(40) + "]".repeat(40) + "}";
                    };
            assertThatThrownBy(() -> mapper.readValue(json, Wish.class))
                    .isInstanceOf(JacksonException.class);
        }
    }

    @Nested
    class A_form_of_parts {
        @Test
        void is_a_sources_upload_alone() {
            List<String> form = List.of("multipart/form-data; boundary=x");
            assertThat(BodyLimit.understands(Door.DROP, "/en/submit", "POST", form)).isTrue();
            for (String path : List.of("/en/return", "/en/confirm", "/en/receipt", "/en/start")) {
                assertThat(BodyLimit.understands(Door.DROP, path, "POST", form)).isFalse();
            }
            assertThat(BodyLimit.understands(Door.DROP, "/en/submit", "PUT", form)).isFalse();
            assertThat(BodyLimit.understands(Door.DESK, "/api/cases", "POST", form)).isFalse();
            assertThat(BodyLimit.understands(Door.NEWS, "/en/submit", "POST", form)).isFalse();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"Multipart/Mixed; boundary=x", " multipart/form-data", "MULTIPART/x"})
        void is_known_in_any_spelling_and_behind_another(String type) {
            assertThat(
                            BodyLimit.understands(
                                    Door.DROP, "/en/return", "POST", List.of("text/plain", type)))
                    .isFalse();
        }

        @Test
        void is_not_what_the_other_forms_are() {
            assertThat(
                            BodyLimit.understands(
                                    Door.DROP,
                                    "/en/return",
                                    "POST",
                                    List.of("application/x-www-form-urlencoded")))
                    .isTrue();
            assertThat(BodyLimit.understands(Door.DROP, "/en", "GET", List.of())).isTrue();
        }
    }

    @Nested
    class An_error_page {
        @ParameterizedTest
        @ValueSource(strings = {"fr", "de", "it"})
        void speaks_the_language_of_the_address_whatever_happened(String language) {
            Set<String> said = new TreeSet<>();
            for (String key :
                    List.of(
                            "400",
                            "403",
                            "404",
                            "405",
                            "409",
                            "413",
                            "415",
                            "500",
                            "503",
                            "evidence")) {
                String page =
                        ErrorPages.page("/drop/" + language + "/form", key, "Title", "Sentence");
                assertThat(page)
                        .contains("<html lang=\"" + language, "href=\"/" + language + "\"")
                        .doesNotContain("Title", "Sentence", "Start page", ">null<");
                said.add(page);
            }
            assertThat(said).as("409 speaks like 400").hasSize(9);
        }

        @ParameterizedTest
        @CsvSource({
            "/de, DE",
            "/de/form, DE",
            "/drop/it/submit, IT",
            "/news/fr, FR",
            "/en/form, EN",
            "/, EN",
            "/dex, EN",
            "/nl/form, EN"
        })
        void finds_it_at_the_door_and_inside(String path, Language language) {
            assertThat(ErrorTexts.of(path)).isEqualTo(language);
        }

        @Test
        void is_as_exact_as_it_can_be_in_english() {
            assertThat(ErrorPages.page("/drop/en/form", "503", "Refused", "Come back <later>."))
                    .contains("Refused", "Come back &lt;later&gt;.", "Start page", "href=\"/\"");
        }
    }

    @Nested
    class A_language {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "de-CH,de;q=0.9,en;q=0.8 | DE",
                    "nl,fr;q=0.5 | FR",
                    "it | IT",
                    "nl | EN",
                    "*;q=0.1 | EN",
                    "de;q=2 | EN",
                    ";;; | EN"
                })
        void is_the_best_that_we_speak(String accept, Language language) {
            assertThat(Language.preferred(Optional.of(accept))).isEqualTo(language);
        }

        @Test
        void that_we_do_not_speak_is_not_there() {
            assertThatThrownBy(() -> Language.of("nl")).isInstanceOf(Refusal.class);
            assertThat(Language.preferred(Optional.empty())).isEqualTo(Language.EN);
        }
    }
}
