package org.sigillo.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
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
    /// It holds, but the witnesses that were asked for have not cosigned it.
    static final int NOT_WITNESSED = 4;

    @Option(
            names = "--policy",
            description =
                    "whom to believe as witnesses (C2SP tlog-policy); exit code 4 if its quorum is"
                            + " not reached")
    private @Nullable Path policyFile;

    /// What was found below one checkpoint.
    ///
    /// @param asked whether a policy was given that asks for anybody
    /// @param cosigned the witnesses' names in the policy
    record Witnessed(boolean policy, boolean asked, Set<String> cosigned, boolean quorum) {
        String sentence() {
            if (!policy) {
                return "Not witnessed: say with --policy whom you believe as a witness.";
            }
            if (cosigned.isEmpty()) {
                return "Not witnessed: only the log itself signed.";
            }
            return (quorum ? "Witnessed by " : "Not witnessed by enough, only by ")
                    + String.join(", ", cosigned)
                    + ".";
        }

        int exitCode() {
            return asked && !quorum ? NOT_WITNESSED : 0;
        }

        /// Of a release or a receipt, which is witnessed only by machines outside the newsroom: where
        /// nobody is believed as a witness, it is not.
        int exitCodeOfProof() {
            return quorum && !cosigned.isEmpty() ? 0 : NOT_WITNESSED;
        }

        Json.Obj in(Json.Obj said) {
            return said.with("witnessed", new Json.Bool(!cosigned.isEmpty() && quorum))
                    .with("cosigned", Json.texts(List.copyOf(cosigned)));
        }
    }

    /// Whether somebody wants to know what witnesses say.
    boolean asks() {
        return policyFile != null;
    }

    /// @throws BrokenEvidenceException if a witness's line does not hold
    Witnessed below(String note, List<NoteVerifier> logKeys, String where) throws IOException {
        if (policyFile == null) {
            return new Witnessed(false, false, Set.of(), false);
        }
        WitnessPolicy policy = WitnessPolicy.parse(Files.readString(policyFile)).forLog(logKeys);
        try {
            WitnessPolicy.Verdict verdict = policy.check(SignedNote.parse(note));
            return new Witnessed(
                    true,
                    policy.asksForWitnesses(),
                    new TreeSet<>(verdict.cosigned().keySet()),
                    verdict.quorum());
        } catch (NoteException e) {
            throw new BrokenEvidenceException(
                    where, "cosignatures that hold", String.valueOf(e.getMessage()));
        }
    }

    static List<NoteVerifier> keys(Genesis genesis) {
        return genesis.opened().keys().stream().map(NoteVerifier::parse).toList();
    }

    /// Checks every time stamp of an export.
    ///
    /// @param names the export's files
    /// @param roots of the authorities that are believed
    /// @return a sentence for each stamped checkpoint's first and last, in their order
    static List<String> stamps(Set<String> names, LedgerCheck.Files files, Path roots)
            throws IOException {
        TimeStamp.Anchors anchors = TimeStamp.Anchors.parse(Files.readString(roots));
        List<String> held = new ArrayList<>();
        List<String> stamps =
                names.stream()
                        .filter(it -> it.matches("stamps/[0-9]{1,15}/[a-z0-9-]{1,32}\\.tsr"))
                        .sorted(Comparator.comparingLong(Outside::size).thenComparing(it -> it))
                        .toList();
        for (String name : stamps) {
            long size = size(name);
            String note = new String(read("checkpoints/" + size, files), StandardCharsets.UTF_8);
            try {
                TimeStamp stamp =
                        TimeStamp.verified(read(name, files), TimeStamp.stamped(note), anchors);
                held.add(size + " at " + stamp.time());
            } catch (NoteException e) {
                throw new BrokenEvidenceException(
                        name, "a time stamp that holds", String.valueOf(e.getMessage()));
            }
        }
        return held;
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
