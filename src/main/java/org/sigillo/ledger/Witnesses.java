package org.sigillo.ledger;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;
import org.sigillo.bytes.Sha256;
import org.sigillo.note.Checkpoint;
import org.sigillo.note.Cosignature;
import org.sigillo.note.NoteException;
import org.sigillo.note.NoteVerifier;
import org.sigillo.note.SignedNote;
import org.sigillo.note.WitnessPolicy;

/// Asks a policy's witnesses to cosign a checkpoint (C2SP tlog-witness), all at once, and believes
/// only what their keys signed.
///
/// A witness that has two keys stands in the policy twice with one address and is asked once. What a
/// witness has seen is remembered from one question to the next, in memory alone: a witness says it
/// itself when the memory is wrong.
final class Witnesses implements AutoCloseable {
    private final WitnessPolicy policy;
    private final List<NoteVerifier> logKeys;
    private final Limits limits;
    private final HttpClient client;
    private final Map<URI, WitnessTalk> talks = new LinkedHashMap<>();
    private final Map<String, String> unasked = new TreeMap<>();

    /// How long a question may take and how much may be answered.
    ///
    /// @param answer until one request's whole answer is there
    /// @param deadline until the last of all tries has ended
    /// @param pause before the second try; doubled before each later one
    record Limits(Duration connect, Duration answer, Duration deadline, Duration pause, int bytes) {
        static final Limits USUAL =
                new Limits(
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(30),
                        Duration.ofMillis(250),
                        32 * 1024);
    }

    /// Where a proof comes from that a tree of `from` entries begins one of `to`; called from one
    /// thread at a time, with 0 < from < to.
    @FunctionalInterface
    interface ConsistencyProver {
        List<Sha256> prove(long from, long to);
    }

    /// Is told of each cosignature as soon as it is there, by the witness's name in the policy; called by
    /// several threads.
    @FunctionalInterface
    interface Told {
        void cosigned(String witness, Cosignature line);
    }

    /// A witness whose history is not ours.
    ///
    /// @param witness its names in the policy
    /// @param size the size of its last checkpoint, where it said so
    /// @param signed that checkpoint, where the witness shows it and the log's own keys signed it:
    ///     then this is not just the witness's word
    record Contradiction(List<String> witness, Optional<Long> size, Optional<String> signed) {}

    /// @param cosigned verified lines by the witness's name in the policy
    /// @param failures a word for each witness without one, by its name in the policy
    /// @param ahead witnesses that have seen a larger tree than ours: we have gone back in time
    /// @param disputed witnesses whose tree ours does not continue: there are two histories
    record Outcome(
            Map<String, Cosignature> cosigned,
            Map<String, String> failures,
            List<Contradiction> ahead,
            List<Contradiction> disputed) {}

    /// @param policy refused where one of its witnesses has a key of the log
    Witnesses(WitnessPolicy policy, List<NoteVerifier> logKeys, Limits limits) {
        this.policy = policy.forLog(logKeys);
        this.logKeys = List.copyOf(logKeys);
        this.limits = limits;
        this.client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(limits.connect())
                        .build();
        for (WitnessPolicy.Known witness : policy.witnesses()) {
            Optional<URI> address = witness.url().flatMap(Witnesses::address);
            if (address.isPresent()) {
                talks.computeIfAbsent(
                                address.get(), it -> new WitnessTalk(it, client, limits, logKeys))
                        .with(witness);
            } else {
                unasked.put(witness.name(), "no address");
            }
        }
    }

    /// The policy that [Outcome#cosigned] is measured by.
    WitnessPolicy policy() {
        return policy;
    }

    /// Returns when each witness has cosigned or will not, at the latest at the deadline.
    ///
    /// @param logSigned the note with at least the log's own lines; nothing else of it is sent
    /// @param told of each line while others are still asked: a slow witness holds up nobody's
    Outcome ask(Checkpoint checkpoint, String logSigned, ConsistencyProver prover, Told told) {
        SignedNote note = SignedNote.parse(logSigned).only(logKeys);
        if (!Checkpoint.parse(note.text()).equals(checkpoint)) {
            throw new NoteException("the note is of another checkpoint");
        }
        ConsistencyProver once = once(prover);
        long end = System.nanoTime() + limits.deadline().toNanos();
        List<Future<WitnessTalk.Result>> results = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            talks.values()
                    .forEach(talk ->
                            results.add(
                                    threads.submit(() -> {
                                        WitnessTalk.Result result =
                                                talk.hold(checkpoint, note, once, end);
                                        result.cosigned().forEach(told::cosigned);
                                        return result;
                                    })));
        }
        Map<String, Cosignature> cosigned = new TreeMap<>();
        Map<String, String> failures = new TreeMap<>(unasked);
        List<Contradiction> ahead = new ArrayList<>();
        List<Contradiction> disputed = new ArrayList<>();
        for (Future<WitnessTalk.Result> future : results) {
            WitnessTalk.Result result = result(future);
            cosigned.putAll(result.cosigned());
            failures.putAll(result.failures());
            result.ahead().ifPresent(ahead::add);
            result.disputed().ifPresent(disputed::add);
        }
        return new Outcome(cosigned, failures, ahead, disputed);
    }

    @Override
    public void close() {
        client.close();
    }

    /// What a prover throws is ours to hear of, not a witness's failure.
    private static WitnessTalk.Result result(Future<WitnessTalk.Result> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException ours) {
                throw ours;
            }
            throw new IllegalStateException("asking a witness", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while witnesses were asked", e);
        }
    }

    /// Witnesses that have seen the same size are shown the same proof.
    private static ConsistencyProver once(ConsistencyProver prover) {
        Map<Long, List<Sha256>> proofs = new HashMap<>();
        ReentrantLock lock = new ReentrantLock();
        return (from, to) -> {
            lock.lock();
            try {
                return proofs.computeIfAbsent(from, it -> prover.prove(it, to));
            } finally {
                lock.unlock();
            }
        };
    }

    private static Optional<URI> address(String url) {
        try {
            URI uri = URI.create(url.endsWith("/") ? url : url + "/");
            boolean web = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
            return web && uri.getHost() != null ? Optional.of(uri) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
