package org.sigillo.docket;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.sigillo.bytes.CanonicalJson;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.CustodyEvent;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Genesis;
import org.sigillo.custody.Id;
import org.sigillo.custody.Role;
import org.sigillo.sealing.Age;
import org.sigillo.sealing.HybridIdentity;
import org.sigillo.sealing.HybridRecipient;
import org.sigillo.sealing.SealedBox;
import org.sigillo.stack.Hand;

/// What reviewers do in one case at programs of their own.
public record CaseActs(String caseId) {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final ObjectMapper JSON = new ObjectMapper();

    /// Those that this reviewer was granted, by their ids.
    public static Set<String> casesOf(Hand reviewer) throws Exception {
        Set<String> cases = new TreeSet<>();
        for (JsonNode line :
                JSON.readTree(reviewer.ask("GET", "desk", "/api/cases", "").body()).path("cases")) {
            cases.add(line.path("case").asText());
        }
        return cases;
    }

    /// The only one that is new since.
    public static CaseActs since(Set<String> before, Hand reviewer) throws Exception {
        Set<String> now = casesOf(reviewer);
        now.removeAll(before);
        if (now.size() != 1) {
            throw new AssertionError(now.size() + " new cases");
        }
        return new CaseActs(now.iterator().next());
    }

    JsonNode view(Hand hand) throws Exception {
        return JSON.readTree(hand.ask("GET", "desk", "/api/cases/" + caseId, "").body());
    }

    public HttpResponse<String> generation(
            Hand maker, long number, List<Hand> readers, Optional<Sha256> lie) throws Exception {
        try (HybridIdentity identity = HybridIdentity.generate(RANDOM)) {
            List<Json.Obj> grants = new ArrayList<>();
            for (Hand reader : readers) {
                grants.add(given(maker, reader, number, identity.revealText()));
            }
            String recipient = identity.recipient().text();
            Json.Obj body =
                    Json.object()
                            .with("generation", number)
                            .with("recipient", lie.orElse(Genesis.recipientHash(recipient)));
            Json.Obj request =
                    aboutCase(maker, "case.generation", body)
                            .with("generation", number)
                            .with("recipient", recipient)
                            .with(
                                    "grants",
                                    Json.array(
                                            grants.stream()
                                                    .map(it -> it.without("generation"))
                                                    .toList()));
            return maker.ask(
                    "POST", "desk", "/api/cases/" + caseId + "/generation", Hand.text(request));
        }
    }

    Json.Obj given(Hand giver, Hand reader, long generation, String line) throws Exception {
        CustodyEvent.Founder to = reader.me();
        String recipient = giver.genesis().recipient(to.person()).orElseThrow();
        byte[] sealed =
                Age.seal(
                        (line + "\n").getBytes(StandardCharsets.US_ASCII),
                        HybridRecipient.parse(recipient));
        Json.Obj body =
                Json.object()
                        .with("person", to.person().hex())
                        .with("generation", generation)
                        .with("grant", Sha256.of(sealed));
        return aboutCase(giver, "grant.given", body)
                .with("person", to.person().hex())
                .with("generation", generation)
                .with("grant", Base64.getEncoder().encodeToString(sealed));
    }

    Json.Obj aboutCase(Hand signer, String kind, Json.Obj body) throws Exception {
        byte[] nonce = new byte[32];
        RANDOM.nextBytes(nonce);
        return aboutCase(signer, kind, body, nonce);
    }

    Json.Obj aboutCase(Hand signer, String kind, Json.Obj body, byte[] nonce) throws Exception {
        return signer.signed(
                new Hand.Said(
                        kind,
                        Entry.caseTag(nonce, Id.parse(caseId)).hex(),
                        Sha256.of(CanonicalJson.encode(body)),
                        Optional.empty(),
                        Optional.of(Role.REVIEWER),
                        0),
                nonce);
    }

    /// Answers the source, as `docs/spec/envelope.md` §13 says.
    public HttpResponse<String> reply(Hand writer, String text) throws Exception {
        JsonNode view = view(writer);
        JsonNode newest = view.path("generations").get(view.path("generations").size() - 1);
        Id reply = Id.random(RANDOM);
        Json.Obj words =
                Json.object()
                        .with("v", 1)
                        .with("kind", "reply")
                        .with("origin", writer.genesis().opened().origin())
                        .with("case", caseId)
                        .with("reply", reply.hex())
                        .with("generation", newest.path("generation").asLong())
                        .with("writer", writer.me().person().hex())
                        .with("text", text);
        byte[] box =
                SealedBox.sealPadded(
                        CanonicalJson.encode(words),
                        HybridRecipient.parse(view.path("source").asText()),
                        HybridRecipient.parse(newest.path("recipient").asText()));
        return send(writer, reply, newest.path("generation").asLong(), box);
    }

    HttpResponse<String> send(Hand writer, Id reply, long generation, byte[] box) throws Exception {
        byte[] nonce = new byte[32];
        RANDOM.nextBytes(nonce);
        Json.Obj body =
                Json.object()
                        .with("reply", Entry.replyTag(nonce, reply))
                        .with("generation", generation)
                        .with("box", Sha256.of(box));
        Json.Obj request =
                aboutCase(writer, "reply.sent", body, nonce)
                        .with("reply", reply.hex())
                        .with("generation", generation)
                        .with("box", Base64.getEncoder().encodeToString(box));
        return writer.ask("POST", "desk", "/api/cases/" + caseId + "/replies", Hand.text(request));
    }
}
