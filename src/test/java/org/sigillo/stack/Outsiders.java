package org.sigillo.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.sigillo.custody.Genesis;
import org.sigillo.note.NoteSigner;
import org.sigillo.note.NoteVerifier;
import org.sigillo.note.WitnessPolicy;

/// Who signs something about the ledger without being the newsroom: a partner's witness, from the command line's jar in a
/// process of its own, and the test time stamp authority in this one. What they keep lies below `outside/`, beside what the
/// application and whoever verifies are told of them; that is written anew at each start, since ports change.
final class Outsiders {
    private static final Path BUILT = Path.of("target/sigillo-cli.jar");
    private static final String NAME = "partner";

    private final DataFolder data;
    private final int port;
    private final StampServer authority;
    private Child witness;

    Child witness() {
        return witness;
    }

    private Outsiders(DataFolder data, int port, StampServer authority, Child witness) {
        this.data = data;
        this.port = port;
        this.authority = authority;
        this.witness = witness;
    }

    /// Whom the ledger asks and a verifier may believe (C2SP tlog-policy).
    static Path policy(DataFolder data) {
        return folder(data).resolve("policy");
    }

    /// The list for `sigillo.stamp-authorities`.
    static Path authorities(DataFolder data) {
        return folder(data).resolve("authorities");
    }

    /// The authority's root certificate.
    static Path roots(DataFolder data) {
        return folder(data).resolve("roots.pem");
    }

    private static Path folder(DataFolder data) {
        return data.path("outside");
    }

    /// Starts both and writes what others are told of them. The witness may still be starting; [#await] waits for it.
    static Outsiders start(
            DataFolder data,
            int witnessPort,
            int authorityPort,
            SecureRandom random,
            BooleanSupplier ending)
            throws IOException, InterruptedException {
        Path folder = folder(data);
        Files.copy(built(), program(data), StandardCopyOption.REPLACE_EXISTING);
        boolean first = !Files.exists(folder.resolve("witness/key"));
        Child witness = witness(data, witnessPort);
        TestAuthority known =
                TestAuthority.in(folder.resolve("authority"), InstantSource.system(), random);
        StampServer authority = StampServer.start(known, authorityPort);
        Outsiders started = new Outsiders(data, witnessPort, authority, witness);
        try {
            Files.writeString(roots(data), known.anchorPem());
            Files.writeString(
                    authorities(data), "test-authority " + authority.address() + " roots.pem\n");
            if (first) {
                started.await(ending); // it makes its keys before it listens
            }
            Files.writeString(policy(data), started.policy());
        } catch (IOException | InterruptedException | RuntimeException failure) {
            started.stop();
            throw failure;
        }
        return started;
    }

    void await(BooleanSupplier ending) throws IOException, InterruptedException {
        Wait.untilListening(port, witness, Duration.ofSeconds(60), ending);
    }

    /// Ends the witness at once, as a power cut would.
    void killWitness() {
        witness.kill();
    }

    void startWitness(BooleanSupplier ending) throws IOException, InterruptedException {
        witness = witness(data, port);
        await(ending);
    }

    void stop() throws IOException {
        witness.stop();
        authority.close();
    }

    private String policy() throws IOException {
        List<String> lines = new ArrayList<>();
        StringBuilder group = new StringBuilder("group " + NAME + " any");
        for (NoteVerifier key : keys()) {
            String name = NAME + "-" + (lines.size() + 1);
            lines.add("witness " + name + " " + key.vkey() + " http://127.0.0.1:" + port + "/");
            group.append(' ').append(name);
        }
        lines.add(group.toString());
        lines.add("quorum " + NAME);
        String text = String.join("\n", lines) + "\n";
        WitnessPolicy.parse(text);
        return text;
    }

    private List<NoteVerifier> keys() throws IOException {
        List<NoteSigner> signers =
                NoteSigner.parseAll(Files.readString(folder(data).resolve("witness/key")));
        try {
            return signers.stream().map(NoteSigner::verifier).toList();
        } finally {
            signers.forEach(NoteSigner::close);
        }
    }

    private static Child witness(DataFolder data, int port) throws IOException {
        Path folder = Files.createDirectories(folder(data).resolve("witness"));
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Child.java(),
                                Leftovers.mark(data),
                                "-Xmx64m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-jar",
                                program(data).toString(),
                                "witness",
                                "--name=witness.localhost",
                                "--key=" + folder.resolve("key"),
                                "--state=" + folder.resolve("state"),
                                "--listen=127.0.0.1:" + port));
        Genesis genesis = Genesis.parse(Files.readAllBytes(DemoGenesis.genesis(data)));
        genesis.opened().keys().forEach(vkey -> command.add("--log=" + vkey));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        builder.directory(data.path("run").toFile());
        return Child.start("The witness", builder, data.log("witness"));
    }

    private static Path program(DataFolder data) {
        return data.path("run").resolve("sigillo-cli.jar");
    }

    private static Path built() {
        if (!Files.exists(BUILT)) {
            throw new Refused(
                    "The command line is not built: "
                            + BUILT.toAbsolutePath()
                            + " is missing. infra/run builds it.");
        }
        return BUILT;
    }
}
