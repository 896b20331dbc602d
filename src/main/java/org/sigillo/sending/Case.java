package org.sigillo.sending;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.Refusal;
import org.sigillo.bytes.Sha256;
import org.sigillo.custody.CaseEvent;
import org.sigillo.custody.Entry;
import org.sigillo.custody.Id;
import org.sigillo.sealing.Age;
import org.sigillo.sealing.Codename;
import org.sigillo.sealing.HybridIdentity;
import org.sigillo.sealing.HybridRecipient;

/// A source's case: begun where there is none, and its newest recipient traced before anything is sealed
/// to it (`docs/spec/drop-api.md` §3).
final class Case {
    private static final int ATTEMPTS = 4;

    private final Drop drop;
    private final Line line;
    private final Codename.Derived me;
    private final SecureRandom random;
    private Newsroom newsroom;

    /// The newest that was seen.
    private CaseFile.@Nullable Generation newest;

    /// What has arrived, as it was told last, by its number.
    private final SortedMap<Long, CaseFile.Arrived> known = new TreeMap<>();

    /// Generation 0's recipient, once an entry has named it.
    private @Nullable Sha256 opened;

    Case(Drop drop, Line line, Codename.Derived me, Newsroom newsroom, SecureRandom random) {
        this.drop = drop;
        this.line = line;
        this.me = me;
        this.newsroom = newsroom;
        this.random = random;
    }

    /// What the server says of it, with what has arrived as it was told before and what came since; nothing if there is none.
    Optional<CaseFile> read() throws IOException {
        return read(known.size() + 1);
    }

    /// The same, with what has arrived as it is now from this number on. Several threads may ask.
    synchronized Optional<CaseFile> read(long from) throws IOException {
        OptionalLong next = OptionalLong.of(from);
        @Nullable CaseFile file = null;
        while (next.isPresent()) {
            long first = next.getAsLong();
            Answer answer = drop.get(first == 1 ? "api/case" : "api/case?from=" + first);
            if (answer.isRefusedFor("no-case")) {
                return Optional.empty();
            }
            file = CaseFile.parse(answer.good().body());
            requireNotBefore(file.newest());
            file.arrived().forEach(it -> known.put(it.number(), it));
            next = file.next();
            if (next.isPresent() && next.getAsLong() <= first) {
                throw Answer.malformed("next");
            }
        }
        return Optional.ofNullable(file).map(it -> it.with(known.values()));
    }

    private void requireNotBefore(CaseFile.Generation now) {
        if (newest != null && !newest.isFollowedBy(now)) {
            throw new BrokenEvidenceException(
                    "the case's generation",
                    newest.number() + " or a newer one, as seen before",
                    now.number() + " to " + now.recipient().fingerprint());
        }
        newest = now;
    }

    /// Begins it with a fresh generation 0, granted to those who are to receive; the first one stays.
    CaseFile begin() throws IOException {
        for (int attempt = 1; ; attempt++) {
            Answer answer;
            try (HybridIdentity first = HybridIdentity.generate(random)) {
                answer = drop.ask("PUT", "api/case", beginning(first));
            }
            if (!answer.isRefusedFor("receivers") || attempt == ATTEMPTS) {
                CaseFile begun = CaseFile.parse(answer.good().body());
                // Another program may have begun it, and sent.
                return begun.arrived().isEmpty() ? begun : read(1).orElse(begun);
            }
            newsroom = newsroom.again(line);
        }
    }

    private Json.Obj beginning(HybridIdentity first) {
        byte[] identity = (first.revealText() + "\n").getBytes(StandardCharsets.US_ASCII);
        List<Json.Obj> grants = new ArrayList<>();
        try {
            for (Map.Entry<Id, HybridRecipient> it : newsroom.receivers().entrySet()) {
                grants.add(
                        Json.object()
                                .with("person", it.getKey().hex())
                                .with("grant", Base64.of(Age.seal(identity, it.getValue()))));
            }
        } finally {
            Arrays.fill(identity, (byte) 0);
        }
        return Json.object()
                .with("grants", Json.array(grants))
                .with("keepsake", me.keepsake(first.recipient()))
                .with("recipient", first.recipient().text())
                .with("source", me.source().recipient().text());
    }

    /// A generation's recipient, if it can be traced to somebody who may have made it.
    ///
    /// @throws BrokenEvidenceException if it cannot
    HybridRecipient traced(CaseFile file, CaseFile.Generation generation) throws IOException {
        if (generation.number() == 0) {
            requireFirst(file.id(), generation);
            return generation.recipient();
        }
        CaseFile.Made made =
                generation
                        .made()
                        .orElseThrow(() ->
                                new BrokenEvidenceException(
                                        "the case's generation " + generation.number(),
                                        "a reviewer's statement",
                                        "none"));
        if (!newsroom.counts(made.person())) {
            // May have been enrolled since.
            newsroom = newsroom.again(line);
        }
        newsroom.requireSigned(
                file.id(),
                made.person(),
                made.nonce(),
                made.statement(),
                generation.number(),
                generation.recipient());
        return generation.recipient();
    }

    private void requireFirst(Id caseId, CaseFile.Generation generation) throws IOException {
        HybridRecipient first = generation.recipient();
        Optional<Sha256> keepsake = generation.keepsake();
        if (keepsake.isPresent()) {
            Newsroom.same(
                    "the case's first recipient, by its keepsake",
                    me.keepsake(first).hex(),
                    keepsake.get().hex());
            return;
        }
        if (opened == null) {
            opened = recipientOfEntry(caseId);
        }
        Newsroom.same(
                "the case's first recipient, by its entry",
                opened.hex(),
                first.fingerprint().hex());
    }

    /// Of a case that was begun without a program.
    private Sha256 recipientOfEntry(Id caseId) throws IOException {
        Answer answer = drop.get("api/case/opened");
        if (answer.isRefusedFor("not-yet")) {
            throw new Refusal(
                    Refusal.Kind.CLOSED,
                    "not-yet",
                    "This case was begun on the pages without script, and its key can be checked only"
                            + " once its entry is published, within "
                            + newsroom.limits().beat() / 60
                            + " minutes or so. Come back then, or use the pages.");
        }
        String where = "the entry case.opened";
        Entry entry = Proof.parse(answer.good().body()).entryIn(newsroom.ledgers(), where);
        if (!(entry.event().fact() instanceof CaseEvent.Opened fact)) {
            throw new BrokenEvidenceException(where, "case.opened", entry.event().fact().type());
        }
        Newsroom.same(
                where + ", case",
                Entry.caseTag(entry.nonce(), caseId).hex(),
                entry.event().caseTag().map(Sha256::hex).orElse("none"));
        Newsroom.same(
                where + ", source",
                me.source().recipient().fingerprint().hex(),
                fact.source().hex());
        return fact.recipient();
    }

    Newsroom newsroom() {
        return newsroom;
    }
}
