package org.sigillo.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChildTest {
    @Test
    void the_reason_of_a_failure_is_not_lost_among_the_lines_of_its_stack() {
        List<String> log = new ArrayList<>(List.of("started", "ERROR Failed to start"));
        log.add("Caused by: entry 0, the genesis: expected fa9e, found 7e11");
        for (int frame = 0; frame < 40; frame++) {
            log.add("\tat io.quarkus.Something.of(Something.java:" + frame + ")");
        }
        log.add("\t... 9 more");
        assertThat(Child.telling(log))
                .containsExactly(
                        "started",
                        "ERROR Failed to start",
                        "Caused by: entry 0, the genesis: expected fa9e, found 7e11");
    }
}
