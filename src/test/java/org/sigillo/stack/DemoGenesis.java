package org.sigillo.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.sigillo.cli.Sigillo;

/// The demo people's genesis: from `keys-example/` to `keys/`, `genesis.json` and the log's key in the data folder.
final class DemoGenesis {
    private static final Path EXAMPLES = Path.of("keys-example");

    private DemoGenesis() {}

    static Path genesis(DataFolder data) {
        return data.path("genesis.json");
    }

    static Path logKey(DataFolder data) {
        return data.path("secrets").resolve("log-key");
    }

    /// Makes what is missing and leaves what is there: a genesis is made once for a data folder.
    ///
    /// @param beat in seconds
    static void prepare(DataFolder data, int beat) throws IOException {
        if (Files.exists(genesis(data))) {
            return;
        }
        Path made = data.path("run").resolve("genesis");
        DataFolder.delete(made);
        Path passphrases = data.path("run").resolve("passphrases");
        List<String> arguments =
                new ArrayList<>(
                        List.of(
                                "genesis",
                                "--origin=audit.localhost/log",
                                "--beat=" + beat,
                                "--k=8",
                                "--minimum-key-age=0",
                                "--quorum=2",
                                "--work-factor=14",
                                "--out=" + made,
                                "--passphrase-file=" + passphrases));
        List<String> lines = new ArrayList<>();
        for (DemoPeople.Person person : DemoPeople.all()) {
            if (person.inGenesis()) {
                lines.add(person.passphrase());
                arguments.add(
                        "--person="
                                + person.role()
                                + "="
                                + EXAMPLES.resolve(person.name() + ".age"));
            }
        }
        Files.write(passphrases, lines);
        int code = Sigillo.run(arguments.toArray(new String[0]));
        Files.delete(passphrases);
        if (code != 0) {
            throw new Refused("The demo's genesis could not be made; what is wrong stands above.");
        }
        try (Stream<Path> keys = Files.list(made.resolve("keys"))) {
            for (Path key : keys.toList()) {
                move(key, data.path("keys").resolve(key.getFileName()));
            }
        }
        move(made.resolve("log-key"), logKey(data));
        // Last: whoever finds it finds the rest.
        move(made.resolve("genesis.json"), genesis(data));
        // The log's keys for witnesses stay where the command said that they are.
        DataFolder.delete(made.resolve("keys"));
    }

    private static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
}
