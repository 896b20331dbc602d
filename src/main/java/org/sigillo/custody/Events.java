package org.sigillo.custody;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.sigillo.bytes.Hex;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;

/// Reads the bodies of events; refuses members that the type does not have.
final class Events {
    private Events() {}

    static CustodyEvent parse(String type, Json.Obj body) {
        return switch (type) {
            case "log.opened" -> logOpened(body);
            case "rules.changed" -> {
                body.only("rules", "statement");
                yield new CustodyEvent.RulesChanged(
                        Rules.parse(body.object("rules")), statement(body));
            }
            case "log.checked" -> {
                body.only("size", "root");
                yield new CustodyEvent.LogChecked(body.number("size"), body.digest("root"));
            }
            case "vault.opened" -> {
                body.only("protection");
                yield new CustodyEvent.VaultOpened(body.text("protection"));
            }
            case "script.served" -> {
                body.only("page", "worker");
                yield new CustodyEvent.ScriptServed(body.digest("page"), body.digest("worker"));
            }
            case "intake.filler" -> {
                body.only();
                yield new CustodyEvent.IntakeFiller();
            }
            case "person.account" -> {
                body.only("person", "account", "statement");
                yield new CustodyEvent.PersonAccount(
                        person(body), body.digest("account"), statement(body));
            }
            case "person.enrolled" -> {
                body.only("person", "key", "recipient", "account", "statement");
                yield new CustodyEvent.PersonEnrolled(
                        person(body),
                        new Statement.Key(body.text("key")),
                        body.digest("recipient"),
                        body.digest("account"),
                        statement(body));
            }
            case "person.confirmed" -> {
                body.only("person", "fingerprint", "statement");
                yield new CustodyEvent.PersonConfirmed(
                        person(body), body.digest("fingerprint"), statement(body));
            }
            case "person.role-given" -> {
                body.only("person", "fingerprint", "role", "statement");
                yield new CustodyEvent.RoleGiven(
                        person(body),
                        body.digest("fingerprint"),
                        Role.parse(body.text("role")),
                        statement(body));
            }
            case "case.opened" -> {
                body.only("recipient", "source");
                yield new CaseEvent.Opened(body.digest("recipient"), body.digest("source"));
            }
            case "case.generation" -> {
                body.only("generation", "recipient", "statement");
                yield new CaseEvent.GenerationMade(
                        body.number("generation"), body.digest("recipient"), statement(body));
            }
            case "case.exported" -> {
                body.only();
                yield new CaseEvent.Exported();
            }
            case "case.taken-up" -> {
                body.only();
                yield new CaseEvent.TakenUp();
            }
            case "grant.given" -> {
                body.only("person", "generation", "grant", "statement");
                yield new CaseEvent.GrantGiven(
                        person(body),
                        body.number("generation"),
                        body.digest("grant"),
                        body.has("statement") ? Optional.of(statement(body)) : Optional.empty());
            }
            case "exhibit.sealed" -> {
                body.only("exhibit", "generation", "content", "root", "size", "segments", "label");
                yield new CaseEvent.ExhibitSealed(
                        body.digest("exhibit"),
                        body.number("generation"),
                        body.digest("content"),
                        body.digest("root"),
                        body.number("size"),
                        body.number("segments"),
                        body.digest("label"));
            }
            case "exhibit.fetched" -> {
                body.only("exhibit");
                yield new CaseEvent.ExhibitFetched(body.digest("exhibit"));
            }
            case "exhibit.damaged" -> {
                body.only("exhibit", "segment", "found");
                yield new CaseEvent.ExhibitDamaged(
                        body.digest("exhibit"),
                        body.number("segment"),
                        body.has("found") ? Optional.of(body.digest("found")) : Optional.empty());
            }
            case "exhibit.mended" -> {
                body.only("exhibit", "segment");
                yield new CaseEvent.ExhibitMended(body.digest("exhibit"), body.number("segment"));
            }
            case "reply.sent" -> {
                body.only("reply", "generation", "box", "statement");
                yield new CaseEvent.ReplySent(
                        body.digest("reply"),
                        body.number("generation"),
                        body.digest("box"),
                        statement(body));
            }
            case "stub.removed" -> {
                body.only("exhibit");
                yield new CaseEvent.StubRemoved(body.digest("exhibit"));
            }
            case "source.wished" -> {
                body.only("wish");
                yield new CaseEvent.SourceWished(CaseEvent.Wish.parse(body.text("wish")));
            }
            case "wish.settled" -> {
                body.only("wish");
                yield new CaseEvent.WishSettled(CaseEvent.Wish.parse(body.text("wish")));
            }
            case "reply.removed" -> {
                body.only("reply");
                yield new CaseEvent.ReplyRemoved(body.digest("reply"));
            }
            default -> release(type, body);
        };
    }

    private static CustodyEvent release(String type, Json.Obj body) {
        return switch (type) {
            case "release.proposed" -> {
                body.only(
                        "release",
                        "round",
                        "manifest",
                        "items",
                        "root",
                        "segments",
                        "recipient",
                        "grants",
                        "statement");
                Json.Obj given = body.object("grants");
                Map<Id, Sha256> grants = new HashMap<>();
                given.members().keySet().forEach(p -> grants.put(Id.parse(p), given.digest(p)));
                yield new ReleaseEvent.Proposed(
                        releaseId(body),
                        body.number("round"),
                        body.digest("manifest"),
                        body.number("items"),
                        body.digest("root"),
                        body.number("segments"),
                        body.digest("recipient"),
                        grants,
                        statement(body));
            }
            case "release.approval-given" -> {
                body.only("release", "round", "manifest", "statement");
                yield new ReleaseEvent.ApprovalGiven(
                        releaseId(body),
                        body.number("round"),
                        body.digest("manifest"),
                        statement(body));
            }
            case "release.approved" -> {
                body.only("release", "round", "manifest");
                yield new ReleaseEvent.Approved(
                        releaseId(body), body.number("round"), body.digest("manifest"));
            }
            case "release.ready" -> {
                body.only("release", "round", "manifest");
                yield new ReleaseEvent.Ready(
                        releaseId(body), body.number("round"), body.digest("manifest"));
            }
            case "release.package-sealed" -> {
                body.only("release", "round", "manifest", "package");
                yield new ReleaseEvent.PackageSealed(
                        releaseId(body),
                        body.number("round"),
                        body.digest("manifest"),
                        body.digest("package"));
            }
            case "release.released" -> {
                body.only("release", "round", "manifest", "package", "statement");
                yield new ReleaseEvent.Released(
                        releaseId(body),
                        body.number("round"),
                        body.digest("manifest"),
                        body.digest("package"),
                        statement(body));
            }
            case "release.fetched" -> {
                body.only("release");
                yield new ReleaseEvent.Fetched(releaseId(body));
            }
            case "release.refused" -> {
                body.only("release", "guard");
                yield new ReleaseEvent.Refused(releaseId(body), body.text("guard"));
            }
            default -> throw new MalformedException("an event of this type is not known");
        };
    }

    private static CustodyEvent logOpened(Json.Obj body) {
        boolean first = !body.members().containsKey("before");
        if (first) {
            body.only("origin", "instance", "keys", "rules", "people");
        } else {
            body.only("origin", "instance", "keys", "rules", "people", "before");
        }
        Hex.parse(body.text("instance"), 32);
        return new CustodyEvent.LogOpened(
                body.text("origin"),
                body.text("instance"),
                texts(body, "keys"),
                Rules.parse(body.object("rules")),
                objects(body, "people").map(CustodyEvent.Founder::parse).toList(),
                first ? List.of() : before(body));
    }

    private static List<CustodyEvent.Closed> before(Json.Obj body) {
        List<CustodyEvent.Closed> before =
                objects(body, "before").map(CustodyEvent.Closed::parse).toList();
        List<String> origins =
                Stream.concat(
                                before.stream().map(CustodyEvent.Closed::origin),
                                Stream.of(body.text("origin")))
                        .toList();
        if (before.isEmpty()
                || origins.stream().distinct().count() < origins.size()
                || before.stream().anyMatch(it -> it.size() < 1)) {
            throw new MalformedException(
                    "\"before\" must name closed ledgers of other origins, each with entries");
        }
        return before;
    }

    private static Stream<Json.Obj> objects(Json.Obj body, String name) {
        return body.array(name).stream()
                .map(it -> {
                    if (it instanceof Json.Obj object) {
                        return object;
                    }
                    throw new MalformedException("\"" + name + "\" must hold objects");
                });
    }

    static List<String> texts(Json.Obj object, String name) {
        return object.array(name).stream()
                .map(v -> {
                    if (v instanceof Json.Text(String text)) {
                        return text;
                    }
                    throw new MalformedException("\"" + name + "\" must hold texts");
                })
                .toList();
    }

    static Json.Obj signed(Json.Obj body, Optional<Statement> statement) {
        return statement.map(s -> body.with("statement", s.json())).orElse(body);
    }

    private static Id person(Json.Obj body) {
        return Id.parse(body.text("person"));
    }

    private static Id releaseId(Json.Obj body) {
        return Id.parse(body.text("release"));
    }

    private static Statement statement(Json.Obj body) {
        return Statement.parse(body.object("statement"));
    }
}
