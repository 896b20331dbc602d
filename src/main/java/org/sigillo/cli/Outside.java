package org.sigillo.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Json;
import org.sigillo.custody.Genesis;
import org.sigillo.custody.LedgerCheck;
import org.sigillo.note.NoteException;
import org.sigillo.note.NoteVerifier;
import org.sigillo.note.SignedNote;
import org.sigillo.note.TimeStamp;
import org.sigillo.note.WitnessPolicy;
import picocli.CommandLine.Option;

/// What others than the log say of its checkpoints, by the witnesses and authorities that whoever
/// verifies trusts: never by lists that come with what is verified.
final class Outside {
    /// It holds, but those whom one believes have not said so: too few witnesses, or no time stamp authority.
    static final int NOT_BELIEVED = 4;

    @Option(
            names = "--policy",
            description =
                    "whom to believe as witnesses (C2SP tlog-policy); exit code 4 if its quorum is"
                            + " not reached")
    private @Nullable Path policyFile;

    /// What was found below one checkpoint.
    ///
    /// @param policy whether one was given
    /// @param asked whether it asks for anybody
    /// @param cosigned the witnesses' names in the policy
    /// @param upTo the size of the largest checkpoint of its ledger that is witnessed, where the others were looked at too
    record Witnessed(
            boolean policy,
            boolean asked,
            Set<String> cosigned,
            boolean quorum,
            OptionalLong upTo) {
        private static final Witnessed UNASKED =
                new Witnessed(false, false, Set.of(), false, OptionalLong.empty());

        /// By somebody who is believed, and by enough of them.
        boolean holds() {
            return quorum && !cosigned.isEmpty();
        }

        /// The same, of a ledger whose earlier checkpoints were looked at too.
        Witnessed orEarlier(OptionalLong size) {
            return new Witnessed(policy, asked, cosigned, quorum, size);
        }

        String sentence() {
            if (!policy) {
                return "Not witnessed: say with --policy whom you believe as a witness.";
            }
            if (holds()) {
                return "Witnessed by " + String.join(", ", cosigned) + ".";
            }
            return (cosigned.isEmpty()
                            ? "Not witnessed: nobody whom the policy names signed."
                            : "Not witnessed by enough, only by "
                                    + String.join(", ", cosigned)
                                    + ".")
                    + (upTo.isEmpty()
                            ? ""
                            : " Its first " + upTo.getAsLong() + " entries are witnessed.");
        }

        int exitCode() {
            return asked && !quorum ? NOT_BELIEVED : 0;
        }

        /// Of a release or a receipt, which is witnessed only by machines outside the newsroom: where
        /// nobody is believed as a witness, it is not.
        int exitCodeOfProof() {
            return holds() ? 0 : NOT_BELIEVED;
        }

        /// Of a ledger: also up to which size it is witnessed. That is not known where nobody is believed, or where only its last
        /// checkpoint was seen and is not.
        Json.Obj of(LedgerCheck.Report report, Json.Obj said) {
            return policy && report.entriesSeen() || holds()
                    ? in(said).with("witnessedSize", holds() ? report.size() : upTo.orElse(0))
                    : in(said);
        }

        Json.Obj in(Json.Obj said) {
            return said.with("witnessed", new Json.Bool(holds()))
                    .with("cosigned", Json.texts(List.copyOf(cosigned)));
        }
    }

    /// Whether somebody wants to know what witnesses say.
    boolean asks() {
        return policyFile != null;
    }

    /// Who is believed about the checkpoints of one log: the file is read once.
    record Believed(Optional<WitnessPolicy> policy) {
        /// @throws BrokenEvidenceException if a witness's line does not hold
        Witnessed below(String note, String where) {
            return policy.map(whom -> below(whom, note, where)).orElse(Witnessed.UNASKED);
        }

        private static Witnessed below(WitnessPolicy policy, String note, String where) {
            try {
                WitnessPolicy.Verdict verdict = policy.check(SignedNote.parse(note));
                return new Witnessed(
                        true,
                        policy.asksForWitnesses(),
                        new TreeSet<>(verdict.cosigned().keySet()),
                        verdict.quorum(),
                        OptionalLong.empty());
            } catch (NoteException e) {
                throw new BrokenEvidenceException(
                        where, "cosignatures that hold", String.valueOf(e.getMessage()));
            }
        }
    }

    Believed of(List<NoteVerifier> logKeys) throws IOException {
        return new Believed(
                policyFile == null
                        ? Optional.empty()
                        : Optional.of(
                                WitnessPolicy.parse(Files.readString(policyFile)).forLog(logKeys)));
    }

    static List<NoteVerifier> keys(Genesis genesis) {
        return genesis.opened().keys().stream().map(NoteVerifier::parse).toList();
    }

    /// The time stamps of an export by their names, those of the smallest checkpoint first.
    private static List<String> stamps(Set<String> names) {
        return names.stream()
                .filter(it -> it.matches("stamps/(0|[1-9][0-9]{0,14})/[a-z0-9-]{1,32}\\.tsr"))
                .sorted(Comparator.comparingLong(Outside::size).thenComparing(it -> it))
                .toList();
    }

    /// What became of the time stamps.
    ///
    /// @param seen whether they were at hand
    /// @param asked whether it was said whom to believe
    /// @param held a sentence for each that was checked
    /// @param unchecked the authorities' names of the others
    /// @param doubted those of them of whom other stamps are by a root that is believed: it was another root then, or they are not theirs
    record Stamped(
            boolean seen,
            boolean asked,
            List<String> held,
            List<String> unchecked,
            Set<String> doubted) {
        static final Stamped UNSEEN = new Stamped(false, false, List.of(), List.of(), Set.of());

        /// Whoever says whom to believe wants one of them to have stamped something: others' stamps are anybody's.
        int exitCode() {
            return asked && held.isEmpty() || !doubted.isEmpty() ? NOT_BELIEVED : 0;
        }

        private String doubt() {
            return doubted.isEmpty()
                    ? ""
                    : " Others of "
                            + String.join(", ", doubted)
                            + " hold: either it had another root, which belongs into --roots, or these are not its own.";
        }

        Optional<String> sentence() {
            String left =
                    unchecked.size()
                            + (asked
                                    ? ", no root for "
                                            + String.join(", ", new TreeSet<>(unchecked))
                                            + "."
                                            + doubt()
                                    : "; say with --roots which authorities you believe.");
            if (held.isEmpty()) {
                return unchecked.isEmpty()
                        ? seen ? Optional.of("Time stamps: none.") : Optional.empty()
                        : Optional.of("Time stamps: not checked, " + left);
            }
            return Optional.of(
                    "Time stamps verified: "
                            + held.size()
                            + ", the last of size "
                            + held.getLast()
                            + "."
                            + (unchecked.isEmpty() ? "" : " Not checked: " + left));
        }
    }

    /// Checks every time stamp of an export by an authority that is believed.
    ///
    /// @param names the export's files
    /// @param roots of the authorities that are believed; none for nobody
    static Stamped stamps(Set<String> names, LedgerCheck.Files files, @Nullable Path roots)
            throws IOException {
        List<String> all = stamps(names);
        if (roots == null) {
            return new Stamped(
                    true,
                    false,
                    List.of(),
                    all.stream().map(Outside::authority).toList(),
                    Set.of());
        }
        TimeStamp.Anchors anchors = TimeStamp.Anchors.parse(Files.readString(roots));
        List<String> held = new ArrayList<>();
        List<String> unchecked = new ArrayList<>();
        Set<String> believed = new HashSet<>();
        for (String name : all) {
            long size = size(name);
            String note = new String(read("checkpoints/" + size, files), StandardCharsets.UTF_8);
            try {
                TimeStamp.verifiedIfKnown(read(name, files), TimeStamp.stamped(note), anchors)
                        .ifPresentOrElse(
                                stamp -> {
                                    held.add(size + " at " + stamp.time());
                                    believed.add(authority(name));
                                },
                                () -> unchecked.add(authority(name)));
            } catch (NoteException e) {
                throw new BrokenEvidenceException(
                        name, "a time stamp that holds", String.valueOf(e.getMessage()));
            }
        }
        Set<String> doubted = new TreeSet<>(unchecked);
        doubted.retainAll(believed);
        return new Stamped(true, true, held, unchecked, doubted);
    }

    private static String authority(String name) {
        return name.substring(name.lastIndexOf('/') + 1, name.lastIndexOf('.'));
    }

    /// Of the checkpoint that a stamp of an export is of.
    private static long size(String name) {
        return Long.parseLong(name.substring("stamps/".length(), name.lastIndexOf('/')));
    }

    private static byte[] read(String name, LedgerCheck.Files files) {
        return files.read(name)
                .orElseThrow(() -> new BrokenEvidenceException(name, "a file", "nothing"));
    }
}
