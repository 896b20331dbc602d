package org.sigillo.intake;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.sigillo.stack.Stack;

/// A source's program whose second exhibit stops at a step.
final class CutProgram implements AutoCloseable {
    private final Stack stack;
    private final SourceProgram program;
    private final Parcel first;
    private final Parcel second;
    private final Set<String> acknowledged = new HashSet<>();
    private SourceProgram.@Nullable Prepared begun;
    private @Nullable ObjectNode finishing;
    private @Nullable RawForm segment;
    private @Nullable CompletableFuture<Integer> finished;

    CutProgram(Stack stack, Random random) throws IOException, InterruptedException {
        this.stack = stack;
        this.program = new SourceProgram(stack);
        this.first = Parcel.of("program", 1_000_000, random);
        this.second = Parcel.of("program", 2_000_000, random);
    }

    void until(Step step) throws Exception {
        program.prove(true);
        if (step == Step.NOTHING_SENT) {
            return;
        }
        program.begin();
        acknowledged.add(program.send(first.name(), first.content()).exhibit().hex());
        JsonNode view = program.view();
        SourceProgram.Prepared it = program.prepared(second.content(), view);
        begun = it;
        finishing = program.finishing(it, Optional.of(second.name()), view);
        assertThat(program.start(it, view).statusCode()).isEqualTo(201);
        if (step == Step.IN_THE_FIRST) {
            return;
        }
        if (step == Step.IN_THE_SECOND) {
            half(it);
            return;
        }
        assertThat(program.send(program.segment(it, 0)).statusCode()).isEqualTo(201);
        if (step == Step.BEFORE_THE_END) {
            return;
        }
        finished = CompletableFuture.supplyAsync(() -> status(() -> program.finish(it, finishing)));
        if (step == Step.AFTER_THE_ANSWER) {
            assertThat(finished.join()).isEqualTo(201);
            acknowledged.add(it.exhibit().hex());
        }
    }

    private void half(SourceProgram.Prepared it) throws IOException {
        HttpRequest request = program.segment(it, 0).build();
        StringBuilder head = new StringBuilder();
        request.headers()
                .map()
                .forEach((name, values) -> {
                    if (!name.equalsIgnoreCase("host")) {
                        head.append(name + ": " + values.getFirst() + "\r\n");
                    }
                });
        byte[] sealed = it.sealed().getFirst();
        segment =
                RawForm.of(
                        stack,
                        "PUT " + request.uri().getPath(),
                        Trail.NONE,
                        head.toString(),
                        sealed);
        segment.to(sealed.length / 2);
    }

    /// Goes on while it is cut.
    void meanwhile(Step step) throws Exception {
        SourceProgram.Prepared it = begun;
        int status =
                switch (step) {
                    case NOTHING_SENT -> status(() -> program.ask("GET", "/api/case", null));
                    case IN_THE_FIRST -> status(() -> program.send(program.segment(it, 0)));
                    case IN_THE_SECOND -> segment.end();
                    case BEFORE_THE_END -> status(() -> program.finish(it, finishing));
                    case AT_THE_END, AFTER_THE_ANSWER -> finished.join();
                };
        switch (step) {
            case AT_THE_END -> {
                if (status == 201) {
                    acknowledged.add(it.exhibit().hex());
                }
            }
            case AFTER_THE_ANSWER -> {}
            default ->
                    assertThat(status)
                            .as("%s: what cannot be kept is not confirmed", step)
                            .isNotIn(200, 201, 204);
        }
    }

    private static int status(Callable<HttpResponse<String>> asked) {
        try {
            return asked.call().statusCode();
        } catch (Exception e) {
            return 0;
        }
    }

    /// How many its case lists when it is back: everything that was acknowledged, and nothing that is not whole.
    int counted() throws Exception {
        for (int i = 0;
                i < 200 && status(() -> program.ask("GET", "/api/case", null)) >= 500;
                i++) {
            Thread.sleep(100);
        }
        if (status(() -> program.ask("GET", "/api/case", null)) == 401) {
            program.prove(true);
        }
        return exhibits().size();
    }

    private Set<String> exhibits() throws Exception {
        Set<String> exhibits = new HashSet<>();
        program.view().path("exhibits").forEach(it -> exhibits.add(it.path("exhibit").asText()));
        assertThat(exhibits).containsAll(acknowledged);
        return exhibits;
    }

    /// Sends what is not there.
    List<Parcel> goesOn() throws Exception {
        if (status(() -> program.ask("GET", "/api/case", null)) == 404) {
            program.begin();
            acknowledged.add(program.send(first.name(), first.content()).exhibit().hex());
        }
        JsonNode view = program.view();
        SourceProgram.Prepared it = begun;
        if (it == null) {
            acknowledged.add(program.send(second.name(), second.content()).exhibit().hex());
        } else {
            JsonNode unfinished = view.path("unfinished").path(0);
            if (!unfinished.isMissingNode() && unfinished.path("segments").isEmpty()) {
                int sent = status(() -> program.send(program.segment(it, 0)));
                if (sent == 409) {
                    // What a killed server left is gone now.
                    sent = status(() -> program.send(program.segment(it, 0)));
                }
                assertThat(sent).isEqualTo(201);
            }
            assertThat(program.finish(it, finishing).statusCode()).isIn(200, 201);
            acknowledged.add(it.exhibit().hex());
        }
        assertThat(exhibits()).hasSize(2).isEqualTo(acknowledged);
        return new ArrayList<>(List.of(first, second));
    }

    String caseId() throws Exception {
        return program.view().path("case").asText();
    }

    @Override
    public void close() throws IOException {
        if (segment != null) {
            segment.close();
        }
        program.close();
    }
}
