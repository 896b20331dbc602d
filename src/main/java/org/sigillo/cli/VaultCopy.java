package org.sigillo.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.Sha256;
import org.sigillo.vault.Copying;
import org.sigillo.vault.Meanwhile;
import org.sigillo.vault.Vault;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Copies a vault, of either kind, to another.
@Command(
        name = "copy",
        mixinStandardHelpOptions = true,
        description = {
            "Copies every object of a vault to another and reads each copy back; what is there already is"
                    + " compared.",
            "To move an application to another vault, stop it first."
        })
final class VaultCopy implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "FROM", description = "a folder, or a file of settings")
    private Path from = Path.of("");

    @Parameters(index = "1", paramLabel = "TO", description = "another; a folder must be there")
    private Path to = Path.of("");

    @Option(
            names = "--inventory",
            description = "lines of sha256sum: every object in it must be there and be that")
    private @Nullable Path inventory;

    @Mixin private VaultRun run = new VaultRun();

    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (Vault source = VaultCommand.toRead(from);
                Vault target = VaultCommand.open(to)) {
            return between(source, target);
        }
    }

    int between(Vault source, Vault target) throws IOException, InterruptedException {
        Optional<Map<String, Sha256>> named =
                inventory == null ? Optional.empty() : Optional.of(Inventory.read(inventory));
        Map<String, Sha256> known = named.orElse(Map.of());
        TreeSet<String> addresses = new TreeSet<>(source.list(""));
        addresses.addAll(known.keySet());
        return run.over(
                List.copyOf(addresses),
                known,
                spec,
                List.of(VaultCommand.named(from), VaultCommand.named(to)),
                new Meanwhile(source, named.map(Map::keySet)),
                new Copying(source, target)::copy);
    }
}
