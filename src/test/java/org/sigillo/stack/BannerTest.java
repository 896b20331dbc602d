package org.sigillo.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class BannerTest {
    @Test
    void prints_the_java_that_runs_it_in_words_that_a_shell_takes() throws Exception {
        assertThat(Banner.java()).contains(Path.of(System.getProperty("java.home")).toString());
        Process version =
                new ProcessBuilder("sh", "-c", Banner.java() + " -version")
                        .redirectErrorStream(true)
                        .start();
        String said = new String(version.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(version.waitFor()).as(said).isZero();
        assertThat(said).contains("\"" + Runtime.version().feature());
    }
}
