package org.sigillo.ledger;

import java.sql.SQLException;
import java.util.List;
import org.sigillo.custody.CustodyEvent;
import org.sigillo.custody.Genesis;
import org.sigillo.custody.Rules;
import org.sigillo.custody.Trust;

/// The rules that hold by the entries that there are.
final class RulesInForce {
    private RulesInForce() {}

    static Rules read(Genesis genesis, Rows rows) throws SQLException {
        List<Recorded> events =
                rows
                        .queue()
                        .recorded("(p.type LIKE 'person.%' OR p.type = 'rules.changed')")
                        .stream()
                        .filter(it -> it.index().isPresent())
                        .toList();
        boolean first =
                events.stream()
                        .noneMatch(it -> it.event().fact() instanceof CustodyEvent.RulesChanged);
        if (first) {
            return genesis.opened().rules();
        }
        Trust trust = Trust.of(genesis);
        for (Recorded event : events) {
            trust = trust.with(event.event(), event.index().getAsLong());
        }
        return trust.rules();
    }
}
