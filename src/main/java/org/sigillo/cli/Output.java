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
        out.println(shown(line));
        return this;
    }

    /// With nothing in it that a terminal takes for a command or shows as nothing: what is printed may come from a
    /// file that somebody made to look like another. In a JSON string it means the same.
    static String shown(String text) {
        StringBuilder shown = new StringBuilder(text.length());
        text.codePoints()
                .forEach(point -> {
                    if (isShown(point)) {
                        shown.appendCodePoint(point);
                    } else {
                        for (char unit : Character.toChars(point)) {
                            shown.append("\\u%04x".formatted((int) unit));
                        }
                    }
                });
        return shown.toString();
    }

    private static boolean isShown(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE ->
                    false;
            default -> true;
        };
    }

    /// The command that is running, as in `sigillo vault copy`.
    static String command(@Nullable CommandSpec spec) {
        return Objects.requireNonNull(spec, "set by picocli").qualifiedName();
    }

    /// Broken evidence for scripts.
    static Json.Obj json(BrokenEvidenceException broken) {
        return Json.object()
                .with("where", broken.where())
                .with("expected", broken.expected())
                .with("found", broken.found());
    }

    void json(Json.Obj json) {
        out.println(text(json));
    }

    static String text(Json.Obj json) {
        return shown(new String(CanonicalJson.encode(json), StandardCharsets.UTF_8));
    }
}
