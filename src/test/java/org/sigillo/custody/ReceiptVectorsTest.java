package org.sigillo.custody;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Sha256;
import org.sigillo.merkle.CompactRange;
import org.sigillo.merkle.Proofs;
import org.sigillo.note.Checkpoint;
import org.sigillo.note.SignedNote;

/// Receipts of a ledger and of one that was closed before it, which the sources' page checks, too
/// (`src/main/webui`): made here, byte for byte.
class ReceiptVectorsTest {
    private static final Path FOLDER = Path.of("src/test/resources/vectors/receipt");
    private static final Id CASE = Id.parse("ca".repeat(16));
    private static final Id EXHIBIT = Id.parse("e1".repeat(16));
    private static final byte[] SALT = bytes(0x5a);
    private static final int INDEX = 5;

    private final Newsroom before = new Newsroom();
    private final List<Entry> closed = ledger(before, 7);
    private final Newsroom newsroom =
            Newsroom.after(
                    List.of(
                            new CustodyEvent.Closed(
                                    Newsroom.ORIGIN,
                                    before.genesis.hash(),
                                    7,
                                    checkpoint(before, closed).root())));

    @Test
    void are_what_this_program_makes() throws IOException {
        List<Entry> entries = ledger(newsroom, 11);
        assertThat(receipt(newsroom, entries)).isEqualTo(text("own.tlog-proof"));
        assertThat(receipt(before, closed)).isEqualTo(text("closed.tlog-proof"));
        assertThat(newsroom.genesis.bytes()).isEqualTo(read("genesis.json"));
        assertThat(before.genesis.bytes()).isEqualTo(read("closed-genesis.json"));
    }

    @Test
    void hold_by_the_genesis_of_their_own_ledger_and_by_no_other() throws IOException {
        Receipt own = Receipt.parse(text("own.tlog-proof"));
        Receipt old = Receipt.parse(text("closed.tlog-proof"));
        verify(own, newsroom);
        verify(old, before);
        assertThatThrownBy(() -> verify(old, newsroom)).isInstanceOf(BrokenEvidenceException.class);
        assertThatThrownBy(() -> verify(own, before)).isInstanceOf(BrokenEvidenceException.class);
    }

    @Test
    void are_about_this_very_file() throws IOException {
        Receipt own = Receipt.parse(text("own.tlog-proof"));
        own.verifyContent(Sha256.of(read("copy.txt")));
        assertThatThrownBy(() -> own.verifyContent(Sha256.of()))
                .isInstanceOf(BrokenEvidenceException.class)
                .hasMessageContaining("receipt, content");
    }

    private static void verify(Receipt receipt, Newsroom by) {
        receipt.verify(by.genesis.opened().origin(), by.logVerifiers());
    }

    private static List<Entry> ledger(Newsroom by, int size) {
        List<Entry> entries = new ArrayList<>(List.of(by.genesis.entry()));
        while (entries.size() < size) {
            int n = entries.size();
            byte[] nonce = bytes(n);
            entries.add(
                    Entry.of(
                            n,
                            entries.getLast().leaf(),
                            nonce,
                            n == INDEX ? sealed(nonce) : filler()));
        }
        return entries;
    }

    private static Entry.Event filler() {
        return new Entry.Event(
                "2026-11-24",
                Optional.empty(),
                Optional.of(Entry.Event.SERVER),
                new CustodyEvent.IntakeFiller());
    }

    private static Entry.Event sealed(byte[] nonce) {
        return new Entry.Event(
                "2026-11-24",
                Optional.of(Entry.caseTag(nonce, CASE)),
                Optional.of(Entry.Event.SOURCE),
                new CaseEvent.ExhibitSealed(
                        Entry.exhibitTag(nonce, EXHIBIT),
                        0,
                        Entry.content(SALT, Sha256.of(read("copy.txt"))),
                        Entry.root(List.of(Sha256.of(bytes(1)))),
                        65_536,
                        1,
                        Sha256.of(bytes(2))));
    }

    private static String receipt(Newsroom by, List<Entry> entries) {
        return Receipt.text(
                CASE,
                EXHIBIT,
                SALT,
                entries.get(INDEX).bytes(),
                INDEX,
                Proofs.inclusion(
                        INDEX,
                        entries.size(),
                        (level, index) -> {
                            int width = 1 << (8 * level);
                            int from = Math.toIntExact(index) * width;
                            return root(entries.subList(from, from + width));
                        }),
                SignedNote.sign(checkpoint(by, entries).text(), by.logKeys));
    }

    private static Checkpoint checkpoint(Newsroom by, List<Entry> entries) {
        return new Checkpoint(by.genesis.opened().origin(), entries.size(), root(entries));
    }

    private static Sha256 root(List<Entry> entries) {
        CompactRange range = CompactRange.empty();
        entries.forEach(it -> range.append(it.leaf()));
        return range.root();
    }

    private static byte[] bytes(int each) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) each);
        return bytes;
    }

    private static String text(String name) {
        return new String(read(name), StandardCharsets.UTF_8);
    }

    private static byte[] read(String name) {
        try {
            return Files.readAllBytes(FOLDER.resolve(name));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
