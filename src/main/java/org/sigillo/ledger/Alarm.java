package org.sigillo.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jboss.logging.Logger;
import org.sigillo.bytes.BrokenEvidenceException;

/// Whether evidence is known to be broken, by this replica or by another: then nothing is written, until
/// a start has found everything as it should be.
final class Alarm {
    private static final Logger LOG = Logger.getLogger(Alarm.class);

    private final DataSource database;
    private final Consumer<Runnable> afterCommit;
    private volatile Optional<BrokenEvidenceException> broken = Optional.empty();

    /// @param afterCommit runs something outside the caller's transaction, which may be rolled back
    Alarm(DataSource database, Consumer<Runnable> afterCommit) {
        this.database = database;
        this.afterCommit = afterCommit;
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
    void raise(BrokenEvidenceException found) {
        if (broken.isEmpty()) {
            broken = Optional.of(found);
            afterCommit.accept(() -> tell(true, String.valueOf(found.getMessage())));
        }
    }

    /// Takes note of what another replica found.
    void heed(String finding) {
        if (broken.isEmpty()) {
            broken =
                    Optional.of(
                            new BrokenEvidenceException(
                                    "what another replica checked", "as it should be", finding));
        }
    }

    /// A start has checked everything: what was found before is over.
    void end() {
        try (Connection connection = database.getConnection()) {
            if (new Rows(connection).alarm().isPresent()) {
                tell(false, "a start has checked everything");
            }
        } catch (SQLException e) {
            throw new Rows.Fault("looking for an alarm", e);
        }
    }

    private void tell(boolean stands, String finding) {
        try (Connection connection = database.getConnection()) {
            new Rows(connection).alarm(stands, finding);
        } catch (SQLException e) {
            // Whoever finds it next tells them.
            LOG.warnf("the other replicas were not told: %s", e.getClass().getName());
        }
    }
}
