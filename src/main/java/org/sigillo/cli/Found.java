package org.sigillo.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.Hex;
import org.sigillo.bytes.SecretBytes;
import org.sigillo.custody.CustodyEvent;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Genesis;
import org.sigillo.custody.Id;
import org.sigillo.custody.Role;
import org.sigillo.custody.Rules;
import org.sigillo.note.Checkpoint;
import org.sigillo.note.NoteSigner;
import org.sigillo.sealing.KeyFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Founds a ledger with its first people, who sign with their key files.
@Command(
        name = "genesis",
        mixinStandardHelpOptions = true,
        description =
                "Writes genesis.json, the log's two signing keys, their verifier keys, and a copy of each key file with the"
                        + " genesis hash pinned in it. With --after: of a ledger that goes on from one"
                        + " that was overtaken and is closed.")
final class Found implements Callable<Integer> {
    @Option(
            names = "--origin",
            required = true,
            description = "the log's address without scheme and port, as in audit.example.org/log")
    private String origin = "";

    @Option(
            names = "--after",
            description =
                    "genesis.json of the ledger that is closed; its instance is kept, so that codenames"
                            + " still open their cases")
    private @Nullable Path after;

    @Option(
            names = "--checkpoint",
            description =
                    "with --after: the last checkpoint of that ledger that a witness has seen")
    private @Nullable Path checkpoint;

    @Option(
            names = "--person",
            required = true,
            description = "role=key file, one for each of the first people",
            paramLabel = "ROLE=FILE")
    private List<String> people = List.of();

    @Option(
            names = "--passphrase-file",
            description = "one passphrase a line in the order of --person; asked for if absent")
    private @Nullable Path passphraseFile;

    @Option(names = "--out", required = true, description = "folder for all that is made")
    private Path out = Path.of("");

    @Option(names = "--beat", defaultValue = "3600", description = "seconds (${DEFAULT-VALUE})")
    private long beat;

    @Option(names = "--k", defaultValue = "256", description = "source events a beat")
    private long k;

    @Option(
            names = "--minimum-key-age",
            defaultValue = "86400",
            description = "seconds before a key may confirm and decide (${DEFAULT-VALUE})")
    private long minimumKeyAge;

    @Option(names = "--quorum", defaultValue = "2", description = "editors a release needs")
    private long quorum;

    @Option(names = "--work-factor", defaultValue = "18", description = "of the copies")
    private int workFactor;

    @Spec private @Nullable CommandSpec spec;

    private record Founder(Path file, Role role, char[] passphrase, KeyFile keys) {}

    @Override
    public Integer call() throws IOException {
        if ((after == null) != (checkpoint == null)) {
            throw new IllegalArgumentException("--after and --checkpoint go together");
        }
        SecureRandom random = Random.secure();
        List<Founder> founders = new ArrayList<>();
        try {
            Passphrases passphrases = Passphrases.of(passphraseFile);
            for (String person : people) {
                founders.add(founder(person, passphrases, founders.size()));
            }
            Optional<Genesis> closed =
                    after == null
                            ? Optional.empty()
                            : Optional.of(Genesis.parse(Files.readAllBytes(after)));
            founders.forEach(founder -> mayBePinned(founder, closed));
            Files.createDirectories(out);
            try (NoteSigner first = NoteSigner.ed25519(origin, seed(random));
                    NoteSigner second = NoteSigner.mlDsa44(origin, seed(random))) {
                List<String> vkeys = List.of(first.verifier().vkey(), second.verifier().vkey());
                Genesis genesis = found(founders, opened(vkeys, closed, random), random);
                NewFile.secret(
                        out.resolve("log-key"),
                        (first.revealText() + "\n" + second.revealText() + "\n")
                                .getBytes(StandardCharsets.UTF_8));
                NewFile.plain(out.resolve("genesis.json"), genesis.bytes());
                Path keys = Files.createDirectories(out.resolve("keys"));
                for (Founder founder : founders) {
                    try (KeyFile pinned = pinned(founder, genesis, closed)) {
                        NewFile.secret(
                                keys.resolve(founder.file().getFileName()),
                                KeyFile.seal(pinned, founder.passphrase(), workFactor, random));
                    }
                }
                Output.of(spec).line("genesis " + genesis.hash());
                NewFile.plain(
                        out.resolve("log-vkeys"),
                        (String.join("\n", vkeys) + "\n").getBytes(StandardCharsets.UTF_8));
                List.of(first, second)
                        .forEach(key -> Output.of(spec).line("log key " + key.verifier()));
                Output.of(spec).line("for witnesses: " + out.resolve("log-vkeys"));
            }
        } finally {
            founders.forEach(f -> {
                f.keys().close();
                Arrays.fill(f.passphrase(), '\0');
            });
        }
        return 0;
    }

    private static SecretBytes seed(SecureRandom random) {
        byte[] seed = new byte[32];
        random.nextBytes(seed);
        return SecretBytes.takeOwnership(seed);
    }

    /// A key file in use is pinned to the ledger that is closed, one that is new to none.
    private static void mayBePinned(Founder founder, Optional<Genesis> closed) {
        if (founder.keys().genesis().isPresent()
                && !founder.keys().genesis().equals(closed.map(Genesis::hash))) {
            throw new IllegalArgumentException(
                    founder.file() + " is pinned to another ledger than the one that is closed");
        }
    }

    private static KeyFile pinned(Founder founder, Genesis genesis, Optional<Genesis> closed) {
        return closed.isPresent()
                ? founder.keys().withGenesis(genesis.hash(), closed.get().hash())
                : founder.keys().withGenesis(genesis.hash());
    }

    private static Genesis found(
            List<Founder> founders, CustodyEvent.LogOpened opened, SecureRandom random) {
        byte[] nonce = new byte[Entry.NONCE];
        random.nextBytes(nonce);
        return Genesis.found(
                opened,
                founders.stream()
                        .map(f ->
                                new Genesis.Founding(
                                        Id.parse(f.keys().person()),
                                        f.keys().signingSeed(),
                                        f.keys().identity().recipient().text(),
                                        List.of(f.role())))
                        .toList(),
                nonce,
                Random.now());
    }

    private CustodyEvent.LogOpened opened(
            List<String> vkeys, Optional<Genesis> closedBefore, SecureRandom random)
            throws IOException {
        Rules rules = new Rules(1, beat, k, minimumKeyAge, quorum);
        if (closedBefore.isEmpty() || checkpoint == null) {
            byte[] instance = new byte[32];
            random.nextBytes(instance);
            return CustodyEvent.LogOpened.unsigned(
                    origin, Hex.of(instance), vkeys, rules, List.of());
        }
        Genesis closed = closedBefore.get();
        if (closed.opened().origins().contains(origin)) {
            throw new IllegalArgumentException(
                    "--origin must be another than "
                            + String.join(", ", closed.opened().origins()));
        }
        Checkpoint last =
                Checkpoint.verified(
                        Files.readString(checkpoint),
                        closed.opened().origin(),
                        Outside.keys(closed));
        List<CustodyEvent.Closed> before = new ArrayList<>(closed.opened().before());
        before.add(
                new CustodyEvent.Closed(
                        closed.opened().origin(), closed.hash(), last.size(), last.root()));
        return CustodyEvent.LogOpened.unsigned(
                origin, closed.opened().instance(), vkeys, rules, before);
    }

    private static Founder founder(String person, Passphrases passphrases, int number)
            throws IOException {
        int cut = person.indexOf('=');
        if (cut < 0) {
            throw new IllegalArgumentException("--person takes ROLE=FILE");
        }
        Path file = Path.of(person.substring(cut + 1));
        char[] passphrase = passphrases.get(number, file.toString());
        return new Founder(
                file,
                Role.parse(person.substring(0, cut)),
                passphrase,
                Passphrases.open(file, passphrase));
    }
}
