package org.sigillo.ledger;

import java.sql.SQLException;
import org.sigillo.custody.Genesis;
import org.sigillo.custody.Rules;
import org.sigillo.custody.Trust;

/// The rules that hold by the entries that there are. Read again whenever somebody may have entered
/// others; costs little while nobody has. Used by one thread.
final class RulesInForce {
    static final String TYPE = "rules.changed";

    /// How many entries are about rules.
    static final String CHANGES =
            "SELECT count(*) FROM ledger_pending p JOIN ledger_entry e ON e.pending = p.id"
                    + " WHERE p.type = 'rules.changed'";

    private final Genesis genesis;
    private final RowSeal seal;
    private long changes;
    private Rules rules;

    RulesInForce(Genesis genesis, RowSeal seal) {
        this.genesis = genesis;
        this.seal = seal;
        this.rules = genesis.opened().rules();
    }

    Rules read(Rows rows) throws SQLException {
        return read(rows, rows.number(CHANGES));
    }

    /// @param entered what [#CHANGES] gives
    Rules read(Rows rows, long entered) throws SQLException {
        if (entered != changes) {
            rules = entered == 0 ? genesis.opened().rules() : followed(rows);
            changes = entered;
        }
        return rules;
    }

    private Rules followed(Rows rows) throws SQLException {
        Trust trust = Trust.of(genesis);
        for (Recorded event : rows.queue().recorded(seal, QueueRows.ofTypes(Trust.EVENTS))) {
            if (event.index().isPresent()) {
                trust = trust.with(event.event(), event.index().getAsLong());
            }
        }
        return trust.rules();
    }
}
