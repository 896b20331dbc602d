package org.sigillo.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.CaseEvent;
import org.sigillo.custody.Id;
import org.sigillo.sealing.Age;
import org.sigillo.sealing.Codename;
import org.sigillo.sending.Content;
import org.sigillo.sending.Meter;
import org.sigillo.sending.Newsroom;
import org.sigillo.sending.Patience;
import org.sigillo.sending.Told;
import org.sigillo.sending.Visit;
import org.sigillo.sending.Watcher;
import org.sigillo.sending.Way;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// A source's journey from a shell.
@Command(
        name = "submit",
        mixinStandardHelpOptions = true,
        description = {
            "Sends files to a newsroom, sealed on this machine. What was broken off goes on when the same"
                    + " is started again with the same codename; what has arrived is not sent again.",
            "The codename is asked for. Nothing is kept on this machine, but a shell remembers what was"
                    + " typed into it: see docs/sources.md."
        })
final class Submit implements Callable<Integer> {
    private static final int LARGEST_MESSAGE = (1 << 20) + 1;

    @Parameters(arity = "0..*", paramLabel = "FILE")
    private List<Path> files = List.of();

    @Option(
            names = "--to",
            required = true,
            paramLabel = "ADDRESS",
            description = "the sources' pages of the newsroom, as in https://drop.example.org")
    private String to = "";

    @Option(
            names = "--genesis",
            paramLabel = "HASH",
            description = "the newsroom's genesis hash, as it has printed it elsewhere")
    private @Nullable String genesis;

    @Option(
            names = "--proxy",
            paramLabel = "SOCKS",
            description = "Tor, as in socks5://127.0.0.1:9050; it alone looks up names")
    private @Nullable String proxy;

    @Option(
            names = "--message",
            paramLabel = "FILE",
            description = "a text to the newsroom; - for standard input")
    private @Nullable Path message;

    @Option(names = "--new", description = "makes a codename first, and shows it once")
    private boolean fresh;

    @Option(
            names = "--anyway",
            description = "sends what has arrived already once more, as another exhibit")
    private boolean anyway;

    @Option(
            names = "--codename-file",
            paramLabel = "FILE",
            description =
                    "for scripts: with the codename in its first line, - for standard input; with --new"
                            + " one that was drawn just now")
    private @Nullable Path codenameFile;

    @Option(names = "--wait", description = "until what was sent is in the newsroom's ledger")
    private boolean wait;

    @Option(
            names = "--receipt",
            paramLabel = "FOLDER",
            description = "waits, and puts receipts there that only the codename opens")
    private @Nullable Path receipts;

    @Option(
            names = "--plain-receipt",
            description =
                    "receipts that anybody can read: each proves that its holder sent the file")
    private boolean plain;

    @Option(names = "--list", description = "what arrived, what is not finished, and answers")
    private boolean list;

    @Option(
            names = "--give-up",
            paramLabel = "EXHIBIT",
            description = "removes what is not finished")
    private @Nullable String giveUp;

    @Option(
            names = "--forget",
            paramLabel = "NUMBER",
            description =
                    "removes what is listed of a file or message that has arrived, and its receipt; the newsroom keeps what was sent")
    private @Nullable Long forget;

    @Option(
            names = "--remove-answer",
            paramLabel = "NUMBER",
            description = "removes an answer from the newsroom's server, for good")
    private @Nullable Integer removeAnswer;

    @Option(
            names = "--withdraw",
            paramLabel = "WISH",
            description =
                    "no-publication or deletion: asks the newsroom to publish nothing of yours any more, or to delete what you sent. It cannot be taken back")
    private @Nullable String withdraw;

    @Option(names = "--json", description = "one JSON object")
    private boolean json;

    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        requireSense();
        Way way = Way.of(to, Optional.ofNullable(proxy));
        Optional<Sha256> known =
                Optional.ofNullable(genesis).map(it -> Sha256.parse(it.toLowerCase(Locale.ROOT)));
        List<Content> contents = contents();
        SecureRandom random = Random.secure();
        Watcher watcher =
                SourceCodename.isWatched() && !json
                        ? new Meter(this::write, System::nanoTime)
                        : new Says();
        try (Visit visit = Newsroom.reach(way, known, Patience.USUAL, watcher, random)) {
            if (known.isEmpty()) {
                say(
                        "This newsroom's genesis hash is "
                                + visit.newsroom().genesisHash()
                                + ". Compare it with what the newsroom has printed elsewhere, and give it"
                                + " with --genesis from now on.");
            }
            visit.enter(codename(random), fresh);
            Json.Obj said = Json.object().with("genesis", visit.newsroom().genesisHash());
            takeBack(visit);
            Set<Id> exhibits = new LinkedHashSet<>();
            if (!contents.isEmpty()) {
                said = said.with("sent", Json.array(send(visit, contents, exhibits)));
            }
            if (!exhibits.isEmpty() && (wait || receipts != null)) {
                say(
                        "Waiting for the newsroom's ledger, a beat of "
                                + visit.newsroom().limits().beat()
                                + " s.");
                visit.await(exhibits);
                line("It is in the newsroom's ledger.");
            }
            if (receipts != null) {
                receipts(visit, exhibits, receipts);
            }
            if (list) {
                said = said.with("case", told(visit));
            }
            return end(visit, said);
        }
    }

    private void takeBack(Visit visit) throws IOException {
        if (giveUp != null) {
            visit.giveUp(Id.parse(giveUp));
            line("It is given up.");
        }
        if (forget != null) {
            visit.forget(forget);
            line("It is not listed any more.");
        }
        if (removeAnswer != null) {
            visit.removeAnswer(removeAnswer);
            line("The answer is removed.");
        }
        if (withdraw != null) {
            visit.wish(CaseEvent.Wish.parse(withdraw));
            line("The newsroom is asked for it; a reviewer sees to it.");
        }
    }

    private boolean takesBack() {
        return giveUp != null || forget != null || removeAnswer != null || withdraw != null;
    }

    /// What is not as it should be is named last, and stops nothing of the rest.
    private int end(Visit visit, Json.Obj said) {
        List<Json.Obj> broken = new ArrayList<>();
        visit.broken()
                .forEach((exhibit, found) -> {
                    line("NOT AS IT SHOULD BE: " + found.getMessage());
                    broken.add(
                            Json.object()
                                    .with("exhibit", exhibit.hex())
                                    .with("error", String.valueOf(found.getMessage())));
                });
        if (json) {
            Output.of(spec).json(broken.isEmpty() ? said : said.with("broken", Json.array(broken)));
        }
        return broken.isEmpty() ? 0 : Sigillo.BROKEN_BESIDE;
    }

    private void requireSense() {
        if (files.isEmpty() && message == null && !list && !takesBack()) {
            throw new IllegalArgumentException(
                    "nothing to do: give files, --message, --list, or what is to be taken back");
        }
        if (withdraw != null
                && Arrays.stream(CaseEvent.Wish.values())
                        .noneMatch(it -> it.word().equals(withdraw))) {
            throw new IllegalArgumentException("--withdraw is no-publication or deletion");
        }
        if (isStandardInput(message) && isStandardInput(codenameFile)) {
            throw new IllegalArgumentException(
                    "standard input has either the message or the codename");
        }
        if (plain && receipts == null) {
            throw new IllegalArgumentException("--plain-receipt goes with --receipt FOLDER");
        }
        if (fresh && files.isEmpty() && message == null) {
            throw new IllegalArgumentException("--new goes with something to send");
        }
        if (anyway && files.isEmpty() && message == null) {
            throw new IllegalArgumentException("--anyway goes with something to send");
        }
    }

    private static boolean isStandardInput(@Nullable Path path) {
        return path != null && path.toString().equals("-");
    }

    private Codename codename(SecureRandom random) throws IOException {
        try {
            return fresh && codenameFile == null
                    ? SourceCodename.made(random)
                    : SourceCodename.known(codenameFile);
        } catch (NoSuchFileException e) {
            throw absent(e);
        }
    }

    /// Used wrongly: it helps nothing to start the same again.
    private static IllegalArgumentException absent(NoSuchFileException e) {
        return new IllegalArgumentException("there is no file " + e.getFile(), e);
    }

    /// All of them are looked at before anything is sent.
    private List<Content> contents() throws IOException {
        List<Content> contents = new ArrayList<>();
        try {
            if (message != null) {
                contents.add(Content.message(read(message)));
            }
            for (Path file : files) {
                contents.add(Content.file(file));
            }
        } catch (NoSuchFileException e) {
            throw absent(e);
        }
        return contents;
    }

    /// No more of it than shows that it is too long, whatever size it says that it has.
    private static byte[] read(Path message) throws IOException {
        if (isStandardInput(message)) {
            return System.in.readNBytes(LARGEST_MESSAGE);
        }
        try (InputStream in = Files.newInputStream(message)) {
            return in.readNBytes(LARGEST_MESSAGE);
        }
    }

    private List<Json.Obj> send(Visit visit, List<Content> contents, Set<Id> exhibits)
            throws IOException {
        List<Json.Obj> said = new ArrayList<>();
        visit.send(
                contents,
                anyway,
                sent -> {
                    exhibits.add(sent.exhibit());
                    said.add(
                            Json.object()
                                    .with("exhibit", sent.exhibit().hex())
                                    .with("number", sent.number())
                                    .with("size", sent.content().size())
                                    .with("sha256", sent.sha256())
                                    .with("before", new Json.Bool(sent.before())));
                    line(sent.line());
                });
        return said;
    }

    private void receipts(Visit visit, Set<Id> exhibits, Path folder) throws IOException {
        Files.createDirectories(folder);
        for (Map.Entry<Long, String> it : visit.receipts(exhibits).entrySet()) {
            byte[] text = it.getValue().getBytes(StandardCharsets.UTF_8);
            Path path = folder.resolve(it.getKey() + ".tlog-proof" + (plain ? "" : ".age"));
            if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                // Of an earlier start, or another's: nothing is written over.
                line("Not written, there is a file: " + path);
            } else {
                NewFile.secret(path, plain ? text : Age.seal(text, visit.self()));
                line("Receipt: " + path);
            }
        }
        if (plain) {
            say("A plain receipt proves that whoever holds it sent the file. Do not keep it here.");
        }
    }

    private Json.Obj told(Visit visit) throws IOException {
        Told told = visit.told();
        told.lines().forEach(this::line);
        visit.seen(
                told.answers().stream()
                        .filter(it -> !it.seen() && it.text().isPresent())
                        .map(Told.Answered::reply)
                        .toList());
        return told.json();
    }

    private void line(String line) {
        if (!json) {
            Output.of(spec).line(line);
        }
    }

    private void say(String sentence) {
        write(sentence + "\n");
    }

    /// Only the meter's own line ends get through as such.

    private void write(String text) {
        PrintWriter err = Objects.requireNonNull(spec, "set by picocli").commandLine().getErr();
        text.codePoints()
                .mapToObj(Character::toString)
                .map(it -> "\r\n".contains(it) ? it : Output.shown(it))
                .forEach(err::print);
        err.flush();
    }

    /// Nobody is watching: only what a source should know.
    private final class Says implements Watcher {
        @Override
        public void says(String sentence) {
            say(sentence);
        }
    }
}
