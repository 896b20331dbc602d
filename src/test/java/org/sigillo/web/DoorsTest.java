package org.sigillo.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sigillo.bytes.MalformedException;

class DoorsTest {
    private final Doors doors =
            new Doors(
                    true,
                    Map.of(
                            Door.DROP, Origin.parse("drop.example:8443"),
                            Door.DESK, Origin.parse("https://desk.example"),
                            Door.NEWS, Origin.parse("news.example"),
                            Door.FILES, Origin.parse("files.example"),
                            Door.AUDIT, Origin.parse("audit.localhost:8090")));

    @Nested
    class A_host {
        @ParameterizedTest
        @CsvSource({
            "drop.example:8443, DROP",
            "DROP.example:8443, DROP",
            "desk.example, DESK",
            "desk.example:443, DESK",
            "news.example:80, NEWS",
            "audit.localhost:8090, AUDIT",
            "127.0.0.1:8090, AUDIT"
        })
        void names_its_door(String host, Door door) {
            assertThat(doors.named(host)).contains(door);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "drop.example",
                    "drop.example:8444",
                    "desk.example:80",
                    "desk.example.evil",
                    "xdesk.example",
                    "127.0.0.1",
                    "127.0.0.2:8090",
                    "localhost:8090",
                    "desk.example@drop.example:8443"
                })
        void of_nobody_names_none(String host) {
            assertThat(doors.named(host)).isEmpty();
        }

        @Test
        void of_the_desk_agrees_with_what_sign_in_is_told_of_https() {
            for (boolean https : new boolean[] {true, false}) {
                assertThatThrownBy(() ->
                                new Doors(
                                        !https,
                                        Map.of(
                                                Door.DROP, Origin.parse("d.example"),
                                                Door.DESK,
                                                        Origin.parse(
                                                                (https ? "https://" : "")
                                                                        + "desk.example"),
                                                Door.NEWS, Origin.parse("n.example"),
                                                Door.FILES, Origin.parse("f.example"),
                                                Door.AUDIT, Origin.parse("a.example"))))
                        .hasMessageContaining("sigillo.https");
            }
        }

        @Test
        void cannot_be_two_doors() {
            Origin one = Origin.parse("one.example");
            assertThatThrownBy(() ->
                            new Doors(
                                    false,
                                    Map.of(
                                            Door.DROP, one,
                                            Door.DESK, one,
                                            Door.NEWS, Origin.parse("n.example"),
                                            Door.FILES, Origin.parse("f.example"),
                                            Door.AUDIT, Origin.parse("a.example"))))
                    .isInstanceOf(MalformedException.class);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "a b",
                    "http://",
                    "desk.example/path",
                    "user@desk.example/",
                    "desk.example?q"
                })
        void that_is_none_is_refused(String text) {
            assertThatThrownBy(() -> Origin.parse(text)).isInstanceOf(MalformedException.class);
        }
    }

    @Nested
    class A_path {
        @ParameterizedTest
        @CsvSource({
            "DROP, /, /drop/",
            "DROP, /en/form, /drop/en/form",
            "DROP, /api/me, /drop/api/me",
            "DROP, /drop/en, /drop/drop/en",
            "NEWS, /releases/x, /news/releases/x",
            "FILES, /x.tar, /files/x.tar",
            "DESK, /api/me, /api/me",
            "DESK, /assets/desk.js, /assets/desk.js",
            "AUDIT, /log/checkpoint, /log/checkpoint",
            "AUDIT, /, /audit/",
            "DESK, /style.css, /web/style.css",
            "DROP, /logo, /web/logo",
            "DROP, /assets/drop.js, /assets/drop.js",
            "DROP, /assets/drop-worker.js, /assets/drop-worker.js",
            "DROP, /assets/desk.js, /drop/assets/desk.js"
        })
        void of_a_door_is_answered_inside_it(Door door, String path, String inside) {
            assertThat(door.inside(path)).contains(inside);
        }

        @ParameterizedTest
        @CsvSource({
            "AUDIT, /audit/export, true",
            "AUDIT, /log/tile/entries/000, true",
            "AUDIT, /log/tile/0/000, false",
            "AUDIT, /log/checkpoint, false",
            "AUDIT, /, false",
            "DESK, /api/me, false"
        })
        void of_auditors_is_for_programs_with_a_token(Door door, String path, boolean token) {
            assertThat(door.forTokens(path)).isEqualTo(token);
        }

        @ParameterizedTest
        @CsvSource({
            "DESK, /drop/en",
            "DESK, /log/checkpoint",
            "DESK, /audit/export",
            "DESK, /web/style.css",
            "DESK, /news",
            "DESK, /sw.js.map",
            "DESK, /signed-in/x",
            "AUDIT, /api/me",
            "AUDIT, /drop",
            "AUDIT, /assets/desk.js",
            "DROP, //en",
            "DROP, /en;x=1/form",
            "NEWS, releases",
            "FILES, /a//b"
        })
        void of_another_door_or_crooked_is_not_there(Door door, String path) {
            assertThat(door.inside(path)).isEmpty();
        }
    }

    @Nested
    class A_request {
        private final Origin own = Origin.parse("drop.example:8443");

        @Test
        void that_changes_something_needs_the_doors_own_origin() {
            assertThat(from("http://drop.example:8443").admits(Door.DROP, own, "POST", "/en/leave"))
                    .isTrue();
            for (String origin :
                    new String[] {
                        "null",
                        "https://drop.example:8443",
                        "http://drop.example",
                        "http://desk.example:8443",
                        "HTTP://DROP.EXAMPLE:8443"
                    }) {
                assertThat(from(origin).admits(Door.DROP, own, "POST", "/en/leave"))
                        .as(origin)
                        .isFalse();
            }
        }

        @ParameterizedTest
        @CsvSource({
            "same-origin, true",
            "same-site, false",
            "cross-site, false",
            "none, false",
            "x, false"
        })
        void that_changes_something_comes_from_our_own_page(String site, boolean admitted) {
            OriginCheck check =
                    new OriginCheck(Optional.of(own.text()), Optional.of(site), true, true, false);
            for (String method : new String[] {"POST", "PUT", "DELETE", "PATCH", "TRACE", "post"}) {
                assertThat(check.admits(Door.DROP, own, method, "/en/leave"))
                        .as(method)
                        .isEqualTo(admitted);
            }
        }

        @Test
        void of_a_program_shows_no_trace_of_a_browser() {
            assertThat(program(false, false, false).admits(Door.DROP, own, "POST", "/")).isTrue();
            assertThat(program(true, false, false).admits(Door.DROP, own, "POST", "/")).isFalse();
            assertThat(program(false, false, true).admits(Door.DESK, own, "POST", "/api/x"))
                    .isTrue();
            assertThat(program(false, true, true).admits(Door.DESK, own, "POST", "/api/x"))
                    .isFalse();
            assertThat(program(false, false, false).admits(Door.DESK, own, "POST", "/api/x"))
                    .isFalse();
        }

        @Test
        void of_another_site_may_follow_links_but_not_read_the_desks_api() {
            OriginCheck foreign =
                    new OriginCheck(Optional.empty(), Optional.of("cross-site"), true, true, false);
            assertThat(foreign.admits(Door.NEWS, own, "GET", "/")).isTrue();
            assertThat(foreign.admits(Door.FILES, own, "GET", "/x.tar")).isTrue();
            assertThat(foreign.admits(Door.DESK, own, "GET", "/")).isTrue();
            assertThat(foreign.admits(Door.DESK, own, "GET", "/api/me")).isFalse();
            assertThat(foreign.admits(Door.DESK, own, "HEAD", "/api/me")).isFalse();
        }

        private OriginCheck from(String origin) {
            return new OriginCheck(
                    Optional.of(origin), Optional.of("same-origin"), true, true, false);
        }

        private OriginCheck program(boolean traces, boolean cookies, boolean bearer) {
            return new OriginCheck(Optional.empty(), Optional.empty(), traces, cookies, bearer);
        }
    }
}
