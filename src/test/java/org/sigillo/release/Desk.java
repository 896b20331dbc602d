package org.sigillo.release;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sigillo.bytes.CanonicalJson;
import org.sigillo.bytes.Hex;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.CustodyEvent;
import org.sigillo.custody.Id;
import org.sigillo.custody.Manifest;
import org.sigillo.custody.Role;
import org.sigillo.sealing.Age;
import org.sigillo.sealing.HybridIdentity;
import org.sigillo.sealing.HybridRecipient;
import org.sigillo.sealing.SegmentSealer;
import org.sigillo.stack.Hand;
import org.sigillo.stack.Stack;

/// The newsroom's people at programs of their own, and what they do with releases.
public final class Desk implements AutoCloseable {
    static final SecureRandom RANDOM = new SecureRandom();

    private final Stack stack;
    private final Map<String, Hand> hands = new LinkedHashMap<>();

    public Desk(Stack stack) {
        this.stack = stack;
    }

    Hand hand(String name) throws IOException, InterruptedException {
        Hand known = hands.get(name);
        if (known == null) {
            known = new Hand(stack, name);
            known.link();
            hands.put(name, known);
        }
        return known;
    }

    /// A proposal as its proposer's machine holds it.
    public static final class Proposal {
        public final Id release;
        final HybridIdentity key = HybridIdentity.generate(RANDOM);
        final List<byte[]> segments = new ArrayList<>();
        final Manifest manifest;

        Proposal(Map<String, byte[]> items) throws IOException {
            this(items, items);
        }

        /// @param sealed what is sealed in place of the items that the manifest names
        Proposal(Map<String, byte[]> items, Map<String, byte[]> sealed) throws IOException {
            release = Id.random(RANDOM);
            byte[] random = new byte[32];
            RANDOM.nextBytes(random);
            List<Json.Obj> lines = new ArrayList<>();
            items.forEach((name, bytes) ->
                    lines.add(
                            Json.object()
                                    .with("name", name)
                                    .with("size", bytes.length)
                                    .with("sha256", Sha256.of(bytes))));
            manifest =
                    Manifest.parse(
                            CanonicalJson.encode(
                                    Json.object()
                                            .with("v", 1)
                                            .with("release", release.hex())
                                            .with("title", "Title of " + release)
                                            .with("reason", "Because it matters.")
                                            .with("jurisdictions", Json.texts(List.of("FR")))
                                            .with("random", Hex.of(random))
                                            .with("items", Json.array(lines))));
            seal(manifest.bytes());
            for (byte[] item : sealed.values()) {
                seal(item);
            }
        }

        private void seal(byte[] content) throws IOException {
            try (SegmentSealer sealer =
                    new SegmentSealer(
                            key.recipient(),
                            number ->
                                    new SegmentSealer.Segment() {
                                        private final java.io.ByteArrayOutputStream out =
                                                new java.io.ByteArrayOutputStream();

                                        @Override
                                        public void write(byte[] bytes, int offset, int length) {
                                            out.write(bytes, offset, length);
                                        }

                                        @Override
                                        public Sha256 commit() {
                                            segments.add(out.toByteArray());
                                            return Sha256.of(out.toByteArray());
                                        }

                                        @Override
                                        public void abort() {
                                            out.reset();
                                        }
                                    })) {
                sealer.write(content);
                sealer.finish();
            }
        }
    }

    HttpResponse<String> draft(String who, Proposal proposal) throws Exception {
        return hand(who)
                .ask(
                        "POST",
                        "desk",
                        "/api/releases",
                        Hand.text(Json.object().with("release", proposal.release.hex())));
    }

    HttpResponse<byte[]> put(String who, Proposal proposal, int number, byte[] segment)
            throws Exception {
        return put(who, proposal, number, segment, digest(segment));
    }

    HttpResponse<byte[]> put(
            String who, Proposal proposal, int number, byte[] segment, String digest)
            throws Exception {
        return hand(who)
                .octets(
                        "PUT",
                        "desk",
                        "/api/releases/" + proposal.release + "/segments/" + number,
                        segment,
                        "Content-Digest",
                        digest);
    }

    static String digest(byte[] segment) {
        return "sha-256=:" + Base64.getEncoder().encodeToString(Sha256.of(segment).bytes()) + ":";
    }

    HttpResponse<String> propose(String who, Proposal proposal) throws Exception {
        return propose(who, proposal, readers(who));
    }

    HttpResponse<String> propose(String who, Proposal proposal, List<CustodyEvent.Founder> readers)
            throws Exception {
        byte[] line = (proposal.key.revealText() + "\n").getBytes(StandardCharsets.US_ASCII);
        List<Json.Obj> grants = new ArrayList<>();
        for (CustodyEvent.Founder reader : readers) {
            String recipient = hand(who).genesis().recipient(reader.person()).orElseThrow();
            grants.add(
                    Json.object()
                            .with("person", reader.person().hex())
                            .with(
                                    "grant",
                                    Base64.getEncoder()
                                            .encodeToString(
                                                    Age.seal(
                                                            line,
                                                            HybridRecipient.parse(recipient)))));
        }
        Json.Obj request =
                decision(who, "release.proposed", proposal, Optional.empty())
                        .with("manifest", proposal.manifest.digest())
                        .with("items", proposal.manifest.items().size())
                        .with("recipient", proposal.key.recipient().text())
                        .with(
                                "segments",
                                Json.texts(
                                        proposal.segments.stream()
                                                .map(it -> Sha256.of(it).hex())
                                                .toList()))
                        .with("grants", Json.array(grants));
        return post(who, proposal, "propose", request);
    }

    /// Whom a proposal must be granted to.
    List<CustodyEvent.Founder> readers(String proposer) throws Exception {
        CustodyEvent.Founder me = hand(proposer).me();
        return hand(proposer).genesis().opened().people().stream()
                .filter(it ->
                        it.roles().contains(Role.EDITOR)
                                || it.roles().contains(Role.COUNSEL)
                                || it.person().equals(me.person()))
                .toList();
    }

    /// Draft, segments and proposal in one.
    Proposal proposed(String who, Map<String, byte[]> items) throws Exception {
        return proposed(who, new Proposal(items));
    }

    Proposal proposed(String who, Proposal proposal) throws Exception {
        assertThat(draft(who, proposal).statusCode()).isEqualTo(201);
        for (int i = 0; i < proposal.segments.size(); i++) {
            assertThat(put(who, proposal, i, proposal.segments.get(i)).statusCode()).isEqualTo(201);
        }
        HttpResponse<String> answer = propose(who, proposal);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return proposal;
    }

    /// Proposed by rosa, approved by elena and emile.
    public Proposal ready(Map<String, byte[]> items) throws Exception {
        return approved(proposed("rosa", items));
    }

    Proposal approved(Proposal proposal) throws Exception {
        for (String editor : List.of("elena", "emile")) {
            HttpResponse<String> answer = vote(editor, proposal);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        }
        return proposal;
    }

    HttpResponse<String> vote(String who, Proposal proposal) throws Exception {
        return vote(who, proposal, decision(who, "release.vote", proposal, Optional.of("approve")));
    }

    HttpResponse<String> vote(String who, Proposal proposal, Json.Obj signed) throws Exception {
        return post(who, proposal, "votes", signed.with("decision", "approve"));
    }

    public HttpResponse<String> publish(String who, Proposal proposal) throws Exception {
        return publish(who, proposal, proposal.key.revealText());
    }

    HttpResponse<String> publish(String who, Proposal proposal, String key) throws Exception {
        return post(
                who,
                proposal,
                "publish",
                decision(who, "release.released", proposal, Optional.empty())
                        .with("readingKey", key));
    }

    Json.Obj decision(String who, String kind, Proposal proposal, Optional<String> decision)
            throws Exception {
        return decision(who, kind, proposal.release, proposal.manifest.digest(), decision);
    }

    Json.Obj decision(
            String who, String kind, Id release, Sha256 manifest, Optional<String> decision)
            throws Exception {
        return hand(who)
                .signed(
                        new Hand.Said(
                                kind,
                                release.hex(),
                                manifest,
                                decision,
                                Optional.of(hand(who).me().roles().getFirst()),
                                0));
    }

    private HttpResponse<String> post(String who, Proposal proposal, String what, Json.Obj body)
            throws Exception {
        return hand(who)
                .ask(
                        "POST",
                        "desk",
                        "/api/releases/" + proposal.release + "/" + what,
                        Hand.text(body));
    }

    HttpResponse<String> get(String who, String path) throws Exception {
        return hand(who).ask("GET", "desk", path, "");
    }

    String state(Proposal proposal) throws Exception {
        return get("rosa", "/api/releases/" + proposal.release).body();
    }

    /// Waits until the public sees it.
    public void untilShown(Proposal proposal) throws Exception {
        for (int i = 0; i < 300; i++) {
            if (get("rosa", "/api/releases/" + proposal.release + "/progress")
                    .body()
                    .contains("\"page\":\"http")) {
                return;
            }
            Thread.sleep(100);
        }
        throw new AssertionError("the release was not shown");
    }

    @Override
    public void close() {
        hands.values().forEach(Hand::close);
    }
}
