package org.sigillo.custody;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Sha256;
import org.sigillo.merkle.MerkleHash;

/// Whoever has the log's keys signs what they like: tree, tiles and signatures are right, and an entry in
/// the middle is not what it must be. 600 entries, so that there are groups before and behind.
class ForgedLedgerTest {
    private static final int SIZE = 600;
    private static final int FORGED = 300;
    private static final Set<Long> SIZES = Set.of(1L, 200L, 256L, 257L, 512L, 599L);

    private final Newsroom newsroom = new Newsroom();

    @Test
    void an_honest_one_holds_at_every_checkpoint() {
        LedgerCheck.Report report = check(entries(UnaryOperator.identity()));
        assertThat(report.size()).isEqualTo(SIZE);
        assertThat(report.checkpoints()).isEqualTo(SIZES.size() + 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"n\":300|\"n\":301",
                "\"n\":300|\"n\":0300",
                "\"n\":300|\"n\": 300",
                "\"v\":1|\"v\":2",
                "\"v\":1}|\"v\":1} ",
                "\"v\":1}|\"v\":1,\"w\":1}",
                "\"prev\":\"|\"prev\":\"0",
                "\"at\":\"2026-11-24\"|\"at\":\"2026-11-31\"",
                "\"at\":\"2026-11-24\"|\"at\":\"24.11.2026\"",
                "\"actor\":\"source\"|\"actor\":\"nobody\"",
                "\"type\":\"case.opened\"|\"type\":\"case.closed\"",
                "\"type\":\"case.opened\"|\"type\":\"case.exported\"",
                "\"type\":\"case.opened\"|\"type\":\"intake.filler\"",
                "\"source\":\"|\"source\":\"g",
                "{\"event\"|{\"Event\"",
                "{\"event\":{\"actor\"|{\"event\":{ \"actor\"",
                "\"case\":\"|\"kase\":\"",
            })
    void an_entry_that_is_malformed_is_named(String change) {
        String from = change.substring(0, change.indexOf('|'));
        String to = change.substring(change.indexOf('|') + 1);
        found(text -> {
            assertThat(text).contains(from);
            return text.replace(from, to);
        });
    }

    @Test
    void a_chain_that_leads_past_an_entry_is_named() {
        found(text -> text.replaceFirst("\"prev\":\"[0-9a-f]{8}", "\"prev\":\"00000000"));
    }

    @Test
    void a_checkpoint_of_another_history_in_the_middle_is_named() {
        for (long size : SIZES) {
            Map<String, byte[]> files = files(entries(UnaryOperator.identity()));
            Map<String, byte[]> others =
                    LedgerFiles.around(
                            newsroom, entries(text -> text.replace("24", "23"), 0), SIZES);
            files.put("checkpoints/" + size, others.get("checkpoints/" + size));
            if (size > 1) {
                assertThatThrownBy(() -> check(files))
                        .isInstanceOf(BrokenEvidenceException.class)
                        .hasMessageContaining("root at size " + size);
            }
        }
    }

    private void found(UnaryOperator<String> forge) {
        assertThatThrownBy(() -> check(entries(forge)))
                .isInstanceOf(BrokenEvidenceException.class)
                .hasMessageContaining("entry " + FORGED);
    }

    private LedgerCheck.Report check(List<byte[]> entries) {
        return check(files(entries));
    }

    private LedgerCheck.Report check(Map<String, byte[]> files) {
        List<Long> sizes = new ArrayList<>(SIZES);
        sizes.add((long) SIZE);
        return new LedgerCheck(newsroom.genesis)
                .export(path -> Optional.ofNullable(files.get(path)), sizes, Optional.empty());
    }

    private Map<String, byte[]> files(List<byte[]> entries) {
        return LedgerFiles.around(newsroom, entries, SIZES);
    }

    private List<byte[]> entries(UnaryOperator<String> forge) {
        return entries(forge, FORGED);
    }

    /// The chain goes on from the forged entry, or from the one after the genesis.
    private List<byte[]> entries(UnaryOperator<String> forge, int forged) {
        List<byte[]> entries = new ArrayList<>(List.of(newsroom.genesis.entry().bytes()));
        while (entries.size() < SIZE) {
            int n = entries.size();
            byte[] nonce = Sha256.of(String.valueOf(n).getBytes(StandardCharsets.UTF_8)).bytes();
            byte[] bytes =
                    Entry.of(
                                    n,
                                    MerkleHash.leaf(entries.getLast()),
                                    nonce,
                                    new Entry.Event(
                                            "2026-11-24",
                                            Optional.of(Sha256.of(nonce)),
                                            Optional.of("source"),
                                            new CaseEvent.Opened(Sha256.of(), Sha256.of(nonce))))
                            .bytes();
            boolean change = forged == n || forged == 0;
            entries.add(
                    change
                            ? forge.apply(new String(bytes, StandardCharsets.UTF_8))
                                    .getBytes(StandardCharsets.UTF_8)
                            : bytes);
        }
        return entries;
    }
}
