package org.sigillo.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.SecretBytes;
import org.sigillo.note.NoteSigner;
import org.sigillo.note.NoteVerifier;
import org.sigillo.note.Witness;
import org.sigillo.note.WitnessPolicy;
import org.sigillo.witness.WitnessFile;
import org.sigillo.witness.WitnessServer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Runs a witness until it is stopped.
@Command(
        name = "witness",
        mixinStandardHelpOptions = true,
        description =
                "Cosigns other people's checkpoints as long as each continues the one before it. Key"
                        + " and state are made together at the first start.")
final class RunWitness implements Callable<Integer> {
    @Option(
            names = "--name",
            description = "what the witness is called, as in witness.example.org; for a new key")
    private @Nullable String name;

    @Option(names = "--key", required = true, description = "the witness's private keys")
    private Path keyFile = Path.of("");

    @Option(
            names = "--state",
            required = true,
            description = "what the witness remembers; never put back an older copy")
    private Path stateFile = Path.of("");

    @Option(names = "--log", description = "a log's verifier key; repeatable", paramLabel = "VKEY")
    private List<String> logs = List.of();

    @Option(names = "--policy", description = "a tlog-policy file whose logs are cosigned")
    private @Nullable Path policy;

    @Option(
            names = "--listen",
            defaultValue = "127.0.0.1:7380",
            description = "host:port (${DEFAULT-VALUE}); TLS is a proxy's")
    private String listen = "";

    @Option(names = "--init", description = "make what is missing, print the keys, and end")
    private boolean init;

    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        makeWhatIsMissing();
        List<NoteSigner> signers = NoteSigner.parseAll(Files.readString(keyFile));
        List<NoteVerifier> own = signers.stream().map(NoteSigner::verifier).toList();
        Output out = Output.of(spec);
        own.forEach(key -> out.line("key     " + key.vkey()));
        try (WitnessFile state = WitnessFile.open(stateFile, own)) {
            if (!init) {
                serve(signers, state, out);
            }
        } finally {
            signers.forEach(NoteSigner::close);
        }
        return 0;
    }

    private void serve(List<NoteSigner> signers, WitnessFile state, Output out)
            throws IOException, InterruptedException {
        Witness witness = new Witness(signers, logKeys(), state, Random.clock());
        CountDownLatch stopped = new CountDownLatch(1);
        InetSocketAddress address = address(listen);
        WitnessServer server = new WitnessServer(witness, address, line -> say("sigillo: " + line));
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(() -> {
                            server.close();
                            stopped.countDown();
                        }));
        out.line("listens http://" + address.getHostString() + ":" + server.port() + "/");
        stopped.await();
    }

    private List<NoteVerifier> logKeys() throws IOException {
        List<NoteVerifier> keys = new ArrayList<>(logs.stream().map(NoteVerifier::parse).toList());
        if (policy != null) {
            keys.addAll(WitnessPolicy.parse(Files.readString(policy)).logs());
        }
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("no log: give --log VKEY or --policy FILE");
        }
        return keys;
    }

    /// A key without its state is refused: whoever forgot what was signed may sign a second history.
    private void makeWhatIsMissing() throws IOException {
        if (Files.exists(keyFile)) {
            if (!Files.exists(stateFile)) {
                throw new IllegalArgumentException(
                        "the key is there but what it signed is not: "
                                + stateFile
                                + " is missing. Find it, or begin anew with another key.");
            }
            return;
        }
        if (name == null) {
            throw new IllegalArgumentException("a new key needs --name");
        }
        if (!Files.exists(stateFile)) {
            WitnessFile.create(stateFile);
        }
        // A state that remembers anything belongs to another key, and is refused here.
        WitnessFile.open(stateFile, List.of()).close();
        SecureRandom random = Random.secure();
        try (NoteSigner first = NoteSigner.cosigner(name, seed(random));
                NoteSigner second = NoteSigner.mlDsa44(name, seed(random))) {
            String text = first.revealText() + "\n" + second.revealText() + "\n";
            NewFile.secret(keyFile, text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static SecretBytes seed(SecureRandom random) {
        byte[] seed = new byte[32];
        random.nextBytes(seed);
        return SecretBytes.takeOwnership(seed);
    }

    private static InetSocketAddress address(String listen) {
        int colon = listen.lastIndexOf(':');
        if (colon < 1 || !listen.substring(colon + 1).matches("[0-9]{1,5}")) {
            throw new IllegalArgumentException("--listen takes host:port");
        }
        String host = listen.substring(0, colon).replaceAll("^\\[|]$", "");
        return new InetSocketAddress(host, Integer.parseInt(listen.substring(colon + 1)));
    }

    private void say(String line) {
        var err = Objects.requireNonNull(spec, "set by picocli").commandLine().getErr();
        err.println(line);
        err.flush();
    }
}
