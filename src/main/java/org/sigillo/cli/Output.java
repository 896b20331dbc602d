package org.sigillo.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.CanonicalJson;
import org.sigillo.bytes.Json;
import picocli.CommandLine.Model.CommandSpec;

/// What a command says: lines for people, one JSON object for scripts.
final class Output {
    private final PrintWriter out;

    private Output(PrintWriter out) {
        this.out = out;
    }

    static Output of(@Nullable CommandSpec spec) {
        return new Output(Objects.requireNonNull(spec, "set by picocli").commandLine().getOut());
    }

    Output line(String line) {
        out.println(line);
        return this;
    }

    /// Broken evidence for scripts.
    static Json.Obj json(BrokenEvidenceException broken) {
        return Json.object()
                .with("where", broken.where())
                .with("expected", broken.expected())
                .with("found", broken.found());
    }

    void json(Json.Obj json) {
        out.println(new String(CanonicalJson.encode(json), StandardCharsets.UTF_8));
    }
}
