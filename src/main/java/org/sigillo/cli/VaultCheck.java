package org.sigillo.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.Sha256;
import org.sigillo.vault.Meanwhile;
import org.sigillo.vault.Scrub;
import org.sigillo.vault.Vault;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Reads everything again that an inventory names.
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        description =
                "Reads every object of an inventory again and compares its digest. The desk gives"
                        + " administrators the inventory. Nothing is written: who may read is enough.")
final class VaultCheck implements Callable<Integer> {
    @Parameters(paramLabel = "VAULT", description = "a folder, or a file of settings")
    private Path place = Path.of("");

    @Option(names = "--inventory", required = true, description = "lines of sha256sum")
    private Path inventory = Path.of("");

    @Option(
            names = "--rate",
            defaultValue = "0",
            description = "bytes a second at most; 0: as fast as it goes")
    private long rate;

    @Mixin private VaultRun run = new VaultRun();

    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Map<String, Sha256> known = Inventory.read(inventory);
        try (Vault vault = VaultCommand.toRead(place)) {
            Scrub scrub = new Scrub(vault, rate > 0 ? Scrub.Pace.of(rate) : Scrub.Pace.FULL);
            return run.over(
                    List.copyOf(known.keySet()),
                    known,
                    spec,
                    List.of(VaultCommand.named(place)),
                    new Meanwhile(vault, Optional.of(known.keySet())),
                    (address, expected) ->
                            scrub.require(address, expected.orElseThrow())
                                    ? expected
                                    : Optional.empty());
        }
    }
}
