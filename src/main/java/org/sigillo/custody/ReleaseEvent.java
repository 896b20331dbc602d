package org.sigillo.custody;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.Sha256;

/// The events of a release, from its proposal to its publication. `manifest` is the SHA-256 of what
/// is to be published, `round` rises when what was said is void.
public sealed interface ReleaseEvent extends CustodyEvent {
    Id release();

    record Proposed(
            Id release,
            long round,
            Sha256 manifest,
            long items,
            Sha256 root,
            long segments,
            Sha256 recipient,
            Map<Id, Sha256> grants,
            Statement statement)
            implements ReleaseEvent {
        public Proposed {
            grants = Map.copyOf(grants);
        }

        @Override
        public String type() {
            return "release.proposed";
        }

        @Override
        public Json.Obj body() {
            Map<String, Json> given = new LinkedHashMap<>();
            grants.forEach((person, grant) -> given.put(person.hex(), Json.text(grant.hex())));
            return ReleaseEvent.round(release, round, manifest)
                    .with("items", items)
                    .with("root", root)
                    .with("segments", segments)
                    .with("recipient", recipient)
                    .with("grants", new Json.Obj(given))
                    .with("statement", statement.json());
        }

        @Override
        public Optional<Statement> signed() {
            return Optional.of(statement);
        }
    }

    record ApprovalGiven(Id release, long round, Sha256 manifest, Statement statement)
            implements ReleaseEvent {
        @Override
        public String type() {
            return "release.approval-given";
        }

        @Override
        public Json.Obj body() {
            return ReleaseEvent.round(release, round, manifest).with("statement", statement.json());
        }

        @Override
        public Optional<Statement> signed() {
            return Optional.of(statement);
        }
    }

    record Approved(Id release, long round, Sha256 manifest) implements ReleaseEvent {
        @Override
        public String type() {
            return "release.approved";
        }

        @Override
        public Json.Obj body() {
            return ReleaseEvent.round(release, round, manifest);
        }
    }

    record Ready(Id release, long round, Sha256 manifest) implements ReleaseEvent {
        @Override
        public String type() {
            return "release.ready";
        }

        @Override
        public Json.Obj body() {
            return ReleaseEvent.round(release, round, manifest);
        }
    }

    record PackageSealed(Id release, long round, Sha256 manifest, Sha256 packageDigest)
            implements ReleaseEvent {
        @Override
        public String type() {
            return "release.package-sealed";
        }

        @Override
        public Json.Obj body() {
            return ReleaseEvent.round(release, round, manifest).with("package", packageDigest);
        }
    }

    record Released(
            Id release, long round, Sha256 manifest, Sha256 packageDigest, Statement statement)
            implements ReleaseEvent {
        @Override
        public String type() {
            return "release.released";
        }

        @Override
        public Json.Obj body() {
            return ReleaseEvent.round(release, round, manifest)
                    .with("package", packageDigest)
                    .with("statement", statement.json());
        }

        @Override
        public Optional<Statement> signed() {
            return Optional.of(statement);
        }
    }

    /// Somebody took sealed segments of a proposal.
    record Fetched(Id release) implements ReleaseEvent {
        @Override
        public String type() {
            return "release.fetched";
        }

        @Override
        public Json.Obj body() {
            return Json.object().with("release", release.hex());
        }
    }

    record Refused(Id release, String guard) implements ReleaseEvent {
        @Override
        public String type() {
            return "release.refused";
        }

        @Override
        public Json.Obj body() {
            return Json.object().with("release", release.hex()).with("guard", guard);
        }
    }

    private static Json.Obj round(Id release, long round, Sha256 manifest) {
        return Json.object()
                .with("release", release.hex())
                .with("round", round)
                .with("manifest", manifest);
    }
}
