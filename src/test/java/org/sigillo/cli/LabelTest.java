package org.sigillo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Id;

/// Names that senders chose, as files of ours.
class LabelTest {
    @Nested
    class A_file_name {
        @Test
        void keeps_letters_of_any_language_and_nothing_that_leads_elsewhere() {
            assertThat(named("Übersicht 名簿.pdf")).isEqualTo("Übersicht 名簿.pdf");
            assertThat(named("../../etc/passwd")).isEqualTo("_.._.._etc_passwd");
            assertThat(named("a\u202Efdp.exe")).isEqualTo("a_fdp.exe");
            assertThat(named("")).isEqualTo("_");
        }

        @Test
        void fits_any_file_system_and_keeps_its_end_however_many_bytes_a_letter_has() {
            for (String letter : List.of("a", "é", "名", "𝒳")) {
                String name = named(letter.repeat(300) + ".docx");
                assertThat(name.getBytes(StandardCharsets.UTF_8).length).isBetween(190, 200);
                assertThat(name).startsWith(letter).endsWith(".docx");
                assertThat(named(letter.repeat(300)).getBytes(StandardCharsets.UTF_8).length)
                        .isBetween(190, 200);
            }
            assertThat(named("x." + "y".repeat(300)).getBytes(StandardCharsets.UTF_8)).hasSize(200);
        }
    }

    private static String named(String name) {
        Id id = Id.parse("ab".repeat(16));
        return new Label(
                        Optional.of(name),
                        "audit.example/log",
                        id,
                        id,
                        0,
                        0,
                        Sha256.of(),
                        new byte[32],
                        List.of())
                .fileName();
    }
}
