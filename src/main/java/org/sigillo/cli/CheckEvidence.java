package org.sigillo.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Json;
import org.sigillo.custody.CustodyEvent;
import org.sigillo.custody.Genesis;
import org.sigillo.note.Checkpoint;
import org.sigillo.note.EvidenceRecord;
import org.sigillo.note.NoteException;
import org.sigillo.note.NoteVerifier;
import org.sigillo.note.TimeStamp;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Checks an evidence record, back to the checkpoint that it is about.
@Command(
        name = "evidence",
        mixinStandardHelpOptions = true,
        description = "Checks an evidence record (RFC 4998) of a checkpoint, offline.")
final class CheckEvidence implements Callable<Integer> {
    @Parameters(paramLabel = "RECORD", description = "the .ers file")
    private Path recordFile = Path.of("");

    @Mixin private StampedFiles of = new StampedFiles();

    @Option(names = "--genesis", required = true, description = "genesis.json")
    private Path genesisFile = Path.of("");

    @Option(names = "--json", description = "one JSON object")
    private boolean json;

    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        CustodyEvent.LogOpened opened = Genesis.parse(Files.readAllBytes(genesisFile)).opened();
        Checkpoint checkpoint =
                Checkpoint.verified(
                        of.note(),
                        opened.origin(),
                        opened.keys().stream().map(NoteVerifier::parse).toList());
        EvidenceRecord record = EvidenceRecord.parse(Files.readAllBytes(recordFile));
        EvidenceRecord.Held held = verify(record, TimeStamp.stamped(of.note()), of.anchors());
        if (json) {
            Output.of(spec)
                    .json(
                            Json.object()
                                    .with("holds", new Json.Bool(true))
                                    .with("size", checkpoint.size())
                                    .with("root", checkpoint.root())
                                    .with("existed", held.first().toString())
                                    .with("renewed", held.last().toString())
                                    .with("stamps", held.stamps()));
        } else {
            Output.of(spec)
                    .line("The record holds: " + held.stamps() + " stamps, each valid at the next.")
                    .line(
                            "The checkpoint of size "
                                    + checkpoint.size()
                                    + " existed at "
                                    + held.first()
                                    + "; renewed last at "
                                    + held.last()
                                    + ".");
        }
        return 0;
    }

    static EvidenceRecord.Held verify(
            EvidenceRecord record, byte[] data, TimeStamp.Anchors anchors) {
        try {
            return record.verify(data, anchors, Instant.parse(Random.now()));
        } catch (NoteException e) {
            throw new BrokenEvidenceException(
                    "evidence record", "one that holds", String.valueOf(e.getMessage()));
        }
    }
}
