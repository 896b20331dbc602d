package org.sigillo.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.note.EvidenceRecord;
import org.sigillo.note.NoteException;
import org.sigillo.note.TimeStamp;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Makes an evidence record of a stamped checkpoint, or renews one, before a certificate ends or a digest
/// grows weak.
@Command(
        name = "renew",
        mixinStandardHelpOptions = true,
        description = {
            "Makes or renews an evidence record (RFC 4998) of a stamped checkpoint.",
            "Begins with --stamp (or the export's), or goes on with --record. With --authority a new stamp"
                    + " over it is asked for; with --digest as well, one with another digest."
        })
final class Renew implements Callable<Integer> {
    @Mixin private StampedFiles from = new StampedFiles();

    @Option(names = "--stamp", description = "the .tsr file to begin with")
    private @Nullable Path stamp;

    @Option(names = "--record", description = "the .ers file to go on with")
    private @Nullable Path record;

    @Option(names = "--authority", description = "who stamps now: the address of its service")
    private @Nullable URI authority;

    @Option(
            names = "--digest",
            description = "SHA-256, SHA-384, SHA-512, SHA3-256, SHA3-384 or SHA3-512")
    private @Nullable String digest;

    @Option(names = "--out", required = true, description = "the .ers file to write; a new one")
    private Path out = Path.of("");

    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        byte[] data = TimeStamp.stamped(from.note());
        TimeStamp.Anchors anchors = from.anchors();
        EvidenceRecord before =
                record != null
                        ? EvidenceRecord.parse(Files.readAllBytes(record))
                        : EvidenceRecord.beginning(first(data, anchors));
        // What does not hold is not worth another stamp.
        CheckEvidence.verify(before, data, anchors);
        EvidenceRecord after = before;
        if (authority != null) {
            EvidenceRecord.Renewal renewal =
                    digest == null
                            ? before.renewal(Random.secure())
                            : before.renewal(digest, data, Random.secure());
            after = renewal.answered(AuthorityClient.ask(authority, renewal.query()), anchors);
        } else if (digest != null) {
            throw new IllegalArgumentException("--digest needs --authority");
        }
        EvidenceRecord.Held held = CheckEvidence.verify(after, data, anchors);
        NewFile.plain(out, after.bytes());
        Output.of(spec)
                .line("Written: " + out)
                .line(
                        "Stamps "
                                + held.stamps()
                                + ", first "
                                + held.first()
                                + ", last "
                                + held.last());
        return 0;
    }

    private TimeStamp first(byte[] data, TimeStamp.Anchors anchors) throws IOException {
        byte[] reply = stamp != null ? Files.readAllBytes(stamp) : from.stamp();
        try {
            return TimeStamp.verified(reply, data, anchors);
        } catch (NoteException e) {
            throw new BrokenEvidenceException(
                    "time stamp", "one that holds", String.valueOf(e.getMessage()));
        }
    }
}
