package org.sigillo.desk;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.sigillo.intake.SourceBrowser;
import org.sigillo.stack.Hand;
import org.sigillo.stack.Stack;
import org.sigillo.stack.StackExtension;

/// What people are told once evidence is broken.
@Tag("stack")
@ExtendWith(StackExtension.class)
class BrokenIT {
    private final Stack stack;

    BrokenIT(Stack stack) {
        this.stack = stack;
    }

    @Test
    void an_administrator_is_told_which_row_even_if_nobodys_roles_can_be_read_and_a_source_no_more()
            throws Exception {
        for (String[] one :
                new String[][] {
                    {"ada", "nonce = set_byte(nonce, 12, get_byte(nonce, 12) # 1)"},
                    {"ada", "event = set_byte(event, 0, get_byte(event, 0) # 1)"},
                    {"rosa", "type = 'person.accounT'"}
                }) {
            try (Hand ada = new Hand(stack, "ada");
                    Hand rosa = new Hand(stack, "rosa");
                    SourceBrowser source = new SourceBrowser(stack)) {
                ada.link();
                rosa.link();
                String whose = (one[0].equals("ada") ? ada : rosa).me().person().hex();
                String row = "key = 'person.account/" + whose + "'";
                tamper("CREATE TABLE kept AS SELECT * FROM ledger_pending WHERE " + row);
                tamper("UPDATE ledger_pending SET " + one[1] + " WHERE " + row);
                try {
                    HttpResponse<String> checked =
                            ada.ask("POST", "desk", "/api/health/check", "{}");
                    assertThat(checked.statusCode()).as(checked.body()).isEqualTo(200);
                    assertThat(checked.body())
                            .contains("\"evidence\":\"broken\"", "\"root\":\"")
                            .containsPattern("\"detail\":\"entry [0-9]+");
                    assertThat(ada.ask("GET", "desk", "/api/health", "").body())
                            .contains("\"evidence\":\"broken\"");
                    assertThat(rosa.ask("GET", "desk", "/api/health", "").statusCode())
                            .isEqualTo(403);
                    for (String path : List.of("/en/", "/en/form")) {
                        HttpResponse<String> closed = source.get(path);
                        assertThat(closed.statusCode()).isEqualTo(503);
                        assertThat(closed.body())
                                .contains("looking into a fault of its records")
                                .doesNotContain("Nobody is here", "entry ", "ledger");
                    }
                    assertThat(source.get("/de/").body()).contains("geht einem Fehler");
                } finally {
                    tamper(
                            "UPDATE ledger_pending p SET nonce = k.nonce, event = k.event, type ="
                                    + " k.type FROM kept k WHERE p.id = k.id");
                    tamper("DROP TABLE kept");
                    stack.killApp();
                    stack.startApp();
                }
            }
        }
        try (Hand ada = new Hand(stack, "ada")) {
            assertThat(ada.ask("POST", "desk", "/api/health/check", "{}").body())
                    .contains("\"evidence\":\"intact\"", "\"checkedAt\":\"", "\"checkedSize\":");
        }
    }

    /// As whoever has taken over the database machine.
    private void tamper(String sql) throws SQLException {
        try (Connection connection = stack.asSuperuser().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER TABLE ledger_pending DISABLE TRIGGER append_only_rows");
            statement.execute(sql);
            statement.execute("ALTER TABLE ledger_pending ENABLE ALWAYS TRIGGER append_only_rows");
        }
    }
}
