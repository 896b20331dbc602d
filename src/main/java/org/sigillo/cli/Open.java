package org.sigillo.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.CaseEvent;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Genesis;
import org.sigillo.custody.ProvenEntry;
import org.sigillo.sealing.Age;
import org.sigillo.sealing.ContentReader;
import org.sigillo.sealing.HybridIdentity;
import org.sigillo.sealing.KeyFile;
import org.sigillo.sealing.SealBrokenException;
import org.sigillo.sealing.SealedBox;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Opens a case export on a machine without network.
@Command(
        name = "open",
        mixinStandardHelpOptions = true,
        description = {
            "Opens a case export (tar, or the folder it was unpacked to), or downloaded segments in"
                    + " their order with --grant and --label, with a key file.",
            "A file appears under its name only when every byte of it was found right."
        })
final class Open implements Callable<Integer> {
    private static final Pattern LABEL = Pattern.compile("exhibits/([0-9]{1,9})/label\\.age");
    private static final Pattern GRANT = Pattern.compile("grants/([0-9]{1,9})\\.age");
    private static final int LARGEST_LABEL = 1 << 24;

    @Parameters(arity = "1..*", paramLabel = "EXPORT|SEGMENT")
    private List<Path> sealed = List.of();

    @Option(names = "--key", required = true, description = "the own key file")
    private Path key = Path.of("");

    @Option(names = "--passphrase-file", description = "with one line; asked for if absent")
    private @Nullable Path passphraseFile;

    @Option(names = "--grant", description = "with segments: the grant of their generation")
    private @Nullable Path grant;

    @Option(names = "--label", description = "with segments: the exhibit's label")
    private @Nullable Path label;

    @Option(
            names = "--genesis",
            description =
                    "genesis.json: then each exhibit is also compared with its entry; once more for each"
                            + " ledger that was closed before")
    private List<Path> genesisFiles = List.of();

    @Option(names = "--out", required = true, description = "folder for what is opened")
    private Path out = Path.of("");

    @Option(names = "--json", description = "one JSON object")
    private boolean json;

    @Spec private @Nullable CommandSpec spec;

    /// One opened exhibit.
    private record Opened(long number, Path file, Label label, Optional<Long> entry) {}

    @Override
    public Integer call() throws IOException {
        char[] passphrase = Passphrases.of(passphraseFile).get(0, key.toString());
        try (KeyFile keys = KeyFile.open(Files.readAllBytes(key), passphrase)) {
            Files.createDirectories(out);
            List<Opened> opened =
                    label != null && grant != null
                            ? List.of(segments(keys, grant, label))
                            : export(keys);
            say(opened);
        } finally {
            Arrays.fill(passphrase, '\0');
        }
        return 0;
    }

    private List<Opened> export(KeyFile keys) throws IOException {
        if (sealed.size() != 1 || label != null || grant != null) {
            throw new IllegalArgumentException(
                    "give one case export, or segments with both --grant and --label");
        }
        List<Genesis> genesis = genesis();
        List<Opened> opened = new ArrayList<>();
        try (Exported files = Exported.of(sealed.getFirst())) {
            TreeMap<Long, String> labels = numbered(files.names(), LABEL);
            TreeMap<Long, String> grants = numbered(files.names(), GRANT);
            if (labels.isEmpty() || grants.isEmpty()) {
                throw new IllegalArgumentException("this is not a case export");
            }
            TreeMap<Long, HybridIdentity> generations = new TreeMap<>();
            try {
                for (var it : grants.entrySet()) {
                    generations.put(it.getKey(), opened(keys, read(files, it.getValue())));
                }
                for (var it : labels.entrySet()) {
                    opened.add(exhibit(files, it.getKey(), generations, genesis));
                }
            } finally {
                generations.values().forEach(HybridIdentity::close);
            }
        }
        long cases = opened.stream().map(it -> it.label().caseId()).distinct().count();
        if (cases != 1) {
            throw new BrokenEvidenceException("the export", "exhibits of one case", "of " + cases);
        }
        return opened;
    }

    private Opened exhibit(
            Exported files,
            long number,
            TreeMap<Long, HybridIdentity> generations,
            List<Genesis> genesis)
            throws IOException {
        String folder = "exhibits/" + number + "/";
        byte[] box = read(files, folder + "label.age");
        for (var generation : generations.entrySet()) {
            byte[] opened;
            try {
                opened = SealedBox.openPadded(box, generation.getValue());
            } catch (SealBrokenException e) {
                if (e.reason() == SealBrokenException.Reason.WRONG_KEY) {
                    continue;
                }
                throw e;
            }
            Label label = Label.parse(opened);
            require(folder + ", generation", generation.getKey(), label.generation());
            Path file =
                    write(
                            number + " " + label.fileName(),
                            label,
                            generation.getValue(),
                            n -> files.open(folder + n + ".age"));
            Optional<Long> entry = Optional.empty();
            if (!genesis.isEmpty()) {
                entry = Optional.of(entry(files, folder, genesis, box, label));
            }
            return new Opened(number, file, label, entry);
        }
        throw new BrokenEvidenceException(folder + "label.age", "sealed to a granted key", "not");
    }

    private static long entry(
            Exported files, String folder, List<Genesis> known, byte[] box, Label label)
            throws IOException {
        String where = folder + "entry.tlog-proof";
        ProvenEntry.InLedger proven =
                ProvenEntry.verified(
                        new String(read(files, where), StandardCharsets.UTF_8), known, where);
        Entry entry = proven.entry();
        if (!(entry.event().fact() instanceof CaseEvent.ExhibitSealed fact)) {
            throw new BrokenEvidenceException(where, "exhibit.sealed", entry.event().fact().type());
        }
        List<String> origins = proven.genesis().opened().origins();
        if (!origins.contains(label.origin())) {
            throw new BrokenEvidenceException(
                    where + ", origin", String.join(" or ", origins), label.origin());
        }
        require(
                where + ", case",
                Entry.caseTag(entry.nonce(), label.caseId()),
                entry.event().caseTag().orElse(Sha256.ZERO));
        require(
                where + ", exhibit",
                Entry.exhibitTag(entry.nonce(), label.exhibit()),
                fact.exhibit());
        require(where + ", label", fact.label(), Sha256.of(box));
        require(where + ", root", fact.root(), Entry.root(label.segments()));
        require(where + ", content", fact.content(), Entry.content(label.salt(), label.sha256()));
        return entry.n();
    }

    private Opened segments(KeyFile keys, Path grant, Path label) throws IOException {
        try (HybridIdentity generation = opened(keys, Files.readAllBytes(grant))) {
            Label read = Label.parse(SealedBox.openPadded(Files.readAllBytes(label), generation));
            require("segments given", (long) read.segments().size(), (long) sealed.size());
            Path file =
                    write(
                            read.fileName(),
                            read,
                            generation,
                            n -> Files.newInputStream(sealed.get(n)));
            return new Opened(1, file, read, Optional.empty());
        }
    }

    private static HybridIdentity opened(KeyFile keys, byte[] grant) {
        // The identity is the key file's, which closes it once every grant is opened.
        byte[] line = Age.open(grant, keys.identity());
        try {
            return HybridIdentity.parse(
                    new String(line, StandardCharsets.US_ASCII).stripTrailing());
        } finally {
            Arrays.fill(line, (byte) 0);
        }
    }

    private Path write(
            String name, Label label, HybridIdentity generation, ContentReader.Segments segments)
            throws IOException {
        Path file = named(name);
        if (Files.exists(file)) {
            throw new java.nio.file.FileAlreadyExistsException(file.toString());
        }
        Path part = file.resolveSibling(file.getFileName() + ".part");
        Files.deleteIfExists(part);
        Files.createFile(
                part,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        boolean whole = false;
        try (ContentReader content =
                        new ContentReader(
                                generation,
                                label.size(),
                                n -> checked(segments.open(n), label, n),
                                Optional.of(label.sha256()));
                OutputStream plain =
                        new BufferedOutputStream(
                                Files.newOutputStream(part, StandardOpenOption.WRITE))) {
            content.transferTo(plain);
            whole = true;
        } finally {
            if (!whole) {
                Files.deleteIfExists(part);
            }
        }
        return Files.move(part, file);
    }

    /// A sender's letters may be none that this machine's file system can write.
    private Path named(String name) {
        try {
            return out.resolve(name);
        } catch (InvalidPathException e) {
            return out.resolve(name.replaceAll("[^ -~]", "_"));
        }
    }

    /// A segment that must have the digest of the label when it was read to its end.
    private static InputStream checked(InputStream in, Label label, int number) {
        return new DigestInputStream(in, Sha256.digest()) {
            @Override
            public void close() throws IOException {
                try {
                    transferTo(OutputStream.nullOutputStream());
                    require(
                            "segment " + number,
                            label.segments().get(number),
                            Sha256.copyOf(getMessageDigest().digest()));
                } finally {
                    super.close();
                }
            }
        };
    }

    private List<Genesis> genesis() throws IOException {
        List<Genesis> known = new ArrayList<>();
        for (Path file : genesisFiles) {
            known.add(Genesis.parse(Files.readAllBytes(file)));
        }
        return known;
    }

    private static TreeMap<Long, String> numbered(List<String> names, Pattern form) {
        TreeMap<Long, String> numbered = new TreeMap<>();
        for (String name : names) {
            Matcher matcher = form.matcher(name);
            if (matcher.matches()) {
                numbered.put(Long.parseLong(matcher.group(1)), name);
            }
        }
        return numbered;
    }

    private static byte[] read(Exported files, String name) throws IOException {
        return files.read(name, LARGEST_LABEL);
    }

    private static void require(String where, Object expected, Object found) {
        if (!expected.equals(found)) {
            throw new BrokenEvidenceException(where, expected.toString(), found.toString());
        }
    }

    private void say(List<Opened> opened) {
        if (json) {
            Output.of(spec)
                    .json(
                            Json.object()
                                    .with(
                                            "exhibits",
                                            Json.array(opened.stream().map(Open::json).toList())));
            return;
        }
        for (Opened one : opened) {
            Output.of(spec)
                    .line(one.file() + "  " + one.label().size() + " bytes")
                    .line("  SHA-256 " + one.label().sha256());
            one.entry().ifPresent(n -> Output.of(spec).line("  as received, entry " + n));
        }
    }

    private static Json.Obj json(Opened one) {
        Json.Obj said =
                Json.object()
                        .with("number", one.number())
                        .with("file", one.file().toString())
                        .with("size", one.label().size())
                        .with("sha256", one.label().sha256())
                        .with("message", new Json.Bool(one.label().name().isEmpty()));
        return one.entry().isPresent() ? said.with("index", one.entry().get()) : said;
    }
}
