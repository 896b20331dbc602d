package org.sigillo.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sigillo.custody.Id;
import org.sigillo.sealing.KeyFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Makes one person's key file.
@Command(
        name = "keygen",
        mixinStandardHelpOptions = true,
        description =
                "Makes a person's age identity and signing key in one file under a passphrase. The"
                        + " file is also an identity file for age.")
final class Keygen implements Callable<Integer> {
    @Option(names = "--out", required = true, description = "the new file; must not exist")
    private Path out = Path.of("");

    @Option(
            names = "--passphrase-file",
            description = "file with the passphrase in its first line; asked for if absent")
    private @Nullable Path passphraseFile;

    @Option(
            names = "--work-factor",
            defaultValue = "18",
            description = "log2 of scrypt's cost, 10 to 20 (default ${DEFAULT-VALUE})")
    private int workFactor;

    @Spec private picocli.CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        SecureRandom random = Random.secure();
        char[] passphrase = Passphrases.of(passphraseFile).get(0, out.toString());
        Id person = Id.random(random);
        try (KeyFile keys = KeyFile.generate(person.hex(), random)) {
            NewFile.secret(out, KeyFile.seal(keys, passphrase, workFactor, random));
            Output.of(spec)
                    .line("person    " + person)
                    .line("recipient " + keys.identity().recipient().fingerprint());
        } finally {
            Arrays.fill(passphrase, '\0');
        }
        return 0;
    }
}
