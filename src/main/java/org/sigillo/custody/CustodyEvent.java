package org.sigillo.custody;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;

/// One typed fact in the ledger. The families are [OfLog], [OfPeople], [CaseEvent] and [ReleaseEvent];
/// `docs/spec/ledger.md` §3 has the table.
public sealed interface CustodyEvent
        permits CustodyEvent.OfLog, CustodyEvent.OfPeople, CaseEvent, ReleaseEvent {
    /// The event's word, as in `exhibit.sealed`.
    String type();

    /// The event's facts, in the form that is hashed.
    Json.Obj body();

    /// The statement that makes this event its signer's act, if it carries one.
    default Optional<Statement> signed() {
        return Optional.empty();
    }

    /// Events of the ledger itself.
    sealed interface OfLog extends CustodyEvent {}

    /// Events about people, their keys and roles.
    sealed interface OfPeople extends CustodyEvent {
        Id person();
    }

    /// One of the first people.
    record Founder(
            Id person, Statement.Key key, Sha256 recipient, List<Role> roles, Statement statement) {
        public Founder {
            roles = List.copyOf(roles);
        }

        Json.Obj json() {
            return Json.object()
                    .with("person", person.hex())
                    .with("key", key.hex())
                    .with("recipient", recipient)
                    .with("roles", Json.texts(roles.stream().map(Role::word).toList()))
                    .with("statement", statement.json());
        }

        static Founder parse(Json.Obj json) {
            json.only("person", "key", "recipient", "roles", "statement");
            return new Founder(
                    Id.parse(json.text("person")),
                    new Statement.Key(json.text("key")),
                    json.digest("recipient"),
                    Events.texts(json, "roles").stream().map(Role::parse).toList(),
                    Statement.parse(json.object("statement")));
        }
    }

    /// A ledger that was closed before this one began.
    ///
    /// @param genesis its genesis hash
    /// @param size of its last witnessed checkpoint
    /// @param root of the same
    record Closed(String origin, Sha256 genesis, long size, Sha256 root) {
        public Json.Obj json() {
            return Json.object()
                    .with("origin", origin)
                    .with("genesis", genesis)
                    .with("size", size)
                    .with("root", root);
        }

        static Closed parse(Json.Obj json) {
            json.only("origin", "genesis", "size", "root");
            return new Closed(
                    json.text("origin"),
                    json.digest("genesis"),
                    json.number("size"),
                    json.digest("root"));
        }
    }

    /// Entry 0. `instance` is 64 hex digits; `keys` are the log's verifier keys; `before` are the
    /// ledgers of the same instance that were closed, the oldest first.
    record LogOpened(
            String origin,
            String instance,
            List<String> keys,
            Rules rules,
            List<Founder> people,
            List<Closed> before)
            implements OfLog {
        public LogOpened {
            keys = List.copyOf(keys);
            people = List.copyOf(people);
            before = List.copyOf(before);
        }

        /// As it is before anybody has signed.
        ///
        /// @param before closed ledgers that it goes on from
        public static LogOpened unsigned(
                String origin,
                String instance,
                List<String> keys,
                Rules rules,
                List<Closed> before) {
            return new LogOpened(origin, instance, keys, rules, List.of(), before);
        }

        /// Of this ledger and of those before it: one of them stands in every sealed thing.
        public List<String> origins() {
            return Stream.concat(before.stream().map(Closed::origin), Stream.of(origin)).toList();
        }

        @Override
        public String type() {
            return "log.opened";
        }

        @Override
        public Json.Obj body() {
            Json.Obj body =
                    Json.object()
                            .with("origin", origin)
                            .with("instance", instance)
                            .with("keys", Json.texts(keys))
                            .with("rules", rules.json())
                            .with(
                                    "people",
                                    Json.array(people.stream().map(Founder::json).toList()));
            return before.isEmpty()
                    ? body
                    : body.with("before", Json.array(before.stream().map(Closed::json).toList()));
        }
    }

    /// New rules, which hold from the entry on with which two people have signed for them.
    record RulesChanged(Rules rules, Statement statement) implements OfLog {
        @Override
        public String type() {
            return "rules.changed";
        }

        @Override
        public Json.Obj body() {
            return Json.object().with("rules", rules.json()).with("statement", statement.json());
        }

        @Override
        public Optional<Statement> signed() {
            return Optional.of(statement);
        }
    }

    /// The server's own finding that everything up to this size is what it was.
    record LogChecked(long size, Sha256 root) implements OfLog {
        @Override
        public String type() {
            return "log.checked";
        }

        @Override
        public Json.Obj body() {
            return Json.object().with("size", size).with("root", root);
        }
    }

    /// What protects settled objects of the vault, when it is not what the entry before this one says.
    ///
    /// @param protection `object-lock`, `file-modes` or `none`
    record VaultOpened(String protection) implements OfLog {
        private static final Set<String> WORDS = Set.of("object-lock", "file-modes", "none");

        public VaultOpened {
            if (!WORDS.contains(protection)) {
                throw new MalformedException("a vault is not protected like this");
            }
        }

        @Override
        public String type() {
            return "vault.opened";
        }

        @Override
        public Json.Obj body() {
            return Json.object().with("protection", protection);
        }
    }

    /// What is served to run in sources' browsers, when it is not what the entry before this one says.
    ///
    /// @param page SHA-256 of the page's own program
    /// @param worker SHA-256 of the one that holds the keys
    record ScriptServed(Sha256 page, Sha256 worker) implements OfLog {
        @Override
        public String type() {
            return "script.served";
        }

        @Override
        public Json.Obj body() {
            return Json.object().with("page", page).with("worker", worker);
        }
    }

    /// Nothing happened: makes every beat alike to whoever sees only hashes.
    record IntakeFiller() implements OfLog {
        @Override
        public String type() {
            return "intake.filler";
        }

        @Override
        public Json.Obj body() {
            return Json.object();
        }
    }

    record PersonAccount(Id person, Sha256 account, Statement statement) implements OfPeople {
        @Override
        public String type() {
            return "person.account";
        }

        @Override
        public Json.Obj body() {
            return Json.object()
                    .with("person", person.hex())
                    .with("account", account)
                    .with("statement", statement.json());
        }

        @Override
        public Optional<Statement> signed() {
            return Optional.of(statement);
        }
    }

    record PersonEnrolled(
            Id person, Statement.Key key, Sha256 recipient, Sha256 account, Statement statement)
            implements OfPeople {
        @Override
        public String type() {
            return "person.enrolled";
        }

        @Override
        public Json.Obj body() {
            return Json.object()
                    .with("person", person.hex())
                    .with("key", key.hex())
                    .with("recipient", recipient)
                    .with("account", account)
                    .with("statement", statement.json());
        }

        @Override
        public Optional<Statement> signed() {
            return Optional.of(statement);
        }
    }

    record PersonConfirmed(Id person, Sha256 fingerprint, Statement statement) implements OfPeople {
        @Override
        public String type() {
            return "person.confirmed";
        }

        @Override
        public Json.Obj body() {
            return Json.object()
                    .with("person", person.hex())
                    .with("fingerprint", fingerprint)
                    .with("statement", statement.json());
        }

        @Override
        public Optional<Statement> signed() {
            return Optional.of(statement);
        }
    }

    record RoleGiven(Id person, Sha256 fingerprint, Role role, Statement statement)
            implements OfPeople {
        @Override
        public String type() {
            return "person.role-given";
        }

        @Override
        public Json.Obj body() {
            return Json.object()
                    .with("person", person.hex())
                    .with("fingerprint", fingerprint)
                    .with("role", role.word())
                    .with("statement", statement.json());
        }

        @Override
        public Optional<Statement> signed() {
            return Optional.of(statement);
        }
    }

    /// Reads a body of the given type.
    ///
    /// @throws MalformedException for a type or a member that version 1 does not know
    static CustodyEvent parse(String type, Json.Obj body) {
        return Events.parse(type, body);
    }
}
