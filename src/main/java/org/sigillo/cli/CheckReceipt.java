package org.sigillo.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.CoseReceipt;
import org.sigillo.custody.CustodyEvent;
import org.sigillo.custody.Genesis;
import org.sigillo.custody.Receipt;
import org.sigillo.note.Checkpoint;
import org.sigillo.note.NoteVerifier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Checks one receipt offline, in either form, and a file or an entry against it.
@Command(
        name = "receipt",
        mixinStandardHelpOptions = true,
        description = {
            "Checks a receipt offline; with --file also that it is about this very file.",
            "A COSE receipt needs --entry, or --checkpoint if it says that a tree continues another."
        })
final class CheckReceipt implements Callable<Integer> {
    /// Tag 18 (RFC 9052 §2): how each COSE_Sign1 object begins, and no text does.
    private static final byte COSE_SIGN1 = (byte) 0xd2;

    @Parameters(paramLabel = "RECEIPT", description = "the .tlog-proof or .cose file")
    private Path receiptFile = Path.of("");

    @Option(names = "--genesis", required = true, description = "genesis.json")
    private Path genesisFile = Path.of("");

    @Option(names = "--file", description = "the own copy of what was sent")
    private @Nullable Path file;

    @Option(names = "--entry", description = "the entry that a COSE receipt is about")
    private @Nullable Path entry;

    @Option(names = "--checkpoint", description = "the earlier checkpoint, signed")
    private @Nullable Path checkpoint;

    @Mixin private Outside outside = new Outside();

    @Option(names = "--json", description = "one JSON object")
    private boolean json;

    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        CustodyEvent.LogOpened opened = Genesis.parse(Files.readAllBytes(genesisFile)).opened();
        List<NoteVerifier> keys = opened.keys().stream().map(NoteVerifier::parse).toList();
        byte[] bytes = Files.readAllBytes(receiptFile);
        if (bytes.length > 0 && bytes[0] == COSE_SIGN1) {
            return cose(CoseReceipt.parse(bytes), opened.origin(), keys);
        }
        Receipt receipt = Receipt.parse(Files.readString(receiptFile));
        receipt.verify(opened.origin(), keys);
        if (file != null) {
            receipt.verifyContent(digest(file));
        }
        Outside.Witnessed witnessed =
                outside.below(receipt.proof().note(), keys, "the receipt's checkpoint");
        Json.Obj said =
                Json.object()
                        .with("holds", new Json.Bool(true))
                        .with("index", receipt.entry().n())
                        .with("day", receipt.entry().event().at())
                        .with("file", new Json.Bool(file != null));
        if (json) {
            Output.of(spec).json(witnessed.in(said));
        } else {
            Output.of(spec)
                    .line(
                            "The receipt holds: entry "
                                    + receipt.entry().n()
                                    + ", "
                                    + receipt.entry().event().at()
                                    + ".")
                    .line(
                            file == null
                                    ? "No file was compared; give one with --file."
                                    : "The file is the one that was received.")
                    .line(witnessed.sentence());
        }
        return witnessed.exitCodeOfProof();
    }

    private int cose(CoseReceipt receipt, String origin, List<NoteVerifier> keys)
            throws IOException {
        long size;
        String what;
        if (entry != null) {
            CoseReceipt.Inclusion proven =
                    receipt.verifyInclusion(Files.readAllBytes(entry), origin, keys);
            size = proven.size();
            what = "entry " + proven.index() + " is in the tree of size " + size;
        } else if (checkpoint != null) {
            Checkpoint earlier = Checkpoint.verified(Files.readString(checkpoint), origin, keys);
            size = receipt.verifyConsistency(earlier, keys).size();
            what = "the tree of size " + size + " continues that of size " + earlier.size();
        } else {
            throw new IllegalArgumentException("a COSE receipt needs --entry or --checkpoint");
        }
        if (json) {
            Output.of(spec)
                    .json(
                            Json.object()
                                    .with("holds", new Json.Bool(true))
                                    .with("size", size)
                                    .with("witnessed", new Json.Bool(false)));
        } else {
            Output.of(spec)
                    .line("The receipt holds: " + what + ".")
                    .line("Not witnessed: only the log itself signed.");
        }
        return 0;
    }

    private static Sha256 digest(Path path) throws IOException {
        MessageDigest digest = Sha256.digest();
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(path)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
        }
        return Sha256.copyOf(digest.digest());
    }
}
