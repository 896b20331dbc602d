package org.sigillo.sending;

import java.time.Duration;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Refusal;

/// What the newsroom's server answered: a status and an object, empty where there was none.
///
/// @param pause for how long it asks to be left alone
record Answer(int status, Json.Obj body, Duration pause) {
    private static final int LONGEST_PLACE = 2048;

    /// One word that says what to do, or nothing.
    String guard() {
        return member("guard");
    }

    boolean isRefusedFor(String guard) {
        return status >= 400 && guard().equals(guard);
    }

    boolean isGood() {
        return status >= 200 && status < 300;
    }

    /// Whether the same request may be answered otherwise a little later.
    boolean passes() {
        return switch (status) {
            case 408, 425, 429, 500, 502, 503, 504 ->
                    !guard().equals("closed") && !guard().equals("quota") && !isInLine();
            default -> false;
        };
    }

    /// Whether its turn has not come, and comes sooner with the place that was given.
    boolean isInLine() {
        return isRefusedFor("busy")
                && body.has("place")
                && body.get("place") instanceof Json.Text(String place)
                && place.length() <= LONGEST_PLACE;
    }

    /// This answer, if it is one that was hoped for.
    Answer good() {
        if (!isGood()) {
            throw refusal();
        }
        return this;
    }

    Refusal refusal() {
        Refusal.Kind kind =
                switch (status) {
                    case 401, 403 -> Refusal.Kind.NOT_YOURS;
                    case 404 -> Refusal.Kind.UNKNOWN;
                    case 409 -> Refusal.Kind.CONFLICT;
                    case 411, 413 -> Refusal.Kind.TOO_LARGE;
                    case 503, 507 -> Refusal.Kind.CLOSED;
                    default -> Refusal.Kind.MALFORMED;
                };
        return new Refusal(kind, guard(), sentence());
    }

    private String sentence() {
        return switch (guard()) {
            case "closed" ->
                    "The newsroom takes nothing in just now. Come back later; what arrived stays.";
            case "quota" ->
                    "As many have begun today as may, and the newsroom has been told. Come back"
                            + " tomorrow; a codename that has been used works as ever.";
            case "full" ->
                    "The newsroom has no room just now. Come back later; what arrived stays.";
            case "full-case" ->
                    "Under this codename as much has arrived as may. All of it is safe. Put what is left"
                            + " into an archive (zip, tar), send that with a new codename (--new), and say"
                            + " in the new message what it belongs to.";
            case "unfinished" ->
                    "Too many are begun and not finished: --list names them, --give-up removes one.";
            case "too-large" -> "That is larger than the newsroom takes.";
            case "busy" -> "The newsroom is busy. Come back later; what arrived stays.";
            default ->
                    "The newsroom's server refused with "
                            + status
                            + (guard().isEmpty() ? "." : ", " + guard() + ".");
        };
    }

    private String member(String name) {
        return body.has(name) && body.get(name) instanceof Json.Text(String text) && isWord(text)
                ? text
                : "";
    }

    private static boolean isWord(String text) {
        return text.matches("[a-z-]{1,40}");
    }

    /// What is wrong with an answer that lacks what the API promises.
    static MalformedException malformed(String what) {
        return new MalformedException("the newsroom's server answered with no " + what);
    }
}
