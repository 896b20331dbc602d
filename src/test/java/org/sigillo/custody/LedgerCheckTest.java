package org.sigillo.custody;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Sha256;
import org.sigillo.merkle.EntryBundle;
import org.sigillo.merkle.TileCoordinate;

/// An export of 300 entries, so that there is a full tile, a partial one and a second level.
class LedgerCheckTest {
    private final Newsroom newsroom = new Newsroom();
    private final List<Entry> entries = new ArrayList<>();
    private final Map<String, byte[]> files;

    LedgerCheckTest() {
        entries.add(newsroom.genesis.entry());
        Actor nina = Actor.of(50);
        add(newsroom.enrol(nina));
        add(newsroom.confirm(newsroom.elena, nina));
        add(newsroom.confirm(newsroom.rosa, nina));
        while (entries.size() < 300) {
            byte[] nonce = Sha256.of(String.valueOf(entries.size()).getBytes()).bytes();
            add(
                    new Entry.Event(
                            "2026-11-24",
                            Optional.of(Entry.caseTag(nonce, nina.id)),
                            Optional.of("source"),
                            new CaseEvent.Opened(Sha256.of(), Sha256.of(nonce))));
        }
        files =
                LedgerFiles.around(
                        newsroom, entries.stream().map(Entry::bytes).toList(), Set.of(4L, 256L));
    }

    @Test
    void an_export_that_nobody_touched_holds() {
        LedgerCheck.Report report = check();
        assertThat(report.size()).isEqualTo(300);
        assertThat(report.entriesSeen()).isTrue();
        assertThat(report.checkpoints()).isEqualTo(3);
        assertThat(
                        new LedgerCheck(newsroom.genesis)
                                .tiles(this::read, Optional.empty())
                                .entriesSeen())
                .isFalse();
    }

    @Test
    void what_is_said_of_a_checkpoint_is_of_the_one_that_was_verified() {
        String verified = new String(files.get("checkpoint"), StandardCharsets.UTF_8);
        List<String> asked = new ArrayList<>();
        LedgerCheck.Files another =
                path -> {
                    asked.add(path);
                    boolean again = asked.stream().filter("checkpoint"::equals).count() > 1;
                    return read(path.equals("checkpoint") && again ? "checkpoints/256" : path);
                };
        LedgerCheck check = new LedgerCheck(newsroom.genesis);
        assertThat(check.tiles(another, Optional.empty()).note()).isEqualTo(verified);
        asked.clear();
        assertThat(check.export(another, List.of(256L), Optional.empty()).note())
                .isEqualTo(verified);
    }

    @Test
    void a_checkpoint_that_is_no_text_is_named() {
        for (String name : List.of("checkpoint", "checkpoints/256")) {
            byte[] whole = files.put(name, new byte[] {(byte) 0xff, (byte) 0xfe});
            assertThatThrownBy(this::check)
                    .isInstanceOf(BrokenEvidenceException.class)
                    .hasMessageContaining(name);
            files.put(name, whole);
        }
    }

    @Test
    void a_flipped_byte_anywhere_in_any_file_is_found() {
        for (String name : List.copyOf(files.keySet())) {
            byte[] whole = files.get(name);
            int step = Math.max(1, whole.length / 97);
            for (int at = 0; at < whole.length; at += step) {
                byte[] flipped = whole.clone();
                flipped[at] ^= 1;
                files.put(name, flipped);
                assertThatThrownBy(this::check)
                        .as(name + " at " + at)
                        .isInstanceOf(BrokenEvidenceException.class);
            }
            files.put(name, whole);
        }
        check();
    }

    @Test
    void a_flipped_byte_in_each_entry_names_that_entry() {
        for (int n : new int[] {0, 1, 3, 128, 255, 256, 299}) {
            byte[] changed = entries.get(n).bytes();
            int day = new String(changed, StandardCharsets.UTF_8).indexOf("\"at\":\"2026") + 6;
            changed[day] ^= 1;
            rebundle(n, changed);
            assertThatThrownBy(this::check)
                    .isInstanceOf(BrokenEvidenceException.class)
                    .hasMessageContaining("entry " + n);
            rebundle(n, entries.get(n).bytes());
        }
    }

    @Test
    void a_missing_file_is_found_and_named() {
        for (String name : List.copyOf(files.keySet())) {
            if (name.startsWith("checkpoints/")) {
                continue;
            }
            byte[] whole = files.remove(name);
            assertThatThrownBy(this::check)
                    .isInstanceOf(BrokenEvidenceException.class)
                    .hasMessageContaining(name);
            files.put(name, whole);
        }
    }

    @Test
    void another_genesis_is_refused() {
        assertThatThrownBy(() ->
                        new LedgerCheck(new Newsroom(5).genesis)
                                .export(this::read, List.of(), Optional.empty()))
                .isInstanceOf(BrokenEvidenceException.class)
                .hasMessageContaining("genesis");
    }

    private LedgerCheck.Report check() {
        return new LedgerCheck(newsroom.genesis)
                .export(this::read, List.of(4L, 256L, 300L), Optional.empty());
    }

    private Optional<byte[]> read(String path) {
        return Optional.ofNullable(files.get(path));
    }

    private void add(Entry.Event event) {
        byte[] nonce = Sha256.of(String.valueOf(entries.size()).getBytes()).bytes();
        entries.add(Entry.of(entries.size(), entries.getLast().leaf(), nonce, event));
    }

    private void rebundle(int n, byte[] bytes) {
        int tile = n / 256;
        List<byte[]> all =
                new ArrayList<>(
                        entries.subList(tile * 256, Math.min(300, tile * 256 + 256)).stream()
                                .map(Entry::bytes)
                                .toList());
        all.set(n % 256, bytes);
        files.put(new TileCoordinate(-1, tile, all.size()).path(), EntryBundle.encode(all));
    }
}
