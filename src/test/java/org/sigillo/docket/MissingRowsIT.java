package org.sigillo.docket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.sigillo.intake.SourceBrowser;
import org.sigillo.intake.SourceBrowser.Part;
import org.sigillo.stack.Hand;
import org.sigillo.stack.Stack;
import org.sigillo.stack.StackExtension;
import org.sigillo.stack.VaultOperator;

/// A case or an exhibit whose rows somebody has deleted is missed: at the next start, on demand, and before the vault's
/// daily round would take its segments for nobody's.
@Tag("stack")
@ExtendWith(StackExtension.class)
class MissingRowsIT {
    private final Stack stack;

    MissingRowsIT(Stack stack) {
        this.stack = stack;
    }

    @Test
    void a_case_or_an_exhibit_that_was_deleted_is_missed() throws Exception {
        try (SourceBrowser source = new SourceBrowser(stack);
                VaultOperator ada = new VaultOperator(stack, "ada")) {
            String before =
                    stack.asked("SELECT coalesce(string_agg(id, ','), '') FROM docket_case");
            source.begin();
            assertThat(source.submit(Part.message("one"), Part.file("a", new byte[9])).statusCode())
                    .isEqualTo(303);
            String exhibit =
                    stack.asked(
                            "SELECT id FROM exhibit WHERE number = 2 AND case_id <> ALL"
                                    + " (string_to_array('"
                                    + before
                                    + "', ','))");
            String caseId = stack.asked("SELECT case_id FROM exhibit WHERE id = '" + exhibit + "'");
            keep();
            try {
                tamper("DELETE FROM exhibit WHERE id = '" + exhibit + "'");
                missed(ada, "exhibits of case " + caseId);
                assertThat(ada.hand().ask("POST", "desk", "/api/vault/settle", "{}").statusCode())
                        .as("nothing is removed while evidence is broken")
                        .isEqualTo(409);
                putBack();
                stack.restartApp();

                tamper(
                        "DELETE FROM exhibit WHERE case_id = '" + caseId + "'",
                        "DELETE FROM case_grant WHERE case_id = '" + caseId + "'",
                        "DELETE FROM case_generation WHERE case_id = '" + caseId + "'",
                        "DELETE FROM docket_case WHERE id = '" + caseId + "'");
                assertThatThrownBy(stack::restartApp)
                        .as("at a start")
                        .hasMessageContaining("case " + caseId);
            } finally {
                putBack();
                stack.restartApp();
            }
            assertThat(stack.object("segments/" + exhibit + "/0")).exists();
            assertThat(check(ada.hand())).contains("\"evidence\":\"intact\"");
        } finally {
            for (String table : TABLES) {
                tamper("DROP TABLE IF EXISTS kept_" + table);
            }
        }
    }

    @Test
    void what_renamed_rows_have_held_is_nobodys_rubbish() throws Exception {
        try (SourceBrowser source = new SourceBrowser(stack);
                VaultOperator ada = new VaultOperator(stack, "ada")) {
            source.begin();
            assertThat(source.submit(Part.message("one"), Part.file("a", new byte[9])).statusCode())
                    .isEqualTo(303);
            String caseId = stack.asked("SELECT case_id FROM exhibit ORDER BY ctid DESC LIMIT 1");
            List<String> exhibits =
                    List.of(
                            stack.asked(
                                            "SELECT string_agg(id, ',') FROM exhibit WHERE case_id = '"
                                                    + caseId
                                                    + "'")
                                    .split(","));
            assertThat(exhibits).hasSize(2);
            for (String exhibit : exhibits) {
                Files.setLastModifiedTime(
                        stack.object("segments/" + exhibit + "/0"),
                        FileTime.from(Instant.now().minus(Duration.ofDays(6))));
                tamper("UPDATE exhibit SET id = reverse(id) WHERE id = '" + exhibit + "'");
            }
            try {
                assertThat(ada.hand().ask("POST", "desk", "/api/vault/settle", "{}").statusCode())
                        .isEqualTo(202);
                // Not by a check by hand, which would find it before the round has.
                untilBroken(ada.hand());
            } finally {
                tamper("UPDATE exhibit SET id = reverse(id) WHERE case_id = '" + caseId + "'");
                stack.restartApp();
            }
            for (String exhibit : exhibits) {
                assertThat(stack.object("segments/" + exhibit + "/0")).exists();
            }
            assertThat(check(ada.hand())).contains("\"evidence\":\"intact\"");
        }
    }

    private static void missed(VaultOperator ada, String where) throws Exception {
        assertThat(check(ada.hand())).contains("\"evidence\":\"broken\"", where);
    }

    private static String check(Hand ada) throws Exception {
        return ada.ask("POST", "desk", "/api/health/check", "{}").body();
    }

    /// Health looks at no rows: it says what was found.
    private static void untilBroken(Hand ada) throws Exception {
        for (int i = 0; i < 300; i++) {
            if (ada.ask("GET", "desk", "/api/health", "")
                    .body()
                    .contains("\"evidence\":\"broken\"")) {
                return;
            }
            Thread.sleep(100);
        }
        throw new AssertionError("the round found nothing broken");
    }

    private static final List<String> TABLES =
            List.of("docket_case", "case_generation", "case_grant", "exhibit");

    private void keep() throws SQLException {
        for (String table : TABLES) {
            tamper("CREATE TABLE kept_" + table + " AS TABLE " + table);
        }
    }

    private void putBack() throws SQLException {
        for (String table : TABLES) {
            tamper("INSERT INTO " + table + " TABLE kept_" + table + " ON CONFLICT DO NOTHING");
        }
    }

    private void tamper(String... acts) throws SQLException {
        try (Connection connection = stack.asSuperuser().getConnection();
                Statement statement = connection.createStatement()) {
            for (String act : acts) {
                statement.execute(act);
            }
        }
    }
}
