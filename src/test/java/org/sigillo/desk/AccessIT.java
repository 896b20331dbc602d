package org.sigillo.desk;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.quarkus.security.Authenticated;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.sigillo.bytes.Sha256;
import org.sigillo.merkle.MerkleHash;
import org.sigillo.stack.Hand;
import org.sigillo.stack.SignIn;
import org.sigillo.stack.Stack;
import org.sigillo.stack.StackExtension;

/// `docs/access.md`, the program and the running application say the same.
@Tag("stack")
@ExtendWith(StackExtension.class)
class AccessIT {
    private static final Map<String, String> PEOPLE =
            Map.of(
                    "reviewer", "remy",
                    "editor", "elena",
                    "counsel", "carla",
                    "auditor", "aldo",
                    "administrator", "ada");
    private static final Pattern ROW =
            Pattern.compile("\\| `(GET|POST|PUT) ([^`]+)`( \\(desk\\))? \\| ([a-z, ]+) \\|");

    private final Stack stack;

    AccessIT(Stack stack) {
        this.stack = stack;
    }

    @Test
    void the_page_lists_every_route_and_its_roles_as_the_program_has_them() throws IOException {
        Map<String, String> program = new TreeMap<>();
        new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPath(Path.of("target/classes"))
                        .stream()
                        .flatMap(one -> one.getMethods().stream())
                        .filter(it -> !verb(it).isEmpty())
                        .forEach(it -> program.put(verb(it) + " " + path(it), who(it)));
        Map<String, String> page = page();
        page.remove("GET /");
        assertThat(page).isEqualTo(program);
    }

    @Test
    void every_role_reaches_what_the_page_gives_it_and_nothing_else() throws Exception {
        Map<String, String> page = page();
        for (Map.Entry<String, String> person : PEOPLE.entrySet()) {
            try (Hand hand = new Hand(stack, person.getValue())) {
                hand.link();
                for (Map.Entry<String, String> row : page.entrySet()) {
                    if (programs(row.getKey())) {
                        boolean may = may(row.getValue(), person.getKey());
                        assertThat(refused(ask(hand, row.getKey())))
                                .as("%s as %s", row.getKey(), person.getKey())
                                .isEqualTo(!may);
                    }
                }
            }
        }
    }

    @Test
    void a_keycloak_role_alone_gives_nothing() throws Exception {
        try (Hand nina = new Hand(stack, "nina")) {
            assertThat(nina.ask("GET", "desk", "/api/me", "").body())
                    .contains("\"keycloakRoles\":[", "reviewer", "\"roles\":[]");
            for (Map.Entry<String, String> row : page().entrySet()) {
                if (programs(row.getKey())) {
                    assertThat(refused(ask(nina, row.getKey())))
                            .as("%s as nina", row.getKey())
                            .isEqualTo(!may(row.getValue(), "nobody"));
                }
            }
        }
    }

    @Test
    void a_token_that_another_client_of_the_realm_was_given_opens_nothing() throws Exception {
        String token = new SignIn(stack, "sigillo-other").accessToken("rosa");
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<Void> answer =
                    http.send(
                            HttpRequest.newBuilder(URI.create(stack.application() + "/api/me"))
                                    .header("Host", "desk.localhost:" + stack.port())
                                    .header("Authorization", "Bearer " + token)
                                    .build(),
                            HttpResponse.BodyHandlers.discarding());
            assertThat(answer.statusCode()).isEqualTo(401);
        }
    }

    @Test
    void nobody_gets_in_without_signing_in() throws Exception {
        try (HttpClient http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .build()) {
            for (Map.Entry<String, String> row : page().entrySet()) {
                if (programs(row.getKey()) && row.getKey().startsWith("GET")) {
                    HttpResponse<Void> answer =
                            http.send(
                                    HttpRequest.newBuilder(
                                                    URI.create(
                                                            stack.application()
                                                                    + concrete(row.getKey())))
                                            .header(
                                                    "Host",
                                                    host(row.getKey())
                                                            + ".localhost:"
                                                            + stack.port())
                                            .build(),
                                    HttpResponse.BodyHandlers.discarding());
                    boolean open = row.getValue().equals("everybody");
                    assertThat(Set.of(301, 302, 401, 403, 499).contains(answer.statusCode()))
                            .as("%s: %d", row.getKey(), answer.statusCode())
                            .isEqualTo(!open);
                }
            }
        }
    }

    @Test
    void a_request_that_lacks_a_member_is_answered_with_a_problem_that_names_it() throws Exception {
        String release = "0".repeat(32);
        String[][] asked = {
            {"elena", "/api/releases/" + release + "/votes", "{\"decision\":\"approve\"}", "nonce"},
            {"remy", "/api/releases/" + release + "/propose", "{}", "manifest"},
            {"remy", "/api/people/enrol", "{}", "person"},
            {"remy", "/api/people/enrol", "{\"person\":null}", ""},
            {"remy", "/api/people/enrol", "{\"person\":{}}", "person"},
            {
                "remy",
                "/api/people/" + release + "/confirm",
                "{\"confirmed\":{\"nonce\":\"x\",\"statement\":{}}}",
                "confirmed.statement.bytes"
            },
            {"remy", "/api/people/enrol", "{", ""},
            {"remy", "/api/people/enrol", "[]", ""},
            {"remy", "/api/people/enrol", "null", ""},
            {"remy", "/api/people/enrol", "", ""},
            {"elena", "/api/releases/" + release + "/votes", "null", ""},
            {"ada", "/api/rules", "null", ""},
        };
        for (String[] one : asked) {
            try (Hand hand = new Hand(stack, one[0])) {
                hand.link();
                HttpResponse<String> answer = hand.ask("POST", "desk", one[1], one[2]);
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
                assertThat(answer.headers().firstValue("Content-Type"))
                        .as(one[1] + " " + one[2])
                        .hasValueSatisfying(
                                it -> assertThat(it).startsWith("application/problem+json"));
                assertThat(answer.body())
                        .contains("\"status\":400", "\"detail\":\"The request cannot be read")
                        .contains(one[3].isEmpty() ? "" : "member \\\"" + one[3] + "\\\"");
            }
        }
    }

    @Test
    void an_account_statement_that_does_not_hold_is_refused_with_a_sentence() throws Exception {
        try (Hand edith = new Hand(stack, "edith");
                Hand emile = new Hand(stack, "emile")) {
            assertThat(edith.ask("POST", "desk", "/api/people/account", edith.account(600)).body())
                    .contains("does not hold");
            assertThat(edith.ask("POST", "desk", "/api/people/account", emile.account(0)))
                    .satisfies(answer -> {
                        assertThat(answer.statusCode()).isEqualTo(403);
                        assertThat(answer.body())
                                .contains("does not hold", "your own key file")
                                .doesNotContain("Key[", "Optional");
                    });
            assertThat(edith.ask("POST", "desk", "/api/people/account", "{}").statusCode())
                    .isEqualTo(400);
        }
    }

    @Test
    void nobody_can_make_the_ledger_take_in_what_would_break_it() throws Exception {
        try (Hand elena = new Hand(stack, "elena");
                Hand remy = new Hand(stack, "remy")) {
            elena.link();
            remy.link();
            for (Hand.Seen seen :
                    List.of(
                            new Hand.Seen((1L << 53) - 1, MerkleHash.empty()),
                            new Hand.Seen(1, Sha256.of()),
                            new Hand.Seen(0, Sha256.ZERO))) {
                HttpResponse<String> answer = elena.confirm(remy, seen, 1);
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(403);
                assertThat(answer.body()).contains("\"guard\":\"seen\"");
            }
            assertThat(elena.confirm(remy, Hand.Seen.NOTHING, 2).body())
                    .contains("does not hold", "round");
            assertThat(elena.confirm(remy, Hand.Seen.NOTHING, 1).statusCode()).isEqualTo(204);
            assertThat(elena.confirm(remy, Hand.Seen.NOTHING, 1).statusCode()).isEqualTo(403);
            assertThat(elena.confirm(remy, Hand.Seen.NOTHING, 2).statusCode()).isEqualTo(403);
            assertThat(ready()).isEqualTo(200);
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

    private static HttpResponse<String> ask(Hand hand, String route) throws Exception {
        String method = route.substring(0, route.indexOf(' '));
        return hand.ask(method, host(route), concrete(route), method.equals("GET") ? "" : "{}");
    }

    private static boolean refused(HttpResponse<String> answer) {
        return answer.statusCode() == 401
                || (answer.statusCode() == 403 && answer.body().contains("role-missing"));
    }

    private static boolean programs(String route) {
        return route.contains("/api/") || route.contains("/log/") || route.contains("/audit/");
    }

    private static String host(String route) {
        return route.contains("/api/") ? "desk" : "audit";
    }

    private static String concrete(String route) {
        return route.substring(route.indexOf(' ') + 1)
                .replace("{number}", "0")
                .replace("{path}", "0/000.p/1")
                .replaceAll("\\{[a-z]+}", "0".repeat(32))
                .replace("/entries/0/", "/entries/");
    }

    private static boolean may(String who, String role) {
        return who.equals("everybody")
                || who.equals("signed in")
                || Arrays.asList(who.split(", ")).contains(role);
    }

    private static Map<String, String> page() throws IOException {
        Map<String, String> page = new TreeMap<>();
        for (String line : Files.readAllLines(Path.of("docs/access.md"))) {
            var row = ROW.matcher(line);
            if (row.matches()) {
                page.put(row.group(1) + " " + row.group(2), row.group(4));
            }
        }
        assertThat(page).isNotEmpty();
        return page;
    }

    private static String verb(JavaMethod method) {
        return method.isAnnotatedWith(GET.class)
                ? "GET"
                : method.isAnnotatedWith(POST.class)
                        ? "POST"
                        : method.isAnnotatedWith(PUT.class) ? "PUT" : "";
    }

    private static String path(JavaMethod method) {
        String root = method.getOwner().getAnnotationOfType(jakarta.ws.rs.Path.class).value();
        String own =
                method.tryGetAnnotationOfType(jakarta.ws.rs.Path.class)
                        .map(it -> "/" + it.value())
                        .orElse("");
        return (root + own)
                .replaceAll("\\{([a-z]+):[^/]*?}(?=/|\\.|$)", "{$1}")
                .replaceAll("//", "/");
    }

    private static String who(JavaMethod method) {
        if (method.isAnnotatedWith(PermitAll.class)) {
            return "everybody";
        }
        if (method.isAnnotatedWith(Authenticated.class)) {
            return "signed in";
        }
        List<String> order = List.of("reviewer", "editor", "counsel", "auditor", "administrator");
        TreeSet<String> roles = new TreeSet<>(java.util.Comparator.comparingInt(order::indexOf));
        roles.addAll(Arrays.asList(method.getAnnotationOfType(RolesAllowed.class).value()));
        return roles.stream().collect(Collectors.joining(", "));
    }
}
