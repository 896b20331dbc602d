package org.sigillo.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("stack")
@ExtendWith(StackExtension.class)
class StackIT {
    private static final String VERIFIER = "a-verifier-that-is-long-enough-for-the-standard-0123";

    private final Stack stack;

    StackIT(Stack stack) {
        this.stack = stack;
    }

    @Test
    void the_application_says_that_it_is_ready() throws Exception {
        assertThat(status(stack.management().resolve("/q/health/ready"))).isEqualTo(200);
    }

    @Test
    void the_management_pages_are_not_on_the_doors_listener() throws Exception {
        assertThat(status(stack.application().resolve("/q/health/ready"))).isNotEqualTo(200);
        assertThat(status(stack.application().resolve("/q/metrics"))).isNotEqualTo(200);
    }

    @Test
    void the_application_comes_back_after_it_was_killed() throws Exception {
        long before = stack.applicationPid();
        stack.killApp();
        assertThat(ProcessHandle.of(before).filter(ProcessHandle::isAlive)).isEmpty();
        stack.startApp();
        assertThat(stack.applicationPid()).isNotEqualTo(before);
        assertThat(status(stack.management().resolve("/q/health/ready"))).isEqualTo(200);
    }

    @Test
    void health_says_if_the_guard_of_the_ledgers_tables_is_missing() throws Exception {
        assertThat(well()).containsPattern("\"name\": \"guard\",\\s*\"status\": \"UP\"");
        run(stack.asSuperuser(), "ALTER EVENT TRIGGER sigillo_ledger_drop DISABLE");
        try {
            assertThat(well())
                    .containsPattern("\"name\": \"guard\",\\s*\"status\": \"DOWN\"")
                    .contains("guard.sql");
            assertThat(status(stack.management().resolve("/q/health/ready"))).isEqualTo(200);
        } finally {
            run(stack.asSuperuser(), "ALTER EVENT TRIGGER sigillo_ledger_drop ENABLE ALWAYS");
        }
    }

    @Test
    void the_owner_cannot_drop_what_the_ledger_consists_of() {
        assertThatThrownBy(() -> run(stack.asOwner(), "DROP TABLE ledger_entry CASCADE"))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("guarded");
    }

    @Test
    void the_applications_role_owns_nothing() throws Exception {
        String owned =
                """
                SELECT count(*) FROM (
                    SELECT relowner AS owner FROM pg_class
                    UNION ALL SELECT nspowner FROM pg_namespace
                    UNION ALL SELECT proowner FROM pg_proc
                    UNION ALL SELECT datdba FROM pg_database
                    UNION ALL SELECT typowner FROM pg_type) things
                WHERE owner = (SELECT oid FROM pg_roles WHERE rolname = '%s')
                """;
        assertThat(number(stack.asSuperuser(), owned.formatted("sigillo_app"))).isZero();
        assertThat(number(stack.asSuperuser(), owned.formatted("sigillo_owner"))).isPositive();
    }

    @Test
    void the_applications_role_is_no_superuser_and_a_member_of_nothing() throws Exception {
        assertThat(
                        number(
                                stack.asSuperuser(),
                                "SELECT count(*) FROM pg_roles WHERE rolname = 'sigillo_app' AND"
                                        + " (rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication"
                                        + " OR rolbypassrls)"))
                .isZero();
        assertThat(
                        number(
                                stack.asSuperuser(),
                                "SELECT count(*) FROM pg_auth_members WHERE member ="
                                        + " 'sigillo_app'::regrole"))
                .isZero();
    }

    @Test
    void the_applications_role_cannot_make_a_table() {
        assertThatThrownBy(
                        () -> {
                            try (Connection connection = stack.asApplication().getConnection();
                                    Statement statement = connection.createStatement()) {
                                statement.execute("CREATE TABLE own (id int)");
                            }
                        })
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("permission denied");
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgres", "sigillo_owner", "sigillo_app"})
    void the_database_lets_nobody_in_without_a_password(String role) throws Exception {
        String url;
        try (Connection connection = stack.asSuperuser().getConnection()) {
            url = connection.getMetaData().getURL();
        }
        assertThatThrownBy(() -> DriverManager.getConnection(url, role, "guessed").close())
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("password authentication failed");
    }

    @Test
    void a_demo_person_signs_in_and_the_roles_are_in_both_tokens() throws Exception {
        Map<String, String> tokens = new SignIn(stack).tokens("rosa");
        assertThat(tokens.values())
                .extracting(StackIT::claims)
                .allSatisfy(claims ->
                        assertThat(claims)
                                .containsPattern(
                                        "\"realm_access\":\\{\"roles\":\\[[^]]*\"reviewer\""));
    }

    @Test
    void every_demo_person_has_exactly_the_one_role() throws Exception {
        List<String> roles = List.of("reviewer", "editor", "counsel", "auditor", "administrator");
        for (DemoPeople.Person person : DemoPeople.all()) {
            String claims = claims(new SignIn(stack).accessToken(person.name()));
            assertThat(roles.stream().filter(role -> claims.contains("\"" + role + "\"")))
                    .as(person.name())
                    .containsExactly(person.role());
        }
    }

    @Test
    void the_newsrooms_own_sign_in_wants_a_second_factor_of_everyone() throws Exception {
        HttpResponse<String> page =
                new SignIn(stack, "sigillo-tests").answerToPassword("rosa", VERIFIER);
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("totpSecret");
    }

    @Test
    void what_is_secret_is_readable_by_its_owner_only() throws Exception {
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(stack.data().root())))
                .isEqualTo("rwx------");
        try (Stream<Path> secrets = Files.list(stack.data().path("secrets"))) {
            assertThat(secrets)
                    .isNotEmpty()
                    .allSatisfy(file ->
                            assertThat(
                                            PosixFilePermissions.toString(
                                                    Files.getPosixFilePermissions(file)))
                                    .isEqualTo("rw-------"));
        }
    }

    @Test
    void no_password_is_among_the_arguments_of_a_process() throws Exception {
        String arguments =
                ProcessHandle.allProcesses()
                        .flatMap(process ->
                                Stream.of(process.info().arguments().orElse(new String[0])))
                        .reduce("", (all, one) -> all + "\n" + one);
        assertThat(arguments).contains(stack.data().root().toString());
        for (String name : List.of("postgres", "sigillo_app", "keycloak", "oidc-client")) {
            assertThat(arguments).doesNotContain(stack.password(name));
        }
    }

    private String well() throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                            HttpRequest.newBuilder(stack.management().resolve("/q/health/well"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    private static void run(DataSource source, String sql) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String claims(String token) {
        return new String(
                Base64.getUrlDecoder().decode(token.split("\\.")[1]), StandardCharsets.UTF_8);
    }

    private static int status(URI uri) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                            HttpRequest.newBuilder(uri).build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }

    private static long number(DataSource source, String query) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
