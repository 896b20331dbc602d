package org.sigillo.testimony;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/// What came of asking about the last checkpoint, witnesses and authorities alike. Told and read by many threads.
public final class Heard {
    private static final Logger LOG = Logger.getLogger(Heard.class);

    private final InstantSource clock;
    private final Map<String, String> words = new ConcurrentHashMap<>();
    private final Map<String, Instant> uncosigned = new ConcurrentHashMap<>();
    private final Map<String, Instant> unstamped = new ConcurrentHashMap<>();
    private volatile Optional<Instant> unwitnessed = Optional.empty();
    private volatile Optional<String> awaited = Optional.empty();

    public Heard(InstantSource clock) {
        this.clock = clock;
    }

    public Answers answers() {
        return new Answers(words, unwitnessed, uncosigned, unstamped, awaited);
    }

    /// Of witnesses that nobody can ask.
    public void unasked(Map<String, String> why) {
        words.putAll(why);
    }

    public void of(Witnesses.Outcome outcome) {
        outcome.failures()
                .forEach((witness, why) -> {
                    words.put(witness, why);
                    uncosigned.putIfAbsent(witness, clock.instant());
                });
        cosigned(outcome.cosigned().keySet());
    }

    /// They could not even be asked.
    public void fault(Collection<String> witnesses) {
        for (String witness : witnesses) {
            words.put(witness, "fault");
            uncosigned.putIfAbsent(witness, clock.instant());
        }
    }

    /// Their lines are there, whoever asked for them.
    public void cosigned(Collection<String> witnesses) {
        for (String witness : witnesses) {
            words.put(witness, "cosigned");
            uncosigned.remove(witness);
        }
    }

    /// Of the policy.
    ///
    /// @param reached whether the last checkpoint has its quorum, or a quorum answered when all were asked
    public synchronized void quorum(boolean reached) {
        unwitnessed =
                reached ? Optional.empty() : unwitnessed.or(() -> Optional.of(clock.instant()));
    }

    /// The next signature waits for what somebody knows of the last one.
    ///
    /// @param whom "the vault"
    public void awaits(String whom) {
        if (!awaited.equals(Optional.of(whom))) {
            LOG.infof("nothing is signed until %s has answered", whom);
            awaited = Optional.of(whom);
        }
    }

    /// It waits for nobody.
    public void answered() {
        awaited = Optional.empty();
    }

    public void stamped(String authority) {
        words.put(authority, "stamped");
        unstamped.remove(authority);
    }

    public void unstamped(String authority, String why) {
        words.put(authority, why);
        unstamped.putIfAbsent(authority, clock.instant());
    }
}
