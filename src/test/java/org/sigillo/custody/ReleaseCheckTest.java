package org.sigillo.custody;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.CanonicalJson;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.Sha256;
import org.sigillo.merkle.CompactRange;
import org.sigillo.merkle.Proofs;
import org.sigillo.note.Checkpoint;
import org.sigillo.note.SignedNote;

/// A release that rosa proposed, elena and the later enrolled nina approved, and elena released.
class ReleaseCheckTest {
    private static final Id RELEASE = Id.parse("ab".repeat(16));
    private static final byte[] LETTER = "a letter".getBytes(StandardCharsets.UTF_8);

    private final Newsroom newsroom = new Newsroom();
    private final Actor nina = Actor.of(80);
    private final List<Entry> entries = new ArrayList<>(List.of(newsroom.genesis.entry()));
    private final Manifest manifest = manifest();
    private final Map<String, ReleaseCheck.Payload> payload =
            Map.of(
                    "data/items/0001/letter 100%.txt",
                    new ReleaseCheck.Payload(LETTER.length, Sha256.of(LETTER)),
                    "data/items/0002/empty",
                    new ReleaseCheck.Payload(0, Sha256.of()));

    @Test
    void a_whole_package_holds_and_says_who_decided() {
        Map<String, byte[]> texts = released(nina, newsroom.elena);
        ReleaseCheck.Report report = check(texts);
        assertThat(report.manifest().title()).isEqualTo("A title");
        assertThat(report.proposer()).isEqualTo(newsroom.rosa.id);
        assertThat(report.approvers()).containsExactly(nina.id, newsroom.elena.id);
        assertThat(report.packageDigest())
                .isEqualTo(Sha256.of(texts.get("tagmanifest-sha256.txt")));
        assertThat(new String(texts.get("bag-info.txt"), StandardCharsets.UTF_8))
                .contains("Payload-Oxum: 8.2\n", "Bagging-Date: 2026-11-24\n");
        assertThat(new String(texts.get("manifest-sha256.txt"), StandardCharsets.UTF_8))
                .contains("  data/items/0001/letter 100%25.txt\n");
    }

    @Test
    void it_names_nobody_who_had_no_part() {
        String proof =
                new String(
                        released(nina, newsroom.elena).get("release.json"), StandardCharsets.UTF_8);
        List<Id> people =
                ReleaseProof.parse(proof.getBytes(StandardCharsets.UTF_8)).entries().stream()
                        .skip(1)
                        .flatMap(it -> it.entry().event().person().stream())
                        .distinct()
                        .toList();
        // Remy confirmed nina; emile confirmed another newcomer, who did nothing here.
        assertThat(people).contains(newsroom.remy.id).doesNotContain(newsroom.emile.id);
    }

    @Test
    void a_flipped_byte_in_any_file_is_found() {
        Map<String, byte[]> texts = released(nina, newsroom.elena);
        for (String name : texts.keySet()) {
            byte[] whole = texts.get(name);
            int step = Math.max(1, whole.length / 61);
            for (int at = 0; at < whole.length; at += step) {
                byte[] flipped = whole.clone();
                flipped[at] ^= 1;
                Map<String, byte[]> altered = new HashMap<>(texts);
                altered.put(name, flipped);
                assertThatThrownBy(() -> check(altered))
                        .as("%s at %d", name, at)
                        .isInstanceOf(BrokenEvidenceException.class);
            }
        }
    }

    @Test
    void a_missing_or_added_file_is_found() {
        Map<String, byte[]> texts = released(nina, newsroom.elena);
        for (String name : texts.keySet()) {
            Map<String, byte[]> fewer = new HashMap<>(texts);
            fewer.remove(name);
            assertThatThrownBy(() -> check(fewer))
                    .as(name)
                    .isInstanceOf(BrokenEvidenceException.class);
        }
        Map<String, byte[]> more = new HashMap<>(texts);
        more.put("READ-ME-FIRST.txt", new byte[1]);
        assertThatThrownBy(() -> check(more)).hasMessageContaining("READ-ME-FIRST");
    }

    @Test
    void another_item_is_found() {
        Map<String, byte[]> texts = released(nina, newsroom.elena);
        Map<String, ReleaseCheck.Payload> other = new HashMap<>(payload);
        other.put("data/items/0002/empty", new ReleaseCheck.Payload(1, Sha256.of(new byte[1])));
        assertThatThrownBy(() -> new ReleaseCheck(texts, other).against(newsroom.genesis.hash()))
                .hasMessageContaining("0002/empty");
        other.remove("data/items/0002/empty");
        assertThatThrownBy(() -> new ReleaseCheck(texts, other).against(newsroom.genesis.hash()))
                .hasMessageContaining("nothing");
        other.putAll(payload);
        other.put("data/items/0003/more", new ReleaseCheck.Payload(0, Sha256.of()));
        assertThatThrownBy(() -> new ReleaseCheck(texts, other).against(newsroom.genesis.hash()))
                .hasMessageContaining("below data/");
    }

    @Test
    void another_genesis_is_refused() {
        Map<String, byte[]> texts = released(nina, newsroom.elena);
        assertThatThrownBy(() -> new ReleaseCheck(texts, payload).against(Sha256.of()))
                .hasMessageContaining("genesis hash");
    }

    @Test
    void an_approval_of_the_proposer_does_not_count() {
        assertThatThrownBy(() -> check(released(newsroom.rosa, newsroom.elena)))
                .isInstanceOf(BrokenEvidenceException.class);
    }

    @Test
    void one_approval_twice_does_not_count() {
        assertThatThrownBy(() -> check(released(newsroom.elena, newsroom.elena)))
                .isInstanceOf(BrokenEvidenceException.class);
    }

    @Test
    void an_approval_by_somebody_who_was_not_confirmed_does_not_count() {
        assertThatThrownBy(() -> check(released(Actor.of(81), newsroom.elena)))
                .isInstanceOf(BrokenEvidenceException.class);
    }

    private ReleaseCheck.Report check(Map<String, byte[]> texts) {
        return new ReleaseCheck(texts, payload).against(newsroom.genesis.hash());
    }

    private Map<String, byte[]> released(Actor first, Actor second) {
        enrol(nina, newsroom.rosa, newsroom.remy);
        enrol(Actor.of(82), newsroom.elena, newsroom.emile);
        Sha256 digest = manifest.digest();
        add(
                newsroom.rosa,
                new ReleaseEvent.Proposed(
                        RELEASE,
                        1,
                        digest,
                        2,
                        Sha256.of(),
                        3,
                        Sha256.of(),
                        Map.of(),
                        newsroom.decision(
                                newsroom.rosa,
                                "release.proposed",
                                RELEASE,
                                digest,
                                Optional.empty())));
        for (Actor editor : List.of(first, second)) {
            add(
                    editor,
                    new ReleaseEvent.ApprovalGiven(
                            RELEASE,
                            1,
                            digest,
                            newsroom.decision(
                                    editor,
                                    "release.vote",
                                    RELEASE,
                                    digest,
                                    Optional.of("approve"))));
        }
        addByServer(new ReleaseEvent.Approved(RELEASE, 1, digest));
        addByServer(new ReleaseEvent.Ready(RELEASE, 1, digest));
        int ready = entries.size();
        List<Entry> needed = ReleaseProof.needed(RELEASE, entries);
        ReleaseProof proof =
                new ReleaseProof(
                        RELEASE,
                        digest,
                        note(ready),
                        needed.stream()
                                .map(it -> new ProvenEntry(it, inclusion(it, ready)))
                                .toList());
        ReleasePackage made = ReleasePackage.of(manifest, proof);
        addByServer(new ReleaseEvent.PackageSealed(RELEASE, 1, digest, made.digest()));
        add(
                newsroom.elena,
                new ReleaseEvent.Released(
                        RELEASE,
                        1,
                        digest,
                        made.digest(),
                        newsroom.decision(
                                newsroom.elena,
                                "release.released",
                                RELEASE,
                                digest,
                                Optional.empty())));
        enrol(Actor.of(83), newsroom.elena, newsroom.emile);
        int size = entries.size();
        SortedMap<String, byte[]> texts = made.tags();
        texts.putAll(
                ReleasePackage.lastProofs(
                        proven(ready, size),
                        proven(ready + 1, size),
                        note(size),
                        ready,
                        Proofs.consistency(ready, size, this::nodes)));
        return texts;
    }

    private void enrol(Actor person, Actor... by) {
        add(newsroom.enrol(person));
        for (Actor signer : by) {
            add(newsroom.confirm(signer, person));
            add(newsroom.give(signer, person, Role.EDITOR));
        }
    }

    private ProvenEntry proven(int index, int size) {
        return new ProvenEntry(entries.get(index), inclusion(entries.get(index), size));
    }

    private List<Sha256> inclusion(Entry entry, int size) {
        return Proofs.inclusion(entry.n(), size, this::nodes);
    }

    /// Fewer than 256 entries have no level above the leaves.
    private Sha256 nodes(int level, long index) {
        assertThat(level).isZero();
        return entries.get(Math.toIntExact(index)).leaf();
    }

    private String note(int size) {
        CompactRange range = CompactRange.empty();
        entries.subList(0, size).forEach(it -> range.append(it.leaf()));
        return SignedNote.sign(
                new Checkpoint(Newsroom.ORIGIN, size, range.root()).text(), newsroom.logKeys);
    }

    private void add(Actor actor, ReleaseEvent fact) {
        add(Newsroom.by(actor, fact));
    }

    private void addByServer(ReleaseEvent fact) {
        add(new Entry.Event(Newsroom.AT, Optional.empty(), Optional.of(Entry.Event.SERVER), fact));
    }

    private void add(Entry.Event event) {
        byte[] nonce = Sha256.of(String.valueOf(entries.size()).getBytes()).bytes();
        entries.add(Entry.of(entries.size(), entries.getLast().leaf(), nonce, event));
    }

    private static Manifest manifest() {
        return Manifest.parse(
                CanonicalJson.encode(
                        Json.object()
                                .with("v", 1)
                                .with("release", RELEASE.hex())
                                .with("title", "A title")
                                .with("reason", "A reason")
                                .with("jurisdictions", Json.texts(List.of("FR")))
                                .with("random", "cd".repeat(32))
                                .with(
                                        "items",
                                        Json.array(
                                                List.of(
                                                        item("letter 100%.txt", LETTER),
                                                        item("empty", new byte[0]))))));
    }

    private static Json.Obj item(String name, byte[] bytes) {
        return Json.object()
                .with("name", name)
                .with("size", bytes.length)
                .with("sha256", Sha256.of(bytes));
    }
}
