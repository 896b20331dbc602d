package org.sigillo.sending;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Id;

/// What a source is told of its case.
public record Told(List<Arrived> arrived, List<Begun> begun, List<Answered> answers) {
    public Told {
        arrived = List.copyOf(arrived);
        begun = List.copyOf(begun);
        answers = List.copyOf(answers);
    }

    /// What is the newsroom's.
    ///
    /// @param contents nothing where the source had its stub removed
    /// @param index of its entry, once its beat has come
    public record Arrived(
            Id exhibit, long number, String day, Optional<Contents> contents, OptionalLong index) {}

    /// What a stub says of it.
    ///
    /// @param size true
    public record Contents(boolean message, long size, Sha256 sha256) {}

    /// What is not finished.
    ///
    /// @param here segments that have come
    /// @param segments of how many
    public record Begun(Id exhibit, boolean message, long size, int here, int segments) {}

    /// An answer of the newsroom.
    ///
    /// @param seen whether it was read before
    /// @param text nothing where it was removed, or cannot be read
    public record Answered(Id reply, String day, Id writer, boolean seen, Optional<String> text) {}

    /// For programs.
    public Json.Obj json() {
        return Json.object()
                .with("arrived", Json.array(arrived.stream().map(Told::json).toList()))
                .with("unfinished", Json.array(begun.stream().map(Told::json).toList()))
                .with("answers", Json.array(answers.stream().map(Told::json).toList()));
    }

    private static Json.Obj json(Arrived it) {
        Json.Obj json =
                Json.object()
                        .with("exhibit", it.exhibit().hex())
                        .with("number", it.number())
                        .with("day", it.day());
        if (it.contents().isPresent()) {
            Contents contents = it.contents().get();
            json =
                    json.with("of", of(contents.message()))
                            .with("size", contents.size())
                            .with("sha256", contents.sha256());
        }
        return it.index().isPresent() ? json.with("index", it.index().getAsLong()) : json;
    }

    private static Json.Obj json(Begun it) {
        return Json.object()
                .with("exhibit", it.exhibit().hex())
                .with("of", of(it.message()))
                .with("size", it.size())
                .with("here", it.here())
                .with("segments", it.segments());
    }

    private static Json.Obj json(Answered it) {
        Json.Obj json =
                Json.object()
                        .with("reply", it.reply().hex())
                        .with("day", it.day())
                        .with("writer", it.writer().hex())
                        .with("seen", new Json.Bool(it.seen()));
        return it.text().isPresent() ? json.with("text", it.text().get()) : json;
    }

    private static String of(boolean message) {
        return message ? "message" : "file";
    }
}
