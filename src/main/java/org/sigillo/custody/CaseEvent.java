package org.sigillo.custody;

import java.util.Optional;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;

/// Events about a case; `docs/spec/ledger.md` §3 has the table.
public sealed interface CaseEvent extends CustodyEvent {
    record Opened(Sha256 recipient, Sha256 source) implements CaseEvent {
        @Override
        public String type() {
            return "case.opened";
        }

        @Override
        public Json.Obj body() {
            return Json.object().with("recipient", recipient).with("source", source);
        }
    }

    record GenerationMade(long generation, Sha256 recipient, Statement statement)
            implements CaseEvent {
        @Override
        public String type() {
            return "case.generation";
        }

        @Override
        public Json.Obj body() {
            return Json.object()
                    .with("generation", generation)
                    .with("recipient", recipient)
                    .with("statement", statement.json());
        }

        @Override
        public Optional<Statement> signed() {
            return Optional.of(statement);
        }
    }

    record Exported() implements CaseEvent {
        @Override
        public String type() {
            return "case.exported";
        }

        @Override
        public Json.Obj body() {
            return Json.object();
        }
    }

    /// A reviewer takes a case up: what it holds is kept as long as the newsroom's policy says for such.
    record TakenUp() implements CaseEvent {
        @Override
        public String type() {
            return "case.taken-up";
        }

        @Override
        public Json.Obj body() {
            return Json.object();
        }
    }

    record GrantGiven(Id person, long generation, Sha256 grant, Optional<Statement> signed)
            implements CaseEvent {
        @Override
        public String type() {
            return "grant.given";
        }

        @Override
        public Json.Obj body() {
            return Events.signed(
                    Json.object()
                            .with("person", person.hex())
                            .with("generation", generation)
                            .with("grant", grant),
                    signed);
        }
    }

    /// `exhibit` is hidden by the entry's nonce; `size` is the padded size in bytes.
    record ExhibitSealed(
            Sha256 exhibit,
            long generation,
            Sha256 content,
            Sha256 root,
            long size,
            long segments,
            Sha256 label)
            implements CaseEvent {
        @Override
        public String type() {
            return "exhibit.sealed";
        }

        @Override
        public Json.Obj body() {
            return Json.object()
                    .with("exhibit", exhibit)
                    .with("generation", generation)
                    .with("content", content)
                    .with("root", root)
                    .with("size", size)
                    .with("segments", segments)
                    .with("label", label);
        }
    }

    record ExhibitFetched(Sha256 exhibit) implements CaseEvent {
        @Override
        public String type() {
            return "exhibit.fetched";
        }

        @Override
        public Json.Obj body() {
            return Json.object().with("exhibit", exhibit);
        }
    }

    /// A sealed segment is not what was sealed, or is not there.
    ///
    /// @param exhibit hidden by the entry's nonce
    /// @param found the SHA-256 of what lies at its address; none if nothing does, or it cannot be read
    record ExhibitDamaged(Sha256 exhibit, long segment, Optional<Sha256> found)
            implements CaseEvent {
        @Override
        public String type() {
            return "exhibit.damaged";
        }

        @Override
        public Json.Obj body() {
            Json.Obj body = Json.object().with("exhibit", exhibit).with("segment", segment);
            return found.isPresent() ? body.with("found", found.get()) : body;
        }
    }

    /// A segment that was damaged is again what was sealed.
    ///
    /// @param exhibit hidden by the entry's nonce
    record ExhibitMended(Sha256 exhibit, long segment) implements CaseEvent {
        @Override
        public String type() {
            return "exhibit.mended";
        }

        @Override
        public Json.Obj body() {
            return Json.object().with("exhibit", exhibit).with("segment", segment);
        }
    }

    /// A reviewer answers the source.
    ///
    /// @param reply hidden by the entry's nonce
    /// @param generation whose holders can read it, beside the source
    /// @param box SHA-256 of the sealed reply
    record ReplySent(Sha256 reply, long generation, Sha256 box, Statement statement)
            implements CaseEvent {
        @Override
        public String type() {
            return "reply.sent";
        }

        @Override
        public Json.Obj body() {
            return Json.object()
                    .with("reply", reply)
                    .with("generation", generation)
                    .with("box", box)
                    .with("statement", statement.json());
        }

        @Override
        public Optional<Statement> signed() {
            return Optional.of(statement);
        }
    }

    /// The source wished a reply away.
    ///
    /// @param reply hidden by the entry's nonce
    record ReplyRemoved(Sha256 reply) implements CaseEvent {
        @Override
        public String type() {
            return "reply.removed";
        }

        @Override
        public Json.Obj body() {
            return Json.object().with("reply", reply);
        }
    }

    /// The source wished away what it was told of an exhibit.
    ///
    /// @param exhibit hidden by the entry's nonce
    record StubRemoved(Sha256 exhibit) implements CaseEvent {
        @Override
        public String type() {
            return "stub.removed";
        }

        @Override
        public Json.Obj body() {
            return Json.object().with("exhibit", exhibit);
        }
    }

    /// What a source may take back.
    enum Wish {
        NO_PUBLICATION("no-publication"),
        DELETION("deletion");

        private final String word;

        Wish(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }

        public static Wish parse(String word) {
            for (Wish wish : values()) {
                if (wish.word.equals(word)) {
                    return wish;
                }
            }
            throw new MalformedException("no wish of a source is called so");
        }
    }

    /// The source takes something back.
    record SourceWished(Wish wish) implements CaseEvent {
        @Override
        public String type() {
            return "source.wished";
        }

        @Override
        public Json.Obj body() {
            return Json.object().with("wish", wish.word());
        }
    }

    /// A reviewer has seen to a wish of the source.
    record WishSettled(Wish wish) implements CaseEvent {
        @Override
        public String type() {
            return "wish.settled";
        }

        @Override
        public Json.Obj body() {
            return Json.object().with("wish", wish.word());
        }
    }
}
