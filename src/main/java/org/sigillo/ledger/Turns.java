package org.sigillo.ledger;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.MalformedException;
import org.sigillo.custody.Genesis;
import org.sigillo.custody.Rules;
import org.sigillo.merkle.ProofException;
import org.sigillo.note.NoteException;

/// What one turn of the ledger is: number what waits, sign where a beat was filled, tell those who wait.
/// Turned by one thread; the rules are read by all.
final class Turns {
    /// Between two checkpoints of rules without beats.
    private static final Duration SIGNING_PAUSE = Duration.ofMillis(100);

    /// With fewer events than this, a turn's own cost does not matter yet.
    private static final int LITTLE = 8;

    /// With what should take seconds.
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Alarm alarm;
    private final Sequencer sequencer;
    private final Publication publication;
    private final Waiters waiters;
    private final InstantSource clock;
    private volatile Rules rules;
    private boolean signDue;
    private Instant lastSigned = Instant.EPOCH;
    private volatile Instant begun = Instant.EPOCH;

    /// The last turn that came through, and since when a signature is due that vault or witnesses hold up.
    private volatile Instant turned = Instant.EPOCH;

    private volatile Instant unsigned = Instant.MAX;

    Turns(
            Genesis genesis,
            Alarm alarm,
            Sequencer sequencer,
            Publication publication,
            Waiters waiters,
            InstantSource clock) {
        this.alarm = alarm;
        this.sequencer = sequencer;
        this.publication = publication;
        this.waiters = waiters;
        this.clock = clock;
        this.rules = genesis.opened().rules();
    }

    Rules rules() {
        return rules;
    }

    /// Before the first turn: the genesis must be published, and a beat that a crash left unsigned.
    void begin() {
        follow();
        signDue = true;
        begun = clock.instant();
        turned = begun;
    }

    /// Where this replica leads: whether no turn has come through, or what is due could not be signed, for two minutes.
    boolean held() {
        Instant before = clock.instant().minus(PATIENCE);
        return turned.isBefore(before) || unsigned.isBefore(before);
    }

    /// Whether more than a beat and a minute have gone by since the last one was filled, or since
    /// this program began, or are still to go by until it.
    boolean overdue(Optional<NoteRows.Filled> lastBeat) {
        long beat = rules.beat();
        long filled = lastBeat.map(NoteRows.Filled::beat).orElse(0L);
        Instant last = Instant.ofEpochSecond(Math.max(filled, begun.getEpochSecond()));
        // One that is still to come was filled by a clock that was ahead: until then none is.
        return beat > 0
                && Duration.between(last, clock.instant()).abs().toSeconds() > 2 * beat + 60;
    }

    /// What a replica does that does not number: it knows the rules all the same.
    void follow() {
        alarm.listen();
        turned = clock.instant();
        unsigned = Instant.MAX;
        if (alarm.broken().isEmpty()) {
            rules = sequencer.rules();
            sequencer.alarm().ifPresent(alarm::heed);
        }
    }

    /// What came of a turn.
    enum Did {
        /// Another replica was at it: what was called for is still to be done.
        NOTHING,
        /// There may be more to do at once.
        SOME,
        /// All there was to do, and it was little.
        LITTLE,
        ALL
    }

    /// What came of an attempt to sign.
    enum Signing {
        SIGNED,
        /// There is nothing that is not signed.
        NOTHING_DUE,
        /// Somebody else is at it, or has been: it is still to be done.
        NOT_NOW
    }

    /// One turn.
    Did turn(Sequencer.Call call) {
        try {
            alarm.listen();
            if (alarm.broken().isPresent()) {
                return Did.ALL;
            }
            Sequencer.Turn turn = sequencer.number(call);
            if (turn.alarm().isPresent()) {
                alarm.heed(turn.alarm().get());
                return Did.ALL;
            }
            if (turn.rules().isEmpty()) {
                return Did.NOTHING;
            }
            turned = clock.instant();
            if (turn.tookOver()) {
                publication.doubt();
                // The one before may have filled a beat and not signed it.
                signDue = true;
            }
            turn.rules().ifPresent(now -> rules = now);
            // Who waits for an index does not wait for a signature.
            waiters.tell(turn.entered());
            sign(call);
            if (turn.more()) {
                return Did.SOME;
            }
            return turn.entered().size() < LITTLE ? Did.LITTLE : Did.ALL;
        } catch (BrokenEvidenceException e) {
            alarm.raise(e);
        } catch (MalformedException | NoteException | ProofException e) {
            alarm.raise(
                    new BrokenEvidenceException(
                            "a row of the ledger", "well formed", String.valueOf(e.getMessage())));
        }
        return Did.ALL;
    }

    private void sign(Sequencer.Call call) {
        Instant now = clock.instant();
        signDue |= !(call instanceof Sequencer.NoBeat);
        boolean atOnce = rules.beat() == 0 && !now.isBefore(lastSigned.plus(SIGNING_PAUSE));
        if (!signDue && !atOnce) {
            return;
        }
        if (unsigned.equals(Instant.MAX)) {
            unsigned = now;
        }
        if (!publication.compared()) {
            return;
        }
        Signing came = sequencer.sign(rules);
        if (came == Signing.SIGNED) {
            publication.signed();
            waiters.signed();
        }
        if (came != Signing.NOT_NOW) {
            lastSigned = now;
            signDue = false;
            unsigned = Instant.MAX;
        }
    }
}
