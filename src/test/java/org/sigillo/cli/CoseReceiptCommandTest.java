package org.sigillo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.CoseReceipt;
import org.sigillo.custody.Newsroom;
import org.sigillo.custody.ProvenEntry;
import org.sigillo.merkle.MerkleHash;
import org.sigillo.note.Checkpoint;
import org.sigillo.note.SignedNote;

/// `receipt` on the second form: entry 0 in a tree of two, and that this tree continues the first.
class CoseReceiptCommandTest {
    @TempDir Path folder;

    private final Newsroom newsroom = new Newsroom();
    private final Sha256 other = Sha256.of(new byte[] {1});
    private final Checkpoint one = new Checkpoint(Newsroom.ORIGIN, 1, newsroom.genesis.hash());
    private final Checkpoint two =
            new Checkpoint(Newsroom.ORIGIN, 2, MerkleHash.node(newsroom.genesis.hash(), other));

    @BeforeEach
    void files() throws IOException {
        Files.write(folder.resolve("genesis.json"), newsroom.genesis.bytes());
        Files.write(folder.resolve("entry"), newsroom.genesis.entry().bytes());
        Files.writeString(
                folder.resolve("checkpoint"), SignedNote.sign(one.text(), newsroom.logKeys));
        Files.write(
                folder.resolve("in.cose"),
                CoseReceipt.ofInclusion(two, 0, List.of(other), newsroom.logKeys.getFirst()));
        Files.write(
                folder.resolve("continues.cose"),
                CoseReceipt.ofConsistency(one, two, List.of(other), newsroom.logKeys.getFirst()));
    }

    @Test
    void an_entry_is_found_in_its_tree() throws IOException {
        assertThat(run("in.cose", "--entry", file("entry"))).isZero();
        assertThat(run("in.cose", "--entry", file("entry"), "--json")).isZero();
        byte[] changed = newsroom.genesis.entry().bytes();
        changed[20] ^= 1;
        Files.write(folder.resolve("entry"), changed);
        assertThat(run("in.cose", "--entry", file("entry"))).isEqualTo(Sigillo.BROKEN);
    }

    @Test
    void a_tree_continues_an_earlier_one() throws IOException {
        assertThat(run("continues.cose", "--checkpoint", file("checkpoint"))).isZero();
        Files.writeString(
                folder.resolve("checkpoint"), SignedNote.sign(two.text(), newsroom.logKeys));
        assertThat(run("continues.cose", "--checkpoint", file("checkpoint")))
                .isEqualTo(Sigillo.BROKEN);
    }

    @Test
    void an_auditors_proof_of_an_entry_is_checked_too() throws IOException {
        Files.writeString(
                folder.resolve("0.tlog-proof"),
                new ProvenEntry(newsroom.genesis.entry(), List.of(other))
                        .tlogProof(SignedNote.sign(two.text(), newsroom.logKeys)));
        // It holds; whom to believe as a witness was not said.
        assertThat(run("0.tlog-proof")).isEqualTo(4);
        assertThat(run("0.tlog-proof", "--file", file("entry"))).isEqualTo(Sigillo.MALFORMED);
        Files.writeString(
                folder.resolve("0.tlog-proof"),
                new ProvenEntry(newsroom.genesis.entry(), List.of(newsroom.genesis.hash()))
                        .tlogProof(SignedNote.sign(two.text(), newsroom.logKeys)));
        assertThat(run("0.tlog-proof")).isEqualTo(Sigillo.BROKEN);
    }

    @Test
    void what_is_needed_is_asked_for() {
        assertThat(run("in.cose")).isEqualTo(Sigillo.MALFORMED);
        assertThat(run("continues.cose", "--entry", file("entry"))).isEqualTo(Sigillo.BROKEN);
        assertThat(run("in.cose", "--checkpoint", file("checkpoint"))).isEqualTo(Sigillo.BROKEN);
    }

    private int run(String receipt, String... more) {
        List<String> words = new java.util.ArrayList<>(List.of("receipt", file(receipt)));
        words.addAll(List.of("--genesis", file("genesis.json")));
        words.addAll(List.of(more));
        return Sigillo.run(words.toArray(String[]::new));
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }
}
