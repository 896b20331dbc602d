package org.sigillo.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
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
                description = "a tar from the audit door: also chain, entries, statements, trust")
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
        ReleaseCheck.Report report = PackageFiles.read(release).against(pinned);
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

    private LedgerCheck.Report export(Path tar) throws IOException {
        Map<String, byte[]> files = untar(tar);
        Genesis pinned;
        if (genesis.matches("[0-9a-f]{64}")) {
            byte[] exported = files.get("genesis.json");
            if (exported == null) {
                throw new BrokenEvidenceException("genesis.json", "a file", "nothing");
            }
            pinned = Genesis.parse(exported);
            if (!pinned.hash().equals(Sha256.parse(genesis))) {
                throw new BrokenEvidenceException("genesis hash", genesis, pinned.hash().hex());
            }
        } else {
            pinned = Genesis.parse(Files.readAllBytes(Path.of(genesis)));
        }
        List<Long> sizes =
                files.keySet().stream()
                        .filter(name -> name.matches("checkpoints/[0-9]{1,15}"))
                        .map(name -> Long.parseLong(name.substring("checkpoints/".length())))
                        .sorted()
                        .toList();
        return new LedgerCheck(pinned).export(path -> Optional.ofNullable(files.get(path)), sizes);
    }

    private static Map<String, byte[]> untar(Path tar) {
        Map<String, byte[]> files = new HashMap<>();
        try (TarArchiveInputStream in =
                new TarArchiveInputStream(new ByteArrayInputStream(Files.readAllBytes(tar)))) {
            for (TarArchiveEntry entry = in.getNextEntry();
                    entry != null;
                    entry = in.getNextEntry()) {
                if (entry.isFile() && files.put(entry.getName(), in.readAllBytes()) != null) {
                    throw new BrokenEvidenceException(entry.getName(), "one file", "two");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }
}
