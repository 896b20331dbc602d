package org.sigillo.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jboss.logging.Logger;
import org.sigillo.bytes.BrokenEvidenceException;
import org.sigillo.bytes.Json;
import org.sigillo.bytes.Sha256;

/// Whether evidence is known to be broken, by this replica or by another: then nothing is written, until
/// a start has found everything as it should be, and every witness who has contradicted agrees again. Raised and heeded by many
/// threads, one at a time.
final class Alarm {
    private static final Logger LOG = Logger.getLogger(Alarm.class);

    private final DataSource database;
    private final RowSeal seal;
    private final Consumer<Runnable> afterCommit;
    private volatile Optional<BrokenEvidenceException> broken = Optional.empty();

    /// Whether it ends with a witness's agreement.
    private volatile boolean ofWitness;

    /// Whether it is only known from a row: then it is over with that.
    private volatile boolean heard;

    /// Witnesses of whose contradiction the others were told.
    private final Set<String> contradicting = ConcurrentHashMap.newKeySet();

    /// What the others could not be told so far.
    private final Queue<Row> untold = new ConcurrentLinkedQueue<>();

    /// @param afterCommit runs something outside the caller's transaction, which may be rolled back
    Alarm(DataSource database, RowSeal seal, Consumer<Runnable> afterCommit) {
        this.database = database;
        this.seal = seal;
        this.afterCommit = afterCommit;
    }

    /// A row of `ledger_alarm`.
    ///
    /// @param witness by its name in the policy, where the finding is that it contradicts
    /// @param id drawn by whoever writes it
    /// @param ends none for an alarm; else the id of the one that is over
    record Row(long id, String finding, Optional<String> witness, OptionalLong ends, Sha256 seal) {}

    /// The alarms that nothing has ended.
    ///
    /// @throws BrokenEvidenceException if somebody else has put a row there
    static List<Row> standing(Rows rows, RowSeal seal) throws SQLException {
        List<Row> standing = new ArrayList<>();
        Set<Long> over = new HashSet<>();
        for (Row row : rows.alarms()) {
            RowSeal.same("alarm " + row.id() + ", seal", seal.of(row), row.seal());
            row.ends().ifPresentOrElse(over::add, () -> standing.add(row));
        }
        standing.removeIf(it -> over.contains(it.id()));
        return standing;
    }

    /// What one sequencer knows of the rows: they are read again when there are more or fewer.
    static final class Watch {
        private final RowSeal seal;
        private long known = -1;
        private Optional<String> finding = Optional.empty();

        Watch(RowSeal seal) {
            this.seal = seal;
        }

        /// The first alarm that stands.
        ///
        /// @param count how many rows there are now
        Optional<String> standing(Rows rows, long count) throws SQLException {
            if (count != known) {
                finding = Alarm.standing(rows, seal).stream().map(Row::finding).findFirst();
                known = count;
            }
            return finding;
        }
    }

    Optional<BrokenEvidenceException> broken() {
        return broken;
    }

    /// @throws BrokenEvidenceException once something is known to be broken
    void refuse() {
        if (broken.isPresent()) {
            BrokenEvidenceException e = broken.get();
            throw new BrokenEvidenceException(e.where(), e.expected(), e.found());
        }
    }

    /// Takes note of what somebody found, and tells the other replicas. The first finding stays.
    synchronized void raise(BrokenEvidenceException found) {
        if (broken.isEmpty() || ofWitness || heard) {
            LOG.errorf("Evidence is broken: %s. Nothing more is written.", found.getMessage());
            broken = Optional.of(found);
            ofWitness = false;
            heard = false;
            afterCommit.accept(() -> tell(found, Optional.empty()));
        }
    }

    /// Takes note of what witnesses contradict.
    synchronized void raise(BrokenEvidenceException found, Collection<String> witnesses) {
        if (broken.isEmpty()) {
            LOG.errorf("A witness contradicts: %s. Nothing more is written.", found.getMessage());
            broken = Optional.of(found);
            ofWitness = true;
        }
        // Each has to agree again, whoever was the first.
        witnesses.stream()
                .filter(contradicting::add)
                .forEach(witness -> tell(found, Optional.of(witness)));
    }

    /// Takes note of what another replica found.
    synchronized void heed(String finding) {
        if (broken.isEmpty()) {
            broken = Optional.of(heeded(finding));
            LOG.errorf(
                    "Evidence is broken, as another found: %s. Nothing more is written.", finding);
            heard = true;
        }
    }

    /// Tells the others what they could not be told so far. What was only heard of, or what only a witness contradicted, is over once
    /// no row says so any more: whichever replica it was that found the witness to agree again.
    synchronized void listen() {
        for (int left = untold.size(); left > 0; left--) {
            tell(untold.remove());
        }
        if (!heard && !ofWitness || !untold.isEmpty()) {
            return;
        }
        try (Connection connection = database.getConnection()) {
            List<Row> standing = standing(new Rows(connection), seal);
            // Whoever raised them may be gone: this replica asks those witnesses, too, and no
            // others.
            List<String> witnesses =
                    standing.stream().map(Row::witness).flatMap(Optional::stream).toList();
            contradicting.retainAll(witnesses);
            contradicting.addAll(witnesses);
            if (standing.isEmpty()) {
                over();
            }
        } catch (SQLException e) {
            throw new Rows.Fault("looking for an alarm", e);
        } catch (BrokenEvidenceException e) {
            raise(e);
        }
    }

    private void over() {
        contradicting.clear();
        broken = Optional.empty();
        ofWitness = false;
        heard = false;
    }

    private static BrokenEvidenceException heeded(String finding) {
        return new BrokenEvidenceException("what was found before", "as it should be", finding);
    }

    /// A start has checked everything: what was found before is over. What a witness contradicts is not, as long as that witness
    /// is asked.
    ///
    /// @param asked who is, by their names in the policy
    synchronized void end(Collection<String> asked) {
        try (Connection connection = database.getConnection()) {
            Rows rows = new Rows(connection);
            List<Row> standing = standing(rows, seal);
            for (Row one : standing) {
                if (one.witness().filter(asked::contains).isEmpty()) {
                    end(rows, one, "a start has checked the ledger");
                } else if (broken.isEmpty()) {
                    LOG.errorf(
                            "A witness still contradicts: %s. Nothing is written.", one.finding());
                    broken = Optional.of(heeded(one.finding()));
                    ofWitness = true;
                    one.witness().ifPresent(contradicting::add);
                }
            }
        } catch (SQLException e) {
            throw new Rows.Fault("looking for an alarm", e);
        } catch (BrokenEvidenceException e) {
            raise(e);
        }
    }

    /// Whether one of these witnesses has still to agree: also one whose line there is, as another replica may have asked for it before it
    /// heard of this.
    boolean contradicts(Collection<String> witnesses) {
        return witnesses.stream().anyMatch(contradicting::contains);
    }

    /// These witnesses have cosigned what we have signed last.
    synchronized void agreed(Collection<String> witnesses) {
        if (!ofWitness && !heard) {
            return;
        }
        // Of whoever agrees nobody needs to be told any more.
        untold.removeIf(it -> it.witness().filter(witnesses::contains).isPresent());
        contradicting.removeAll(witnesses);
        try (Connection connection = database.getConnection()) {
            Rows rows = new Rows(connection);
            List<Row> standing = standing(rows, seal);
            for (Row one : standing) {
                if (one.witness().filter(witnesses::contains).isPresent()) {
                    end(rows, one, "the witness agrees");
                }
            }
            if (standing(rows, seal).isEmpty() && untold.isEmpty()) {
                over();
            }
        } catch (SQLException e) {
            throw new Rows.Fault("ending an alarm", e);
        }
    }

    private void end(Rows rows, Row alarm, String why) throws SQLException {
        rows.alarm(row(why, alarm.witness(), OptionalLong.of(alarm.id())), seal);
        alarm.witness().ifPresent(contradicting::remove);
    }

    private void tell(BrokenEvidenceException found, Optional<String> witness) {
        tell(row(String.valueOf(found.getMessage()), witness, OptionalLong.empty()));
    }

    private void tell(Row alarm) {
        try (Connection connection = database.getConnection()) {
            new Rows(connection).alarm(alarm, seal);
        } catch (SQLException e) {
            untold.add(alarm);
            LOG.warnf("the other replicas will be told again: %s", e.getClass().getName());
        }
    }

    /// Unsealed so far: the id is drawn so that nobody can have taken it.
    private static Row row(String finding, Optional<String> witness, OptionalLong ends) {
        long id = ThreadLocalRandom.current().nextLong(Json.MAX_INTEGER);
        return new Row(id, finding, witness, ends, Sha256.ZERO);
    }
}
