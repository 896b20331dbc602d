package org.sigillo.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sigillo.stack.Stack;

/// A source without script whose form of two files stops at a step.
final class CutForm implements AutoCloseable {
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

    private final Stack stack;
    private final SourceBrowser browser;
    private final List<Parcel> parcels;
    private final Set<String> acknowledged = new HashSet<>();
    private String codename = "";
    private @Nullable RawForm form;

    CutForm(Stack stack, Random random) {
        this.stack = stack;
        this.browser = new SourceBrowser(stack);
        this.parcels =
                List.of(Parcel.of("form", 1_000_000, random), Parcel.of("form", 2_000_000, random));
    }

    void until(Step step) throws Exception {
        codename = browser.begin();
        byte[] body = SourceBrowser.body(parcels.getFirst().part(), parcels.getLast().part());
        int second = 1_200_000;
        switch (step) {
            case NOTHING_SENT -> {}
            case IN_THE_FIRST -> begun(body).to(500_000);
            case IN_THE_SECOND -> {
                begun(body).to(second);
                Set<String> listed = listed();
                for (int i = 0; i < 100 && listed.isEmpty(); i++) {
                    Thread.sleep(50);
                    listed = listed();
                }
                acknowledged.addAll(listed);
                assertThat(acknowledged).containsExactly(parcels.getFirst().digest());
            }
            case BEFORE_THE_END -> begun(body).to(body.length - 10);
            case AT_THE_END -> begun(body).to(body.length);
            case AFTER_THE_ANSWER -> {
                assertThat(begun(body).end()).isEqualTo(303);
                acknowledge();
            }
        }
    }

    private RawForm begun(byte[] body) throws IOException {
        form = RawForm.of(stack, browser, Trail.NONE, body);
        return form;
    }

    private void acknowledge() {
        parcels.forEach(it -> acknowledged.add(it.digest()));
    }

    /// Sends the rest while it is cut.
    void meanwhile(Step step) throws InterruptedException {
        if (step == Step.AFTER_THE_ANSWER) {
            return;
        }
        int status = form == null ? submitted(parcels) : form.end();
        if (step == Step.AT_THE_END && status == 303) {
            acknowledge();
        } else {
            assertThat(status)
                    .as("%s: what cannot be kept is not confirmed", step)
                    .isNotEqualTo(303);
        }
    }

    private int submitted(List<Parcel> some) throws InterruptedException {
        try {
            return browser.submit(
                            some.stream().map(Parcel::part).toArray(SourceBrowser.Part[]::new))
                    .statusCode();
        } catch (IOException e) {
            return 0;
        }
    }

    /// How many its page lists when it is back: everything that was acknowledged, and nothing that is not whole.
    int counted() throws Exception {
        HttpResponse<String> page = browser.get("/en/case");
        for (int i = 0; i < 200 && page.statusCode() >= 500; i++) {
            Thread.sleep(100);
            page = browser.get("/en/case");
        }
        if (page.statusCode() != 200) {
            // Its session is gone; the codename is not.
            browser.post("/en/return", "codename=" + codename.replace(' ', '+'));
        }
        Set<String> listed = listed();
        assertThat(listed).containsAll(acknowledged);
        assertThat(parcels.stream().map(Parcel::digest)).containsAll(listed);
        return listed.size();
    }

    private Set<String> listed() throws IOException, InterruptedException {
        HttpResponse<String> page = browser.get("/en/case");
        Set<String> listed = new HashSet<>();
        List<String> all = new ArrayList<>();
        DIGEST.matcher(page.body()).results().forEach(it -> all.add(it.group()));
        listed.addAll(all);
        assertThat(listed).as("each once").hasSameSizeAs(all);
        return listed;
    }

    /// Sends what is not there.
    List<Parcel> goesOn() throws Exception {
        Set<String> there = listed();
        List<Parcel> missing = parcels.stream().filter(it -> !there.contains(it.digest())).toList();
        if (!missing.isEmpty()) {
            assertThat(submitted(missing)).isEqualTo(303);
        }
        acknowledge();
        assertThat(counted()).isEqualTo(2);
        return parcels;
    }

    @Override
    public void close() throws IOException {
        if (form != null) {
            form.close();
        }
        browser.close();
    }
}
