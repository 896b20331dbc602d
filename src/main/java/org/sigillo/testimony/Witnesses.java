package org.sigillo.testimony;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.sigillo.bytes.Sha256;
import org.sigillo.note.Checkpoint;
import org.sigillo.note.Cosignature;
import org.sigillo.note.NoteException;
import org.sigillo.note.NoteVerifier;
import org.sigillo.note.SignedNote;
import org.sigillo.note.WitnessPolicy;

/// Asks a policy's witnesses to cosign a checkpoint (C2SP tlog-witness), one by itself or all at once, and believes
/// only what their keys signed.
///
/// A witness that has two keys stands in the policy twice with one address and is asked once. What a
/// witness has seen is remembered from one question to the next, in memory alone: a witness says it
/// itself when the memory is wrong.
public final class Witnesses implements AutoCloseable {
    /// Lines below the log's own; two replicas that ask at once may each have one of a witness, and a note has a hundred at most.
    private static final int MOST = 45;

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
    /// @param others how long the others are waited for once enough have answered, where all are asked
    /// @param pause before the second try; doubled before each later one
    public record Limits(
            Duration connect,
            Duration answer,
            Duration deadline,
            Duration others,
            Duration pause,
            int bytes) {
        public static final Limits USUAL =
                new Limits(
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(3),
                        Duration.ofMillis(250),
                        32 * 1024);
    }

    /// Where a proof comes from that a tree of `from` entries begins one of `to`; called from one
    /// thread at a time, with 0 < from < to.
    @FunctionalInterface
    public interface ConsistencyProver {
        List<Sha256> prove(long from, long to);
    }

    /// A witness whose history is not ours.
    ///
    /// @param witness its names in the policy
    /// @param size the size of its last checkpoint, where it said so
    /// @param signed that checkpoint, where the witness shows it and the log's own keys signed it:
    ///     then this is not just the witness's word
    public record Contradiction(
            List<String> witness, Optional<Long> size, Optional<String> signed) {}

    /// What came of asking.
    ///
    /// @param cosigned verified lines by the witness's name in the policy
    /// @param failures a word for each witness without one, by its name in the policy
    /// @param ahead witnesses that have seen a larger tree than ours: we have gone back in time
    /// @param disputed witnesses whose tree ours does not continue: there are two histories
    public record Outcome(
            Map<String, Cosignature> cosigned,
            Map<String, String> failures,
            List<Contradiction> ahead,
            List<Contradiction> disputed) {}

    /// Those of a policy, for one log.
    ///
    /// @param policy refused where one of its witnesses has a key or the name of the log, or there are more than a checkpoint has room
    ///     for
    public Witnesses(WitnessPolicy policy, List<NoteVerifier> logKeys, Limits limits) {
        this.policy = policy.forLog(logKeys);
        require(policy.witnesses(), logKeys);
        this.logKeys = List.copyOf(logKeys);
        this.limits = limits;
        this.client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(limits.connect())
                        .build();
        for (WitnessPolicy.Known witness : policy.witnesses()) {
            Optional<URI> address =
                    witness.url().flatMap(it -> Addresses.web(it.endsWith("/") ? it : it + "/"));
            if (address.isPresent()) {
                talks.computeIfAbsent(
                                address.get(), it -> new WitnessTalk(it, client, limits, logKeys))
                        .with(witness);
            } else {
                unasked.put(witness.name(), "no address");
            }
        }
    }

    private static void require(List<WitnessPolicy.Known> witnesses, List<NoteVerifier> logKeys) {
        if (witnesses.size() > MOST) {
            throw new NoteException(
                    "a ledger's policy has at most "
                            + MOST
                            + " witnesses, not "
                            + witnesses.size());
        }
        for (WitnessPolicy.Known witness : witnesses) {
            if (logKeys.stream().anyMatch(it -> it.name().equals(witness.key().name()))) {
                throw new NoteException(
                        "witness "
                                + witness.name()
                                + " has the log's name, by which the log's own lines are known");
            }
        }
    }

    /// The policy that [Outcome#cosigned] is measured by.
    public WitnessPolicy policy() {
        return policy;
    }

    /// Why those of the policy are never asked who are not, by their names.
    public Map<String, String> unasked() {
        return Map.copyOf(unasked);
    }

    /// Those who are asked, each address by itself.
    public List<One> each() {
        return talks.values().stream().map(One::new).toList();
    }

    /// Who answers at one address: a witness, by the names of all of its keys.
    public final class One {
        private final WitnessTalk talk;

        private One(WitnessTalk talk) {
            this.talk = talk;
        }

        public List<String> names() {
            return talk.names();
        }

        /// Returns when it has cosigned or will not, at the latest at the deadline.
        ///
        /// @param logSigned the note with at least the log's own lines; nothing else of it is sent
        public Outcome ask(Checkpoint checkpoint, String logSigned, ConsistencyProver prover) {
            return Witnesses.this.ask(List.of(talk), checkpoint, logSigned, prover, _ -> false);
        }
    }

    /// Asks everybody at once. Once enough have cosigned, the others are waited for only a moment longer.
    ///
    /// @param logSigned the note with at least the log's own lines; nothing else of it is sent
    /// @param enough whether these, by their names in the policy, are
    public Outcome ask(
            Checkpoint checkpoint,
            String logSigned,
            ConsistencyProver prover,
            Predicate<Set<String>> enough) {
        return ask(talks.values(), checkpoint, logSigned, prover, enough);
    }

    private Outcome ask(
            Collection<WitnessTalk> asked,
            Checkpoint checkpoint,
            String logSigned,
            ConsistencyProver prover,
            Predicate<Set<String>> enough) {
        SignedNote note = SignedNote.parse(logSigned).only(logKeys);
        if (!Checkpoint.parse(note.text()).equals(checkpoint)) {
            throw new NoteException("the note is of another checkpoint");
        }
        ConsistencyProver once = once(prover);
        End end = new End(limits.deadline());
        Set<String> answered = ConcurrentHashMap.newKeySet();
        if (enough.test(answered)) {
            end.within(limits.others());
        }
        List<Future<WitnessTalk.Result>> results = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            asked.forEach(talk ->
                    results.add(
                            threads.submit(() -> {
                                WitnessTalk.Result result = talk.hold(checkpoint, note, once, end);
                                answered.addAll(result.cosigned().keySet());
                                if (enough.test(answered)) {
                                    end.within(limits.others());
                                }
                                return result;
                            })));
        }
        Map<String, Cosignature> cosigned = new TreeMap<>();
        Map<String, String> failures = new TreeMap<>();
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

    /// When asking ends, which may become sooner.
    static final class End {
        private final AtomicLong nanos;
        private final CompletableFuture<Boolean> sooner = new CompletableFuture<>();

        End(Duration left) {
            nanos = new AtomicLong(System.nanoTime() + left.toNanos());
        }

        /// What is left until then.
        long left() {
            return nanos.get() - System.nanoTime();
        }

        void within(Duration left) {
            long end = System.nanoTime() + left.toNanos();
            nanos.accumulateAndGet(end, (now, then) -> now - then < 0 ? now : then);
            var _ = sooner.completeOnTimeout(true, left.toNanos(), TimeUnit.NANOSECONDS);
        }

        /// Gives up what is still awaited when it came sooner.
        void ends(Future<?> awaited) {
            var _ = sooner.thenRun(() -> awaited.cancel(true));
        }

        /// Waits so long, unless asking ends before.
        ///
        /// @return whether there is time left after it
        boolean pause(Duration pause) throws InterruptedException {
            if (left() <= pause.toNanos()) {
                return false;
            }
            try {
                return !sooner.get(pause.toNanos(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                return true;
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            }
        }
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
}
