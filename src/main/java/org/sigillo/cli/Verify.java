package org.sigillo.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.Genesis;
import org.sigillo.custody.Id;
import org.sigillo.custody.LedgerCheck;
import org.sigillo.custody.ReleaseCheck;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Verifies a ledger (over the network without its entries, or an export with all of them), or a
/// published package.
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = "Verifies a ledger or a published package back to the genesis.")
final class Verify implements Callable<Integer> {
    @ArgGroup(multiplicity = "1")
    private What what = new What();

    /// One of the three.
    static final class What {
        @Option(
                names = "--url",
                description = "the log's address: signature, tree and tiles are verified")
        private @Nullable String url;

        @Option(
                names = "--export",
                description =
                        "a tar from the audit door, or its folder: also chain, entries, statements,"
                                + " trust")
        private @Nullable Path export;

        @Option(
                names = "--release",
                description = "a published package, tar or folder: files, decisions and proofs")
        private @Nullable Path release;
    }

    @Option(
            names = "--genesis",
            required = true,
            description =
                    "genesis.json, or the genesis hash (64 hex digits) with --export, --release",
            paramLabel = "FILE|HASH")
    private String genesis = "";

    @Option(names = "--json", description = "one JSON object")
    private boolean json;

    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (what.release != null) {
            return release(what.release);
        }
        LedgerCheck.Report report =
                what.export != null ? export(what.export) : url(String.valueOf(what.url));
        if (json) {
            Output.of(spec)
                    .json(
                            Json.object()
                                    .with("holds", new Json.Bool(true))
                                    .with("size", report.size())
                                    .with("root", report.root())
                                    .with("checkpoints", report.checkpoints())
                                    .with("entriesSeen", new Json.Bool(report.entriesSeen()))
                                    .with("witnessed", new Json.Bool(false)));
        } else {
            Output.of(spec)
                    .line("The ledger holds: " + report.size() + " entries, root " + report.root())
                    .line("Checkpoints verified: " + report.checkpoints())
                    .line(
                            report.entriesSeen()
                                    ? "Chain, entries, statements and trust hold."
                                    : "The entries behind the hashes were not seen.")
                    .line("Not witnessed: only the log itself signed.");
        }
        return 0;
    }

    private int release(Path release) throws IOException {
        Sha256 pinned =
                genesis.matches("[0-9a-f]{64}")
                        ? Sha256.parse(genesis)
                        : Genesis.parse(Files.readAllBytes(Path.of(genesis))).hash();
        ReleaseCheck.Report report = PackageFiles.check(release, pinned);
        List<String> approvers = report.approvers().stream().map(Id::hex).toList();
        if (json) {
            Output.of(spec)
                    .json(
                            Json.object()
                                    .with("holds", new Json.Bool(true))
                                    .with("release", report.manifest().release().hex())
                                    .with("title", report.manifest().title())
                                    .with("items", report.manifest().items().size())
                                    .with("manifest", report.manifest().digest())
                                    .with("package", report.packageDigest())
                                    .with("proposer", report.proposer().hex())
                                    .with("approvers", Json.texts(approvers))
                                    .with("released", report.released())
                                    .with("index", report.index())
                                    .with("size", report.size())
                                    .with("witnessed", new Json.Bool(false)));
        } else {
            Output.of(spec)
                    .line("The package holds: release " + report.manifest().release())
                    .line("Files: " + report.manifest().items().size() + ", each as signed.")
                    .line("Proposed by " + report.proposer())
                    .line("Approved by " + String.join(", ", approvers))
                    .line(
                            "Released "
                                    + report.released()
                                    + ", entry "
                                    + report.index()
                                    + " of the ledger.")
                    .line("Not witnessed: only the log itself signed.");
        }
        return 0;
    }

    private LedgerCheck.Report url(String url) throws IOException {
        try (LogClient client = new LogClient(URI.create(url))) {
            return new LedgerCheck(Genesis.parse(Files.readAllBytes(Path.of(genesis))))
                    .tiles(client::read);
        }
    }

    private LedgerCheck.Report export(Path path) throws IOException {
        try (Exported files = Exported.of(path)) {
            Set<String> names = new TreeSet<>(files.names());
            LedgerCheck.Files read =
                    name ->
                            names.contains(name)
                                    ? Optional.of(whole(files, name))
                                    : Optional.empty();
            List<Long> sizes =
                    names.stream()
                            .filter(name -> name.matches("checkpoints/[0-9]{1,15}"))
                            .map(name -> Long.parseLong(name.substring("checkpoints/".length())))
                            .sorted()
                            .toList();
            return new LedgerCheck(pinned(read)).export(read, sizes);
        }
    }

    /// The genesis given by its file, or the export's if it has the hash that was given.
    private Genesis pinned(LedgerCheck.Files files) throws IOException {
        if (!genesis.matches("[0-9a-f]{64}")) {
            return Genesis.parse(Files.readAllBytes(Path.of(genesis)));
        }
        Genesis exported =
                Genesis.parse(
                        files.read("genesis.json")
                                .orElseThrow(() ->
                                        new BrokenEvidenceException(
                                                "genesis.json", "a file", "nothing")));
        if (!exported.hash().equals(Sha256.parse(genesis))) {
            throw new BrokenEvidenceException("genesis hash", genesis, exported.hash().hex());
        }
        return exported;
    }

    private static byte[] whole(Exported files, String name) {
        try {
            return files.read(name, LogClient.LARGEST);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
