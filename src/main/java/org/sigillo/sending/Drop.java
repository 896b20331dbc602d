package org.sigillo.sending;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import okhttp3.RequestBody;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Json;
import org.sigillo.sealing.Age;
import org.sigillo.sealing.Codename;
import org.sigillo.sealing.SealBrokenException;
import org.sigillo.waiting.Work;

/// One source's session, which is proven again whenever it has ended (`docs/spec/drop-api.md` §1).
/// Thread safe.
final class Drop {
    private static final int PROOFS = 4;

    /// What a token may look like. Stubs, answers and receipts are sealed to the same identity: a server
    /// that sent one of them as its challenge would otherwise be read it.
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9_.~+/=-]{1,2048}");

    private static final int LARGEST_CHALLENGE = 1 << 14;

    /// Bits of work, some seconds.
    private static final int MOST_WORK = 24;

    private final Line line;
    private final Codename.Derived me;
    private final boolean fresh;
    private volatile int proven;

    /// @param fresh whether the codename was made just now: only then may a case begin
    Drop(Line line, Codename.Derived me, boolean fresh) {
        this.line = line;
        this.me = me;
        this.fresh = fresh;
    }

    Answer get(String path) throws IOException {
        return withSession(() -> line.ask("GET", path, Optional.empty()));
    }

    Answer ask(String method, String path, Json.Obj body) throws IOException {
        return withSession(() -> line.ask(method, path, Optional.of(body)));
    }

    Answer ask(String method, String path) throws IOException {
        return withSession(() -> line.ask(method, path, Optional.empty()));
    }

    Answer put(String path, RequestBody body, Map<String, String> headers) throws IOException {
        return withSession(() -> line.put(path, body, headers));
    }

    /// Until another program of this source may be further.
    void meanwhile(int look) throws IOException {
        line.meanwhile(look);
    }

    /// Ends the session, if that can be had at once.
    void leave() {
        if (proven > 0) {
            line.tell("DELETE", "api/session");
        }
    }

    @FunctionalInterface
    private interface Request {
        Answer send() throws IOException;
    }

    private Answer withSession(Request request) throws IOException {
        for (int attempt = 1; ; attempt++) {
            int known = proven;
            if (known > 0) {
                Answer answer = request.send();
                if (answer.status() != 401 || attempt > PROOFS) {
                    return answer;
                }
            }
            prove(known);
        }
    }

    private synchronized void prove(int known) throws IOException {
        if (proven != known) {
            // Another thread has.
            return;
        }
        Json.Obj claim =
                Json.object()
                        .with("begin", new Json.Bool(fresh))
                        .with("locator", me.locator())
                        .with("recipient", me.source().recipient().text());
        String place = "";
        for (int attempt = 1; ; ) {
            Json.Obj challenge = line.ask("POST", "api/session", Optional.of(claim)).good().body();
            Json.Obj proof = proof(challenge, place);
            Answer answer = line.ask("POST", "api/session/proof", Optional.of(proof));
            if (answer.isGood()) {
                proven++;
                return;
            }
            if (answer.isInLine()) {
                place = answer.body().text("place");
                line.rest(answer);
            } else if (++attempt > PROOFS) {
                throw answer.refusal();
            }
        }
    }

    private Json.Obj proof(Json.Obj challenge, String place) {
        String token = token(challenge.text("challenge"));
        long bits = challenge.has("work") ? challenge.number("work") : 0;
        if (bits < 0 || bits > MOST_WORK) {
            throw Answer.malformed("work that anybody would do");
        }
        return Json.object()
                .with("place", place)
                .with("token", token)
                .with("work", bits == 0 ? 0 : Work.find(token, Math.toIntExact(bits)));
    }

    private String token(String challenge) {
        byte[] sealed = Base64.parse(challenge);
        String token;
        try {
            if (sealed.length > LARGEST_CHALLENGE) {
                throw Answer.malformed("challenge");
            }
            token = new String(Age.open(sealed, me.source()), StandardCharsets.US_ASCII);
        } catch (SealBrokenException e) {
            throw new BrokenEvidenceException(
                    "the session's challenge", "sealed to this codename", "something else");
        }
        if (!TOKEN.matcher(token).matches()) {
            throw new BrokenEvidenceException(
                    "the session's challenge", "a token", "something that must not be read out");
        }
        return token;
    }
}
