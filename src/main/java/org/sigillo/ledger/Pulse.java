package org.sigillo.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.sigillo.custody.Rules;

/// The thread that turns the sequencer where this replica leads: at once when woken, on the beat, and
/// every quarter of a second in case another replica queued something. Sleeps in between.
final class Pulse {
    private static final Logger LOG = Logger.getLogger(Pulse.class);
    private static final Duration POLL = Duration.ofMillis(250);

    /// Between two turns, so that under load each takes many events: three times as long as the last one took, within bounds;
    /// where that did little, the least, so that nobody waits for company that does not come.
    private static final Duration LEAST_REST = Duration.ofMillis(8);

    private static final Duration MOST_REST = Duration.ofMillis(32);

    private final Turns turns;
    private final Leadership leadership;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition woken = lock.newCondition();
    private volatile boolean leads;
    private boolean following;
    // All under the lock.
    private boolean work;
    private boolean extraBeat;
    private boolean stopped;
    private @Nullable Thread thread;

    Pulse(Turns turns, Leadership leadership, InstantSource clock) {
        this.turns = turns;
        this.leadership = leadership;
        this.clock = clock;
    }

    void start() {
        leadership.start();
        thread = Thread.ofPlatform().name("ledger-pulse").start(this::run);
    }

    void stop() {
        signal(() -> stopped = true);
        Thread running = thread;
        if (running != null) {
            try {
                running.join(Duration.ofSeconds(10));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    void wake() {
        signal(() -> work = true);
    }

    /// Whether this replica numbered when it last looked.
    boolean leads() {
        return leads;
    }

    void callBeat() {
        signal(() -> extraBeat = true);
    }

    /// Beats fall on multiples of their length since the epoch, so that replicas agree.
    static Instant next(Instant now, Rules rules) {
        long length = Math.max(1, rules.beat());
        return Instant.ofEpochSecond((now.getEpochSecond() / length + 1) * length);
    }

    private void signal(Runnable change) {
        lock.lock();
        try {
            change.run();
            woken.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// What a turn is to do, or nothing once stopped.
    private Sequencer.@Nullable Call await(Instant beat) throws InterruptedException {
        lock.lock();
        try {
            long end = System.nanoTime() + POLL.toNanos();
            while (!stopped && !work && !extraBeat && clock.instant().isBefore(beat)) {
                long left = Duration.between(clock.instant(), beat).toNanos();
                long nanos = Math.min(left, end - System.nanoTime());
                if (nanos <= 0) {
                    break;
                }
                woken.awaitNanos(nanos);
            }
            if (stopped) {
                return null;
            }
            work = false;
            Instant now = clock.instant();
            if (!now.isBefore(beat)) {
                return new Sequencer.OnBeat(now);
            }
            if (extraBeat) {
                extraBeat = false;
                return new Sequencer.ExtraBeat(now);
            }
            return new Sequencer.NoBeat();
        } finally {
            lock.unlock();
        }
    }

    /// Until it is stopped: whatever fails, a full heap in any line included, it goes on. Nobody else could.
    private void run() {
        try (leadership) {
            boolean over = false;
            while (!over) {
                try {
                    turnUntilStopped();
                    over = true;
                } catch (RuntimeException | Error e) {
                    failed(e);
                    Thread.sleep(POLL);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void failed(Throwable why) {
        try {
            LOG.warnf("the sequencer will try again: %s", why);
        } catch (RuntimeException | Error e) {
            // There is no room to say so.
        }
    }

    private void turnUntilStopped() throws InterruptedException {
        Instant beat = next(clock.instant(), turns.rules());
        while (true) {
            Sequencer.Call call = await(beat);
            if (call == null) {
                return;
            }
            long begun = System.nanoTime();
            Turns.Did did = turn(call);
            boolean done = did != Turns.Did.NOTHING;
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            Instant next = next(clock.instant(), turns.rules());
            // Sooner than was thought if the rules have changed.
            if (next.isBefore(beat) || (call instanceof Sequencer.OnBeat && done)) {
                beat = next;
            }
            if (call instanceof Sequencer.ExtraBeat && !done) {
                callBeat();
            }
            Thread.sleep(done ? rest(did, took) : POLL);
        }
    }

    private static Duration rest(Turns.Did did, Duration took) {
        Duration rest = did == Turns.Did.LITTLE ? LEAST_REST : took.multipliedBy(3);
        return rest.compareTo(LEAST_REST) < 0
                ? LEAST_REST
                : rest.compareTo(MOST_REST) > 0 ? MOST_REST : rest;
    }

    private Turns.Did turn(Sequencer.Call call) {
        boolean followed = following;
        try {
            leads = leadership.mine();
            following = !leads;
            if (!leads) {
                // The leader keeps the beat; what this replica queued is in the database.
                turns.follow();
                if (call instanceof Sequencer.ExtraBeat) {
                    leadership.call();
                }
                return Turns.Did.ALL;
            }
            if (leadership.called()) {
                callBeat();
            }
            // The one before may have gone near a beat: it is filled now if nobody has.
            boolean left = followed && call instanceof Sequencer.NoBeat;
            Turns.Did did = turns.turn(left ? new Sequencer.OnBeat(clock.instant()) : call);
            if (did == Turns.Did.SOME) {
                wake();
            }
            if (did == Turns.Did.NOTHING) {
                following = followed;
            }
            return did;
        } catch (SQLException | RuntimeException | Error e) {
            // The database may be away for an hour. What a turn that takes over has to fill is
            // still to be filled.
            following = followed;
            failed(e);
            return Turns.Did.NOTHING;
        }
    }

    /// Which replica numbers, as long as it lives: it holds a lock on a connection of its own, which the
    /// database gives up when the process dies or sleeps. That keeps epochs rare; that there is one
    /// history does not depend on it, but on the lock and the epoch in every batch's transaction.
    static final class Leadership implements AutoCloseable {
        private static final long LEADER = 0x7369_6769_6c6c_6f03L;
        private static final Duration PING = Duration.ofSeconds(1);

        /// How long a turn may take before another replica is to take over.
        private static final Duration TURN = Duration.ofMinutes(2);

        private final DataSource database;
        private @Nullable Connection held;
        private boolean called;
        private boolean closed;

        /// By a clock that nobody sets: set back, another would keep a leader from pinging and a follower from taking over.
        private long nextLook = System.nanoTime();

        Leadership(DataSource database) {
            this.database = database;
        }

        /// Keeps what is held while a turn takes long: the database gives up the lock of a session that says nothing for some seconds,
        /// and two replicas that read the same long tail in turn would never come to its end.
        void start() {
            Thread.ofVirtual().name("ledger-leadership").start(this::stay);
        }

        private void stay() {
            try {
                while (inLongTurn()) {
                    Thread.sleep(PING);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        /// @return whether to go on
        private synchronized boolean inLongTurn() {
            long since = System.nanoTime() - nextLook;
            if (held != null && since > 0 && since < TURN.toNanos()) {
                try {
                    called |= ping(held);
                } catch (SQLException | RuntimeException | Error e) {
                    // The turn's own look finds out.
                }
            }
            return !closed;
        }

        /// Whether this replica leads now; looks again at most once a second.
        synchronized boolean mine() {
            long now = System.nanoTime();
            if (now - nextLook < 0) {
                return held != null;
            }
            nextLook = now + PING.toNanos();
            try {
                if (held == null) {
                    held = tryToLead();
                } else {
                    called |= ping(held);
                }
            } catch (SQLException e) {
                release();
            }
            return held != null;
        }

        private @Nullable Connection tryToLead() throws SQLException {
            Connection connection = database.getConnection();
            boolean leads = false;
            try (Statement settings = connection.createStatement()) {
                // A leader that does not ping for so long is taken for dead.
                settings.execute("SET idle_session_timeout = '5s'");
                try (PreparedStatement q =
                        connection.prepareStatement("SELECT pg_try_advisory_lock(?)")) {
                    q.setLong(1, LEADER);
                    try (ResultSet r = q.executeQuery()) {
                        leads = r.next() && r.getBoolean(1);
                    }
                }
                if (!leads) {
                    settings.execute("SET idle_session_timeout = 0");
                }
                return leads ? connection : null;
            } finally {
                if (!leads) {
                    connection.close();
                }
            }
        }

        /// Asks whoever leads for an extra beat. Asking twice before it is heard is asking once.
        void call() throws SQLException {
            try (Connection connection = database.getConnection();
                    Statement s = connection.createStatement()) {
                s.execute("INSERT INTO beat_call DEFAULT VALUES ON CONFLICT DO NOTHING");
            }
        }

        /// Whether another replica has asked since this was asked last.
        synchronized boolean called() {
            boolean since = called;
            called = false;
            return since;
        }

        /// @return whether another replica has asked for a beat
        private static boolean ping(Connection connection) throws SQLException {
            try (Statement s = connection.createStatement()) {
                return s.executeUpdate("DELETE FROM beat_call") > 0;
            }
        }

        @Override
        public synchronized void close() {
            closed = true;
            release();
        }

        private void release() {
            Connection connection = held;
            held = null;
            if (connection == null) {
                return;
            }
            try (connection;
                    Statement s = connection.createStatement()) {
                s.execute("SELECT pg_advisory_unlock_all()");
                s.execute("SET idle_session_timeout = 0");
            } catch (SQLException e) {
                // The connection is gone, and the lock with it.
            }
        }
    }
}
