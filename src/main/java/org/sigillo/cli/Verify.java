package org.sigillo.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.CustodyEvent;
import org.sigillo.custody.Genesis;
import org.sigillo.custody.Id;
import org.sigillo.custody.LedgerCheck;
import org.sigillo.custody.ReleaseCheck;
import org.sigillo.note.Checkpoint;
import org.sigillo.note.NoteException;
import org.sigillo.note.SignedNote;
import org.sigillo.tables.LedgerTables;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Verifies a ledger (over the network without its entries, an export with all of them, or the database as it
/// is), or a published package.
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = "Verifies a ledger or a published package back to the genesis.")
final class Verify implements Callable<Integer> {
    private static final String GENESIS = "genesis.json";
    private static final String LAST = "checkpoint";
    private static final Pattern CHECKPOINT = Pattern.compile("checkpoints/(0|[1-9][0-9]{0,14})");

    @ArgGroup(multiplicity = "1")
    private What what = new What();

    /// One of the four.
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
                names = "--database",
                description =
                        "a live database (jdbc:postgresql://HOST/NAME?user=NAME): what an export would"
                                + " hold, read from the tables; the password from ~/.pgpass or"
                                + " --password-file")
        private @Nullable String database;

        @Option(
                names = "--release",
                description = "a published package, tar or folder: files, decisions and proofs")
        private @Nullable Path release;
    }

    @Option(
            names = "--genesis",
            required = true,
            description =
                    "genesis.json, or the genesis hash (64 hex digits) with --export, --database, --release",
            paramLabel = "FILE|HASH")
    private String genesis = "";

    @Option(
            names = "--password-file",
            description = "with --database: a file whose first line is the password")
    private @Nullable Path passwordFile;

    @Option(names = "--json", description = "one JSON object")
    private boolean json;

    @Spec private @Nullable CommandSpec spec;

    @Mixin private Outside outside = new Outside();

    @Option(
            names = "--roots",
            description =
                    "with --export, --database: the certificates (PEM) of time stamp authorities to believe;"
                            + " exit code 4 if not one stamp is theirs")
    private @Nullable Path roots;

    @Option(
            names = "--kept",
            description =
                    "with --url, --export, --database: an earlier checkpoint that was kept; what is verified must"
                            + " continue it")
    private @Nullable Path kept;

    @Override
    public Integer call() throws IOException {
        boolean entries = what.export != null || what.database != null;
        goesWith(passwordFile, "--password-file", what.database != null, "--database");
        // Over the network there are no time stamps.
        goesWith(roots, "--roots", entries, "--export or --database");
        goesWith(kept, "--kept", what.release == null, "--url, --export or --database");
        if (what.release != null) {
            return release(what.release);
        }
        if (what.database != null) {
            return database(what.database);
        }
        return what.export != null ? export(what.export) : url(String.valueOf(what.url));
    }

    /// What would be passed over in silence is refused: whoever gave it thinks that it was looked at.
    private static void goesWith(@Nullable Path given, String option, boolean fits, String with) {
        if (given != null && !fits) {
            throw new IllegalArgumentException(option + " goes with " + with);
        }
    }

    private int ledger(
            LedgerCheck.Report report,
            Genesis pinned,
            Outside.Witnessed witnessed,
            Outside.Stamped stamped) {
        if (json) {
            Output.of(spec)
                    .json(
                            witnessed.of(
                                    report,
                                    Json.object()
                                            .with("holds", new Json.Bool(true))
                                            .with("size", report.size())
                                            .with("root", report.root())
                                            .with("checkpoints", report.checkpoints())
                                            .with("stamps", stamped.held().size())
                                            .with("stampsUnchecked", stamped.unchecked().size())
                                            .with(
                                                    "before",
                                                    Json.array(
                                                            pinned.opened().before().stream()
                                                                    .map(CustodyEvent.Closed::json)
                                                                    .toList()))
                                            .with(
                                                    "entriesSeen",
                                                    new Json.Bool(report.entriesSeen()))));
        } else {
            Output out =
                    Output.of(spec)
                            .line(
                                    "The ledger holds: "
                                            + report.size()
                                            + " entries, root "
                                            + report.root())
                            .line("Checkpoints verified: " + report.checkpoints())
                            .line(
                                    report.entriesSeen()
                                            ? "Chain, entries, statements and trust hold."
                                            : "The entries behind the hashes were not seen.")
                            .line(witnessed.sentence());
            for (CustodyEvent.Closed before : pinned.opened().before()) {
                out.line(
                        "It goes on from "
                                + before.origin()
                                + ", closed with "
                                + before.size()
                                + " entries witnessed, root "
                                + before.root()
                                + ", genesis "
                                + before.genesis()
                                + ".");
            }
            stamped.sentence().ifPresent(out::line);
        }
        return Math.max(witnessed.exitCode(), stamped.exitCode());
    }

    private int release(Path release) throws IOException {
        Sha256 pinned = isHash() ? Sha256.parse(genesis) : given().hash();
        ReleaseCheck.Report report = PackageFiles.check(release, pinned);
        Outside.Witnessed witnessed =
                outside.of(report.logKeys()).below(report.note(), "the last proofs");
        List<String> approvers = report.approvers().stream().map(Id::hex).toList();
        if (json) {
            Output.of(spec)
                    .json(
                            witnessed.in(
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
                                            .with("size", report.size())));
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
                    .line(witnessed.sentence());
        }
        return witnessed.exitCodeOfProof();
    }

    private int url(String url) throws IOException {
        if (isHash()) {
            throw new MalformedException(
                    "--url wants the genesis itself (--genesis FILE): a log's door does not give it out");
        }
        try (LogClient client = new LogClient(URI.create(url))) {
            Genesis pinned = given();
            LedgerCheck.Files log = path -> published(client, url, path);
            LedgerCheck.Report report = new LedgerCheck(pinned).tiles(log, earlier(pinned));
            return ledger(
                    report,
                    pinned,
                    believed(pinned).below(report.note(), LAST),
                    Outside.Stamped.UNSEEN);
        }
    }

    /// What has no checkpoint is no log: that says nothing about evidence. It is asked for once: another one might be shown the second
    /// time.
    private static Optional<byte[]> published(LogClient client, String url, String path) {
        Optional<byte[]> found = client.read(path);
        if (found.isEmpty() && path.equals(LAST)) {
            throw new UncheckedIOException(
                    new IOException(url + " publishes no checkpoint: is it a log's address?"));
        }
        return found;
    }

    /// The checkpoint that was kept, if one was. Another file says nothing about evidence.
    private Optional<String> earlier(Genesis pinned) throws IOException {
        if (kept == null) {
            return Optional.empty();
        }
        byte[] note = Files.readAllBytes(kept);
        String own = pinned.opened().origin();
        try {
            if (Checkpoint.parse(SignedNote.parse(note).text()).origin().equals(own)) {
                return Optional.of(new String(note, StandardCharsets.UTF_8));
            }
        } catch (NoteException e) {
            throw new IllegalArgumentException("--kept: " + kept + " is no checkpoint", e);
        }
        throw new IllegalArgumentException("--kept: " + kept + " is not a checkpoint of " + own);
    }

    private int export(Path path) throws IOException {
        try (Exported files = Exported.of(path)) {
            Set<String> names = new TreeSet<>(files.names());
            if (!names.contains(LAST) && names.stream().noneMatch(CHECKPOINT.asMatchPredicate())) {
                throw new IOException(path + " is no export of a ledger: no checkpoint is in it");
            }
            LedgerCheck.Files read =
                    name ->
                            names.contains(name)
                                    ? Optional.of(whole(files, name))
                                    : Optional.empty();
            Genesis pinned = pinned(() -> exported(read));
            return entries(pinned, names, read, () -> itsOwn(names, read, pinned));
        }
    }

    private int database(String address) throws IOException {
        Optional<String> password =
                passwordFile == null
                        ? Optional.empty()
                        : Files.readString(passwordFile).lines().findFirst();
        try (LedgerTables tables = LedgerTables.open(address, password)) {
            return entries(pinned(tables::genesis), tables.names(), tables, tables::compare);
        }
    }

    /// A ledger whose entries are at hand.
    ///
    /// @param more what is checked besides
    private int entries(Genesis pinned, Set<String> names, LedgerCheck.Files read, Runnable more)
            throws IOException {
        List<Long> sizes =
                names.stream()
                        .map(CHECKPOINT::matcher)
                        .filter(Matcher::matches)
                        .map(name -> Long.parseLong(name.group(1)))
                        .sorted()
                        .toList();
        LedgerCheck.Report report = new LedgerCheck(pinned).export(read, sizes, earlier(pinned));
        more.run();
        Outside.Believed believed = believed(pinned);
        OptionalLong witnessed = OptionalLong.empty();
        for (long size : sizes) {
            String name = "checkpoints/" + size;
            String note = new String(read.get(name), StandardCharsets.UTF_8);
            if (believed.below(note, name).holds()) {
                witnessed = OptionalLong.of(size);
            }
        }
        Outside.Stamped stamped = Outside.stamps(names, read, roots);
        return ledger(
                report, pinned, believed.below(report.note(), LAST).orEarlier(witnessed), stamped);
    }

    private Outside.Believed believed(Genesis pinned) throws IOException {
        return outside.of(Outside.keys(pinned));
    }

    /// The genesis given by its file, or the ledger's own if it has the hash that was given.
    private Genesis pinned(Supplier<Genesis> its) throws IOException {
        if (!isHash()) {
            return given();
        }
        Genesis found = its.get();
        if (!found.hash().equals(Sha256.parse(genesis))) {
            throw new BrokenEvidenceException("genesis hash", genesis, found.hash().hex());
        }
        return found;
    }

    private static Genesis exported(LedgerCheck.Files files) {
        try {
            return Genesis.parse(files.get(GENESIS));
        } catch (MalformedException e) {
            throw Exported.broken(GENESIS, "a genesis", e);
        }
    }

    /// Whether the genesis was given by its hash.
    private boolean isHash() {
        return genesis.matches("[0-9a-f]{64}");
    }

    /// The genesis that was given as a file.
    private Genesis given() throws IOException {
        try {
            return Genesis.parse(Files.readAllBytes(Path.of(genesis)));
        } catch (MalformedException e) {
            throw new MalformedException(genesis + ": " + e.getMessage(), e);
        }
    }

    /// Whoever takes the genesis out of the export takes the right one.
    private static void itsOwn(Set<String> names, LedgerCheck.Files files, Genesis pinned) {
        if (!names.contains(GENESIS)) {
            return;
        }
        Sha256 its = exported(files).hash();
        if (!its.equals(pinned.hash())) {
            throw new BrokenEvidenceException(
                    GENESIS, "the genesis " + pinned.hash().hex(), its.hex());
        }
    }

    private static byte[] whole(Exported files, String name) {
        try {
            return files.read(name, LogClient.LARGEST);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
