package org.sigillo.intake;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.sigillo.intake.SourceProgram.Prepared;
import org.sigillo.sealing.HybridIdentity;
import org.sigillo.stack.Stack;
import org.sigillo.stack.StackExtension;

/// The same requests of the sources' API at once, as of two tabs or of a program that did not wait for an answer.
@Tag("stack")
@Tag("sources")
@ExtendWith(StackExtension.class)
class ProgramsAtOnceIT {
    private final Stack stack;

    ProgramsAtOnceIT(Stack stack) {
        this.stack = stack;
    }

    @Test
    void two_tabs_that_send_and_finish_the_same_at_once_make_one_exhibit() throws Exception {
        try (SourceProgram source = new SourceProgram(stack)) {
            source.begin();
            JsonNode view = source.view();
            Prepared it = source.prepared(new byte[200_000], view);
            ObjectNode starting = source.starting(it, view);
            ObjectNode finishing = source.finishing(it, Optional.of("same"), view);
            assertThat(atOnce(() -> source.ask("POST", "/api/exhibits", starting)))
                    .containsOnlyOnce(201)
                    .isSubsetOf(200, 201);
            assertThat(atOnce(() -> source.send(source.segment(it, 0))))
                    .contains(201)
                    .isSubsetOf(201, 204);
            assertThat(atOnce(() -> source.finish(it, finishing)))
                    .containsOnlyOnce(201)
                    .isSubsetOf(200, 201);
            assertThat(source.view().path("exhibits")).hasSize(1);
            assertThat(source.view().path("unfinished")).isEmpty();
        }
    }

    @Test
    void two_tabs_that_begin_a_case_at_once_have_the_same() throws Exception {
        try (SourceProgram other = new SourceProgram(stack)) {
            other.prove(true);
            assertThat(
                            atOnce(() -> {
                                try (HybridIdentity own =
                                        HybridIdentity.generate(new SecureRandom())) {
                                    return other.ask("PUT", "/api/case", other.beginning(own));
                                }
                            }))
                    .containsOnlyOnce(201)
                    .isSubsetOf(200, 201);
        }
    }

    private static List<Integer> atOnce(Callable<HttpResponse<String>> request) throws Exception {
        try (ExecutorService tabs = Executors.newFixedThreadPool(4)) {
            List<Integer> answers = new ArrayList<>();
            for (Future<HttpResponse<String>> it :
                    tabs.invokeAll(Collections.nCopies(4, request))) {
                answers.add(it.get().statusCode());
            }
            return answers;
        }
    }
}
