package org.sigillo.sending;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.CaseEvent;
import org.sigillo.custody.Id;

/// What a source is told of its case.
///
/// @param answers in their order, those that were removed as well
public record Told(
        List<Arrived> arrived, List<Begun> begun, List<Answered> answers, List<Wished> wishes) {
    public Told {
        arrived = List.copyOf(arrived);
        begun = List.copyOf(begun);
        answers = List.copyOf(answers);
        wishes = List.copyOf(wishes);
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

    /// What the source has taken back.
    ///
    /// @param settled whether a reviewer has seen to it
    public record Wished(CaseEvent.Wish wish, String day, boolean settled) {}

    /// For people: what was forgotten is not shown.
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        arrived.forEach(it -> it.contents().ifPresent(contents -> lines.add(line(it, contents))));
        begun.forEach(it -> lines.add(line(it)));
        for (int i = 0; i < answers.size(); i++) {
            Answered answer = answers.get(i);
            lines.add(
                    "Answer " + (i + 1) + " of " + answer.day() + (answer.seen() ? ":" : ", new:"));
            answer.text()
                    .orElse("(removed, or not to be read)")
                    .lines()
                    .forEach(line -> lines.add("    " + line));
        }
        wishes.forEach(it -> lines.add(line(it)));
        return lines;
    }

    private static String line(Arrived it, Contents contents) {
        String index =
                it.index().isPresent()
                        ? "entry " + it.index().getAsLong() + " of the ledger"
                        : "not in the ledger yet";
        return "Arrived: "
                + of(contents.message())
                + " "
                + it.number()
                + ", "
                + it.day()
                + ", "
                + bytes(contents.size())
                + ", SHA-256 "
                + contents.sha256()
                + ", "
                + index;
    }

    private static String line(Begun it) {
        return "Not finished: a "
                + of(it.message())
                + " of "
                + bytes(it.size())
                + ", "
                + it.here()
                + " of "
                + it.segments()
                + " segments are there (exhibit "
                + it.exhibit()
                + ")";
    }

    private static String line(Wished it) {
        String asked =
                switch (it.wish()) {
                    case NO_PUBLICATION -> "that nothing of yours is published any more";
                    case DELETION -> "that what you sent is deleted";
                };
        String settled =
                it.settled() ? "A reviewer has seen to it." : "No reviewer has seen to it yet.";
        return "On " + it.day() + " you asked " + asked + ". " + settled;
    }

    static String bytes(long size) {
        return String.format(Locale.ROOT, "%,d bytes", size);
    }

    /// For programs.
    public Json.Obj json() {
        return Json.object()
                .with("arrived", Json.array(arrived.stream().map(Told::json).toList()))
                .with("unfinished", Json.array(begun.stream().map(Told::json).toList()))
                .with("answers", Json.array(answers.stream().map(Told::json).toList()))
                .with("wishes", Json.array(wishes.stream().map(Told::json).toList()));
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

    private static Json.Obj json(Wished it) {
        return Json.object()
                .with("wish", it.wish().word())
                .with("day", it.day())
                .with("settled", new Json.Bool(it.settled()));
    }

    static String of(boolean message) {
        return message ? "message" : "file";
    }
}
