package org.sigillo.testimony;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.sigillo.bytes.Base64;
import org.sigillo.bytes.Sha256;
import org.sigillo.note.Checkpoint;
import org.sigillo.note.Cosignature;
import org.sigillo.note.NoteException;
import org.sigillo.note.NoteVerifier;
import org.sigillo.note.SignedNote;
import org.sigillo.note.WitnessPolicy;

/// The talk with the witness at one address, and the size that it was last known to have seen.
final class WitnessTalk {
    /// A size may be another one with each try while somebody else asks too, but not for ever.
    private static final int MOST_CONFLICTS = 4;

    private final URI address;
    private final HttpClient client;
    private final Witnesses.Limits limits;
    private final List<NoteVerifier> logKeys;
    private final List<WitnessPolicy.Known> witnesses = new ArrayList<>();
    private volatile long seen;

    /// What one talk came to, for the witnesses of this address.
    record Result(
            Map<String, Cosignature> cosigned,
            Map<String, String> failures,
            Optional<Witnesses.Contradiction> ahead,
            Optional<Witnesses.Contradiction> disputed) {}

    private record Reply(int status, String body) {}

    WitnessTalk(
            URI address, HttpClient client, Witnesses.Limits limits, List<NoteVerifier> logKeys) {
        this.address = address;
        this.client = client;
        this.limits = limits;
        this.logKeys = logKeys;
    }

    void with(WitnessPolicy.Known witness) {
        witnesses.add(witness);
    }

    Result hold(
            Checkpoint checkpoint,
            SignedNote note,
            Witnesses.ConsistencyProver prover,
            Witnesses.End end)
            throws InterruptedException {
        // A size beyond ours is no place to begin a proof from: the witness will say it again.
        long old = seen > checkpoint.size() ? 0 : seen;
        Duration pause = limits.pause();
        String failure = "no time";
        for (int conflicts = 0; end.left() > 0; ) {
            try {
                Reply reply = ask(body(old, checkpoint, note, prover), end);
                Optional<Long> known = reply.status() == 409 ? size(reply) : Optional.empty();
                if (reply.status() == 200) {
                    seen = checkpoint.size();
                    return accepted(note, reply.body());
                }
                if (known.isPresent() && known.get() > checkpoint.size()) {
                    seen = known.get();
                    return ahead(known.get(), end);
                }
                if (known.isPresent() && known.get() != old && conflicts++ < MOST_CONFLICTS) {
                    old = known.get();
                    seen = old;
                    continue;
                }
                if (!passing(reply.status())) {
                    boolean same =
                            old == checkpoint.size() && (known.isEmpty() || known.get() == old);
                    return refused(reply.status(), same, old, end);
                }
                failure = reply.status() == 429 ? "busy" : "fault";
            } catch (HttpTimeoutException e) {
                failure = "slow";
            } catch (IOException e) {
                failure = "unreachable";
            }
            if (!end.pause(pause)) {
                break;
            }
            pause = pause.multipliedBy(2);
        }
        return failed(failure, Optional.empty(), Optional.empty());
    }

    private static boolean passing(int status) {
        return status == 429 || status >= 500;
    }

    /// @param same whether the witness was asked about a size that it has seen: then it conflicts about the root
    private Result refused(int status, boolean same, long old, Witnesses.End end)
            throws InterruptedException {
        return switch (status) {
            case 400 -> failed("malformed");
            // Older witnesses answer so for an unknown log, too.
            case 403 -> failed("refused");
            case 404 -> failed("unknown log");
            case 409 -> same ? disputed("conflict", old, end) : failed("conflict");
            case 422 -> disputed("inconsistent", old, end);
            default -> failed("answered " + status);
        };
    }

    private Result disputed(String word, long old, Witnesses.End end) throws InterruptedException {
        return failed(
                word,
                Optional.empty(),
                Optional.of(new Witnesses.Contradiction(names(), Optional.of(old), shown(end))));
    }

    private Result ahead(long size, Witnesses.End end) throws InterruptedException {
        return failed(
                "ahead",
                Optional.of(new Witnesses.Contradiction(names(), Optional.of(size), shown(end))),
                Optional.empty());
    }

    private Result accepted(SignedNote note, String lines) {
        Map<String, Cosignature> cosigned = new TreeMap<>();
        Map<String, String> failures = new TreeMap<>();
        for (WitnessPolicy.Known witness : witnesses) {
            try {
                SignedNote.parse(note.note() + lines).cosignatures(List.of(witness.key())).stream()
                        .filter(line -> line.time() > 0)
                        .findFirst()
                        .ifPresentOrElse(
                                line -> cosigned.put(witness.name(), line),
                                () -> failures.put(witness.name(), "no cosignature"));
            } catch (NoteException e) {
                failures.put(witness.name(), "bad cosignature");
            }
        }
        return new Result(cosigned, failures, Optional.empty(), Optional.empty());
    }

    private Result failed(String word) {
        return failed(word, Optional.empty(), Optional.empty());
    }

    private Result failed(
            String word,
            Optional<Witnesses.Contradiction> ahead,
            Optional<Witnesses.Contradiction> disputed) {
        Map<String, String> failures = new TreeMap<>();
        names().forEach(name -> failures.put(name, word));
        return new Result(Map.of(), failures, ahead, disputed);
    }

    List<String> names() {
        return witnesses.stream().map(WitnessPolicy.Known::name).toList();
    }

    private static String body(
            long old, Checkpoint checkpoint, SignedNote note, Witnesses.ConsistencyProver prover) {
        StringBuilder body = new StringBuilder("old ").append(old).append('\n');
        if (old > 0 && old < checkpoint.size()) {
            prover.prove(old, checkpoint.size())
                    .forEach(hash -> body.append(Base64.of(hash.bytes())).append('\n'));
        }
        return body.append('\n').append(note.note()).toString();
    }

    /// The size in a 409's body, whatever media type an older witness gives it.
    private static Optional<Long> size(Reply reply) {
        String text = reply.body().strip();
        return text.matches("0|[1-9][0-9]{0,17}")
                ? Optional.of(Long.parseLong(text))
                : Optional.empty();
    }

    private Reply ask(String body, Witnesses.End end) throws IOException, InterruptedException {
        return send(
                HttpRequest.newBuilder(address.resolve("add-checkpoint"))
                        .POST(HttpRequest.BodyPublishers.ofString(body)),
                end);
    }

    /// The witness's own copy of its last checkpoint, if it shows one that our log signed.
    private Optional<String> shown(Witnesses.End end) throws InterruptedException {
        try {
            String origin = logKeys.getFirst().name();
            String hash = Sha256.of(origin.getBytes(StandardCharsets.UTF_8)).hex();
            Reply reply = send(HttpRequest.newBuilder(address.resolve(hash + "/checkpoint")), end);
            if (reply.status() == 200) {
                Checkpoint.verified(reply.body(), origin, logKeys);
                return Optional.of(reply.body());
            }
        } catch (IOException | NoteException e) {
            // It is the witness's word then, and no more than that.
            return Optional.empty();
        }
        return Optional.empty();
    }

    /// Ends at the answer's time limit or the deadline even where an answer only trickles.
    private Reply send(HttpRequest.Builder request, Witnesses.End end)
            throws IOException, InterruptedException {
        long most = Math.min(limits.answer().toNanos(), end.left());
        CompletableFuture<HttpResponse<byte[]>> answer =
                client.sendAsync(
                        request.header("User-Agent", "sigillo").build(),
                        HttpResponse.BodyHandlers.limiting(
                                HttpResponse.BodyHandlers.ofByteArray(), limits.bytes()));
        end.ends(answer);
        try {
            HttpResponse<byte[]> response = answer.get(Math.max(1, most), TimeUnit.NANOSECONDS);
            return new Reply(
                    response.statusCode(), new String(response.body(), StandardCharsets.UTF_8));
        } catch (TimeoutException | CancellationException e) {
            answer.cancel(true);
            throw new HttpTimeoutException("no answer in time");
        } catch (ExecutionException e) {
            // What is given up may end in any way.
            throw end.left() > 0
                    ? new IOException("no answer", e.getCause())
                    : new HttpTimeoutException("no answer in time");
        }
    }
}
