package org.sigillo.cli;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.CaseEvent;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Genesis;
import org.sigillo.custody.ProvenEntry;
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
            "A file appears under its name only when every byte of it was found right.",
            "The numbers are the newsroom's own: no entry proves them. One that is missing between"
                    + " others is named."
        })
final class Open implements Callable<Integer> {
    private static final Pattern LABEL = Pattern.compile("exhibits/([0-9]{1,9})/label\\.age");
    private static final Pattern GRANT = Pattern.compile("grants/([0-9]{1,9})\\.age");
    private static final int LARGEST_LABEL = 1 << 24;
    private static final int MOST_MISSING = 1000;

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
        try (KeyFile keys = Passphrases.open(key, passphrase)) {
            Files.createDirectories(out);
            List<BrokenEvidenceException> broken = new ArrayList<>();
            List<Opened> opened =
                    label != null && grant != null
                            ? List.of(segments(keys, grant, label))
                            : export(keys, broken);
            if (broken.isEmpty()) {
                say(opened);
            } else {
                if (!json && !opened.isEmpty()) {
                    say(opened);
                }
                throw broken.getFirst();
            }
        } finally {
            Arrays.fill(passphrase, '\0');
        }
        return 0;
    }

    /// @param broken gets what of it is not as it should be: the rest is opened all the same. Sources' own programs seal, too,
    ///     and can write anything.
    private List<Opened> export(KeyFile keys, List<BrokenEvidenceException> broken)
            throws IOException {
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
            TreeMap<Long, byte[]> sealedKeys = new TreeMap<>();
            for (var it : grants.entrySet()) {
                sealedKeys.put(it.getKey(), read(files, it.getValue()));
            }
            try (Grants generations = Grants.open(keys, grants, sealedKeys)) {
                for (long number : labels.keySet()) {
                    try {
                        opened.add(exhibit(files, number, generations.generations(), genesis));
                    } catch (BrokenEvidenceException e) {
                        broken.add(e);
                    }
                }
            }
        }
        long cases = opened.stream().map(it -> it.label().caseId()).distinct().count();
        if (cases > 1) {
            throw new BrokenEvidenceException("the export", "exhibits of one case", "of " + cases);
        }
        return opened;
    }

    private Opened exhibit(
            Exported files,
            long number,
            SortedMap<Long, HybridIdentity> generations,
            List<Genesis> genesis)
            throws IOException {
        String folder = "exhibits/" + number + "/";
        String where = folder + "label.age";
        byte[] box = read(files, where);
        for (var generation : generations.entrySet()) {
            byte[] opened;
            try {
                opened = SealedBox.openPadded(box, generation.getValue());
            } catch (SealBrokenException e) {
                if (e.reason() == SealBrokenException.Reason.WRONG_KEY) {
                    continue;
                }
                throw Exported.broken(where, "a granted key", e);
            }
            Label label = parsed(where, opened);
            require(folder + ", generation", generation.getKey(), label.generation());
            Path file =
                    ExhibitFile.write(
                            out,
                            number + " " + label.fileName(),
                            label,
                            generation.getValue(),
                            n -> segment(files, folder + n + ".age"));
            Optional<Long> entry = Optional.empty();
            if (!genesis.isEmpty()) {
                entry = Optional.of(entry(files, folder, genesis, box, label));
            }
            return new Opened(number, file, label, entry);
        }
        throw new BrokenEvidenceException(
                where, "a file sealed to a granted key", "one that none of them opens");
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
        try (Grants granted =
                Grants.open(
                        keys,
                        Map.of(0L, grant.toString()),
                        Map.of(0L, Files.readAllBytes(grant)))) {
            HybridIdentity generation = granted.generations().firstEntry().getValue();
            byte[] opened;
            try {
                opened = SealedBox.openPadded(Files.readAllBytes(label), generation);
            } catch (SealBrokenException e) {
                throw Exported.broken(label.toString(), "the granted key", e);
            }
            Label read = parsed(label.toString(), opened);
            require("segments given", (long) read.segments().size(), (long) sealed.size());
            Path file =
                    ExhibitFile.write(
                            out,
                            read.fileName(),
                            read,
                            generation,
                            n ->
                                    new ExhibitFile.Segment(
                                            sealed.get(n).toString(),
                                            Files.newInputStream(sealed.get(n))));
            return new Opened(1, file, read, Optional.empty());
        }
    }

    private static Label parsed(String where, byte[] opened) {
        try {
            return Label.parse(opened);
        } catch (MalformedException e) {
            throw Exported.broken(where, "a label", e);
        }
    }

    private static ExhibitFile.Segment segment(Exported files, String name) throws IOException {
        try {
            return new ExhibitFile.Segment(name, files.open(name));
        } catch (FileNotFoundException | NoSuchFileException e) {
            throw new BrokenEvidenceException(name, "a segment", "no such file");
        }
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
        List<Long> missing = missing(opened);
        if (json) {
            Output.of(spec)
                    .json(
                            Json.object()
                                    .with(
                                            "exhibits",
                                            Json.array(opened.stream().map(Open::json).toList()))
                                    .with(
                                            "missing",
                                            Json.array(
                                                    missing.stream()
                                                            .map(it -> (Json) new Json.Num(it))
                                                            .toList())));
            return;
        }
        for (Opened one : opened) {
            Output.of(spec)
                    .line(one.file() + "  " + one.label().size() + " bytes")
                    .line("  SHA-256 " + one.label().sha256());
            one.entry().ifPresent(n -> Output.of(spec).line("  as received, entry " + n));
        }
        if (!missing.isEmpty()) {
            Output.of(spec)
                    .line(
                            "Not in this export, by their numbers: "
                                    + missing.stream()
                                            .map(String::valueOf)
                                            .collect(Collectors.joining(", "))
                                    + ". Either its reader was never granted their key, or they"
                                    + " were taken out.");
        }
    }

    /// The numbers between 1 and the last that no exhibit has.
    private static List<Long> missing(List<Opened> opened) {
        Set<Long> there = opened.stream().map(Opened::number).collect(Collectors.toSet());
        return LongStream.rangeClosed(1, Collections.max(there))
                .filter(number -> !there.contains(number))
                .limit(MOST_MISSING)
                .boxed()
                .toList();
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
