package org.sigillo.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.Sha256;
import org.sigillo.vault.Meanwhile;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/// Work on many objects one after the other: goes on where it ended, past what is broken, and says at
/// the end what was.
final class VaultRun {
    @Option(
            names = "--progress",
            description =
                    "a file that keeps what is done: called again with it, the command goes on there")
    private @Nullable Path progress;

    @Option(names = "--json", description = "one JSON object")
    private boolean json;

    /// Done with one object, whose digest it answers; nothing if there is no such object.
    @FunctionalInterface
    interface Work {
        Optional<Sha256> on(String address, Optional<Sha256> expected)
                throws IOException, InterruptedException;
    }

    /// @param known digests, as far as they are
    int over(
            List<String> addresses,
            Map<String, Sha256> known,
            @Nullable CommandSpec spec,
            Meanwhile meanwhile,
            Work work)
            throws IOException, InterruptedException {
        Map<String, Sha256> done = new TreeMap<>();
        if (progress != null && Files.exists(progress)) {
            done.putAll(Inventory.read(progress, true));
        }
        List<BrokenEvidenceException> broken = new ArrayList<>();
        long worked = 0;
        long gone = 0;
        try (Inventory.Progress kept =
                progress == null ? null : Inventory.Progress.after(progress, done)) {
            for (String address : addresses) {
                Optional<Sha256> expected = Optional.ofNullable(known.get(address));
                if (done.containsKey(address)
                        && expected.map(done.get(address)::equals).orElse(true)) {
                    continue;
                }
                try {
                    Optional<Sha256> digest = work.on(address, expected);
                    if (digest.isEmpty()) {
                        meanwhile.requireGone(address, expected);
                        gone++;
                        continue;
                    }
                    if (kept != null) {
                        kept.did(address, digest.get());
                    }
                    worked++;
                } catch (BrokenEvidenceException e) {
                    broken.add(e);
                    if (!json) {
                        Output.of(spec).line(String.valueOf(e.getMessage()));
                    }
                }
            }
        }
        say(spec, addresses.size(), worked, gone, broken);
        return broken.isEmpty() ? 0 : Sigillo.BROKEN;
    }

    private void say(
            @Nullable CommandSpec spec,
            long objects,
            long worked,
            long gone,
            List<BrokenEvidenceException> broken) {
        long before = objects - worked - gone - broken.size();
        if (json) {
            Output.of(spec)
                    .json(
                            Json.object()
                                    .with("objects", objects)
                                    .with("done", worked)
                                    .with("before", before)
                                    .with("gone", gone)
                                    .with(
                                            "broken",
                                            Json.array(
                                                    broken.stream().map(Output::json).toList())));
        } else {
            Output.of(spec)
                    .line(
                            objects
                                    + " objects: "
                                    + worked
                                    + " done now, "
                                    + before
                                    + " before, "
                                    + gone
                                    + " removed meanwhile, "
                                    + broken.size()
                                    + " broken.");
        }
    }
}
