package org.sigillo.intake;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.sigillo.stack.Stack;

/// Newcomers' forms of which one byte has come, in all places that newcomers may take.
public final class SlowForms implements AutoCloseable {
    private static final int PLACES = 224;
    private static final int EACH = 4;

    private final Stack stack;
    private final byte[] body = new byte[900_000];
    private final Deque<List<RawForm>> open = new ArrayDeque<>();
    private @Nullable SourceBrowser last;

    public static SlowForms inAllPlaces(Stack stack) throws IOException, InterruptedException {
        try (SourceBrowser source = new SourceBrowser(stack)) {
            // Nothing is measured before somebody has come for a form.
            source.get("/en/form");
        }
        // Those of the test before may not have been missed yet.
        untilTaken(stack, 0);
        SlowForms forms = new SlowForms(stack);
        for (int i = 0; i < PLACES / EACH; i++) {
            forms.open.add(forms.ofOne());
        }
        try {
            untilTaken(stack, PLACES);
        } catch (IOException e) {
            forms.close();
            throw e;
        }
        return forms;
    }

    private static void untilTaken(Stack stack, int places)
            throws IOException, InterruptedException {
        for (int i = 0; i < 600; i++) {
            if (Crowded.metrics(stack).stream()
                    .filter(it -> it.startsWith("sigillo_drop_uploads{lane=\"forms\""))
                    .anyMatch(it -> it.endsWith(" " + places + ".0"))) {
                return;
            }
            Thread.sleep(100);
        }
        throw new IOException(
                "never were "
                        + places
                        + " places taken: "
                        + Crowded.metrics(stack).stream()
                                .filter(it -> it.startsWith("sigillo_drop"))
                                .toList());
    }

    /// As many forms as one source may have.
    static SlowForms ofOneSource(Stack stack) throws IOException, InterruptedException {
        SlowForms forms = new SlowForms(stack);
        forms.open.add(forms.ofOne());
        Thread.sleep(500);
        return forms;
    }

    /// One more of the source that came last.
    void oneMore() throws IOException {
        open.getLast().add(form(Objects.requireNonNull(last)));
    }

    private SlowForms(Stack stack) {
        this.stack = stack;
        // As a boundary begins.
        body[0] = '-';
    }

    private List<RawForm> ofOne() throws IOException, InterruptedException {
        List<RawForm> forms = new ArrayList<>();
        try (SourceBrowser source = new SourceBrowser(stack)) {
            source.begin();
            last = source;
            for (int i = 0; i < EACH; i++) {
                forms.add(form(source));
            }
        }
        return forms;
    }

    private RawForm form(SourceBrowser source) throws IOException {
        RawForm form = RawForm.of(stack, source, Trail.NONE, body);
        form.to(1);
        return form;
    }

    /// Each brings one byte more: none has brought nothing for so long that it gives way.
    void goOn() throws IOException {
        for (List<RawForm> forms : open) {
            for (RawForm form : forms) {
                form.more();
            }
        }
    }

    /// One of the newcomers goes away.
    void endOne() throws IOException {
        for (RawForm form : open.remove()) {
            form.close();
        }
    }

    @Override
    public void close() throws IOException {
        while (!open.isEmpty()) {
            endOne();
        }
    }
}
