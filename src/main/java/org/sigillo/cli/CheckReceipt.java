package org.sigillo.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Hex;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.CoseReceipt;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Genesis;
import org.sigillo.custody.ProvenEntry;
import org.sigillo.custody.Receipt;
import org.sigillo.note.Checkpoint;
import org.sigillo.note.NoteVerifier;
import org.sigillo.note.TlogProof;
import org.sigillo.sealing.Age;
import org.sigillo.sealing.Codename;
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

    /// Bytes: more than one with every signature that a checkpoint may have.
    private static final long LARGEST = 1 << 20;

    private static final int INSTANCE = 32;

    /// How a receipt begins that is sealed to its source.
    private static final byte[] SEALED =
            "age-encryption.org/v1\n".getBytes(StandardCharsets.US_ASCII);

    @Parameters(paramLabel = "RECEIPT", description = "the .tlog-proof, .age or .cose file")
    private Path receiptFile = Path.of("");

    @Option(names = "--genesis", required = true, description = "genesis.json")
    private Path genesisFile = Path.of("");

    @Option(names = "--file", description = "the own copy of what was sent")
    private @Nullable Path file;

    @Option(
            names = "--codename-file",
            paramLabel = "FILE",
            description =
                    "for a sealed receipt, with the codename in its first line, - for standard input;"
                            + " without it the codename is asked for")
    private @Nullable Path codenameFile;

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
        Genesis genesis = Genesis.parse(Files.readAllBytes(genesisFile));
        if (Files.size(receiptFile) > LARGEST) {
            throw new IllegalArgumentException(receiptFile + " is larger than any receipt");
        }
        byte[] bytes = Files.readAllBytes(receiptFile);
        if (bytes.length > 0 && bytes[0] == COSE_SIGN1) {
            return cose(CoseReceipt.parse(bytes), genesis.opened().origin(), Outside.keys(genesis));
        }
        String text = text(bytes, genesis);
        Entry held = Receipt.isOfSource(text) ? ofSource(text, genesis) : ofAny(text, genesis);
        return say(
                held,
                genesis.hash(),
                outside.of(Outside.keys(genesis))
                        .below(TlogProof.parse(text).note(), "the receipt's checkpoint"));
    }

    private String text(byte[] bytes, Genesis genesis) throws IOException {
        if (!Arrays.equals(Arrays.copyOf(bytes, SEALED.length), SEALED)) {
            return utf8(bytes);
        }
        byte[] instance = Hex.parse(genesis.opened().instance(), INSTANCE);
        try (Codename.Derived source = SourceCodename.known(codenameFile).derive(instance)) {
            return utf8(Age.open(bytes, source.source()));
        }
    }

    private static String utf8(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new BrokenEvidenceException("the receipt", "text in UTF-8", "other bytes");
        }
    }

    private Entry ofSource(String text, Genesis genesis) throws IOException {
        Receipt receipt = Receipt.parse(text);
        receipt.verify(genesis.opened().origin(), Outside.keys(genesis));
        if (file != null) {
            receipt.verifyContent(digest(file));
        }
        return receipt.entry();
    }

    /// What an auditor was given of any entry (`docs/spec/ledger.md` §7).
    private Entry ofAny(String text, Genesis genesis) {
        if (file != null) {
            throw new IllegalArgumentException(
                    "--file goes with a source's receipt; this proof says nothing of a file");
        }
        return ProvenEntry.verified(text, List.of(genesis), "the proof").entry();
    }

    private int say(Entry held, Sha256 genesis, Outside.Witnessed witnessed) {
        if (json) {
            Output.of(spec)
                    .json(
                            witnessed.in(
                                    Json.object()
                                            .with("holds", new Json.Bool(true))
                                            .with("index", held.n())
                                            .with("type", held.event().fact().type())
                                            .with("day", held.event().at())
                                            .with("genesis", genesis)
                                            .with("file", new Json.Bool(file != null))));
        } else {
            Output.of(spec)
                    .line(
                            "The receipt holds: entry "
                                    + held.n()
                                    + ", "
                                    + held.event().fact().type()
                                    + ", "
                                    + held.event().at()
                                    + ".")
                    .line(
                            file == null
                                    ? "No file was compared; give one with --file."
                                    : "The file is the one that was received.")
                    .line(
                            "Its ledger begins with the genesis "
                                    + genesis
                                    + ". Compare that with what the newsroom gives out elsewhere.")
                    .line(witnessed.sentence());
        }
        return witnessed.exitCodeOfProof();
    }

    private int cose(CoseReceipt receipt, String origin, List<NoteVerifier> keys)
            throws IOException {
        if (outside.asks()) {
            throw new IllegalArgumentException(
                    "a COSE receipt has no witness's line: --policy is for the other kind");
        }
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
