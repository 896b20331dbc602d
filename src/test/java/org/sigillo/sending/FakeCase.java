package org.sigillo.sending;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.Hex;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.CaseEvent;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Id;
import org.sigillo.sealing.Age;
import org.sigillo.sealing.HybridIdentity;
import org.sigillo.sealing.HybridRecipient;

/// What one source has at a newsroom, in memory, and the newsroom's ledger, which takes it in when it is told to.
final class FakeCase {
    private final SecureRandom random = new SecureRandom();
    private TestNewsroom newsroom;

    @Nullable Beginning begun;
    Json.@Nullable Obj generation;
    final Map<String, Exhibit> exhibits = new LinkedHashMap<>();

    final List<Json.Obj> replies = new ArrayList<>();
    final List<Json.Obj> wishes = new ArrayList<>();
    final Set<String> forgotten = new HashSet<>();
    final List<String> seen = new CopyOnWriteArrayList<>();
    final Map<String, Long> indices = new ConcurrentHashMap<>();

    /// What stands in a ledger that was closed since.
    private final Map<String, TestNewsroom> closed = new ConcurrentHashMap<>();

    record Beginning(Id id, Json.Obj request) {}

    record Segment(Path file, Sha256 digest, Sha256 mark) {}

    static final class Exhibit {
        final Json.Obj begun;
        final Map<Integer, Segment> segments = new TreeMap<>();
        int number;
        Json.@Nullable Obj finished;

        Exhibit(Json.Obj begun) {
            this.begun = begun;
        }
    }

    FakeCase(TestNewsroom newsroom) {
        this.newsroom = newsroom;
    }

    TestNewsroom newsroom() {
        return newsroom;
    }

    /// Whether it was not begun before.
    boolean begin(Json.Obj request) {
        boolean first = begun == null;
        if (first) {
            begun = new Beginning(Id.random(random), request);
        }
        return first;
    }

    /// The generation that a new exhibit goes to.
    long newest() {
        return generation == null ? 0 : generation.number("generation");
    }

    Json.Obj view() {
        Beginning it = Objects.requireNonNull(begun);
        List<Json.Obj> finished = new ArrayList<>();
        List<Json.Obj> unfinished = new ArrayList<>();
        exhibits.forEach((id, exhibit) -> {
            Json.Obj end = exhibit.finished;
            if (end == null) {
                unfinished.add(
                        exhibit.begun.with(
                                "segments",
                                Json.array(
                                        exhibit.segments.entrySet().stream()
                                                .map(e -> segment(e.getKey(), e.getValue()))
                                                .toList())));
                return;
            }
            Json.Obj one =
                    Json.object()
                            .with("exhibit", id)
                            .with("number", exhibit.number)
                            .with("day", "2026-11-24")
                            .with("generation", exhibit.begun.number("generation"))
                            .with("content", end.text("content"));
            if (!forgotten.contains(id)) {
                one = one.with("stub", end.text("stub"));
            }
            Long index = indices.get(id);
            finished.add(index == null ? one : one.with("index", index));
        });
        Json.Obj to =
                generation != null
                        ? generation
                        : Json.object()
                                .with("generation", 0)
                                .with("recipient", it.request().text("recipient"))
                                .with("keepsake", it.request().text("keepsake"));
        return Json.object()
                .with("case", it.id().hex())
                .with("origin", newsroom.origin)
                .with("origins", Json.texts(newsroom.genesis.opened().origins()))
                .with("generation", to)
                .with("exhibits", Json.array(finished))
                .with("unfinished", Json.array(unfinished))
                .with("replies", Json.array(replies))
                .with("wishes", Json.array(wishes));
    }

    private static Json.Obj segment(int number, Segment it) {
        return Json.object()
                .with("number", number)
                .with("sha256", it.digest())
                .with("mark", it.mark());
    }

    /// The ledger is closed, and another goes on.
    ///
    /// @param size entries that witnesses have seen
    synchronized void goOn(int size) {
        indices.keySet().forEach(it -> closed.putIfAbsent(it, newsroom));
        newsroom = newsroom.goingOn(size);
    }

    /// Of what was done, once that is an entry.
    Optional<Json.Obj> proof(String of) {
        return Optional.ofNullable(indices.get(of))
                .map(index -> closed.getOrDefault(of, newsroom).proven(index));
    }

    /// What has happened becomes entries.
    synchronized void beat() {
        Beginning it = Objects.requireNonNull(begun);
        indices.computeIfAbsent(
                "opened",
                key ->
                        entered(
                                new CaseEvent.Opened(
                                        HybridRecipient.parse(it.request().text("recipient"))
                                                .fingerprint(),
                                        HybridRecipient.parse(it.request().text("source"))
                                                .fingerprint()),
                                it.id()));
        exhibits.forEach((id, exhibit) -> {
            Json.Obj end = exhibit.finished;
            if (end != null && !indices.containsKey(id)) {
                List<Sha256> digests =
                        exhibit.segments.values().stream().map(Segment::digest).toList();
                byte[] nonce = nonce();
                indices.put(
                        id,
                        newsroom.append(
                                nonce,
                                event(
                                        nonce,
                                        it.id(),
                                        new CaseEvent.ExhibitSealed(
                                                Entry.exhibitTag(nonce, Id.parse(id)),
                                                exhibit.begun.number("generation"),
                                                Sha256.parse(end.text("content")),
                                                Entry.root(digests),
                                                exhibit.begun.number("size"),
                                                digests.size(),
                                                Sha256.of(Base64.parse(end.text("label")))))));
            }
        });
    }

    private long entered(CaseEvent fact, Id caseId) {
        byte[] nonce = nonce();
        return newsroom.append(nonce, event(nonce, caseId, fact));
    }

    private byte[] nonce() {
        byte[] nonce = new byte[32];
        random.nextBytes(nonce);
        return nonce;
    }

    private static Entry.Event event(byte[] nonce, Id caseId, CaseEvent fact) {
        return new Entry.Event(
                "2026-11-24",
                Optional.of(Entry.caseTag(nonce, caseId)),
                Optional.of(Entry.Event.SOURCE),
                fact);
    }

    /// A reviewer makes the next generation.
    synchronized HybridIdentity nextGeneration(TestNewsroom.Person by) {
        HybridIdentity made = HybridIdentity.generate(random);
        long number = newest() + 1;
        generation = newsroom.generation(by, Objects.requireNonNull(begun).id(), number, made);
        return made;
    }

    /// Generation 0's identity, as a reviewer opens it from the grant.
    HybridIdentity granted(TestNewsroom.Person person) {
        for (Json value : Objects.requireNonNull(begun).request().array("grants")) {
            Json.Obj grant = (Json.Obj) value;
            if (grant.text("person").equals(person.id().hex())) {
                return HybridIdentity.parse(
                        new String(
                                        Age.open(
                                                Base64.parse(grant.text("grant")),
                                                person.identity()),
                                        StandardCharsets.US_ASCII)
                                .strip());
            }
        }
        throw new AssertionError("nothing is granted to " + Hex.of(person.id().bytes()));
    }
}
