package org.sigillo.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.MalformedException;
import org.sigillo.bytes.Sha256;
import org.sigillo.vault.Meanwhile;
import org.sigillo.vault.VaultFullException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/// Work on many objects one after the other: goes on where it ended, past what is broken or cannot be
/// read, and says at the end what was.
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

    /// An object that could not be read, or not be written: nothing is known of it.
    private record Unread(String address, String why) {
        private static Unread of(String address, Exception failure) {
            return new Unread(address, Sigillo.sentence(failure));
        }

        private Json.Obj json() {
            return Json.object().with("where", address).with("error", why);
        }
    }

    /// What became of the objects.
    private static final class Tally {
        private long worked;
        private long gone;
        private final List<BrokenEvidenceException> broken = new ArrayList<>();
        private final List<Unread> unread = new ArrayList<>();

        private int code() {
            if (broken.isEmpty()) {
                return unread.isEmpty() ? 0 : Sigillo.FAULT;
            }
            return Sigillo.BROKEN;
        }
    }

    /// @param known digests, as far as they are
    /// @param places one for each vault, so that no other's progress is taken for this one's
    int over(
            List<String> addresses,
            Map<String, Sha256> known,
            @Nullable CommandSpec spec,
            List<Json> places,
            Meanwhile meanwhile,
            Work work)
            throws IOException, InterruptedException {
        Tally tally = new Tally();
        try (Inventory.Progress kept =
                progress == null ? null : Inventory.Progress.of(progress, heading(spec, places))) {
            Map<String, Sha256> done = kept == null ? Map.of() : kept.before();
            for (String address : addresses) {
                Optional<Sha256> expected = Optional.ofNullable(known.get(address));
                if (done.containsKey(address)
                        && expected.map(it -> it.equals(done.get(address))).orElse(true)) {
                    continue;
                }
                Optional<Sha256> digest = attempt(address, expected, spec, meanwhile, work, tally);
                if (digest.isPresent()) {
                    tally.worked++;
                    if (kept != null) {
                        kept.did(address, digest.get());
                    }
                }
            }
        }
        say(spec, addresses.size(), tally);
        return tally.code();
    }

    private static String heading(@Nullable CommandSpec spec, List<Json> places) {
        return Output.text(
                Json.object()
                        .with("command", Output.command(spec))
                        .with("places", Json.array(places)));
    }

    private Optional<Sha256> attempt(
            String address,
            Optional<Sha256> expected,
            @Nullable CommandSpec spec,
            Meanwhile meanwhile,
            Work work,
            Tally tally)
            throws IOException, InterruptedException {
        String trouble;
        try {
            Optional<Sha256> digest = work.on(address, expected);
            if (digest.isEmpty()) {
                meanwhile.requireGone(address, expected);
                tally.gone++;
            }
            return digest;
        } catch (BrokenEvidenceException e) {
            tally.broken.add(e);
            trouble = String.valueOf(e.getMessage());
        } catch (VaultFullException e) {
            // Nor is there room for the next one.
            throw e;
        } catch (IOException | MalformedException e) {
            // Also a name that is no address: a list may have any.
            Unread unread = Unread.of(address, e);
            tally.unread.add(unread);
            trouble = unread.address() + ": " + unread.why();
        }
        if (!json) {
            Output.of(spec).line(trouble);
        }
        return Optional.empty();
    }

    private void say(@Nullable CommandSpec spec, long objects, Tally tally) {
        int broken = tally.broken.size();
        int unread = tally.unread.size();
        long before = objects - tally.worked - tally.gone - broken - unread;
        if (json) {
            Output.of(spec)
                    .json(
                            Json.object()
                                    .with("objects", objects)
                                    .with("done", tally.worked)
                                    .with("before", before)
                                    .with("gone", tally.gone)
                                    .with(
                                            "broken",
                                            Json.array(
                                                    tally.broken.stream()
                                                            .map(Output::json)
                                                            .toList()))
                                    .with(
                                            "unreadable",
                                            Json.array(
                                                    tally.unread.stream()
                                                            .map(Unread::json)
                                                            .toList())));
        } else {
            Output.of(spec)
                    .line(
                            objects
                                    + " objects: "
                                    + tally.worked
                                    + " done now, "
                                    + before
                                    + " before, "
                                    + tally.gone
                                    + " removed meanwhile, "
                                    + broken
                                    + " broken, "
                                    + unread
                                    + " not readable.");
        }
    }
}
